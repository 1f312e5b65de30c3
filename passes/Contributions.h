// What a map accumulates into its tensors: at which indices, below which loops, made of which operations.
#pragma once

#include "passes/ArrayNests.h"

#include "mlir/IR/IRMapping.h"

#include "llvm/ADT/SetVector.h"
#include <vector>

namespace costate {

/// The operations around a place inside of a map: the map, then maps, reductions and branches.
struct NestPath {
  llvm::SmallVector<mlir::Operation *> around; // around[0] is the map
  llvm::SmallVector<mlir::Block *> blocks;     // of each the block that holds the next one

  /// The level at which a value is defined; empty outside of the map and inside of other operations.
  std::optional<unsigned> levelOf(mlir::Block *block) const;
  /// Of a level's loop indices; none for branches.
  llvm::ArrayRef<mlir::BlockArgument> indices(unsigned level) const;
};

/// Empty where other operations stand around the block.
std::optional<NestPath> pathTo(mlir::Block *block, MapOp map);

/// Additions in one block to tensors of a map, all at the indices `places`.
struct Contribution {
  NestPath path;
  llvm::SmallVector<AccumulateOp> adds;
};

/// Additions at one index map: every index of the tensors is another loop index, shifted by an amount that no
/// loop changes.
struct ContributionGroup {
  llvm::SmallVector<IndexForm> places;
  llvm::SmallSetVector<mlir::BlockArgument, 2> accumulators;
  std::vector<Contribution> parts;

  bool isUsed(mlir::BlockArgument loop) const;
  unsigned deepestUse() const; // level of the innermost loop that is used
};

/// What does not change inside of a map.
class Invariants {
public:
  explicit Invariants(MapOp map) : map(map), place(map) {}

  bool contains(mlir::Value value);
  /// The value before the map; it is one of these.
  mlir::Value before(mlir::Value value);
  /// Where such values are written: before the map, or an operation that stands before it.
  mlir::OpBuilder builder() const { return mlir::OpBuilder(place); }
  void writeBefore(mlir::Operation *op) { place = op; }

private:
  MapOp map;
  mlir::Operation *place;
  llvm::DenseMap<mlir::Value, bool> known;
  mlir::IRMapping copies;
};

/// The contributions of a map whose index maps invert, by index map.
std::vector<ContributionGroup> contributionsOf(MapOp map, Invariants &invariants);

/// The operations of the bodies along a path that values are made of, outermost first, in their order.
/// Those of `stored` values are left out.
llvm::SmallVector<mlir::Operation *> sliceOf(const NestPath &path, mlir::ValueRange values,
                                             const llvm::SmallSetVector<mlir::Value, 4> &stored = {});
/// What a contribution is made of: its values, the sizes and conditions along its path.
llvm::SmallVector<mlir::Value> rootsOf(const Contribution &contribution);
/// Operands, and what regions take from outside; tensors that are accumulated into are left out.
llvm::SmallVector<mlir::Value> usedBy(mlir::Operation *op);

} // namespace costate
