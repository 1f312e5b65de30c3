// Reductions of functions: over products of sets and ranges at once, over what conditions and joins choose
// row by row.
#include "frontend/lower/FunctionBuilder.h"

#include "costate/rt/Functions.h"
#include "frontend/lower/MayFail.h"
#include "frontend/sema/FreeIndices.h"

#include "llvm/ADT/StringSwitch.h"

#include <algorithm>

using namespace mlir;

namespace costate::lower {

using sema::Base;
using sema::ExprKind;
using FunctionBuilder = Lowering::FunctionBuilder;

namespace {

/// `f(i) == g(j)`: what joins find without trying all pairs.
bool isKey(const sema::Expr &condition) {
  if (condition.kind == ExprKind::Binary && condition.op == "and")
    return llvm::any_of(condition.args, [](auto &part) { return isKey(*part); });
  Base base = condition.kind == ExprKind::Compare ? condition.args[0]->type.base : Base::Real;
  return condition.op == "==" && (base == Base::Int || base == Base::Element || base == Base::Text);
}

bool isLeastOrMean(StringRef text) { return text == "min" || text == "max" || text == "mean"; }

} // namespace

/// Whether the program can list the rows.
bool FunctionBuilder::isKnownAhead(const sema::Binders &binders) {
  Free free, own;
  collect(binders, free, own);
  for (const void *bound : own)
    free.erase(bound);
  Levels needed;
  return addLevels(free, current, needed, nullptr);
}

/// Whether the indices have no product of sets to run through, or a condition leaves few of it.
bool FunctionBuilder::isByRows(const sema::Binders &binders) {
  bool isProduct = llvm::all_of(binders.atoms, [](auto &atom) {
    bool isJoined = llvm::any_of(atom.terms, [](auto &term) { return term.kind == sema::Term::Kind::Bound; });
    return !isJoined && (rangeOf(atom.set.get()) || sema::freeIndices(*atom.set).empty());
  });
  if (!isProduct)
    return true;
  if (!binders.where || !isKnownAhead(binders))
    return false;
  return !isOverRanges(binders) || isKey(*binders.where) || needsRows(*binders.where);
}

Value FunctionBuilder::reduction(const sema::Expr &expr) {
  if (&expr == sampled)
    return sampledSum(expr);
  bool byRows = isByRows(*expr.binders);
  if ((byRows || !isOverRanges(*expr.binders)) && &expr != whole)
    if (auto known = ahead(expr))
      return dataAt(expr, *known);
  StringRef kind = llvm::StringSwitch<StringRef>(expr.text)
                       .Cases("sum", "mean", "add")
                       .Case("prod", "mul")
                       .Case("all", "min")
                       .Case("any", "max")
                       .Default(expr.text);
  if (byRows)
    return reduceRows(expr, kind);
  Value value = reduceFrom(expr, kind, 0);
  if (expr.text == "mean") {
    Value count = countOf(expr, value), zero = b().create<arith::ConstantOp>(loc, b().getF64FloatAttr(0));
    Value isEmpty = b().createOrFold<arith::CmpFOp>(loc, arith::CmpFPredicate::OEQ, count, zero);
    return ofSome(expr, b().create<arith::DivFOp>(loc, value, count), isEmpty);
  }
  if (expr.text == "min" || expr.text == "max")
    return ofSome(expr, value, isEmpty(expr, value));
  if (expr.text != "argmin" && expr.text != "argmax")
    return value;
  value = ofSome(expr, value, isEmpty(expr, value));
  if (const sema::SetExpr *range = rangeOf(expr.binders->atoms[0].set.get()))
    return b().createOrFold<arith::AddIOp>(loc, value, lowOf(*range));
  return unavailable(expr.place, "`" + expr.text + "` over a set that is no range", elementOf(expr.type));
}

/// Whether a reduction, which has this value, is over nothing. Where a condition chooses its rows, they are
/// counted only if the value is that of none.
Value FunctionBuilder::isEmpty(const sema::Expr &expr, Value value) {
  auto reduce = value.getDefiningOp<ReduceOp>();
  Value zero = constant(0), no = b().create<arith::ConstantOp>(loc, b().getBoolAttr(false));
  if (!expr.binders->where && reduce.rank() == expr.binders->atoms.size()) {
    Value any = no;
    for (Value size : reduce.getSizes()) {
      Value isZero = b().createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, size, zero);
      any = b().createOrFold<arith::OrIOp>(loc, any, isZero);
    }
    return any;
  }
  auto counted = [&]() -> Value {
    Value none = b().create<arith::ConstantOp>(loc, b().getF64FloatAttr(0));
    return b().create<arith::CmpFOp>(loc, arith::CmpFPredicate::OEQ, reduceFrom(expr, "count", 0), none);
  };
  if (reduce.getKind().starts_with("arg"))
    return counted();
  Value most = neutral(reduce.getKind(), value.getType());
  Value isMost = value.getType().isF64()
                     ? b().create<arith::CmpFOp>(loc, arith::CmpFPredicate::OEQ, value, most).getResult()
                     : b().create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, value, most).getResult();
  return either(isMost, nullptr, /*isLazy=*/true, b().getI1Type(), counted, [&] { return no; });
}

