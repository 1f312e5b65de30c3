// Reverse mode: a body is computed once, then its operations are reversed with adjoints.
//
// Bodies inside of it are computed again where they are reversed [Sch22], loops leave tapes and are unwound:
//
//   map (i) {f}                    =>    map (i) into (adjoints of what f reads from outside) {f; reversed f}
//   reduce "add" (i) {f}           =>    the same; where f reads but scalars, their adjoints are a sum
//   scan {f}                       =>    scan record {f}; unwind step {f} adjoint {f; reversed f}
//   if c {f} else {g}              =>    if c {f; reversed f} else {g; reversed g}
//
// [Sch22] Schenck, Ronning, Henriksen, Oancea, AD for an Array Language with Nested Parallelism, SC22.
#pragma once

#include "passes/Activity.h"
#include "passes/DerivativeArithmetic.h"

namespace costate {

/// There are no recorded loops and no products or extremes left that are active (DifferentiableForms.h).
class ReverseDerivative {
public:
  ReverseDerivative(mlir::OpBuilder &builder, const Activity &activity)
      : builder(builder), activity(activity), arithmetic(builder) {}

  /// States what an argument of the body is.
  void set(mlir::Value argument, mlir::Value value) { values.map(argument, value); }
  mlir::Value value(mlir::Value original) const { return values.lookupOrDefault(original); }
  /// Emits the operations of a block but the last, at the builder's place.
  void compute(mlir::Block &block);
  /// Adds to the adjoint of a value of the block.
  void seed(mlir::Value original, mlir::Value adjoint) { contribute(original, adjoint, always()); }
  /// Emits the adjoints of a block after `compute`. Fails with a diagnostic where an operation has no
  /// derivative.
  mlir::LogicalResult reverse(mlir::Block &block);
  /// Zeros where there is none.
  mlir::Value adjoint(mlir::Value original);

private:
  /// Under which condition a value is used at all; none while no use is seen. 0 times what is not finite in
  /// an operand that a choice does not take never reaches a sum.
  struct Guard {
    bool isAlways = false;
    mlir::Value condition;
    mlir::Value needed() const { return isAlways ? mlir::Value() : condition; }
  };
  static Guard always() { return {true, {}}; }
  /// What is known of adjoints in one block: those of its own values, and those of values from outside that
  /// it hands on by what it yields.
  struct Scope {
    llvm::DenseMap<mlir::Value, mlir::Value> adjoints;
    llvm::DenseMap<mlir::Value, Guard> guards;
    mlir::Value idle; // holds where the instances around have adjoint 0; null where nobody asks
  };
  /// A loop as both kinds of them have it.
  struct Loop {
    mlir::Operation *op;
    mlir::Block &body;
    mlir::ValueRange starts;
    mlir::Block::BlockArgListType carried;
    mlir::ResultRange collected;
    bool hasIndex, reversed;
  };
  class Inside; // a nested scope while it is emitted

  mlir::LogicalResult reverse(mlir::Operation &op);
  mlir::LogicalResult reverseScalar(DifferentiableScalar op);
  void reverseChoice(mlir::Operation *op, const Choice &choice, mlir::Value guard, mlir::Value adjoint);
  mlir::LogicalResult reverseArray(DifferentiableArray op);
  mlir::LogicalResult reverseAt(AtOp op);
  mlir::LogicalResult reverseAccumulate(AccumulateOp op);
  mlir::LogicalResult reverseMap(MapOp op);
  mlir::LogicalResult reverseReduce(ReduceOp op);
  mlir::LogicalResult reverseSpace(mlir::Operation *op, mlir::ValueRange sizes, mlir::Block &body,
                                   llvm::function_ref<void(mlir::ValueRange)> seedYields);
  mlir::LogicalResult reverseAsSum(mlir::Operation *op, mlir::ValueRange sizes, mlir::Block &body,
                                   llvm::ArrayRef<mlir::Value> scalars,
                                   llvm::function_ref<void(mlir::ValueRange)> seedYields);
  mlir::LogicalResult reverseLoop(const Loop &loop);
  mlir::LogicalResult reverseStep(const Loop &loop, UnwindOp unwind, llvm::ArrayRef<mlir::Value> tensors,
                                  llvm::ArrayRef<mlir::Value> scalars);
  mlir::LogicalResult reverseBranches(mlir::Operation *op);
  mlir::LogicalResult reverseBody(mlir::Block &body, llvm::function_ref<void()> seedYields);

  void record(mlir::Operation &loop);
  void writeStep(const Loop &loop, mlir::Block &step);
  void reverseInits(mlir::ValueRange inits, mlir::ValueRange args, mlir::ValueRange results);
  /// What an operation reads from outside and whose adjoint is not accumulated further out already.
  llvm::SmallVector<mlir::Value> ownCaptured(mlir::Operation *op) const;
  mlir::Value known(mlir::Value original) const { return scope->adjoints.lookup(original); }

  /// All contributions state under which condition the value was used.
  void contribute(mlir::Value original, mlir::Value amount, const Guard &guard);
  void contributeEntry(mlir::Value array, mlir::ValueRange indices, mlir::Value amount);
  /// For a captured value, what a nested scope made of the adjoint so far.
  void replace(mlir::Value original, mlir::Value adjoint, const Guard &guard);
  void accumulate(mlir::Value sink, mlir::Value amount);
  mlir::Value settled(mlir::Value amount);
  void stateIdle(MapOp op, llvm::ArrayRef<mlir::Value> seeds);
  bool hasPoles(mlir::Operation *op);
  void use(mlir::Value original, const Guard &guard);
  Guard guardOf(mlir::Operation *op) const;

  mlir::OpBuilder &builder;
  const Activity &activity;
  DerivativeArithmetic arithmetic;
  mlir::IRMapping values;
  Scope outermost, *scope = &outermost;
  llvm::DenseMap<mlir::Value, mlir::Value> sinks;        // accumulators of adjoints of values from outside
  llvm::DenseMap<mlir::Value, mlir::Value> accumulators; // adjoints of what `into` arguments become
  llvm::DenseMap<mlir::Operation *, mlir::Value> tapes;  // of loops that are computed
};

} // namespace costate
