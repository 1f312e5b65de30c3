// Contributions to adjoints, and the rules of operations on single values; ReverseBodies.cpp has those of
// operations with bodies.
#include "passes/ReverseDerivative.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace costate {

void ReverseDerivative::compute(Block &block) {
  for (Operation &op : block.without_terminator())
    if (isa<ScanOp, IterateOp>(op) && activity.isReached(&op))
      record(op);
    else
      computeAgain(builder, op, values);
}

Value ReverseDerivative::adjoint(Value original) {
  return arithmetic.orZero(known(original), value(original));
}

LogicalResult ReverseDerivative::reverse(Block &block) {
  for (Operation &op : llvm::reverse(block.without_terminator()))
    if (activity.isReached(&op) && failed(reverse(op)))
      return failure();
  return success();
}

LogicalResult ReverseDerivative::reverse(Operation &op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(&op)
      .Case([&](AtOp at) { return reverseAt(at); })
      .Case([&](AccumulateOp add) { return reverseAccumulate(add); })
      .Case([&](MapOp map) { return reverseMap(map); })
      .Case([&](ReduceOp reduce) { return reverseReduce(reduce); })
      .Case([&](ScanOp scan) {
        reverseInits(scan.getInits(), scan.accumulators(), scan.accumulated());
        return reverseLoop({scan, *scan.getBody(), scan.getStarts(), scan.carried(), scan.collected(),
                            /*hasIndex=*/true, scan.getReversed()});
      })
      .Case([&](IterateOp loop) {
        Block &body = loop.getBody().front();
        return reverseLoop({loop, body, loop.getStarts(), body.getArguments(),
                            loop->getResults().take_front(0),
                            /*hasIndex=*/false, /*reversed=*/false});
      })
      .Case([&](scf::IfOp branches) { return reverseBranches(branches); })
      .Case([&](DifferentiableArray array) { return reverseArray(array); })
      .Case([&](DifferentiableScalar scalar) { return reverseScalar(scalar); })
      .Default([](Operation *unknown) { return unknown->emitOpError("has no derivative"); });
}

// ---- contributions -------------------------------------------------------------------------------------

void ReverseDerivative::contribute(Value original, Value amount, const Guard &guard) {
  if (!amount || !activity.isActive(original))
    return;
  use(original, guard);
  if (Value sink = sinks.lookup(original))
    return accumulate(sink, amount);
  Value &adjoint = scope->adjoints[original];
  adjoint = arithmetic.add(adjoint, amount);
}

void ReverseDerivative::replace(Value original, Value adjoint, const Guard &guard) {
  use(original, guard);
  scope->adjoints[original] = adjoint;
}

/// All entries of the amount; a scalar has a sink without dimensions.
void ReverseDerivative::accumulate(Value sink, Value amount) {
  Location loc = amount.getLoc();
  if (!isa<RankedTensorType>(amount.getType())) {
    builder.create<AccumulateOp>(loc, settled(amount), sink, ValueRange(), "add");
    return;
  }
  auto map = builder.create<MapOp>(loc, arithmetic.sizes(amount), ValueRange(), TypeRange());
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(map.getBody());
  ValueRange indices = map.getBody()->getArguments();
  Value entry = builder.create<AtOp>(loc, builder.getF64Type(), amount, indices);
  builder.create<AccumulateOp>(loc, settled(entry), sink, indices, "add");
  builder.create<YieldOp>(loc, ValueRange());
}

/// An instance with adjoint 0 adds nothing, also where its slopes are not finite.
Value ReverseDerivative::settled(Value amount) {
  return scope->idle ? arithmetic.drop(scope->idle, amount) : amount;
}

void ReverseDerivative::contributeEntry(Value array, ValueRange indices, Value amount) {
  if (!amount || !activity.isActive(array))
    return;
  Location loc = amount.getLoc();
  if (Value sink = sinks.lookup(array)) {
    builder.create<AccumulateOp>(loc, settled(amount), sink, indices, "add");
    return;
  }
  auto map = builder.create<MapOp>(loc, ValueRange(), adjoint(array), TypeRange());
  replace(array, map.getResult(0), always());
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(map.getBody());
  builder.create<AccumulateOp>(loc, amount, map.getBody()->getArgument(0), indices, "add");
  builder.create<YieldOp>(loc, ValueRange());
}

