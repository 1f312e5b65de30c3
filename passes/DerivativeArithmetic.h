// What derivatives are computed with: zeros, sums and products of scalars and tensors, and computing again
// what a body computes.
#pragma once

#include "passes/FiniteValues.h"

#include "mlir/IR/IRMapping.h"

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
  /// Derivative times partial derivative. Where one is 0 and the other is not finite, as in sqrt(0) times 0,
  /// it is 0; what surely is finite is not tested.
  mlir::Value multiply(mlir::Value derivative, mlir::Value partial);
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
  mlir::Value limited(mlir::Value product, mlir::Value zero, mlir::Value large);

  mlir::OpBuilder &b;
  FiniteValues finite;
};

/// Clones an operation of a body without what it accumulates into tensors from outside of it; null if it does
/// nothing else.
mlir::Operation *computeAgain(mlir::OpBuilder &builder, mlir::Operation &op, mlir::IRMapping &values);
/// Clones a body without its terminator.
void computeAgain(mlir::OpBuilder &builder, mlir::Block &body, mlir::IRMapping &values);

} // namespace costate
