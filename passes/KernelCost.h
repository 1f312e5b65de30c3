// What one instance of a kernel computes, counted in its body.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace costate {

struct KernelCost {
  int64_t flops = 0; // additions, multiplications, comparisons and selections of reals; fma counts twice
  int64_t roots = 0; // divisions and square roots
  int64_t calls = 0; // other functions: sin, exp, ...; a sine and a cosine of one argument count once
};

/// `kernel` holds one map, as the program pipeline makes it. O(operations).
KernelCost costOf(mlir::func::FuncOp kernel);

} // namespace costate
