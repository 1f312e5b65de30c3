// Scopes, arrays and scalars of functions.
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

FunctionBuilder::FunctionBuilder(Lowering &low, SourcePlace place)
    : low(low), place(place), loc(low.columns.location(place)) {}

void FunctionBuilder::begin(const std::string &name) {
  OpBuilder atEnd = OpBuilder::atBlockEnd(low.module.getBody());
  function = atEnd.create<func::FuncOp>(loc, name, atEnd.getFunctionType({}, {}));
  function->setAttr("costate.function", atEnd.getUnitAttr());
  root.builder = std::make_shared<OpBuilder>(OpBuilder::atBlockEnd(function.addEntryBlock()));
}

void FunctionBuilder::end(ArrayRef<Value> results) {
  b().create<func::ReturnOp>(loc, results);
  function.setType(b().getFunctionType(ValueRange(columns).getTypes(), ValueRange(results).getTypes()));
}

/// A value as functions return it: all entries one after the other.
Value FunctionBuilder::column(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type) {
    auto map =
        b().create<MapOp>(loc, ValueRange{constant(1)}, ValueRange(), TypeRange{columnOf(value.getType())});
    OpBuilder::atBlockEnd(map.getBody()).create<YieldOp>(loc, value);
    return map.getResult(0);
  }
  if (type.getRank() == 1)
    return value;
  Value count;
  for (Value size : sizesOf(value))
    count = count ? b().create<arith::MulIOp>(loc, count, size).getResult() : size;
  return b().create<ReshapeOp>(loc, columnOf(type.getElementType()), value, ValueRange{count});
}

void FunctionBuilder::compute(const sema::Computation &computation) {
  begin(fmt::format("function.{}", low.numFunctions++));
  ensure(computation);
  SmallVector<Value> results, like;
  for (const sema::Let *result : computation.results)
    results.push_back(column(root.lets.lookup(result)));
  end(results);
  low.columns.setPlace(place);
  for (const sema::Let *result : computation.results) {
    const Domain &rows = low.domain(*result);
    like.push_back(rows.space.single() ? low.columns.code(0) : rows.space.rows);
  }
  auto call = low.builder.create<CallOp>(loc, function.getResultTypes(), function.getSymName(), columns, like,
                                         placeList());
  for (auto [result, value] : llvm::zip(computation.results, call.getResults()))
    low.values[result] = value;
}

Value FunctionBuilder::called(Value result, Value like) {
  end(result);
  return low.builder
      .create<CallOp>(loc, function.getResultTypes(), function.getSymName(), columns, like, placeList())
      .getResult(0);
}

Value FunctionBuilder::compute(const sema::Let &array) {
  begin(fmt::format("function.{}", low.numFunctions++));
  Value result = column(tensor(array));
  low.columns.setPlace(place);
  return called(result, low.domain(array).space.rows);
}

Value FunctionBuilder::compute(const sema::Expr &number) {
  begin(fmt::format("function.{}", low.numFunctions++));
  Value result = column(number.type.base == Base::Real ? real(number) : scalar(number));
  low.columns.setPlace(place);
  return called(result, low.columns.code(0));
}

func::FuncOp FunctionBuilder::numberFunction(const sema::Expr &expr, const std::string &name) {
  begin(name);
  end(column(real(expr)));
  return function;
}

/// What functions compute themselves; all else is data or a variable.
static bool isOwn(const sema::Let &let) {
  return let.isLocal || let.isPlaceholder || let.computed || let.usesVariables;
}

// ---- scopes --------------------------------------------------------------------------------------------

void FunctionBuilder::inside(Operation *op, Block *block, bool isBranch,
                             llvm::function_ref<void(Scope &)> fill) {
  Scope inner;
  inner.builder = std::make_shared<OpBuilder>(OpBuilder::atBlockEnd(block));
  inner.outer = current;
  inner.isBranch = isBranch;
  Scope *outer = std::exchange(current, &inner);
  outer->builder->setInsertionPoint(op);
  fill(inner);
  current = outer;
  outer->builder->setInsertionPointAfter(op);
}

void FunctionBuilder::placed(const Free &free, bool isLazy, llvm::function_ref<void(Scope &)> work) {
  Scope *scope = current;
  while (scope->outer && !(isLazy && scope->isBranch) &&
         llvm::none_of(free, [&](const void *needed) { return scope->bound.contains(needed); }))
    scope = scope->outer;
  Scope *here = std::exchange(current, scope);
  work(*scope);
  current = here;
}

/// What a let is in this scope or one around it, if it is there.
Value FunctionBuilder::known(const sema::Let &let) {
  for (Scope *scope = current; scope; scope = scope->outer)
    if (Value value = scope->lets.lookup(&let))
      return value;
  assert((let.value || let.computed) && "what is carried has a value by now");
  return {};
}

// ---- what values need ----------------------------------------------------------------------------------

