// A scalar body as an affine expression of its sums: sum_k factor_k * sum_k + rest.
#pragma once

#include "ir/CostateOps.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace costate {

/// `numerator / denominator`, each 1 where null, with a sign.
struct Factor {
  mlir::Value numerator, denominator;
  bool isNegative = false;
};

class AffineSums {
public:
  explicit AffineSums(mlir::Block &body) : body(body) {}

  /// The first operation of reals that is not affine in the sums below it, or null. The caller changes it or
  /// a sum and asks again.
  mlir::Operation *firstNonlinear();

  struct Parts {
    mlir::Value rest; // null: zero
    llvm::SmallVector<std::pair<SumOp, Factor>> sums;
  };
  /// The parts of `seed * body`; there must be no nonlinear sums. New operations stand before the terminator.
  /// Cost: O(operations).
  Parts parts(const Factor &seed);

private:
  bool holdsSum(mlir::Operation &op) const;
  mlir::Value rest(mlir::Operation &op, const llvm::DenseMap<mlir::Value, mlir::Value> &rests);
  void passOn(mlir::Operation &op, const Factor &factor);
  void contribute(mlir::Value value, const Factor &factor);
  mlir::Value times(mlir::Value value, const Factor &factor);
  mlir::Value product(mlir::Value a, mlir::Value b);

  mlir::Block &body;
  llvm::DenseSet<mlir::Value> holds;
  llvm::DenseMap<mlir::Value, Factor> factors;
};

} // namespace costate
