// Derivatives of straight-line scalar bodies: reverse mode for gradients, forward mode over what came out for Hessians.
#pragma once

#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"

namespace costate {

/// Works on one block; new operations are appended by `builder`. A null value is a structural zero.
class ScalarDerivatives {
public:
  explicit ScalarDerivatives(mlir::OpBuilder builder) : builder(builder) {}

  /// d output / d load for each load. Cost: a small multiple of the operations of the body.
  llvm::SmallVector<mlir::Value> gradient(mlir::Value output, llvm::ArrayRef<mlir::Value> loads);
  /// d value / d load, along the operations that exist now.
  mlir::Value tangent(mlir::Value value, mlir::Value load);

  mlir::Value multiply(mlir::Value a, mlir::Value b);
  mlir::Value add(mlir::Value a, mlir::Value b);

private:
  /// Under which condition a value is used at all: unset until a use is seen, null if always.
  struct Guard {
    bool seen = false, always = false;
    mlir::Value condition;
  };
  void use(mlir::Value value, mlir::Value guard);
  void reverse(mlir::Operation *op, mlir::Value adjoint);
  void contribute(mlir::Value value, mlir::Value amount);
  mlir::Value gate(mlir::Value condition, mlir::Value value);
  mlir::Value both(mlir::Value a, mlir::Value b);
  mlir::Value partial(mlir::Operation *op, unsigned operand);
  bool isActive(mlir::Value value, mlir::Value load);

  mlir::OpBuilder builder;
  llvm::DenseMap<mlir::Value, mlir::Value> adjoints;
  llvm::DenseMap<mlir::Value, Guard> guards;
  llvm::DenseMap<std::pair<mlir::Operation *, unsigned>, mlir::Value> partials;
  llvm::DenseMap<std::pair<mlir::Value, mlir::Value>, mlir::Value> tangents;
  llvm::DenseSet<mlir::Value> active;
};

} // namespace costate
