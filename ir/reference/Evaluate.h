// The reference evaluator: what programs, bodies and kernels mean, computed directly from their operations.
// Slow and plain; compiled code and derivatives are compared with it. What is wrong with an operation is
// reported as an MLIR diagnostic at its place.
#pragma once

#include "ir/CostateOps.h"
#include "ir/reference/EvaluateScalar.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

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

/// `old kind value` for kind add, mul, min or max.
Scalar combine(llvm::StringRef kind, const Scalar &old, const Scalar &value);

class Evaluator {
public:
  /// Gives a value that no operation computes here: a variable, a parameter, an argument. That of a scalar is
  /// a tensor without dimensions.
  void set(mlir::Value value, Tensor tensor);
  /// Gives a scalar, such as the size of a kernel.
  void set(mlir::Value value, Scalar scalar) { scalars[value] = scalar; }

  /// The value of a column, through the operations that define it.
  mlir::FailureOr<Tensor> column(mlir::Value value);
  /// The value of a scalar body (constraint, objective, term) at a row; sums are over all rows of that
  /// parent.
  mlir::FailureOr<double> body(mlir::Region &region, int64_t row);
  /// The results of a map.
  mlir::FailureOr<std::vector<Tensor>> map(MapOp map);
  /// What a function returns.
  mlir::FailureOr<std::vector<Tensor>> function(mlir::func::FuncOp function, llvm::ArrayRef<Tensor> args);
  /// How many operations ran.
  int64_t numSteps() const { return steps; }

private:
  using States = std::vector<Tensor>; // of what a loop carries

  std::shared_ptr<Tensor> find(mlir::Value value); // null after a diagnostic
  mlir::FailureOr<std::vector<Tensor>> operands(mlir::ValueRange values);
  mlir::FailureOr<Scalar> load(mlir::Value array, mlir::ValueRange at);
  /// What a scalar body yields in a row.
  mlir::FailureOr<llvm::SmallVector<Scalar>> yielded(mlir::Region &region, int64_t row);
  mlir::FailureOr<Tensor> let(LetOp op);
  mlir::FailureOr<std::vector<Tensor>> shared(SharedOp op);
  /// Makes the results of an operation known; in a body, for its current instance.
  mlir::LogicalResult step(mlir::Operation &op);
  mlir::LogicalResult run(mlir::Block &block); // all but its terminator
  mlir::LogicalResult accumulate(AccumulateOp op);
  /// Runs a body for every instance of a space, the last index fastest, and calls `visit` after each.
  mlir::LogicalResult forEach(llvm::ArrayRef<int64_t> sizes, mlir::Block &body,
                              llvm::function_ref<mlir::LogicalResult(int64_t instance)> visit);
  /// Without entries: what values become that are yielded over the outer sizes.
  mlir::FailureOr<std::vector<Tensor>> made(mlir::ValueRange values, llvm::ArrayRef<int64_t> outer,
                                            mlir::ValueRange inner);
  mlir::LogicalResult append(Tensor &result, size_t outer, mlir::Value value);
  /// Over the rows of a nested space that belong to the current row, from `start` on.
  mlir::FailureOr<double> reduce(mlir::Value parent, mlir::Region &region, llvm::StringRef kind,
                                 double start);
  mlir::LogicalResult define(mlir::Operation *op);
  mlir::FailureOr<Tensor> value(mlir::Value value); // scalar or not
  mlir::FailureOr<Scalar> scalar(mlir::Value value);
  mlir::FailureOr<llvm::SmallVector<Scalar>> allScalars(mlir::ValueRange values);
  mlir::FailureOr<llvm::SmallVector<int64_t>> indices(mlir::ValueRange values);

  // EvaluateFunctions.cpp; the first is empty where the operation is none of those of functions.
  std::optional<mlir::LogicalResult> stepOfFunction(mlir::Operation &op);
  mlir::FailureOr<std::vector<Tensor>> call(CallOp call);
  mlir::LogicalResult reduce(ReduceOp reduce);
  mlir::LogicalResult position(ReduceOp reduce);
  mlir::LogicalResult scan(ScanOp scan);
  mlir::LogicalResult iterate(IterateOp iterate);
  mlir::LogicalResult unwind(UnwindOp unwind);
  mlir::LogicalResult branch(mlir::scf::IfOp branch);
  mlir::LogicalResult reshape(ReshapeOp reshape);
  mlir::LogicalResult within(WithinOp within);
  mlir::LogicalResult converged(ConvergedOp op);
  mlir::LogicalResult ruled(RuledOp op);
  mlir::LogicalResult random(UniformOp op); // EvaluateRandom.cpp
  mlir::LogicalResult random(StreamOp op);
  mlir::FailureOr<States> runtimeOperation(RuntimeOperation operation); // EvaluateArrays.cpp
  mlir::LogicalResult copy(mlir::Value from, mlir::Value to);
  void setAll(mlir::ValueRange values, llvm::ArrayRef<Tensor> tensors);
  mlir::FailureOr<States> values(mlir::ValueRange values);
  /// What a block yields first, as the next states of the same sizes.
  mlir::FailureOr<States> next(mlir::Block &block, const States &states);

  llvm::DenseMap<mlir::Value, std::shared_ptr<Tensor>> columns;
  llvm::DenseMap<mlir::Value, std::vector<States>> tapes; // the states before every step
  llvm::DenseMap<mlir::Value, Scalar> scalars;
  int64_t steps = 0;
  int64_t row = 0; // of the body being evaluated: parent of its sums and folds
};

/// The results of a kernel function before it is lowered to loops: what its map yields, then its
/// accumulators. `args` are the inputs and the initial accumulators, in the order of the function's arguments
/// after the sizes.
mlir::FailureOr<std::vector<Tensor>> evaluateKernel(mlir::func::FuncOp kernel, llvm::ArrayRef<int64_t> sizes,
                                                    llvm::ArrayRef<Tensor> args);

/// The results of a function (`costate.function`) before it is lowered to loops. Derivative operators in it
/// are expanded before.
mlir::FailureOr<std::vector<Tensor>> evaluateFunction(mlir::func::FuncOp function,
                                                      llvm::ArrayRef<Tensor> args);

/// Runs a kernel function lowered to loops on the instances begin..end-1 of the first dimension; `memory`
/// holds inputs, results and accumulators, which change in place; `sizes` are those of further dimensions.
mlir::LogicalResult runLoops(mlir::func::FuncOp kernel, int64_t begin, int64_t end,
                             std::vector<Tensor> &memory, llvm::ArrayRef<int64_t> sizes = {});

/// The results of an operation that builds data from columns (SetOps.td) and needs no files.
mlir::FailureOr<std::vector<Tensor>> evaluateSetOp(mlir::Operation *op, llvm::ArrayRef<Tensor> operands);

} // namespace costate::reference
