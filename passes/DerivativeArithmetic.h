// What derivatives are computed with: zeros, sums and products of scalars and tensors, and computing again
// what a body computes.
#pragma once

#include "passes/Poles.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseSet.h"

namespace costate {

/// Adds operations at the builder's place. A null derivative is a structural zero.
class DerivativeArithmetic {
public:
  explicit DerivativeArithmetic(mlir::OpBuilder &builder) : b(builder) {}

  mlir::Value number(mlir::Location loc, double value);
  /// 0, or a tensor of zeros of the same sizes.
  mlir::Value zero(mlir::Value like);
  mlir::Value orZero(mlir::Value derivative, mlir::Value like) {
    return derivative ? derivative : zero(like);
  }
  mlir::Value add(mlir::Value x, mlir::Value y);
  /// Derivative times partial derivative of an operation. Where the derivative is 0 and the slope is not
  /// finite it is 0, and where an infinite slope of a root meets 0, as in sqrt(0) times 0 or a norm at 0.
  mlir::Value multiply(mlir::Value derivative, mlir::Value partial, mlir::Operation *op);
  /// One of two derivatives.
  mlir::Value choose(mlir::Value condition, mlir::Value yes, mlir::Value no);
  /// 0 where the condition holds and the derivative is not finite.
  mlir::Value drop(mlir::Value condition, mlir::Value derivative);
  bool hasPole(mlir::Operation *op) { return poles.hasPole(op); }
  /// The value where the condition holds, else zeros; no condition holds always.
  mlir::Value gate(mlir::Value condition, mlir::Value value);
  mlir::Value negation(mlir::Value condition);
  /// The sizes of a tensor from dimension `first` on.
  llvm::SmallVector<mlir::Value> sizes(mlir::Value tensor, int64_t first = 0);
  /// The part of a tensor at first indices: a scalar or a tensor of the type.
  mlir::Value part(mlir::Value tensor, mlir::ValueRange indices, mlir::Type type);
  /// A tensor whose entries the body gives at indices.
  mlir::Value tensor(mlir::Location loc, mlir::Type type, mlir::ValueRange sizes,
                     llvm::function_ref<mlir::Value(mlir::ValueRange)> entry);

private:
  mlir::Value limited(mlir::Value product, mlir::Value zero);

  mlir::OpBuilder &b;
  Poles poles;
  llvm::DenseSet<mlir::Value> steep; // derivatives that hold a slope which may be infinite at finite values
};

/// Clones an operation of a body without what it accumulates into tensors from outside of it; null if it does
/// nothing else.
mlir::Operation *computeAgain(mlir::OpBuilder &builder, mlir::Operation &op, mlir::IRMapping &values);
/// Clones a body without its terminator.
void computeAgain(mlir::OpBuilder &builder, mlir::Block &body, mlir::IRMapping &values);

} // namespace costate
