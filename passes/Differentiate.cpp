// costate.jvp and costate.vjp => the operations that compute them, innermost first; then costate.root =>
// loops, and costate.ruled => its body.
//
//   y, dy = jvp at (x) tangents (v) {f}    =>    f and its derivatives in the direction v, operation by
//   operation y, xa = vjp at (x) seeds (w) {f}       =>    f, then its operations in reverse with adjoints
#include "passes/Passes.h"

#include "passes/DifferentiableForms.h"
#include "passes/ForwardDerivative.h"
#include "passes/ReverseDerivative.h"
#include "passes/Roots.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_DIFFERENTIATE
#include "passes/Passes.h.inc"

namespace {

ValueRange yieldsOf(Block &body) { return body.getTerminator()->getOperands(); }

/// The operators that derivative rules make.
class MadeOperators : public OpBuilder::Listener {
public:
  void notifyOperationInserted(Operation *op, OpBuilder::InsertPoint) override {
    if (isa<JvpOp, VjpOp>(op))
      operators.push_back(op);
  }
  SmallVector<Operation *> operators;
};

/// Expands operators; `marks` tells the roots under one from those under others.
class Operators {
public:
  LogicalResult expand(Operation *op) {
    auto forward = dyn_cast<JvpOp>(op);
    return forward ? expand(forward) : expand(cast<VjpOp>(op));
  }
  LogicalResult expand(JvpOp op);
  LogicalResult expand(VjpOp op);

private:
  LogicalResult prepare(Block &body, int64_t mark);
  LogicalResult finish(Operation *op, ValueRange results, int64_t mark, const MadeOperators &made);

  int64_t marks = 0;
};

/// Forms that have rules: reductions, and roots as Newton's steps, with their own operators expanded.
LogicalResult Operators::prepare(Block &body, int64_t mark) {
  for (JvpOp column : linearizeRoots(body, body.getArguments(), mark))
    if (failed(expand(column)))
      return failure();
  writeReductions(body, body.getArguments());
  return success();
}

/// The operator's place takes the results. What rules made of it is expanded before operators around it are.
LogicalResult Operators::finish(Operation *op, ValueRange results, int64_t mark, const MadeOperators &made) {
  Operation *function = op->getParentOfType<func::FuncOp>();
  op->replaceAllUsesWith(results);
  op->erase();
  releaseStops(function, mark);
  for (Operation *inner : made.operators)
    if (failed(expand(inner)))
      return failure();
  return success();
}

LogicalResult Operators::expand(JvpOp op) {
  Block &body = *op.getBody();
  int64_t mark = ++marks;
  if (failed(prepare(body, mark)))
    return failure();
  Activity activity(body, body.getArguments(), yieldsOf(body));
  MadeOperators made;
  OpBuilder builder(op, &made);
  ForwardDerivative derivative(builder, activity);
  for (auto [arg, at, tangent] : llvm::zip_equal(body.getArguments(), op.getAt(), op.getTangents()))
    derivative.set(arg, at, tangent);
  if (failed(derivative.emit(body)))
    return failure();
  SmallVector<Value> results;
  for (Value value : yieldsOf(body))
    results.push_back(derivative.value(value));
  for (Value value : yieldsOf(body))
    results.push_back(derivative.tangent(value));
  return finish(op, results, mark, made);
}

LogicalResult Operators::expand(VjpOp op) {
  Block &body = *op.getBody();
  int64_t mark = ++marks;
  if (failed(prepare(body, mark)))
    return failure();
  keepStates(body, body.getArguments());
  Activity activity(body, body.getArguments(), yieldsOf(body));
  MadeOperators made;
  OpBuilder builder(op, &made);
  ReverseDerivative derivative(builder, activity);
  for (auto [arg, at] : llvm::zip_equal(body.getArguments(), op.getAt()))
    derivative.set(arg, at);
  derivative.compute(body);
  for (auto [value, seed] : llvm::zip_equal(yieldsOf(body), op.getSeeds()))
    derivative.seed(value, seed);
  if (failed(derivative.reverse(body)))
    return failure();
  SmallVector<Value> results;
  for (Value value : yieldsOf(body))
    results.push_back(derivative.value(value));
  for (Value arg : body.getArguments())
    results.push_back(derivative.adjoint(arg));
  return finish(op, results, mark, made);
}

struct Differentiate : impl::DifferentiateBase<Differentiate> {
  void runOnOperation() override {
    WalkResult walked = getOperation().walk([&](func::FuncOp function) {
      bool isDone = !function->hasAttr("costate.function") || succeeded(expandAll(function));
      return isDone ? WalkResult::advance() : WalkResult::interrupt();
    });
    if (walked.wasInterrupted())
      signalPassFailure();
  }

  LogicalResult expandAll(func::FuncOp function) {
    SmallVector<Operation *> operators; // inner ones first
    function.walk([&](Operation *op) {
      if (isa<JvpOp, VjpOp>(op))
        operators.push_back(op);
    });
    numOperators += unsigned(operators.size());
    Operators all;
    for (Operation *op : operators)
      if (failed(all.expand(op)))
        return failure();
    for (JvpOp column : iterateRoots(function))
      if (failed(all.expand(column)))
        return failure();
    dropRules(function);
    return success();
  }

  /// Values with rules become what their bodies yield.
  static void dropRules(func::FuncOp function) {
    function.walk([](RuledOp op) {
      OpBuilder b(op);
      IRMapping values;
      Block &body = op.getRegion().front();
      values.map(body.getArguments(), op.getAt());
      for (Operation &inner : body.without_terminator())
        b.clone(inner, values);
      op.getValue().replaceAllUsesWith(values.lookupOrDefault(body.getTerminator()->getOperand(0)));
      op.erase();
    });
  }
};

} // namespace
} // namespace costate
