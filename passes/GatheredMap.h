// The map over a tensor that computes, entry by entry, what another map accumulated.
#pragma once

#include "passes/Contributions.h"

namespace costate {

/// Copies an operation; what it accumulates into tensors around it is left out.
void cloneWithoutAdditions(mlir::Operation *op, mlir::OpBuilder &b, mlir::IRMapping &mapping);

/// Of one group of contributions of a map. Loops that the index map uses are found from the entry's indices;
/// over the others the contributions are summed.
class GatheredMap {
public:
  GatheredMap(MapOp map, Invariants &invariants, const ContributionGroup &group)
      : map(map), invariants(invariants), group(group), loc(map.getLoc()) {}

  /// Whether entries are left out by a loop, or may be.
  bool isGuarded();
  /// One result per accumulator of the group; `inits` are what is added to. The loops of the first `levels`
  /// levels are maps around the others.
  llvm::SmallVector<mlir::Value> write(mlir::OpBuilder &b, mlir::ValueRange inits, unsigned levels);

private:
  /// A reduction over the loops of a level that are not used, or a branch.
  struct Opening {
    unsigned level;
    llvm::SmallVector<mlir::BlockArgument> loops; // none: a branch
  };
  using Values = llvm::SmallVector<mlir::Value>;

  bool isGuarded(size_t dimension);
  mlir::Value sizeOfTensor(size_t dimension);
  Values writeLevel(mlir::OpBuilder &b, unsigned level, size_t dimension);
  Values writeTotals(mlir::OpBuilder &b);
  void findLoops(mlir::OpBuilder &b, size_t begin, size_t end);
  Values contributions(mlir::OpBuilder &b);
  void addPart(mlir::OpBuilder &b, const Contribution &part, Values &totals);
  llvm::SmallVector<Opening> openingsOf(const Contribution &part) const;
  std::vector<llvm::SmallVector<mlir::Operation *>> placed(const Contribution &part,
                                                           llvm::ArrayRef<Opening> openings) const;
  Values open(mlir::OpBuilder &b, const Contribution &part, llvm::ArrayRef<Opening> openings,
              llvm::ArrayRef<llvm::SmallVector<mlir::Operation *>> operations, mlir::IRMapping &own);
  Values sums(mlir::OpBuilder &b, const Contribution &part, mlir::IRMapping &own);
  Values accumulatorsOf(const Contribution &part) const;
  mlir::Value sum(mlir::OpBuilder &b, mlir::Value x, mlir::Value y) const; // null is zero
  mlir::Type elementOf(mlir::Value accumulator) const;

  MapOp map;
  Invariants &invariants;
  const ContributionGroup &group;
  mlir::Location loc;
  unsigned levels = 0;
  Values inits, indices, guards;
  mlir::IRMapping mapping; // of the loops that are used, and of what maps around compute
};

} // namespace costate
