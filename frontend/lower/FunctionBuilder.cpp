// Scopes, arrays and scalars of functions.
#include "frontend/lower/FunctionBuilder.h"

#include "frontend/diagnose/ModelErrors.h"
#include "frontend/lower/Body.h"
#include "frontend/lower/MayFail.h"
#include "frontend/lower/RangeProof.h"
#include "frontend/sema/FreeIndices.h"

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
  function.setType(
      b().getFunctionType(function.getBody().getArgumentTypes(), ValueRange(results).getTypes()));
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
  whole = &number;
  Value result = column(number.type.base == Base::Real ? real(number) : scalar(number));
  low.columns.setPlace(place);
  return called(result, low.columns.code(0));
}

Value FunctionBuilder::compute(const sema::Expr &number, const Env &env) {
  begin(fmt::format("function.{}", low.numFunctions++));
  whole = &number;
  Value rows = low.likeOf(env), result = inRows(number, env, rows);
  low.columns.setPlace(place);
  return called(result, rows);
}

/// The number in every row.
Value FunctionBuilder::inRows(const sema::Expr &number, const Env &env, Value rows,
                              llvm::function_ref<Value(Value number, Value row)> change) {
  auto map = b().create<MapOp>(loc, ValueRange{sizeOfColumn(rows)}, ValueRange(),
                               TypeRange{columnOf(elementOf(number.type))});
  inside(map, map.getBody(), false, [&](Scope &scope) {
    Value row = map.getBody()->getArgument(0);
    bindGiven(env, row, scope);
    Value value = number.type.base == Base::Real || change ? real(number) : scalar(number);
    b().create<YieldOp>(loc, change ? change(value, row) : value);
  });
  return map.getResult(0);
}

func::FuncOp FunctionBuilder::rowsFunction(const sema::Expr &number, const Env &env,
                                           const std::string &name) {
  begin(name);
  end(inRows(number, env, low.likeOf(env)));
  return function;
}

func::FuncOp FunctionBuilder::residualFunction(const sema::Expr &root, int64_t power, Value weights,
                                               const Env &env, const std::string &name) {
  begin(name);
  end(inRows(root, env, low.likeOf(env), [&](Value value, Value row) -> Value {
    if (power != 1) {
      Value exponent = b().create<arith::ConstantOp>(loc, b().getI32IntegerAttr(int32_t(power)));
      value = b().create<math::FPowIOp>(loc, value, exponent);
    }
    if (!weights)
      return value;
    return b().create<arith::MulFOp>(loc, value, b().create<AtOp>(loc, input(weights), row));
  }));
  return function;
}

func::FuncOp FunctionBuilder::numberFunction(const sema::Expr &expr, const std::string &name) {
  begin(name);
  end(column(real(expr)));
  return function;
}

/// What functions compute themselves; all else is data or a variable.
bool FunctionBuilder::isOwn(const sema::Let &let) {
  bool isOfSolution = let.value && let.value->kind == ExprKind::Solution;
  if (isOfSolution && (!let.domain.empty() || let.value->args.empty()))
    return false;
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
    all(loop->reported);
    for (const void *own : bound)
      free.erase(own);
    all(loop->starts);
  } else if (auto *derivative = dynamic_cast<const sema::Derivative *>(&of)) {
    all(derivative->values);
    for (const void *own : derivative->arguments)
      free.erase(own);
    all(derivative->at), all(derivative->directions);
  } else if (auto *ruled = dynamic_cast<const sema::RuledCall *>(&of)) {
    collect(ruled->value, free), collect(ruled->change, free);
    for (auto *own : {&ruled->arguments, &ruled->directions})
      for (const void *each : *own)
        free.erase(each);
    all(ruled->at);
  } else if (auto *call = dynamic_cast<const sema::ProblemCall *>(&of)) {
    collect(call->at, free);
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
  if (expr.kind == ExprKind::Access && expr.symbol->kind == sema::Symbol::Kind::Variable)
    free.insert(expr.symbol);
  auto *let = dynamic_cast<const sema::Let *>(expr.symbol);
  if (let && expr.kind != ExprKind::Solution) // the values of a solution are known
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
  for (auto &part : set.parts)
    collect(*part, free);
  if (!set.binders)
    return;
  Free inner, bound;
  collect(*set.binders, inner, bound);
  for (auto &component : set.tuple)
    collect(*component, inner);
  for (const void *own : bound)
    inner.erase(own);
  free.insert(inner.begin(), inner.end());
}