const FunctionBuilder::Free &FunctionBuilder::freeOf(const sema::Let &let) {
  auto [known, isNew] = freeLets.try_emplace(&let);
  if (!isNew)
    return known->second;
  Free free, bound;
  if (let.isPlaceholder)
    free.insert(&let);
  else if (let.computed)
    free = freeOf(*let.computed);
  else if (isOwn(let)) {
    collect(let.domain, free, bound);
    collect(*let.value, free);
    for (const void *own : bound)
      free.erase(own);
  }
  return freeLets[&let] = free;
}

const FunctionBuilder::Free &FunctionBuilder::freeOf(const sema::Computation &of) {
  auto [known, isNew] = freeComputations.try_emplace(&of);
  if (!isNew)
    return known->second;
  Free free, bound;
  auto all = [&](auto &values) {
    for (auto &value : values)
      collect(value, free);
  };
  if (auto *loop = dynamic_cast<const sema::Loop *>(&of)) {
    all(loop->next), all(loop->collected);
    if (loop->condition)
      collect(*loop->condition, free);
    bound.insert(loop->carried.begin(), loop->carried.end());
    collect(loop->domain, free, bound);
    for (const void *own : bound)
      free.erase(own);
    all(loop->starts);
  } else if (auto *derivative = dynamic_cast<const sema::Derivative *>(&of)) {
    collect(derivative->value, free);
    for (const void *own : derivative->arguments)
      free.erase(own);
    all(derivative->at), all(derivative->directions);
  } else {
    all(static_cast<const sema::LibraryCall &>(of).arguments);
  }
  return freeComputations[&of] = free;
}

void FunctionBuilder::collect(const sema::Value &value, Free &free) {
  if (value.scalar)
    collect(*value.scalar, free);
  else if (auto *let = dynamic_cast<const sema::Let *>(value.array))
    free.insert(freeOf(*let).begin(), freeOf(*let).end());
}

void FunctionBuilder::collect(const sema::Expr &expr, Free &free) {
  if (expr.index)
    free.insert(expr.index);
  if (auto *let = dynamic_cast<const sema::Let *>(expr.symbol))
    free.insert(freeOf(*let).begin(), freeOf(*let).end());
  if (expr.set)
    collect(*expr.set, free);
  Free inner, bound;
  for (auto &arg : expr.args)
    if (arg)
      collect(*arg, inner);
  if (expr.binders)
    collect(*expr.binders, inner, bound);
  for (const void *own : bound)
    inner.erase(own);
  free.insert(inner.begin(), inner.end());
}

void FunctionBuilder::collect(const sema::SetExpr &set, Free &free) {
  for (auto *side : {set.low.get(), set.high.get()})
    if (side)
      collect(*side, free);
}

void FunctionBuilder::collect(const sema::Binders &binders, Free &free, Free &bound) {
  for (auto &atom : binders.atoms)
    collect(*atom.set, free);
  if (binders.where)
    collect(*binders.where, free);
  for (auto &index : binders.indices)
    bound.insert(index.get());
}

/// Not to be computed where its value may not be wanted: it may be an error, or take long.
bool FunctionBuilder::mayFailOrWait(const sema::Expr &expr) {
  if (mayFail(expr) || expr.kind == ExprKind::Reduce)
    return true;
  if (auto *let = dynamic_cast<const sema::Let *>(expr.symbol)) {
    auto [known, isNew] = lazyLets.try_emplace(let, let->computed != nullptr);
    if (isNew && isOwn(*let) && let->value && mayFailOrWait(*let->value))
      lazyLets[let] = true;
    if (lazyLets[let])
      return true;
  }
  return llvm::any_of(expr.args, [&](auto &arg) { return arg && mayFailOrWait(*arg); });
}

// ---- arrays --------------------------------------------------------------------------------------------

Value FunctionBuilder::input(Value column) {
  Value &argument = arguments[column];
  if (!argument) {
    argument = function.getBody().addArgument(column.getType(), loc);
    columns.push_back(column);
  }
  return argument;
}

const sema::SetExpr *FunctionBuilder::rangeOf(const sema::SetExpr *set, SourcePlace place) {
  while (set && set->kind == sema::SetExpr::Kind::Named)
    set = set->set->value.get();
  if (set && set->kind == sema::SetExpr::Kind::Range)
    return set;
  unavailable(place, "an index set that is not a range, in a function with loops or derivatives",
              b().getI64Type());
  return nullptr;
}

Value FunctionBuilder::lowOf(const sema::SetExpr &range) { return scalar(*range.low); }

/// `high - low + 1`, at least 0; where all that it needs is known.
Value FunctionBuilder::sizeOf(const sema::SetExpr &range) {
  Free free;
  collect(range, free);
  Value size;
  placed(free, false, [&](Scope &scope) {
    Value &known = scope.sizes[&range];
    if (known) {
      size = known;
      return;
    }
    if (range.low->kind == ExprKind::Number && range.high->kind == ExprKind::Number) {
      size = constant(std::max<int64_t>(0, range.high->integer - range.low->integer + 1));
    } else {
      Value high = scalar(*range.high), zero = b().create<arith::ConstantOp>(loc, b().getI64IntegerAttr(0));
      if (range.low->kind != ExprKind::Number || range.low->integer != 1) {
        Value next = b().create<arith::ConstantOp>(loc, b().getI64IntegerAttr(1));
        high = b().create<arith::AddIOp>(loc, b().create<arith::SubIOp>(loc, high, lowOf(range)), next);
      }
      size = b().create<arith::IndexCastOp>(loc, b().getIndexType(),
                                            b().create<arith::MaxSIOp>(loc, high, zero));
    }
    scope.sizes[&range] = size;
  });
  return size;
}

