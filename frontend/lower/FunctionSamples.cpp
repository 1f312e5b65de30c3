// Objectives for some of their addends: a sum or mean over one set takes the members that it is given. What
// an addend reads of arrays over this set is computed for these members alone.
#include "frontend/lower/FunctionBuilder.h"
#include "frontend/lower/MayFail.h"

using namespace mlir;

namespace costate::lower {

using sema::Base;
using sema::ExprKind;
using FunctionBuilder = Lowering::FunctionBuilder;

namespace {

bool isScale(const sema::Expr &expr) { return !expr.usesVariables; }

/// Sums and means that the expression is the sum of, but for constant factors, in order.
void collectSums(const sema::Expr &expr, SmallVectorImpl<const sema::Expr *> &sums) {
  if (!expr.usesVariables)
    return;
  auto *let = dynamic_cast<const sema::Let *>(expr.symbol);
  bool isSum = expr.op == "+" || expr.op == "-";
  if (expr.kind == ExprKind::Reduce && (expr.text == "sum" || expr.text == "mean"))
    sums.push_back(&expr);
  else if (expr.kind == ExprKind::Access && expr.args.empty() && let && let->value)
    collectSums(*let->value, sums);
  else if (isSum && (expr.kind == ExprKind::Binary || expr.kind == ExprKind::Unary))
    for (auto &arg : expr.args)
      collectSums(*arg, sums);
  else if (expr.kind == ExprKind::Binary && (expr.op == "*" || expr.op == "/"))
    for (auto &arg : expr.args) {
      bool isFactor = llvm::all_of(expr.args, [&](auto &other) { return other == arg || isScale(*other); });
      if (isFactor && (expr.op == "*" || arg == expr.args[0]))
        collectSums(*arg, sums);
    }
}

const sema::SetExpr *named(const sema::SetExpr *set) {
  while (set->kind == sema::SetExpr::Kind::Named)
    set = set->set->value.get();
  return set;
}

/// A set whose size is the data's.
bool isOfData(const sema::Binders &binders) {
  return llvm::any_of(binders.atoms, [](auto &atom) {
    const sema::SetExpr *set = named(atom.set.get());
    bool isLiteral = set->kind == sema::SetExpr::Kind::Literal;
    bool isRange = set->kind == sema::SetExpr::Kind::Range;
    return isRange ? set->high->kind != ExprKind::Number || set->low->kind != ExprKind::Number : !isLiteral;
  });
}

/// What an addend is made of.
struct Addend {
  bool readsData = false, isCurved = false;
  bool isOfEntries = false; // |x[i]| or x[i]^2, as regularizers are
  SmallPtrSet<const sema::Let *, 8> seen;

