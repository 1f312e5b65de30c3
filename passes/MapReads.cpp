// Finds loads of a map's results, and the loops around them.
#include "passes/MapReads.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace costate {
namespace {

bool isLoop(Operation *op) {
  return isa<MapOp, ReduceOp, ScanOp, IterateOp, UnwindOp, JvpOp, VjpOp, RootOp, RuledOp>(op);
}

class ReadFinder {
public:
  explicit ReadFinder(MapOp map) : map(map) {}

  MapReads run() {
    for (Value result : map.getResults())
      for (Operation *user : result.getUsers())
        addUse(user, result);
    for (MapRead &read : found.reads)
      classify(read);
    return std::move(found);
  }

private:
  void addUse(Operation *user, Value result) {
    auto reshape = dyn_cast<ReshapeOp>(user);
    bool isColumn = map.rank() == 1 && cast<RankedTensorType>(result.getType()).getRank() == 1;
    if (auto at = dyn_cast<AtOp>(user))
      return addLoad(at, {});
    if (!reshape || !isColumn) {
      found.isStored |= !isa<SizeOp>(user);
      return;
    }
    for (Operation *reader : reshape->getUsers()) {
      if (auto at = dyn_cast<AtOp>(reader))
        addLoad(at, reshape);
      else
        found.isStored |= !isa<SizeOp>(reader);
    }
  }

  void addLoad(AtOp at, ReshapeOp reshape) {
    auto indices = reshape ? at.getIndices() : at.getIndices().take_front(map.rank());
    Operation *before = placeOf(at, indices);
    for (MapRead &read : found.reads) {
      if (read.before->getBlock() != before->getBlock() || read.reshape != reshape ||
          !llvm::equal(read.indices, indices))
        continue;
      if (before->isBeforeInBlock(read.before))
        read.before = before;
      read.loads.push_back(at);
      return;
    }
    found.reads.push_back({before, SmallVector<Value>(indices), reshape, {at}, false, false});
  }

  /// Outside of loops that do not change the indices; a loop without instances reads nothing, so they must be
  /// those of loops over all of a dimension. A copy stays in its branch.
  Operation *placeOf(AtOp at, ValueRange indices) {
    for (auto [d, index] : llvm::enumerate(indices))
      if (!coversDimension(index, at.getArray(), int64_t(d)))
        return at;
    Operation *place = at;
    while (place->getBlock() != map->getBlock()) {
      Operation *around = place->getParentOp();
      auto isInside = [&](Value index) { return around->isAncestor(index.getParentRegion()->getParentOp()); };
      if (!isLoop(around) || llvm::any_of(indices, isInside))
        break;
      place = around;
    }
    return place;
  }

  /// No entry is read twice where every index of the loops around is found from one index of its own.
  void classify(MapRead &read) {
    SmallVector<Operation *> around;
    for (Operation *op = read.before->getParentOp(); op != map->getParentOp(); op = op->getParentOp())
      if (isLoop(op))
        around.push_back(op);
    auto isIndex = [&](Value v) {
      return sizeOfIndex(v) && llvm::is_contained(around, cast<BlockArgument>(v).getOwner()->getParentOp());
    };
    auto isInvariant = [&](Value v) {
      Operation *inside = v.getParentRegion()->getParentOp();
      return matchPattern(v, m_Constant()) ||
             llvm::none_of(around, [&](Operation *op) { return op->isAncestor(inside); });
    };
    llvm::DenseSet<Value> recovered;
    for (Value index : read.indices)
      if (auto form = indexForm(index, isIndex, isInvariant))
        recovered.insert(form->loop);
    for (Operation *op : around) {
      read.isSequential |= isa<ScanOp, IterateOp, UnwindOp>(op);
      read.isRepeated |= !hasIndices(op, recovered);
    }
  }

  static bool hasIndices(Operation *loop, const llvm::DenseSet<Value> &indices) {
    auto arguments = loop->getRegion(0).getArguments();
    auto map = dyn_cast<MapOp>(loop);
    size_t count = map ? map.rank() : isa<ScanOp>(loop) ? 1 : arguments.size();
    return isa<MapOp, ReduceOp, ScanOp>(loop) &&
           llvm::all_of(arguments.take_front(count), [&](Value v) { return indices.contains(v); });
  }

  MapOp map;
  MapReads found;
};

} // namespace

MapReads readsOf(MapOp map) { return ReadFinder(map).run(); }

} // namespace costate
