// What one instance of a kernel computes, counted in its body.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace costate {

struct KernelCost {
  int64_t flops = 0; // additions, multiplications, comparisons and selections of reals; fma counts twice
  int64_t roots = 0; // divisions and square roots
  int64_t calls = 0; // other functions: sin, exp, ...; a sine and a cosine of one argument count once

  /// In multiplications, as vector code runs them: a function costs as many as an inlined sine has, a
  /// division or root those of its refinement.
  double operations() const { return double(flops) + 8 * double(roots) + 25 * double(calls); }
};

/// O(operations).
KernelCost costOf(llvm::ArrayRef<mlir::Operation *> operations);
/// `kernel` holds one map, as the program pipeline makes it.
KernelCost costOf(mlir::func::FuncOp kernel);

} // namespace costate