  void add(const sema::Expr &expr) {
    auto *let = dynamic_cast<const sema::Let *>(expr.symbol);
    bool isData = expr.kind == ExprKind::Column || (expr.kind == ExprKind::Access && !expr.args.empty());
    readsData |= isData && !expr.usesVariables && !(let && let->isLocal);
    bool isAbsolute = expr.kind == ExprKind::Call && expr.text == "abs";
    isCurved |= expr.kind == ExprKind::Call && expr.usesVariables && !isAbsolute;
    bool bends = isAbsolute || (expr.kind == ExprKind::Binary && expr.op == "^");
    isOfEntries |= bends && dynamic_cast<const sema::Variable *>(expr.args[0]->symbol);
    if (let && let->value && seen.insert(let).second)
      add(*let->value);
    for (auto &arg : expr.args)
      if (arg)
        add(*arg);
  }
};

} // namespace

/// Of the sums, the first expectation; else the first that looks most like one over data: regularizers read
/// none, or are of squares or absolute values.
const sema::Expr *FunctionBuilder::sumOfAddends(const sema::Expr &objective) {
  SmallVector<const sema::Expr *> sums;
  collectSums(objective, sums);
  const sema::Expr *best = nullptr;
  int most = -8;
  for (const sema::Expr *sum : sums) {
    if (!isKnownAhead(*sum->binders))
      continue;
    Addend body;
    body.add(*sum->args[0]);
    int score = 1 + 8 * sum->isExpectation + 4 * body.readsData + 2 * body.isCurved - 4 * body.isOfEntries +
                isOfData(*sum->binders);
    if (score > most)
      best = sum, most = score;
  }
  return best;
}

func::FuncOp FunctionBuilder::sampledFunction(const sema::Expr &expr, const sema::Expr &sum,
                                              const std::string &name) {
  begin(name);
  sampled = &sum;
  which = function.getBody().addArgument(columnOf(b().getI64Type()), loc);
  Value result = column(real(expr));
  Value last = function.getBody().addArgument(which.getType(), loc);
  which.replaceAllUsesWith(last);
  function.getBody().eraseArgument(0);
  b().create<func::ReturnOp>(loc, result);
  SmallVector<Type> taken(ValueRange(columns).getTypes());
  taken.push_back(last.getType());
  function.setType(b().getFunctionType(taken, result.getType()));
  return function;
}

/// The sum over the members in `which`, as large as that over all is expected to be.
Value FunctionBuilder::sampledSum(const sema::Expr &expr) {
  auto &atoms = expr.binders->atoms;
  bool isSet = atoms.size() == 1 && !expr.binders->where && !isByRows(*expr.binders);
  Level *level = isSet ? nullptr : &newLevel(*expr.binders, /*isOrdered=*/false);
  if (isSet) {
    addends = low.set(*atoms[0].set, low.global).columns[0];
  } else {
    Rows &rows = rowsBelow(expr, *level);
    addends = rows.space.parentRow ? rows.space.parentRow : rows.space.rows;
  }
  Value size = b().createOrFold<SizeOp>(loc, which, 0);
  auto reduce = b().create<ReduceOp>(loc, "add", ValueRange{size}, TypeRange{b().getF64Type()});
  inside(reduce, reduce.getBody(), false, [&](Scope &scope) {
    Value member = b().create<AtOp>(loc, which, reduce.getBody()->getArgument(0));
    member = b().create<arith::IndexCastOp>(loc, b().getIndexType(), member);
    if (isSet)
      bindAtom(atoms[0], member, scope);
    else
      bindRows(*level, member, scope);
    sampledLevel = isSet ? &levels.back() : level;
    b().create<YieldOp>(loc, real(*expr.args[0]));
  });
  Value mean = b().create<arith::DivFOp>(loc, reduce.getResult(0), realOf(size));
  return expr.text == "mean" ? mean : b().create<arith::MulFOp>(loc, mean, realOf(sizeOfColumn(addends)));
}

// ---- arrays over the addends ---------------------------------------------------------------------------

/// Whether the names depend on the member that is taken.
bool FunctionBuilder::isOfSample(const Free &free, Scope *from) {
  return llvm::any_of(free, [&](const void *name) {
    Scope *scope = nullptr;
    const BoundIndex *index = bound(name, from, scope);
    if (!index || index->level == sampledLevel)
      return index != nullptr;
    Free inner, own;
    if (index->argument)
      collect(*index->argument, inner);
    else if (index->level->binders)
      collect(*index->level->binders, inner, own);
    for (const void *bound : own)
      inner.erase(bound);
    return isOfSample(inner, index->argument ? scope->outer : scope);
  });
}

/// The index of a set that an argument is another name of, or the argument.
const sema::Expr *FunctionBuilder::resolved(const sema::Expr *arg) {
  Scope *from = current;
  while (arg->kind == ExprKind::IndexRef) {
    Scope *scope = nullptr;
    const BoundIndex *index = bound(arg->index, from, scope);
    if (!index || !index->argument)
      break;
    arg = index->argument, from = scope->outer;
  }
  return arg;
}

/// An entry of an array over the addends: the array for this member alone, or the entry by itself where other
/// arguments than indices of its sets choose it. Null where the entry is of no addend.
Value FunctionBuilder::sampledEntry(const sema::Let &let, const sema::Expr &access) {
  if (!sampledLevel || !let.value || !isProduct(let.domain))
    return {};
  Slice slice{let, {&let}, {}, {}, {}};
  bool isOfAny = false, isByIndex = true;
  for (auto &atom : let.domain.atoms) {
    SmallVector<const sema::Expr *> args;
    Free free;
    for (auto &arg : argumentsOf(let, access, atom)) {
      collect(*arg, free);
      args.push_back(resolved(arg.get()));
    }
    bool isFixed = isOfSample(free, current);
    slice.isFixed.push_back(isFixed);
    isOfAny |= isFixed;
    if (!isFixed) {
      slice.args.emplace_back();
      continue;
    }
    isByIndex &= bool(samePosition(atom, args));
    for (const sema::Expr *arg : args)
      slice.key.push_back(arg->index), slice.free.insert(arg->index);
    slice.args.push_back(args);
  }
  if (!isOfAny)
    return {};
  return isByIndex ? sliceEntry(slice, access) : inlinedEntry(let, access);
}

Value FunctionBuilder::sliceEntry(Slice &slice, const sema::Expr &access) {
  const sema::Let &let = slice.let;
  slice.free.insert(freeOf(let).begin(), freeOf(let).end());
  Value value;
  placed(slice.free, mayFailOrWait(*let.value), [&](Scope &scope) {
    Value &known = scope.slices[slice.key];
    value = known ? known : known = sliceOf(slice);
  });
  SmallVector<Value> positions;
  for (auto [atom, isFixed] : llvm::zip(let.domain.atoms, slice.isFixed))
    if (!isFixed)
      positions.push_back(position(let, access, atom));
  return positions.empty() ? value : b().create<AtOp>(loc, elementOf(let.type), value, positions);
}

Value FunctionBuilder::sliceOf(const Slice &slice) {
  const sema::Let &let = slice.let;
  Scope view;
  view.builder = current->builder;
  view.outer = current;
  SmallVector<Value> sizes;
  for (auto [atom, isFixed, args] : llvm::zip(let.domain.atoms, slice.isFixed, slice.args)) {
    if (!isFixed) {
      sizes.push_back(sizeOf(atom));
      continue;
    }
    Value position = samePosition(atom, args);
    for (auto [term, arg] : llvm::zip(atom.terms, args)) {
      view.indices[term.index] = {position, &atom, nullptr, arg};
      view.bound.insert(term.index);
    }
  }
  Scope *outer = std::exchange(current, &view);
  auto entry = [&] { return let.type.base == Base::Real ? real(*let.value) : scalar(*let.value); };
  Value value = sizes.empty() ? entry() : Value();
  if (!value) {
    SmallVector<int64_t> shape(sizes.size(), ShapedType::kDynamic);
    auto map = b().create<MapOp>(loc, sizes, ValueRange(),
                                 TypeRange{RankedTensorType::get(shape, elementOf(let.type))});
    inside(map, map.getBody(), false, [&](Scope &scope) {
      auto *next = map.getBody()->args_begin();
      for (auto [atom, isFixed] : llvm::zip(let.domain.atoms, slice.isFixed))
        if (!isFixed)
          bindAtom(atom, *next++, scope);
      b().create<YieldOp>(loc, entry());
    });
    value = map.getResult(0);
  }
  current = outer;
  return value;
}

} // namespace costate::lower