void FunctionBuilder::collect(const sema::Binders &binders, Free &free, Free &bound) {
  for (auto &atom : binders.atoms) {
    collect(*atom.set, free);
    for (auto &term : atom.terms)
      if (term.value)
        collect(*term.value, free);
  }
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

const sema::SetExpr *FunctionBuilder::rangeOf(const sema::SetExpr *set) {
  while (set && set->kind == sema::SetExpr::Kind::Named)
    set = set->set->value.get();
  return set && set->kind == sema::SetExpr::Kind::Range ? set : nullptr;
}

bool FunctionBuilder::isOverRanges(const sema::Binders &binders) {
  return llvm::all_of(binders.atoms, [](auto &atom) {
    return atom.terms.size() == 1 && atom.terms[0].kind == sema::Term::Kind::Fresh && rangeOf(atom.set.get());
  });
}

/// Whether an array has a dimension per set of its domain; else it is a column over its rows.
bool FunctionBuilder::isProduct(const sema::Binders &domain) {
  return !domain.where && llvm::all_of(domain.atoms, [](auto &atom) {
    bool isFresh = llvm::all_of(atom.terms, [](auto &term) { return term.kind == sema::Term::Kind::Fresh; });
    return isFresh && sema::freeIndices(*atom.set).empty();
  });
}

size_t FunctionBuilder::rankOf(const sema::Family &family) {
  return isProduct(family.domain) ? family.domain.atoms.size() : 1;
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

Value FunctionBuilder::sizeOfColumn(Value column) {
  Value size;
  placed({}, false, [&](Scope &) { size = b().createOrFold<SizeOp>(loc, input(column), 0); });
  return size;
}

Value FunctionBuilder::sizeOf(const sema::Atom &atom) {
  if (const sema::SetExpr *range = rangeOf(atom.set.get()))
    return sizeOf(*range);
  return sizeOfColumn(low.set(*atom.set, low.global).columns[0]);
}

SmallVector<Value> FunctionBuilder::sizesOf(const sema::Family &family) {
  if (!isProduct(family.domain))
    return {sizeOfColumn(low.domain(family).space.rows)};
  SmallVector<Value> sizes;
  for (auto &atom : family.domain.atoms)
    sizes.push_back(sizeOf(atom));
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
         : type.base == Base::Case ? Type(b().getI64Type())
         : type.base == Base::Bool ? Type(b().getI1Type())
         : type.base == Base::Real ? Type(b().getF64Type())
                                   : Type(b().getI32Type());
}

Type FunctionBuilder::typeOf(const sema::Family &family) {
  Type element = elementOf(family.type);
  if (family.domain.empty())
    return element;
  return RankedTensorType::get(SmallVector<int64_t>(rankOf(family), ShapedType::kDynamic), element);
}

/// A family of the program with its dimensions.
Value FunctionBuilder::inputArray(const sema::Family &family) {
  if (Value values = boundVariable(family)) {
    auto type = cast<RankedTensorType>(typeOf(family));
    return type.getRank() == 1 ? values
                               : b().create<ReshapeOp>(loc, type, values, sizesOf(family)).getResult();
  }
  if (Value known = arrays.lookup(&family))
    return known;
  Value array;
  placed({}, false, [&](Scope &) {
    low.columns.setPlace(place);
    array = input(low.familyColumn(family));
    if (!isProduct(family.domain))
      return;
    Type element = cast<RankedTensorType>(array.getType()).getElementType();
    SmallVector<int64_t> shape(rankOf(family), ShapedType::kDynamic);
    array = b().create<ReshapeOp>(loc, RankedTensorType::get(shape, element), array, sizesOf(family));
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
  if (!array && isChoice(*let))
    return placedChoice(*let);
  if (!array)
    placed(freeOf(*let), mayFailOrWait(*let->value),
           [&](Scope &scope) { array = scope.lets[let] = mapOf(*let, *let->value); });
  return array;
}

/// An array defined entry by entry.
Value FunctionBuilder::mapOf(const sema::Let &let, const sema::Expr &value) {
  SmallVector<Value> sizes = sizesOf(let);
  Location outer = std::exchange(loc, location(let.place));
  auto map = b().create<MapOp>(loc, sizes, ValueRange(), TypeRange{typeOf(let)});
  inside(map, map.getBody(), false, [&](Scope &scope) {
    bindDomain(let.domain, map.getBody()->getArguments(), scope);
    Value entry = let.type.base == Base::Real ? real(value) : scalar(value);
    b().create<YieldOp>(loc, entry);
  });
  loc = outer;
  return map.getResult(0);
}

/// The indices of a domain, where an operation has a dimension per set, or one for its rows.
void FunctionBuilder::bindDomain(const sema::Binders &domain, ValueRange positions, Scope &scope) {
  if (!isProduct(domain))
    return bindRows(newLevel(domain, /*isOrdered=*/true), positions[0], scope);
  for (auto [atom, position] : llvm::zip(domain.atoms, positions))
    bindAtom(atom, position, scope);
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

} // namespace costate::lower
