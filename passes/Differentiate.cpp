// costate.jvp and costate.vjp => the operations that compute them, innermost first.
//
//   y, dy = jvp at (x) tangents (v) {f}    =>    f and its derivatives in the direction v, operation by
//   operation y, xa = vjp at (x) seeds (w) {f}       =>    f, then its operations in reverse with adjoints
#include "passes/Passes.h"

#include "passes/DifferentiableForms.h"
#include "passes/ForwardDerivative.h"
#include "passes/ReverseDerivative.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_DIFFERENTIATE
#include "passes/Passes.h.inc"

namespace {

ValueRange yieldsOf(Block &body) { return body.getTerminator()->getOperands(); }

LogicalResult expand(JvpOp op) {
  Block &body = *op.getBody();
  writeReductions(body, body.getArguments());
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
  op.replaceAllUsesWith(results);
  op.erase();
  return success();
}

LogicalResult expand(VjpOp op) {
  Block &body = *op.getBody();
  writeReductions(body, body.getArguments());
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
  op.replaceAllUsesWith(results);
  op.erase();
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
    for (Operation *op : operators) {
      auto forward = dyn_cast<JvpOp>(op);
      if (failed(forward ? expand(forward) : expand(cast<VjpOp>(op))))
        return failure();
    }
    return success();
  }
};

} // namespace
} // namespace costate
