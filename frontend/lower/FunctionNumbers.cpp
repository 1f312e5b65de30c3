// Numbers of functions: entries of arrays, branches, reductions.
#include "frontend/lower/FunctionBuilder.h"

#include "frontend/diagnose/ModelErrors.h"
#include "frontend/lower/Body.h"
#include "frontend/lower/MayFail.h"
#include "frontend/lower/RangeProof.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <fmt/format.h>

using namespace mlir;

namespace costate::lower {

using sema::Base;
using sema::ExprKind;

using FunctionBuilder = Lowering::FunctionBuilder;

// ---- scalars -------------------------------------------------------------------------------------------

Value FunctionBuilder::scalar(const sema::Expr &expr) {
  Body body{b(), {}, false, location(expr.place)};
  body.function = this;
  return low.scalar(expr, low.global, body);
}

Value FunctionBuilder::real(const sema::Expr &expr) {
  Body body{b(), {}, false, location(expr.place)};
  body.function = this;
  return low.real(expr, low.global, body);
}

Value FunctionBuilder::leaf(const sema::Expr &expr) {
  switch (expr.kind) {
  case ExprKind::IndexRef:
    return indexValue(expr);
  case ExprKind::Access:
    return access(expr);
  case ExprKind::Reduce:
    return reduction(expr);
  case ExprKind::If:
    return choice(expr);
  case ExprKind::Same:
    return same(expr);
  case ExprKind::Written:
    return written(expr);
  case ExprKind::Binary:
    return expr.op == "and" || expr.op == "or" ? logic(expr) : Value();
  case ExprKind::Number:
  case ExprKind::Boolean:
  case ExprKind::Unary:
  case ExprKind::Compare:
  case ExprKind::Call:
  case ExprKind::Close:
    return {};
  default:
    break;
  }
  Free free;
  collect(expr, free);
  if (!free.empty())
    return unavailable(expr.place,
                       "a query of sets or tables by an index of a function with loops or derivatives",
                       elementOf(expr.type));
  Value entry;
  placed({}, false, [&](Scope &) {
    Value column = input(low.column(expr, low.global));
    entry = b().create<AtOp>(loc, column, constant(0));
  });
  return entry;
}

Value FunctionBuilder::indexValue(const sema::Expr &expr) {
  for (Scope *scope = current; scope; scope = scope->outer)
    if (auto known = scope->indices.find(expr.index); known != scope->indices.end()) {
      Value position = b().create<arith::IndexCastOp>(loc, b().getI64Type(), known->second.position);
      return b().createOrFold<arith::AddIOp>(loc, position, lowOf(*known->second.range));
    }
  return unavailable(expr.place, "a loop or derivative that depends on an index around it", b().getI64Type());
}

Value FunctionBuilder::access(const sema::Expr &expr) {
  auto &family = static_cast<const sema::Family &>(*expr.symbol);
  auto *let = dynamic_cast<const sema::Let *>(&family);
  if (!family.domain.empty())
    return let && isOwn(*let) && let->value && isView(*let->value) ? viewEntry(*let, expr)
                                                                   : entry(family, expr);
  if (let && isOwn(*let))
    return scalarLet(*let);
  if (Value values = boundVariable(family))
    return b().create<AtOp>(loc, values, constant(0));
  Value value;
  placed({}, false, [&](Scope &) {
    bool isVariable = family.kind == sema::Symbol::Kind::Variable;
    Value column = input(isVariable ? low.familyColumn(family) : low.column(expr, low.global));
    value = b().create<AtOp>(loc, column, constant(0));
  });
  return value;
}

Value FunctionBuilder::scalarLet(const sema::Let &let) {
  if (let.computed)
    ensure(*let.computed);
  Value value = known(let);
  if (!value)
    placed(freeOf(let), mayFailOrWait(*let.value), [&](Scope &scope) {
      value = let.type.base == Base::Real ? real(*let.value) : scalar(*let.value);
      scope.lets[&let] = value;
    });
  return value;
}

/// An entry of an array that only names entries of another one.
Value FunctionBuilder::viewEntry(const sema::Let &let, const sema::Expr &access) {
  for (auto &index : let.domain.indices) // compares sizes that must be equal
    if (const sema::SetExpr *range = rangeOf(index->set, access.place))
      sizeOf(*range);
  Scope view;
  view.builder = current->builder;
  view.outer = current;
  for (auto [index, arg] : llvm::zip(let.domain.indices, access.args)) {
    const sema::SetExpr *range = rangeOf(index->set, access.place);
    if (!range)
      return unavailable(access.place, "", elementOf(let.type));
    size_t dimension = size_t(&index - &let.domain.indices[0]);
    view.indices[index.get()] = {position(let, access, dimension, {}), range};
    view.bound.insert(index.get());
  }
  Scope *outer = std::exchange(current, &view);
  Value value = let.type.base == Base::Real ? real(*let.value) : scalar(*let.value);
  current = outer;
  return value;
}

Value FunctionBuilder::entry(const sema::Family &family, const sema::Expr &access) {
  Value array = tensor(family);
  SmallVector<Value> positions;
  for (size_t d = 0; d < access.args.size(); ++d)
    positions.push_back(position(family, access, d, array));
  Type element = cast<RankedTensorType>(array.getType()).getElementType();
  return b().create<AtOp>(loc, element, array, positions);
}

/// Where an index points to, checked unless it cannot be outside.
Value FunctionBuilder::position(const sema::Family &family, const sema::Expr &access, size_t dimension,
                                Value array) {
  const sema::Expr &arg = *access.args[dimension];
  const sema::SetExpr *range = rangeOf(family.domain.indices[dimension]->set, access.place);
  if (!range)
    return constant(0);
  if (arg.kind == ExprKind::IndexRef)
    for (Scope *scope = current; scope; scope = scope->outer)
      if (auto known = scope->indices.find(arg.index);
          known != scope->indices.end() && isSameRange(*known->second.range, *range))
        return known->second.position;
  Value label = scalar(arg);
  Value place = b().createOrFold<arith::SubIOp>(loc, label, lowOf(*range));
  place = b().create<arith::IndexCastOp>(loc, b().getIndexType(), place);
  if (staysWithin(arg, *range, assumptions()))
    return place;
  return b().create<WithinOp>(loc, place, sizeOf(*range), placeNumber(access.place));
}

int32_t FunctionBuilder::placeNumber(SourcePlace place) {
  Attribute at = location(place);
  auto known = llvm::find(places, at);
  if (known == places.end()) {
    places.push_back(at);
    return int32_t(places.size()) - 1;
  }
  return int32_t(known - places.begin());
}

std::vector<Assumption> FunctionBuilder::assumptions() const {
  std::vector<Assumption> all;
  for (Scope *scope = current; scope; scope = scope->outer)
    if (scope->assumed.condition)
      all.push_back(scope->assumed);
  return all;
}

Value FunctionBuilder::either(const sema::Expr &condition, bool isLazy, Type type,
                              llvm::function_ref<Value()> yes, llvm::function_ref<Value()> no) {
  return either(scalar(condition), &condition, isLazy, type, yes, no);
}

Value FunctionBuilder::either(Value condition, const sema::Expr *written, bool isLazy, Type type,
                              llvm::function_ref<Value()> yes, llvm::function_ref<Value()> no) {
  if (!isLazy) {
    Value first = yes(), second = no();
    return b().create<arith::SelectOp>(loc, condition, first, second);
  }
  auto branches = b().create<scf::IfOp>(loc, type, condition, /*withElse=*/true);
  auto fill = [&](Block *block, bool holds, llvm::function_ref<Value()> value) {
    inside(branches, block, true, [&](Scope &scope) {
      scope.assumed = {written, holds};
      b().create<scf::YieldOp>(loc, value());
    });
  };
  fill(branches.thenBlock(), true, yes);
  fill(branches.elseBlock(), false, no);
  return branches.getResult(0);
}

Value FunctionBuilder::choice(const sema::Expr &expr) {
  bool isReal = expr.type.base == Base::Real;
  auto value = [&](const sema::Expr &branch) { return isReal ? real(branch) : scalar(branch); };
  bool isLazy = mayFailOrWait(*expr.args[1]) || mayFailOrWait(*expr.args[2]);
  return either(
      *expr.args[0], isLazy, elementOf(expr.type), [&] { return value(*expr.args[1]); },
      [&] { return value(*expr.args[2]); });
}

/// Operands after the first are not computed where the first ones decide.
Value FunctionBuilder::logic(const sema::Expr &expr) {
  bool isAnd = expr.op == "and";
  Value value = scalar(*expr.args[0]);
  for (auto &arg : llvm::drop_begin(expr.args)) {
    auto next = [&] { return scalar(*arg); };
    auto decided = [&]() -> Value { return b().create<arith::ConstantOp>(loc, b().getBoolAttr(!isAnd)); };
    bool isLazy = mayFailOrWait(*arg);
    value = isAnd ? either(value, nullptr, isLazy, b().getI1Type(), next, decided)
                  : either(value, nullptr, isLazy, b().getI1Type(), decided, next);
  }
  return value;
}

/// Sizes that must be equal are compared by the program, before the function is called.
Value FunctionBuilder::same(const sema::Expr &expr) {
  Free free;
  collect(expr, free);
  if (!free.empty())
    return scalar(*expr.args[0]);
  Value value;
  placed({}, false, [&](Scope &) {
    Value column = input(low.column(expr, low.global));
    value = b().create<AtOp>(loc, column, constant(0));
  });
  return value;
}

/// An entry of a written array of data; where entries are values of the function they are chosen one by one.
Value FunctionBuilder::written(const sema::Expr &expr) {
  Free free;
  for (auto &entry : llvm::drop_begin(expr.args))
    collect(*entry, free);
  if (!free.empty() || !low.isTable(expr))
    return {};
  Value table;
  placed({}, false, [&](Scope &) { table = input(low.writtenTable(expr)); });
  Value position = b().create<arith::IndexCastOp>(loc, b().getIndexType(), scalar(*expr.args[0]));
  return b().create<AtOp>(loc, table, position);
}

/// The divisor, or 1 where it is 0, which is a failure.
Value FunctionBuilder::divisor(const sema::Expr &expr, Value value) {
  auto number = [&](int64_t v) -> Value {
    return b().create<arith::ConstantOp>(loc, b().getI64IntegerAttr(v));
  };
  Value isZero = b().create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, value, number(0));
  Value position =
      b().create<arith::SelectOp>(loc, isZero, number(std::numeric_limits<int64_t>::min()), number(0));
  position = b().create<arith::IndexCastOp>(loc, b().getIndexType(), position);
  Value checked = b().create<WithinOp>(loc, position, constant(1), placeNumber(expr.place)); // 0
  checked = b().create<arith::IndexCastOp>(loc, b().getI64Type(), checked);
  Value safe = b().create<arith::SelectOp>(loc, isZero, number(1), value);
  return b().create<arith::AddIOp>(loc, safe, checked);
}

