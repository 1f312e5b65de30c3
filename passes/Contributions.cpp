// Accumulations of a map, sorted by index map; slices of nested bodies.
#include "passes/Contributions.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace costate {

std::optional<unsigned> NestPath::levelOf(Block *block) const {
  auto found = llvm::find(blocks, block);
  return found == blocks.end() ? std::nullopt : std::optional<unsigned>(found - blocks.begin());
}

ArrayRef<BlockArgument> NestPath::indices(unsigned level) const {
  auto arguments = blocks[level]->getArguments();
  if (auto map = dyn_cast<MapOp>(around[level]))
    return arguments.take_front(map.rank());
  return arguments;
}

bool ContributionGroup::isUsed(BlockArgument loop) const {
  return llvm::any_of(places, [&](const IndexForm &place) { return place.loop == loop; });
}

unsigned ContributionGroup::deepestUse() const {
  unsigned deepest = 0;
  for (const IndexForm &place : places)
    deepest = std::max(deepest, *parts[0].path.levelOf(place.loop.getOwner()));
  return deepest;
}

// ---- invariants ----------------------------------------------------------------------------------------

bool Invariants::contains(Value value) {
  if (!map.getRegion().isAncestor(value.getParentRegion()))
    return true;
  if (auto found = known.find(value); found != known.end())
    return found->second;
  Operation *op = value.getDefiningOp();
  bool isScalar = op && op->getNumRegions() == 0 && !isa<AtOp>(op) && isPure(op);
  return known[value] = isScalar && llvm::all_of(op->getOperands(), [&](Value v) { return contains(v); });
}

Value Invariants::before(Value value) {
  if (!map.getRegion().isAncestor(value.getParentRegion()))
    return value;
  if (Value copy = copies.lookupOrNull(value))
    return copy;
  Operation *op = value.getDefiningOp();
  for (Value operand : op->getOperands())
    copies.map(operand, before(operand));
  builder().clone(*op, copies);
  return copies.lookup(value);
}

// ---- contributions -------------------------------------------------------------------------------------

std::optional<NestPath> pathTo(Block *block, MapOp map) {
  NestPath path;
  for (;; block = block->getParentOp()->getBlock()) {
    Operation *around = block->getParentOp();
    if (!isa<MapOp, ReduceOp, scf::IfOp>(around))
      return std::nullopt;
    path.around.insert(path.around.begin(), around);
    path.blocks.insert(path.blocks.begin(), block);
    if (around == map.getOperation())
      return path;
  }
}

/// The index map of an addition, if it inverts; that to a number has no indices.
static std::optional<SmallVector<IndexForm>> placesOf(AccumulateOp add, const NestPath &path,
                                                      Invariants &invariants) {
  auto isLoop = [&](Value v) {
    Value size = sizeOfIndex(v);
    return size && path.levelOf(cast<BlockArgument>(v).getOwner()) && invariants.contains(size);
  };
  SmallVector<IndexForm> places;
  for (Value index : add.getIndices()) {
    auto form = indexForm(index, isLoop, [&](Value v) { return invariants.contains(v); });
    if (!form || llvm::any_of(places, [&](const IndexForm &other) { return other.loop == form->loop; }))
      return std::nullopt;
    places.push_back(*form);
  }
  return places;
}

static bool haveEqualSizes(MapOp map, BlockArgument a, BlockArgument b) {
  OpBuilder before(map);
  for (int64_t d = 0; d < cast<RankedTensorType>(a.getType()).getRank(); ++d)
    if (!areEqualSizes(sizeOf(before, map.getLoc(), a, d), sizeOf(before, map.getLoc(), b, d)))
      return false;
  return true;
}

static ContributionGroup &groupOf(std::vector<ContributionGroup> &groups, MapOp map,
                                  BlockArgument accumulator, ArrayRef<IndexForm> places) {
  for (ContributionGroup &group : groups)
    if (ArrayRef(group.places) == places &&
        (group.accumulators.contains(accumulator) || haveEqualSizes(map, group.accumulators[0], accumulator)))
      return group;
  groups.push_back({SmallVector<IndexForm>(places), {}, {}});
  return groups.back();
}

std::vector<ContributionGroup> contributionsOf(MapOp map, Invariants &invariants) {
  std::vector<ContributionGroup> groups;
  map.getRegion().walk([&](AccumulateOp add) {
    auto accumulator = cast<BlockArgument>(add.getArray());
    auto path = pathTo(add->getBlock(), map);
    if (accumulator.getOwner() != map.getBody() || add.getKind() != "add" || !path)
      return;
    auto places = placesOf(add, *path, invariants);
    if (!places)
      return;
    ContributionGroup &group = groupOf(groups, map, accumulator, *places);
    group.accumulators.insert(accumulator);
    auto isHere = [&](Contribution &part) { return part.path.blocks.back() == add->getBlock(); };
    auto part = llvm::find_if(group.parts, isHere);
    if (part == group.parts.end())
      part = group.parts.insert(part, {*path, {}});
    part->adds.push_back(add);
  });
  return groups;
}

// ---- slices --------------------------------------------------------------------------------------------

SmallVector<Value> usedBy(Operation *op) {
  llvm::SetVector<Value> values;
  values.insert(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), values);
  SmallVector<Value> used;
  llvm::copy_if(values, std::back_inserter(used), [](Value value) {
    auto arg = dyn_cast<BlockArgument>(value);
    return !arg || !isAccumulator(arg);
  });
  return used;
}

SmallVector<Value> rootsOf(const Contribution &contribution) {
  SmallVector<Value> roots;
  for (AccumulateOp add : contribution.adds)
    roots.push_back(add.getValue());
  for (Operation *op : ArrayRef(contribution.path.around).drop_front()) {
    auto map = dyn_cast<MapOp>(op);
    llvm::append_range(roots, map ? ValueRange(map.getSizes()) : ValueRange(op->getOperands()));
  }
  return roots;
}

SmallVector<Operation *> sliceOf(const NestPath &path, ValueRange values,
                                 const llvm::SmallSetVector<Value, 4> &stored) {
  llvm::DenseSet<Operation *> needed;
  SmallVector<Value> stack(values.begin(), values.end());
  while (!stack.empty()) {
    Value value = stack.pop_back_val();
    Operation *op = value.getDefiningOp();
    if (op && path.levelOf(op->getBlock()) && !stored.contains(value) && needed.insert(op).second)
      llvm::append_range(stack, usedBy(op));
  }
  SmallVector<Operation *> ordered;
  for (Block *block : path.blocks)
    for (Operation &op : *block)
      if (needed.contains(&op))
        ordered.push_back(&op);
  return ordered;
}

} // namespace costate
