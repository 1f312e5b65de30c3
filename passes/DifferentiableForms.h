// Operations without a derivative rule of their own, written by ones that have it.
#pragma once

#include "ir/CostateOps.h"

namespace costate {

/// Products and extremes in a body that the derivative by `inputs` flows through:
///
///   reduce "mul" {f}    =>    scan that carries the product: exact where factors are 0, to any order; O(n)
///   reduce "min" {f}    =>    f at the first instance that has the least value, +infinity if there is none
void writeReductions(mlir::Block &body, mlir::ValueRange inputs);

/// Recorded loops in a body that the derivative by `inputs` flows through, and their unwinding:
///
///   scan record {step}, unwind {adjoint}    =>    scan that collects all states, scan reversed {adjoint}
///
/// The steps of an iterate are counted first. Memory: all states.
void keepStates(mlir::Block &body, mlir::ValueRange inputs);

} // namespace costate
