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
  bool isChoice = (expr.kind == ExprKind::If || expr.kind == ExprKind::Binary) && &expr != whole;
  if (isChoice && mayFail(expr) && needsRows(expr))
    if (auto known = ahead(expr)) // the program fails only where a branch is taken
      return dataAt(expr, *known);
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
  if (auto known = ahead(expr))
    return dataAt(expr, *known);
  return unavailable(expr.place, "a query of sets or tables by a value of a loop or derivative",
                     elementOf(expr.type));
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
  if (isLazy)
    computeOfBoth(*expr.args[1], *expr.args[2]);
  return either(
      *expr.args[0], isLazy, elementOf(expr.type), [&] { return value(*expr.args[1]); },
      [&] { return value(*expr.args[2]); });
}

/// Arrays that either branch reads are wanted in any case: once, not once in each branch, in each of which
/// those that they read would be computed in each branch again, and so on.
void FunctionBuilder::computeOfBoth(const sema::Expr &yes, const sema::Expr &no) {
  llvm::SetVector<const sema::Let *> first, second;
  collectArrays(yes, {}, first);
  collectArrays(no, {}, second);
  for (const sema::Let *let : first)
    if (second.contains(let))
      tensor(*let);
}

/// Arrays of the function that an expression reads whatever its conditions are, and that do not depend on
/// `own` indices, of the reductions in it.
void FunctionBuilder::collectArrays(const sema::Expr &expr, Free own,
                                    llvm::SetVector<const sema::Let *> &arrays) {
  bool isDecided =
      expr.kind == ExprKind::If || (expr.kind == ExprKind::Binary && (expr.op == "and" || expr.op == "or"));
  if (expr.binders)
    for (auto &index : expr.binders->indices)
      own.insert(index.get());
  for (auto &arg : isDecided ? ArrayRef(expr.args).take_front(1) : ArrayRef(expr.args))
    if (arg)
      collectArrays(*arg, own, arrays);
  auto *let = expr.kind == ExprKind::Access ? dynamic_cast<const sema::Let *>(expr.symbol) : nullptr;
  bool isArray =
      let && !let->domain.empty() && let->value && !let->computed && isOwn(*let) && !isView(*let->value);
  if (isArray && llvm::none_of(freeOf(*let), [&](const void *needed) { return own.contains(needed); }))
    arrays.insert(let);
}

/// Whether a condition chooses whole values that should not be computed where they are not wanted: arrays, or
/// all parts of a record.
bool FunctionBuilder::isChoice(const sema::Let &let) {
  if (!let.value || let.value->kind != ExprKind::If || (let.domain.empty() && let.chosenWith.size() < 2))
    return false;
  auto &args = let.value->args;
  if ((!mayFailOrWait(*args[1]) && !mayFailOrWait(*args[2])) ||
      (mayFail(*let.value) && needsRows(*let.value)))
    return false;
  Free condition;
  collect(*args[0], condition);
  return llvm::none_of(let.domain.indices, [&](auto &index) { return condition.contains(index.get()); });
}

/// One branch for all that is chosen together.
Value FunctionBuilder::placedChoice(const sema::Let &let) {
  SmallVector<const sema::Let *> parts{&let};
  for (const sema::Let *part : let.chosenWith)
    if (part != &let && isChoice(*part))
      parts.push_back(part);
  Free free;
  SmallVector<Type> types;
  for (const sema::Let *part : parts) {
    free.insert(freeOf(*part).begin(), freeOf(*part).end());
    types.push_back(typeOf(*part));
  }
  Value value;
  placed(free, /*isLazy=*/true, [&](Scope &scope) {
    const sema::Expr &condition = *let.value->args[0];
    Value holds = scalar(condition);
    auto branches = b().create<scf::IfOp>(loc, types, holds, /*withElse=*/true);
    auto fill = [&](Block *block, size_t branch) {
      inside(branches, block, true, [&](Scope &inner) {
        inner.assumed = {&condition, branch == 1};
        SmallVector<Value> values;
        for (const sema::Let *part : parts)
          values.push_back(chosenPart(*part, branch));
        b().create<scf::YieldOp>(loc, values);
      });
    };
    fill(branches.thenBlock(), 1);
    fill(branches.elseBlock(), 2);
    for (auto [part, result] : llvm::zip(parts, branches.getResults()))
      scope.lets[part] = result;
    value = branches.getResult(0);
  });
  return value;
}

Value FunctionBuilder::chosenPart(const sema::Let &let, size_t branch) {
  const sema::Expr &value = *let.value->args[branch];
  if (!let.domain.empty())
    return mapOf(let, value);
  return let.type.base == Base::Real ? real(value) : scalar(value);
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

Value FunctionBuilder::unavailable(SourcePlace place, const std::string &what, Type type) {
  if (!what.empty())
    low.report(errors::notAvailable(place, what));
  if (type.isF64())
    return b().create<arith::ConstantOp>(loc, b().getF64FloatAttr(0));
  return b().create<arith::ConstantOp>(loc, b().getIntegerAttr(type, 0));
}

} // namespace costate::lower