// ---- reductions ----------------------------------------------------------------------------------------

Value FunctionBuilder::reduction(const sema::Expr &expr) {
  StringRef kind = llvm::StringSwitch<StringRef>(expr.text)
                       .Cases("sum", "mean", "add")
                       .Case("prod", "mul")
                       .Case("all", "min")
                       .Case("any", "max")
                       .Default(expr.text);
  for (auto &atom : expr.binders->atoms)
    if (atom.terms.size() != 1 || atom.terms[0].kind != sema::Term::Kind::Fresh)
      return unavailable(atom.place, "a join in a function with loops or derivatives", elementOf(expr.type));
  Value value = reduceFrom(expr, kind, 0);
  if (expr.text == "argmin" || expr.text == "argmax") {
    const sema::SetExpr *range = rangeOf(expr.binders->indices[0]->set, expr.place);
    return range ? b().createOrFold<arith::AddIOp>(loc, value, lowOf(*range)) : value;
  }
  if (expr.text != "mean")
    return value;
  Value rows = reduceFrom(expr, "count", 0);
  return b().create<arith::DivFOp>(loc, value, rows);
}

/// Over the indices from `first` on: all at once where no range depends on an index before it.
Value FunctionBuilder::reduceFrom(const sema::Expr &expr, StringRef kind, size_t first) {
  auto &indices = expr.binders->indices;
  if (first == indices.size())
    return reducedBody(expr, kind);
  size_t end = first;
  SmallVector<Value> sizes;
  SmallVector<const sema::SetExpr *> ranges;
  for (; end < indices.size(); ++end) {
    const sema::SetExpr *range = rangeOf(indices[end]->set, expr.place);
    if (!range)
      return unavailable(expr.place, "", elementOf(expr.type));
    Free free;
    collect(*range, free);
    bool isRagged = std::any_of(indices.begin() + long(first), indices.begin() + long(end),
                                [&](auto &index) { return free.contains(index.get()); });
    if (isRagged)
      break;
    ranges.push_back(range);
    sizes.push_back(sizeOf(*range));
  }
  Type type = kind.starts_with("arg") ? Type(b().getI64Type())
              : kind == "count"       ? Type(b().getF64Type())
                                      : elementOf(expr.type);
  auto reduce = b().create<ReduceOp>(loc, kind == "count" ? "add" : kind, sizes, TypeRange{type});
  inside(reduce, reduce.getBody(), false, [&](Scope &scope) {
    for (size_t k = first; k < end; ++k) {
      scope.bound.insert(indices[k].get());
      scope.indices[indices[k].get()] = {reduce.getBody()->getArgument(unsigned(k - first)),
                                         ranges[k - first]};
    }
    b().create<YieldOp>(loc, reduceFrom(expr, kind, end));
  });
  return reduce.getResult(0);
}