/// The value, or a failure where it is of nothing.
Value FunctionBuilder::ofSome(const sema::Expr &expr, Value value, Value isEmpty) {
  const char *const *word = std::find_if(std::begin(costate_reductions), std::end(costate_reductions),
                                         [&](const char *each) { return expr.op == each; });
  Value failure = constant(costate_reduction_failure(word - std::begin(costate_reductions)));
  Value position = b().createOrFold<arith::SelectOp>(loc, isEmpty, failure, constant(0));
  Value checked = b().createOrFold<WithinOp>(loc, position, constant(1), placeNumber(expr.place)); // 0
  Value holds = b().createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, checked, constant(0));
  Value nothing = unavailable(expr.place, "", value.getType());
  return b().createOrFold<arith::SelectOp>(loc, holds, value, nothing);
}

/// The rows of the reduction below a row around; at least one where that is needed.
FunctionBuilder::Rows &FunctionBuilder::rowsBelow(const sema::Expr &expr, Level &level) {
  Free free, own;
  collect(*expr.binders, free, own);
  for (const void *bound : own)
    free.erase(bound);
  Levels needed;
  addLevels(free, current, needed, &level.views);
  llvm::sort(needed, [](const Level *a, const Level *b) { return a->number < b->number; });
  needed.push_back(&level);
  Rows &rows = rowsOf(needed);
  if (isLeastOrMean(expr.text)) {
    low.columns.setPlace(expr.place);
    Value parent = rows.space.parentRow ? rows.space.parentRow : low.zeros(rows.space);
    rows.space.parentRow = low.columns.requireRows(parent, low.likeOf(rows.outer->env), expr.op);
  }
  return rows;
}

Value FunctionBuilder::reduceRows(const sema::Expr &expr, StringRef kind) {
  if (!isKnownAhead(*expr.binders))
    return unavailable(
        expr.place, "`" + expr.text + "` over a set or join that depends on a value of a loop or derivative",
        elementOf(expr.type));
  Level &level = newLevel(*expr.binders, /*isOrdered=*/false);
  Value size = sizeBelow(rowsBelow(expr, level));
  auto reduce = b().create<ReduceOp>(loc, kind, ValueRange{size}, TypeRange{elementOf(expr.type)});
  inside(reduce, reduce.getBody(), false, [&](Scope &scope) {
    bindRows(level, reduce.getBody()->getArgument(0), scope);
    Value body = expr.type.base == Base::Real ? real(*expr.args[0]) : scalar(*expr.args[0]);
    b().create<YieldOp>(loc, body);
  });
  if (expr.text != "mean")
    return reduce.getResult(0);
  return b().create<arith::DivFOp>(loc, reduce.getResult(0), realOf(size));
}

/// A size as a real.
Value FunctionBuilder::realOf(Value size) {
  size = b().create<arith::IndexCastOp>(loc, b().getI64Type(), size);
  return b().create<arith::SIToFPOp>(loc, b().getF64Type(), size);
}

/// The size of a set; of one that must have elements, an error of the program where it has none.
Value FunctionBuilder::sizeOfSome(const sema::Atom &atom, const sema::Expr &reduction) {
  if (!isLeastOrMean(reduction.text) || rangeOf(atom.set.get()))
    return sizeOf(atom);
  Value all = low.columns.fill(low.set(*atom.set, low.global).columns[0], 0);
  low.columns.setPlace(reduction.place);
  return sizeOfColumn(low.columns.requireRows(all, low.columns.code(0), reduction.op));
}

/// How many values a mean is of.
Value FunctionBuilder::countOf(const sema::Expr &expr, Value total) {
  auto reduce = total.getDefiningOp<ReduceOp>();
  if (expr.binders->where || reduce.rank() != expr.binders->atoms.size())
    return reduceFrom(expr, "count", 0);
  Value count;
  for (Value size : reduce.getSizes())
    count = count ? b().create<arith::MulIOp>(loc, count, size).getResult() : size;
  return realOf(count);
}

/// Over the sets from `first` on: all at once where no range depends on an index before it.
Value FunctionBuilder::reduceFrom(const sema::Expr &expr, StringRef kind, size_t first) {
  auto &atoms = expr.binders->atoms;
  if (first == atoms.size())
    return reducedBody(expr, kind);
  size_t end = first;
  SmallVector<Value> sizes;
  Free bound;
  for (; end < atoms.size(); ++end) {
    Free free;
    collect(*atoms[end].set, free);
    if (llvm::any_of(free, [&](const void *name) { return bound.contains(name); }))
      break;
    for (auto &term : atoms[end].terms)
      bound.insert(term.index);
    sizes.push_back(sizeOfSome(atoms[end], expr));
  }
  Type type = kind.starts_with("arg") ? Type(b().getI64Type())
              : kind == "count"       ? Type(b().getF64Type())
                                      : elementOf(expr.type);
  auto reduce = b().create<ReduceOp>(loc, kind == "count" ? "add" : kind, sizes, TypeRange{type});
  inside(reduce, reduce.getBody(), false, [&](Scope &scope) {
    for (size_t k = first; k < end; ++k)
      bindAtom(atoms[k], reduce.getBody()->getArgument(unsigned(k - first)), scope);
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
  bool isLazy = kind != "count" && mayFailOrWait(*expr.args[0]);
  return either(*expr.binders->where, isLazy, type, body, [&] { return neutral(kind, type); });
}

/// What changes nothing in a reduction.
Value FunctionBuilder::neutral(StringRef kind, Type type) {
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
}

} // namespace costate::lower
