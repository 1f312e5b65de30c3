// Sums of products in maps that are products of matrices, of many of them, or convolutions.
#pragma once

#include "ir/CostateOps.h"

namespace costate {

/// A position as a sum of values times numbers.
struct LinearPosition {
  llvm::SmallVector<std::pair<mlir::Value, int64_t>, 2> terms;
  int64_t constant = 0;
};

/// Of an index of an array, by values that come from outside of the map and indices in it; empty for others.
std::optional<LinearPosition> linearPosition(mlir::Value index, MapOp map);

/// Of all indices of an entry; empty if one is none.
std::optional<llvm::SmallVector<LinearPosition>> linearPositions(AtOp at, MapOp map);
/// Whether an index moves one of the positions.
bool moves(mlir::Value index, llvm::ArrayRef<LinearPosition> positions);

/// A result of a sum(k, ...) of left * right in a map: entries of arrays from outside of it, at positions
/// that are linear in the indices of the map and of the sum, and otherwise known outside. A masked one sums
/// left != 0 ? left * right : 0.
struct MatrixProduct {
  mlir::OpResult result;
  AtOp left, right;
  llvm::SmallVector<LinearPosition> leftPositions, rightPositions; // one per dimension
  llvm::SmallVector<mlir::Value> sums;                             // indices of the sum
  bool isMasked = false;

  ReduceOp sum() const { return mlir::cast<ReduceOp>(result.getOwner()); }
  bool readsLeft(mlir::Value index) const;
  bool readsRight(mlir::Value index) const;
};

/// Those in the body of a map that are worth a call; of a sum with several results all or none.
llvm::SmallVector<MatrixProduct> matrixProducts(MapOp map);

} // namespace costate
