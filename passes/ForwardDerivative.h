// Forward mode: the operations of a body, each beside its derivative in a direction.
//
// Loops carry duals: first what they carried, in order, then the derivatives of the active ones, in order; so
// do tapes, which `unwind` reads accordingly. Results of maps, reductions and branches are ordered in the
// same way.
#pragma once

#include "passes/Activity.h"
#include "passes/DerivativeArithmetic.h"

namespace costate {

class ForwardDerivative {
public:
  ForwardDerivative(mlir::OpBuilder &builder, const Activity &activity)
      : builder(builder), activity(activity), arithmetic(builder) {}

  /// States what an argument of the body is; no tangent means zero.
  void set(mlir::Value argument, mlir::Value value, mlir::Value tangent);
  /// Emits the operations of a block but the last, at the builder's place. Fails with a diagnostic where an
  /// operation has no derivative.
  mlir::LogicalResult emit(mlir::Block &block);
  mlir::Value value(mlir::Value original) const { return values.lookupOrDefault(original); }
  /// Zeros where there is none.
  mlir::Value tangent(mlir::Value original);

private:
  /// Values of one kind (carried, yielded, collected, accumulated): which of them have derivatives.
  using Active = llvm::SmallVector<bool>;
  mlir::LogicalResult emit(mlir::Operation &op);
  mlir::LogicalResult emitScalar(DifferentiableScalar op);
  mlir::LogicalResult emitArray(DifferentiableArray op);
  mlir::LogicalResult emitAt(AtOp op);
  mlir::LogicalResult emitAccumulate(AccumulateOp op);
  mlir::LogicalResult emitMap(MapOp op);
  mlir::LogicalResult emitReduce(ReduceOp op);
  mlir::LogicalResult emitScan(ScanOp op);
  mlir::LogicalResult emitIterate(IterateOp op);
  mlir::LogicalResult emitUnwind(UnwindOp op);
  mlir::LogicalResult emitBranches(mlir::Operation *op);

  llvm::SmallVector<mlir::Value> duals(mlir::ValueRange originals, const Active &active);
  llvm::SmallVector<mlir::Type> dualTypes(mlir::TypeRange types, const Active &active);
  /// With the inner sizes of those that are doubled.
  llvm::SmallVector<mlir::Value> dualSizes(mlir::ValueRange inner, mlir::ValueRange yielded,
                                           const Active &active);
  /// Binds originals to values in the order of `duals`; gives those that are left.
  mlir::ValueRange bind(mlir::ValueRange originals, const Active &active, mlir::ValueRange values);
  /// Emits a region into a block whose arguments are bound, and yields duals of what it yields.
  mlir::LogicalResult emitRegion(mlir::Region &region, mlir::Block &to, llvm::ArrayRef<Active> yields);

  mlir::OpBuilder &builder;
  const Activity &activity;
  DerivativeArithmetic arithmetic;
  mlir::IRMapping values;
  llvm::DenseMap<mlir::Value, mlir::Value> tangents; // of active values; none is zero
};

} // namespace costate
