// What is surely finite, but for overflow and data that is not: so that products of derivatives need no test.
#pragma once

#include "ir/CostateOps.h"

#include "llvm/ADT/DenseMap.h"

namespace costate {

/// Decides by the operations that define a value; loads, arguments and sums are taken for finite. Cost:
/// linear in these operations, once.
class FiniteValues {
public:
  bool isFinite(mlir::Value value);

private:
  enum class Sign { Unknown, Nonnegative, Positive };
  Sign signOf(mlir::Value value);
  Sign signOf(mlir::Operation *op, unsigned result);
  bool isFinite(mlir::Operation *op);
  bool isNonzero(mlir::Value value);
  bool isPositive(mlir::Value value) { return signOf(value) == Sign::Positive; }

  llvm::DenseMap<mlir::Value, bool> finite;
  llvm::DenseMap<mlir::Value, Sign> signs;
};

/// The number, if the value is a constant f64.
std::optional<double> numberOf(mlir::Value value);

} // namespace costate