/// The body, or what changes nothing where the condition does not hold.
Value FunctionBuilder::reducedBody(const sema::Expr &expr, StringRef kind) {
  bool isPosition = kind.starts_with("arg"), isReal = isPosition || expr.type.base == Base::Real;
  Type type = isReal ? Type(b().getF64Type()) : elementOf(expr.type);
  auto body = [&]() -> Value {
    if (kind == "count")
      return b().create<arith::ConstantOp>(loc, b().getF64FloatAttr(1));
    return isReal ? real(*expr.args[0]) : scalar(*expr.args[0]);
  };
  if (!expr.binders->where)
    return body();
  auto neutral = [&]() -> Value {
    double infinity = std::numeric_limits<double>::infinity();
    bool isLeast = kind == "min" || kind == "argmin", isSum = kind == "add" || kind == "count";
    if (type.isF64())
      return b().create<arith::ConstantOp>(loc, b().getF64FloatAttr(isSum           ? 0
                                                                    : kind == "mul" ? 1
                                                                    : isLeast       ? infinity
                                                                                    : -infinity));
    if (type.isInteger(1))
      return b().create<arith::ConstantOp>(loc, b().getBoolAttr(isLeast));
    int64_t value = isSum           ? 0
                    : kind == "mul" ? 1
                    : isLeast       ? std::numeric_limits<int64_t>::max()
                                    : std::numeric_limits<int64_t>::min();
    return b().create<arith::ConstantOp>(loc, b().getI64IntegerAttr(value));
  };
  bool isLazy = kind != "count" && mayFailOrWait(*expr.args[0]);
  return either(*expr.binders->where, isLazy, type, body, neutral);
}

Value FunctionBuilder::unavailable(SourcePlace place, const std::string &what, Type type) {
  if (!what.empty())
    low.report(errors::notAvailable(place, what));
  if (type.isF64())
    return b().create<arith::ConstantOp>(loc, b().getF64FloatAttr(0));
  return b().create<arith::ConstantOp>(loc, b().getIntegerAttr(type, 0));
}

} // namespace costate::lower
