// costate.jvp and costate.vjp => the operations that compute them, innermost first; then costate.root =>
// loops.
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

/// Expands operators; `marks` tells the roots under one from those under others.
class Operators {
public:
  LogicalResult expand(JvpOp op);
  LogicalResult expand(VjpOp op);

private:
  LogicalResult prepare(Block &body, int64_t mark);
  void finish(Operation *op, ValueRange results, int64_t mark);

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

/// The operator's place takes the results.
void Operators::finish(Operation *op, ValueRange results, int64_t mark) {
  Operation *function = op->getParentOfType<func::FuncOp>();
  op->replaceAllUsesWith(results);
  op->erase();
  releaseStops(function, mark);
}

LogicalResult Operators::expand(JvpOp op) {
  Block &body = *op.getBody();
  int64_t mark = ++marks;
  if (failed(prepare(body, mark)))
    return failure();
  Activity activity(body, body.getArguments(), yieldsOf(body));
  OpBuilder builder(op);
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
  finish(op, results, mark);
  return success();
}

LogicalResult Operators::expand(VjpOp op) {
  Block &body = *op.getBody();
  int64_t mark = ++marks;
  if (failed(prepare(body, mark)))
    return failure();
  keepStates(body, body.getArguments());
  Activity activity(body, body.getArguments(), yieldsOf(body));
  OpBuilder builder(op);
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
  finish(op, results, mark);
  return success();
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
    for (Operation *op : operators) {
      auto forward = dyn_cast<JvpOp>(op);
      if (failed(forward ? all.expand(forward) : all.expand(cast<VjpOp>(op))))
        return failure();
    }
    for (JvpOp column : iterateRoots(function))
      if (failed(all.expand(column)))
        return failure();
    return success();
  }
};

} // namespace
} // namespace costate
