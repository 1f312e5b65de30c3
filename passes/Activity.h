// Which values derivatives flow through: they depend on what is differentiated by, and what is differentiated
// depends on them. Only f64 and tensors of f64 carry derivatives: integers, comparisons and `stop` cut them.
#pragma once

#include "ir/CostateOps.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace costate {

/// Is it f64 or a tensor of f64?
bool isReal(mlir::Type type);

class Activity {
public:
  /// Of the values of a block and of all regions in it. Cost: linear in their operations.
  Activity(mlir::Block &body, mlir::ValueRange inputs, mlir::ValueRange outputs);

  /// For a carried value or an accumulated tensor, its argument in the body answers.
  bool isActive(mlir::Value value) const { return active.contains(value); }
  llvm::SmallVector<bool> areActive(mlir::ValueRange values) const;
  /// Does the derivative flow along this use of a value?
  bool passes(mlir::OpOperand &use) const { return isActive(use.get()) && passing.contains(&use); }
  /// The values from outside that derivatives flow from into the regions of an operation, in order of use.
  llvm::SmallVector<mlir::Value> captured(mlir::Operation *op) const;
  /// Does the derivative flow into an operation, along its operands, its tape or what its regions use?
  bool isReached(mlir::Operation *op) const;

private:
  /// The derivative of `to` depends on that of `from`, along `use` if there is one.
  struct Flow {
    mlir::Value from, to;
    mlir::OpOperand *use = nullptr;
  };
  void connect(mlir::Operation *op);
  void connect(MapOp op);
  void connect(ReduceOp op);
  void connect(ScanOp op);
  void connect(IterateOp op);
  void connect(UnwindOp op);
  void connectBranches(mlir::Operation *op);
  void flow(mlir::Value from, mlir::Value to);
  void flow(mlir::OpOperand &use, mlir::Value to);
  void flow(mlir::MutableArrayRef<mlir::OpOperand> uses, mlir::ValueRange to);
  void accumulate(mlir::MutableArrayRef<mlir::OpOperand> inits, mlir::ValueRange args,
                  mlir::ValueRange results);
  llvm::DenseSet<mlir::Value> reach(mlir::ValueRange from, bool forward) const;

  llvm::SmallVector<Flow> flows;
  llvm::DenseSet<mlir::Value> active;
  llvm::DenseSet<mlir::OpOperand *> passing;
};

/// The arguments for carried values in the body of the loop that made a tape; empty where it is not known.
mlir::ValueRange statesOf(mlir::Value tape);

} // namespace costate
