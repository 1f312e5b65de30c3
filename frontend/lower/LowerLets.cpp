// Lets of problems whose entries are hidden variables: those of sums and folds where these may have to be,
// and lets with sums in sums where sums read them.
//
//   let u = v/2 + sum(i) sin(v*x[i])        where v has such a sum, too:
//   ... sum(i) cos(u*x[i])                  u is written again under every sum that reads it, and in it v,
//   under
//                                           two, ...: text and rows would grow by a factor with every such
//                                           let
#include "frontend/lower/Body.h"

#include <algorithm>
#include <utility>

using namespace mlir;

namespace costate::lower {

using sema::ExprKind;

/// The entries of a sum or fold in a `let`, one per row of the let's.
Value Lowering::letColumn(const sema::Let &let, const sema::Expr &sum) {
  if (auto known = letColumns.find(&sum); known != letColumns.end())
    return known->second;
  const Domain &rows = domain(let);
  Env own{&rows.space, &global, {}};
  Space inner = reducedSpace(sum, own);
  return letColumns[&sum] = letColumn(let, sum.place, [&](Body &body) {
           return variableReduction(sum, own, inner, body)->getResult(0);
         });
}

/// An operation before the one that is being stated.
Value Lowering::letColumn(const sema::Let &let, SourcePlace place, llvm::function_ref<Value(Body &)> fill) {
  const Domain &rows = domain(let);
  Env own{&rows.space, &global, {}};
  OpBuilder before(stated);
  Operation *op = columns.makeIn(
      before, "let", {{likeOf(own)}, indexColumns(let)}, {columns.column(builder.getF64Type())},
      {columns.string("name", let.name), columns.attribute("roots", rootIds(let.domain))}, false, 1);
  Location loc = columns.location(place);
  OpBuilder inside(op->getContext());
  Block *block = inside.createBlock(&op->getRegion(0), {}, {inside.getIndexType()}, {loc});
  Body body{inside, block->getArgument(0), true, loc};
  Operation *outer = std::exchange(stated, op);
  Value value = fill(body);
  stated = outer;
  body.builder.create<YieldOp>(loc, value);
  return op->getResult(0);
}

/// Whether a body loads an entry of the let instead of computing it: in a sum or fold, and everywhere once
/// the column is there.
bool Lowering::isEntryOfLet(const sema::Let &let, const Body &body) {
  if (body.function || !stated || let.isLocal || !let.value || !leftOut.empty())
    return false;
  if (entriesOfLets.contains(&let))
    return true;
  Operation *around = body.builder.getInsertionBlock()->getParentOp();
  constexpr unsigned fewest = 2;
  return isa_and_nonnull<SumOp, FoldOp>(around) && sumsWithinSums(*let.value) >= fewest;
}

Value Lowering::entryOfLet(const sema::Let &let, const sema::Expr &access, const Env &env, Body &body) {
  if (!entriesOfLets.contains(&let)) {
    Env own{&domain(let).space, &global, {}};
    entriesOfLets[&let] =
        letColumn(let, let.place, [&](Body &entry) { return real(*let.value, own, entry); });
  }
  requireEntry(let, access, env);
  Value row = rowIn(let, access, env, body);
  return body.make<AtOp>(body.builder.getF64Type(), entriesOfLets[&let], ValueRange{row});
}

/// How deep sums of variables stand in each other, with those of the lets they read.
unsigned Lowering::sumsWithinSums(const sema::Expr &expr) {
  if (!expr.usesVariables)
    return 0;
  unsigned deepest = 0;
  for (auto &arg : expr.args)
    if (arg)
      deepest = std::max(deepest, sumsWithinSums(*arg));
  if (auto *let = dynamic_cast<const sema::Let *>(expr.symbol); let && let->value) {
    auto [known, isNew] = sumsOfLets.try_emplace(let, 0);
    if (isNew)
      sumsOfLets[let] = sumsWithinSums(*let->value);
    deepest = std::max(deepest, sumsOfLets[let]);
  }
  return deepest + (expr.kind == ExprKind::Reduce ? 1 : 0);
}

} // namespace costate::lower
