// Sums over the rows of a filter: at most one for each enclosing row, the branches of a condition on data.
#pragma once

#include "ir/CostateOps.h"

namespace costate {

/// The mask whose true (or, negated, false) rows the sum is over; null where it is another sum.
mlir::Value choiceMask(SumOp sum);

/// The sums that a value is computed from, in its own block, in order.
llvm::SmallVector<SumOp> sumsBelow(mlir::Value value);

/// Moves an operation on choices of one mask into them:
///
///   f(sum over yes {a} + sum over no {b})    =>    sum over yes {f(a)} + sum over no {f(b)}
///
/// All sums below the operation must be choices of `mask`. Missing filters are made at `outside`.
void distribute(mlir::Operation *op, mlir::Value mask, mlir::OpBuilder &outside);

} // namespace costate
