// What is computed again where a map has stored it => a load.
#pragma once

#include "passes/ArrayNests.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace costate {

/// Replaces expressions that are, operation by operation, an entry of a map that stands before them, where
/// `isExpensive` says so of the work of an entry. Returns how many were replaced.
unsigned reuseMaps(mlir::func::FuncOp function, llvm::function_ref<bool(const Work &)> isExpensive);

} // namespace costate
