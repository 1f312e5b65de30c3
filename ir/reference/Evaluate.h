// The reference evaluator: what programs, bodies and kernels mean, computed directly from their operations.
// Slow and plain; compiled code and derivatives are compared with it. What is wrong with an operation is
// reported as an MLIR diagnostic at its place.
#pragma once

#include "ir/CostateOps.h"
#include "ir/reference/EvaluateScalar.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <memory>
#include <vector>

namespace costate::reference {

/// A tensor in row-major order; columns have one dimension.
struct Tensor {
  std::vector<int64_t> shape;
  std::vector<Scalar> entries;

  static Tensor reals(llvm::ArrayRef<double> values);
  static Tensor integers(llvm::ArrayRef<int64_t> values);
  int64_t size() const { return int64_t(entries.size()); }
  /// The entry at these indices, or null outside.
  Scalar *at(llvm::ArrayRef<int64_t> indices);
};

class Evaluator {
public:
  /// Gives a column that no operation computes here: a variable, a parameter, an argument.
  void set(mlir::Value value, Tensor tensor) { columns[value] = std::make_shared<Tensor>(std::move(tensor)); }
  /// Gives a scalar, such as the size of a kernel.
  void set(mlir::Value value, Scalar scalar) { scalars[value] = scalar; }

  /// The value of a column, through the operations that define it.
  mlir::FailureOr<Tensor> column(mlir::Value value);
  /// The value of a scalar body (constraint, objective, term) at a row; sums are over all rows of that
  /// parent.
  mlir::FailureOr<double> body(mlir::Region &region, int64_t row);
  /// The results of a map.
  mlir::FailureOr<std::vector<Tensor>> map(MapOp map);

private:
  std::shared_ptr<Tensor> find(mlir::Value value); // null after a diagnostic
  mlir::FailureOr<std::vector<Tensor>> operands(mlir::ValueRange values);
  mlir::FailureOr<Scalar> load(mlir::Value array, mlir::ValueRange at);
  /// What a scalar body yields in a row.
  mlir::FailureOr<llvm::SmallVector<Scalar>> yielded(mlir::Region &region, int64_t row);
  mlir::FailureOr<std::vector<Tensor>> shared(SharedOp op);
  mlir::LogicalResult step(mlir::Operation &op, std::vector<Tensor> &accumulators);
  mlir::LogicalResult accumulate(AccumulateOp op, std::vector<Tensor> &accumulators);
  /// Over the rows of a nested space that belong to the current row, from `start` on.
  mlir::FailureOr<double> reduce(mlir::Value parent, mlir::Region &region, llvm::StringRef kind,
                                 double start);
  mlir::LogicalResult define(mlir::Operation *op);
  mlir::FailureOr<Scalar> scalar(mlir::Value value);
  mlir::FailureOr<llvm::SmallVector<Scalar>> allScalars(mlir::ValueRange values);
  mlir::FailureOr<llvm::SmallVector<int64_t>> indices(mlir::ValueRange values);

  llvm::DenseMap<mlir::Value, std::shared_ptr<Tensor>> columns;
  llvm::DenseMap<mlir::Value, Scalar> scalars;
  int64_t row = 0; // of the body being evaluated: parent of its sums and folds
};

/// The results of a kernel function before it is lowered to loops: what its map yields, then its
/// accumulators. `args` are the inputs and the initial accumulators, in the order of the function's arguments
/// after the sizes.
mlir::FailureOr<std::vector<Tensor>> evaluateKernel(mlir::func::FuncOp kernel, llvm::ArrayRef<int64_t> sizes,
                                                    llvm::ArrayRef<Tensor> args);

/// Runs a kernel function lowered to loops on the instances begin..end-1 of the first dimension; `memory`
/// holds inputs, results and accumulators, which change in place; `sizes` are those of further dimensions.
mlir::LogicalResult runLoops(mlir::func::FuncOp kernel, int64_t begin, int64_t end,
                             std::vector<Tensor> &memory, llvm::ArrayRef<int64_t> sizes = {});

/// The results of an operation that builds data from columns (SetOps.td) and needs no files.
mlir::FailureOr<std::vector<Tensor>> evaluateSetOp(mlir::Operation *op, llvm::ArrayRef<Tensor> operands);

} // namespace costate::reference
