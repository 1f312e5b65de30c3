// Sums of products in maps that are products of matrices.
#pragma once

#include "ir/CostateOps.h"

namespace costate {

/// sum(k) left * right, where left is an entry of a matrix at the first index of a map and k, and right one
/// at k and the second index (of a vector at k, if the map has one index); a matrix is `turned` where k is
/// its other index.
struct MatrixProduct {
  ReduceOp sum;
  AtOp left, right;
  bool isLeftTurned = false, isRightTurned = false;
};

/// Those in the body of a map of one or two dimensions, of matrices from outside of the map.
llvm::SmallVector<MatrixProduct> matrixProducts(MapOp map);

} // namespace costate