// ---- guards --------------------------------------------------------------------------------------------

void ReverseDerivative::use(Value original, const Guard &guard) {
  Guard &known = scope->guards[original];
  known.isAlways |= guard.isAlways || !guard.condition;
  if (known.isAlways || known.condition == guard.condition)
    return;
  known.condition = known.condition ? builder.create<arith::OrIOp>(guard.condition.getLoc(), known.condition,
                                                                   guard.condition)
                                    : guard.condition;
}

/// Under which condition any result of an operation is used; what it accumulates always is.
ReverseDerivative::Guard ReverseDerivative::guardOf(Operation *op) const {
  if (accumulatesOutside(op))
    return always();
  Guard all;
  for (Value result : op->getResults()) {
    if (!known(result))
      continue;
    Guard guard = scope->guards.lookup(result);
    if (guard.isAlways || !guard.condition || (all.condition && all.condition != guard.condition))
      return always();
    all = guard;
  }
  return all;
}

// ---- single values -------------------------------------------------------------------------------------

void ReverseDerivative::reverseChoice(Operation *op, const Choice &choice, Value guard, Value adjoint) {
  for (unsigned k : {choice.yes, choice.no}) {
    OpOperand &operand = op->getOpOperand(k);
    if (!activity.passes(operand))
      continue;
    Value condition = k == choice.yes ? choice.condition : arithmetic.negation(choice.condition);
    Value both = guard ? builder.create<arith::AndIOp>(op->getLoc(), guard, condition) : condition;
    contribute(operand.get(), arithmetic.gate(condition, adjoint), {false, both});
  }
}

LogicalResult ReverseDerivative::reverseScalar(DifferentiableScalar op) {
  Value result = op->getResult(0), adjoint = known(result);
  if (!adjoint)
    return success();
  auto computed = cast<DifferentiableScalar>(value(result).getDefiningOp());
  Guard guard = scope->guards.lookup(result);
  if (auto choice = computed.choice(builder)) {
    reverseChoice(op, *choice, guard.needed(), adjoint);
    return success();
  }
  if (!result.getType().isF64())
    return op->emitOpError("has no derivative as an operation on tensors");
  for (OpOperand &operand : op->getOpOperands()) {
    if (!activity.passes(operand))
      continue;
    Value partial = computed.partial(builder, operand.getOperandNumber());
    Value amount = arithmetic.multiply(adjoint, partial, computed);
    // Where the guard is false the adjoint is 0; times a constant it still is.
    bool isConstant = partial && matchPattern(partial, m_Constant());
    contribute(operand.get(), isConstant ? amount : arithmetic.gate(guard.needed(), amount), guard);
  }
  return success();
}

LogicalResult ReverseDerivative::reverseArray(DifferentiableArray op) {
  SmallVector<Value> results;
  SmallVector<bool> wanted;
  for (Value result : op->getResults())
    results.push_back(known(result));
  if (llvm::none_of(results, [](Value adjoint) { return bool(adjoint); }))
    return success();
  for (OpOperand &operand : op->getOpOperands())
    wanted.push_back(activity.passes(operand));
  auto computed = cast<DifferentiableArray>(value(op->getResult(0)).getDefiningOp());
  for (auto [operand, amount, isWanted] :
       llvm::zip_equal(op->getOperands(), computed.adjoints(builder, results, wanted), wanted))
    if (isWanted)
      contribute(operand, amount, always());
  return success();
}

LogicalResult ReverseDerivative::reverseAt(AtOp op) {
  SmallVector<Value> indices;
  for (Value index : op.getIndices())
    indices.push_back(value(index));
  contributeEntry(op.getArray(), indices, known(op.getResult()));
  return success();
}

LogicalResult ReverseDerivative::reverseAccumulate(AccumulateOp op) {
  if (op.getKind() != "add")
    return op.emitOpError("of kind `") << op.getKind() << "` has no derivative, only `add` has one";
  Value array = accumulators.lookup(op.getArray());
  if (!array)
    return success();
  SmallVector<Value> indices;
  for (Value index : op.getIndices())
    indices.push_back(value(index));
  Value slot = builder.create<AtOp>(op.getLoc(), builder.getF64Type(), array, indices);
  contribute(op.getValue(), slot, always());
  return success();
}

} // namespace costate
