// Roots of equations under derivatives, and as loops.
#pragma once

#include "ir/CostateOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace costate {

/// Roots in a body that the derivative by `inputs` flows through, as a step of Newton's method from a
/// solution that this one derivative takes for a constant:
///
///   x = root {F}    =>    s = stop(root {F}),  x = s - J^-1 F(s)  with J = F_x(s)
///
/// Since F(s) = 0, the first derivative is that of the implicit function theorem. Afterwards releaseStops()
/// with the same mark lets an outer derivative find the root again, so that derivatives of any order are
/// exact. Gives the operators that compute columns of J.
llvm::SmallVector<JvpOp> linearizeRoots(mlir::Block &body, mlir::ValueRange inputs, int64_t mark);
void releaseStops(mlir::Operation *around, int64_t mark);

/// Each root in a function as a loop, Newton's method with halved steps or repetition, which ends where the
/// step is 1e-14 of the solution (1e-13), or where no step decreases the residual; it has converged if the
/// last step is at most 1e-8. Gives the operators that compute columns of J.
llvm::SmallVector<JvpOp> iterateRoots(mlir::func::FuncOp function);

} // namespace costate
