#include "passes/ExchangeLoops.h"

#include "passes/MatrixProducts.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace costate {
namespace {

/// Entries that a loop over vectors is worth.
constexpr int64_t few = 8;

bool areFew(Value size) {
  APInt number;
  return matchPattern(size, m_ConstantInt(&number)) && number.getSExtValue() <= few;
}

bool isStraight(Operation &op) { return op.getNumRegions() == 0 && isPure(&op); }

bool isAddition(Operation &op) {
  auto add = dyn_cast<AccumulateOp>(op);
  return add && add.getKind() == "add" && !add.getIndices().empty();
}

/// The map in a map that has only straight lines before it and accumulates alone; null for others.
MapOp innerOf(MapOp outer) {
  MapOp inner;
  for (Operation &op : outer.getBody()->without_terminator()) {
    if (inner)
      return {};
    inner = dyn_cast<MapOp>(op);
    if (!inner && !isStraight(op))
      return {};
  }
  bool isAlone =
      inner && inner->getNumResults() == 0 && inner.rank() > 0 &&
      llvm::none_of(inner.getSizes(),
                    [&](Value size) { return outer->isAncestor(size.getParentBlock()->getParentOp()); }) &&
      llvm::all_of(inner.getBody()->without_terminator(),
                   [](Operation &op) { return isStraight(op) || isAddition(op); });
  return isAlone ? inner : MapOp();
}

/// Whether neighbours of the outer map's last index add to entries side by side.
bool isBeside(AccumulateOp add, MapOp outer) {
  Value index = outer.getBody()->getArgument(outer.rank() - 1);
  auto factor = [&](Value position) -> std::optional<int64_t> {
    auto linear = linearPosition(position, outer);
    if (!linear)
      return std::nullopt;
    for (auto [value, times] : linear->terms)
      if (value == index)
        return times;
    return 0;
  };
  auto indices = add.getIndices();
  return factor(indices.back()) == 1 &&
         llvm::all_of(indices.drop_back(), [&](Value position) { return factor(position) == 0; });
}

void write(MapOp outer, MapOp inner) {
  OpBuilder b(outer);
  unsigned last = outer.rank() - 1;
  SmallVector<Value> sizes(outer.getSizes().take_front(last));
  llvm::append_range(sizes, inner.getSizes());
  sizes.push_back(outer.getSizes()[last]);
  auto all = b.create<MapOp>(outer.getLoc(), sizes, outer.getInits(), TypeRange());
  auto args = all.getBody()->getArguments();
  IRMapping values;
  values.map(outer.getBody()->getArguments().take_front(last), args.take_front(last));
  values.map(inner.getBody()->getArguments(), args.slice(last, inner.rank()));
  values.map(outer.getBody()->getArgument(last), args[all.rank() - 1]);
  for (auto [old, own] : llvm::zip_equal(outer.accumulators(), all.accumulators()))
    values.map(old, own);
  OpBuilder body = OpBuilder::atBlockEnd(all.getBody());
  for (Block *block : {outer.getBody(), inner.getBody()})
    for (Operation &op : block->without_terminator())
      if (&op != inner)
        body.clone(op, values);
  body.create<YieldOp>(outer.getLoc(), ValueRange());
  outer->replaceAllUsesWith(all->getResults());
  outer.erase();
}

} // namespace

bool exchangeLoops(MapOp outer) {
  if (outer.rank() == 0 || outer.numYielded() != 0 || areFew(outer.getSizes().back()))
    return false;
  MapOp inner = innerOf(outer);
  if (!inner || !areFew(inner.getSizes().back()))
    return false;
  auto additions = inner.getBody()->getOps<AccumulateOp>();
  if (additions.empty() || !llvm::all_of(additions, [&](AccumulateOp add) { return isBeside(add, outer); }))
    return false;
  write(outer, inner);
  return true;
}

} // namespace costate
