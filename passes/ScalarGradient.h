// Derivatives of straight-line scalar bodies: reverse mode for gradients, forward mode over what came out for
// Hessians.
//
// Source of both sweeps: [GW08] Griewank, Walther, Evaluating Derivatives, 2nd ed., sections 3.1 and 3.2.
#pragma once

#include "ir/CostateOps.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace costate {

/// Works on one block; new operations are added at the builder's place, which must follow all others. A null
/// value is a structural zero.
class ScalarDerivatives {
public:
  explicit ScalarDerivatives(mlir::OpBuilder builder) : builder(builder) {}

  /// The first operation that depends on a load and has no derivative rule, or null.
  mlir::Operation *withoutRule(llvm::ArrayRef<mlir::Value> loads);
  /// d output / d load for each load. Cost: a small multiple of the operations of the body.
  llvm::SmallVector<mlir::Value> gradient(mlir::Value output, llvm::ArrayRef<mlir::Value> loads);
  /// After `gradient`: the derivatives of its entries 0..last with respect to a load, those that are not
  /// structurally zero, by number of the entry. Cost: a small multiple of the operations between the load and
  /// the entries.
  llvm::SmallVector<std::pair<unsigned, mlir::Value>> tangents(mlir::Value load, unsigned last);

private:
  /// Under which condition a value is used at all; none while no use is seen.
  struct Guard {
    bool always = false;
    mlir::Value condition;
  };
  llvm::SmallVector<mlir::Operation *> dependents(llvm::ArrayRef<mlir::Value> loads);
  void use(mlir::Value value, mlir::Value guard);
  void reverse(mlir::Operation *op, mlir::Value adjoint);
  void reverseChoice(mlir::Operation *op, const Choice &choice, mlir::Value guard, mlir::Value adjoint);
  mlir::Value forward(mlir::Operation *op, const llvm::DenseMap<mlir::Value, mlir::Value> &known);
  void contribute(mlir::Value value, mlir::Value amount);
  void keepProgram(llvm::ArrayRef<mlir::Value> gradient);
  llvm::SmallVector<mlir::Operation *> path(mlir::Value load, unsigned last);

  mlir::Value partial(mlir::Operation *op, unsigned operand);
  std::optional<Choice> choice(mlir::Operation *op);
  mlir::Value number(mlir::Location loc, double value);
  mlir::Value multiply(mlir::Value a, mlir::Value b);
  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value both(mlir::Value a, mlir::Value b);
  mlir::Value negation(mlir::Value condition);
  mlir::Value gate(mlir::Value condition, mlir::Value value);

  mlir::OpBuilder builder;
  llvm::DenseSet<mlir::Value> active;
  llvm::DenseMap<mlir::Value, mlir::Value> adjoints;
  llvm::DenseMap<mlir::Value, Guard> guards;
  llvm::DenseMap<std::pair<mlir::Operation *, unsigned>, mlir::Value> partials;
  llvm::DenseMap<mlir::Operation *, std::optional<Choice>> choices;
  llvm::DenseMap<mlir::Value, mlir::Value> negations;
  llvm::DenseMap<mlir::Operation *, unsigned> order; // of the steps that gradient entries need
  llvm::DenseMap<mlir::Value, llvm::SmallVector<unsigned, 1>>
      entries; // the numbers a value has in the gradient
};

} // namespace costate
