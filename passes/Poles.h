// Where scalar functions have no finite slope: so that products of derivatives need no test elsewhere.
#pragma once

#include "ir/CostateOps.h"

#include "llvm/ADT/DenseMap.h"

namespace costate {

/// Decides by the operations that define operands; of what is loaded or carried nothing is known. Cost:
/// linear in these operations, once.
class Poles {
public:
  /// May a slope not be finite, at finite operands?
  bool hasPole(mlir::Operation *op);
  /// Is it so where the value is finite, as that of a root at 0?
  bool isSteep(mlir::Operation *op);

private:
  enum class Sign { Unknown, Nonnegative, Positive };
  Sign signOf(mlir::Value value);
  Sign signOf(mlir::Operation *op, unsigned result);
  bool isNonzero(mlir::Value value);
  bool isPositive(mlir::Value value) { return signOf(value) == Sign::Positive; }

  llvm::DenseMap<mlir::Value, Sign> signs;
};

/// The number, if the value is a constant f64.
std::optional<double> numberOf(mlir::Value value);

} // namespace costate