SmallVector<Value> FunctionBuilder::sizesOf(const sema::Binders &domain, SourcePlace place) {
  SmallVector<Value> sizes;
  for (auto &index : domain.indices) {
    const sema::SetExpr *range = index->set ? rangeOf(index->set, place) : nullptr;
    if (!index->set)
      unavailable(place, "an index set of tuples, in a function with loops or derivatives", b().getI64Type());
    sizes.push_back(range ? sizeOf(*range) : constant(0));
  }
  return sizes;
}

SmallVector<Value> FunctionBuilder::sizesOf(Value array) {
  SmallVector<Value> sizes;
  auto type = dyn_cast<RankedTensorType>(array.getType());
  for (int64_t d = 0; type && d < type.getRank(); ++d)
    sizes.push_back(b().createOrFold<SizeOp>(loc, array, d));
  return sizes;
}

Type FunctionBuilder::elementOf(const sema::Type &type) {
  return type.base == Base::Int    ? Type(b().getI64Type())
         : type.base == Base::Bool ? Type(b().getI1Type())
         : type.base == Base::Real ? Type(b().getF64Type())
                                   : Type(b().getI32Type());
}

Type FunctionBuilder::typeOf(const sema::Family &family) {
  Type element = elementOf(family.type);
  if (family.domain.empty())
    return element;
  return RankedTensorType::get(SmallVector<int64_t>(family.arity(), ShapedType::kDynamic), element);
}

/// A family of the program with its dimensions.
Value FunctionBuilder::inputArray(const sema::Family &family) {
  if (Value known = arrays.lookup(&family))
    return known;
  if (family.domain.where)
    unavailable(place,
                fmt::format("`{}`, whose index set has a condition, in a function with loops or derivatives",
                            family.name),
                b().getI64Type());
  Value array;
  placed({}, false, [&](Scope &) {
    low.columns.setPlace(place);
    array = input(low.familyColumn(family));
    array = b().create<ReshapeOp>(
        loc,
        RankedTensorType::get(SmallVector<int64_t>(family.arity(), ShapedType::kDynamic),
                              cast<RankedTensorType>(array.getType()).getElementType()),
        array, sizesOf(family.domain, family.place));
  });
  return arrays[&family] = array;
}

Value FunctionBuilder::tensor(const sema::Family &family) {
  auto *let = dynamic_cast<const sema::Let *>(&family);
  if (!let || !isOwn(*let))
    return inputArray(family);
  if (let->computed)
    ensure(*let->computed);
  Value array = known(*let);
  if (!array)
    placed(freeOf(*let), mayFailOrWait(*let->value),
           [&](Scope &scope) { array = scope.lets[let] = mapOf(*let); });
  return array;
}

/// An array defined entry by entry.
Value FunctionBuilder::mapOf(const sema::Let &let) {
  SmallVector<Value> sizes = sizesOf(let.domain, let.place);
  Location outer = std::exchange(loc, location(let.place));
  auto map = b().create<MapOp>(loc, sizes, ValueRange(), TypeRange{typeOf(let)});
  inside(map, map.getBody(), false, [&](Scope &scope) {
    for (auto [index, position] : llvm::zip(let.domain.indices, map.getBody()->getArguments())) {
      scope.bound.insert(index.get());
      scope.indices[index.get()] = {position, rangeOf(index->set, let.place)};
    }
    Value entry = let.type.base == Base::Real ? real(*let.value) : scalar(*let.value);
    b().create<YieldOp>(loc, entry);
  });
  loc = outer;
  return map.getResult(0);
}

/// A value of a type, as functions pass it.
Value FunctionBuilder::valueOf(const sema::Value &value, const sema::Type &type) {
  if (!value.array)
    return type.base == Base::Real ? real(*value.scalar) : scalar(*value.scalar);
  Value array = tensor(*value.array);
  if (type.base != Base::Real || cast<RankedTensorType>(array.getType()).getElementType().isF64())
    return array;
  SmallVector<Value> sizes = sizesOf(array);
  auto real = cast<RankedTensorType>(array.getType()).clone(b().getF64Type());
  auto map = b().create<MapOp>(loc, sizes, ValueRange(), TypeRange{real});
  OpBuilder body = OpBuilder::atBlockEnd(map.getBody());
  Value entry = body.create<AtOp>(loc, cast<RankedTensorType>(array.getType()).getElementType(), array,
                                  map.getBody()->getArguments());
  body.create<YieldOp>(loc, body.create<arith::SIToFPOp>(loc, body.getF64Type(), entry).getResult());
  return map.getResult(0);
}

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

Value FunctionBuilder::divisor(const sema::Expr &, Value value) { return value; }

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
