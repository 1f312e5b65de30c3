// Reverse mode of operations with bodies: who owns the adjoints of what bodies read from outside.
//
// A tensor that belongs to the block around an operation is an `into` tensor of the reversed operation, which
// starts as the adjoint so far; accumulations at any depth below name it. A scalar is summed, carried or
// yielded.
#include "passes/ReverseDerivative.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace costate {
namespace {

bool isTensor(Value value) { return isa<RankedTensorType>(value.getType()); }

ValueRange yieldsOf(Block &body) { return body.getTerminator()->getOperands(); }

} // namespace

class ReverseDerivative::Inside {
public:
  Inside(ReverseDerivative &derivative, Block &block)
      : derivative(derivative), outer(derivative.scope), guard(derivative.builder) {
    inner.idle = outer->idle;
    derivative.scope = &inner;
    derivative.builder.setInsertionPointToEnd(&block);
  }
  ~Inside() {
    derivative.scope = outer;
    for (Value original : sunk)
      derivative.sinks.erase(original);
  }
  void sink(Value original, Value accumulator) {
    derivative.sinks[original] = accumulator;
    sunk.push_back(original);
  }
  /// Starts with the adjoint so far.
  void handOn(Value original, Value adjoint) {
    if (adjoint)
      inner.adjoints[original] = adjoint;
  }

private:
  ReverseDerivative &derivative;
  Scope inner, *outer;
  SmallVector<Value> sunk;
  OpBuilder::InsertionGuard guard;
};

SmallVector<Value> ReverseDerivative::ownCaptured(Operation *op) const {
  SmallVector<Value> own = activity.captured(op);
  llvm::erase_if(own, [&](Value original) { return sinks.contains(original); });
  return own;
}

LogicalResult ReverseDerivative::reverseBody(Block &body, function_ref<void()> seedYields) {
  compute(body);
  seedYields();
  return reverse(body);
}

/// What is accumulated into a tensor has its adjoint, and so has the initial tensor.
void ReverseDerivative::reverseInits(ValueRange inits, ValueRange args, ValueRange results) {
  for (auto [init, arg, result] : llvm::zip_equal(inits, args, results))
    if (Value adjoint = known(result)) {
      accumulators[arg] = adjoint;
      contribute(init, adjoint, always());
    }
}

// ---- maps and reductions -------------------------------------------------------------------------------

LogicalResult ReverseDerivative::reverseMap(MapOp op) {
  auto yielded = op.getResults().take_front(op.numYielded());
  reverseInits(op.getInits(), op.accumulators(), op.getResults().drop_front(op.numYielded()));
  auto adjoints = llvm::map_to_vector(yielded, [&](Value result) { return known(result); });
  return reverseSpace(op, op.getSizes(), *op.getBody(), [&](ValueRange indices) {
    SmallVector<Value> seeds;
    for (auto [value, adjoint] : llvm::zip_equal(yieldsOf(*op.getBody()), adjoints))
      if (adjoint && activity.isActive(value)) {
        seeds.push_back(arithmetic.part(adjoint, indices, value.getType()));
        seed(value, seeds.back());
      }
    stateIdle(op, seeds);
  });
}

bool ReverseDerivative::hasPoles(Operation *op) {
  WalkResult walked = op->walk([&](DifferentiableScalar inner) {
    bool isPole = activity.isReached(inner) && arithmetic.hasPole(inner);
    return isPole ? WalkResult::interrupt() : WalkResult::advance();
  });
  return walked.wasInterrupted();
}

/// Of an instance that gives numbers alone: are their adjoints all 0?
void ReverseDerivative::stateIdle(MapOp op, ArrayRef<Value> seeds) {
  if (seeds.empty() || llvm::any_of(seeds, isTensor) || !op.getInits().empty() || accumulatesOutside(op) ||
      !hasPoles(op))
    return;
  Location loc = op.getLoc();
  Value all, nought = arithmetic.number(loc, 0);
  for (Value seed : seeds) {
    Value isZero = builder.create<arith::CmpFOp>(loc, arith::CmpFPredicate::OEQ, seed, nought);
    all = all ? builder.create<arith::AndIOp>(loc, all, isZero).getResult() : isZero;
  }
  scope->idle = scope->idle ? builder.create<arith::OrIOp>(loc, scope->idle, all).getResult() : all;
}

LogicalResult ReverseDerivative::reverseReduce(ReduceOp op) {
  SmallVector<std::pair<Value, Guard>> adjoints;
  for (Value result : op.getResults())
    adjoints.emplace_back(known(result), scope->guards.lookup(result));
  return reverseSpace(op, op.getSizes(), *op.getBody(), [&](ValueRange) {
    for (auto [value, adjoint] : llvm::zip_equal(yieldsOf(*op.getBody()), adjoints))
      contribute(value, adjoint.first, adjoint.second);
  });
}

LogicalResult ReverseDerivative::reverseSpace(Operation *op, ValueRange sizes, Block &body,
                                              function_ref<void(ValueRange)> seedYields) {
  Location loc = op->getLoc();
  SmallVector<Value> captured = ownCaptured(op), inits;
  if (!captured.empty() && llvm::none_of(captured, isTensor))
    return reverseAsSum(op, sizes, body, captured, seedYields);
  auto cell = RankedTensorType::get({}, builder.getF64Type());
  for (Value original : captured) {
    Value start = adjoint(original);
    inits.push_back(isTensor(original) ? start : arithmetic.tensor(loc, cell, ValueRange(), [&](ValueRange) {
      return start;
    }));
  }
  auto space = llvm::map_to_vector(sizes, [&](Value size) { return value(size); });
  auto map = builder.create<MapOp>(loc, space, inits, TypeRange());
  {
    Inside inside(*this, *map.getBody());
    for (auto [original, accumulator] : llvm::zip_equal(captured, map.accumulators()))
      inside.sink(original, accumulator);
    ValueRange indices = map.getBody()->getArguments().take_front(map.rank());
    values.map(body.getArguments().take_front(map.rank()), indices);
    if (failed(reverseBody(body, [&] { seedYields(indices); })))
      return failure();
    builder.create<YieldOp>(loc, ValueRange());
  }
  for (auto [original, result] : llvm::zip_equal(captured, map.getResults()))
    replace(original, isTensor(original) ? result : arithmetic.part(result, ValueRange(), original.getType()),
            guardOf(op));
  return success();
}

LogicalResult ReverseDerivative::reverseAsSum(Operation *op, ValueRange sizes, Block &body,
                                              ArrayRef<Value> scalars,
                                              function_ref<void(ValueRange)> seedYields) {
  Location loc = op->getLoc();
  auto space = llvm::map_to_vector(sizes, [&](Value size) { return value(size); });
  auto sum = builder.create<ReduceOp>(loc, "add", space, ValueRange(scalars).getTypes());
  {
    Inside inside(*this, *sum.getBody());
    ValueRange indices = sum.getBody()->getArguments();
    values.map(body.getArguments().take_front(indices.size()), indices);
    if (failed(reverseBody(body, [&] { seedYields(indices); })))
      return failure();
    builder.create<YieldOp>(
        loc, llvm::map_to_vector(scalars, [&](Value original) { return settled(adjoint(original)); }));
  }
  for (auto [original, result] : llvm::zip_equal(scalars, sum.getResults()))
    contribute(original, result, guardOf(op));
  return success();
}

// ---- loops ---------------------------------------------------------------------------------------------

void ReverseDerivative::record(Operation &op) {
  Operation *clone = computeAgain(builder, op, values), *recorded;
  if (auto scan = dyn_cast<ScanOp>(clone))
    recorded =
        builder.create<ScanOp>(op.getLoc(), scan.getSize(), scan.getStarts(), scan.collected().getTypes(),
                               scan.getInits(), scan.getInner(), scan.getReversed(), /*record=*/true);
  else
    recorded = builder.create<IterateOp>(op.getLoc(), cast<IterateOp>(clone).getStarts(), /*record=*/true);
  for (auto [from, to] : llvm::zip_equal(clone->getRegions(), recorded->getRegions()))
    to.takeBody(from);
  for (auto [original, result] : llvm::zip(op.getResults(), recorded->getResults()))
    values.map(original, result);
  tapes[&op] = recorded->getResults().back();
  clone->erase();
}

/// The body's carried part.
void ReverseDerivative::writeStep(const Loop &loop, Block &step) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(&step);
  if (loop.hasIndex)
    values.map(loop.body.getArgument(0), step.getArgument(0));
  values.map(loop.carried, step.getArguments().drop_front(1));
  computeAgain(builder, loop.body, values);
  SmallVector<Value> next;
  for (Value state : yieldsOf(loop.body).take_front(loop.carried.size()))
    next.push_back(value(state));
  builder.create<YieldOp>(loop.op->getLoc(), next);
}

LogicalResult ReverseDerivative::reverseLoop(const Loop &loop) {
  SmallVector<Value> tensors, scalars, starts, inits;
  for (Value original : ownCaptured(loop.op))
    (isTensor(original) ? tensors : scalars).push_back(original);
  for (auto [arg, result] : llvm::zip(loop.carried, loop.op->getResults()))
    if (activity.isActive(arg))
      starts.push_back(adjoint(result));
  for (Value original : scalars)
    starts.push_back(adjoint(original));
  for (Value original : tensors)
    inits.push_back(adjoint(original));
  auto unwind =
      builder.create<UnwindOp>(loop.op->getLoc(), tapes.lookup(loop.op), starts, inits, loop.reversed);
  writeStep(loop, unwind.getStep().front());
  if (failed(reverseStep(loop, unwind, tensors, scalars)))
    return failure();
  ValueRange results = unwind.getResults();
  for (auto [original, result] : llvm::zip_equal(tensors, results.take_back(tensors.size())))
    replace(original, result, always());
  for (auto [original, result] :
       llvm::zip_equal(scalars, results.drop_back(tensors.size()).take_back(scalars.size())))
    replace(original, result, always());
  for (auto [arg, start] : llvm::zip_equal(loop.carried, loop.starts))
    if (activity.isActive(arg)) {
      seed(start, results.front());
      results = results.drop_front();
    }
  return success();
}

LogicalResult ReverseDerivative::reverseStep(const Loop &loop, UnwindOp unwind, ArrayRef<Value> tensors,
                                             ArrayRef<Value> scalars) {
  SmallVector<std::pair<Value, Value>> collected; // what is collected, and the adjoint of all of it
  ValueRange yields = yieldsOf(loop.body);
  for (auto [value, result] : llvm::zip(yields.drop_front(loop.carried.size()), loop.collected))
    if (Value adjoint = known(result))
      collected.emplace_back(value, adjoint);
  Block &block = unwind.getAdjoint().front();
  Inside inside(*this, block);
  Value t = block.getArgument(0);
  ValueRange args = block.getArguments().drop_front(1);
  if (loop.hasIndex)
    values.map(loop.body.getArgument(0), t);
  values.map(loop.carried, args.take_front(loop.carried.size()));
  args = args.drop_front(loop.carried.size());
  size_t numActive = args.size() - scalars.size() - tensors.size();
  for (auto [original, arg] : llvm::zip_equal(scalars, args.slice(numActive, scalars.size())))
    inside.handOn(original, arg);
  for (auto [original, arg] : llvm::zip_equal(tensors, args.take_back(tensors.size())))
    inside.sink(original, arg);
  auto seedYields = [&] {
    for (auto [arg, value] : llvm::zip(loop.carried, yields))
      if (activity.isActive(arg)) {
        seed(value, args.front());
        args = args.drop_front();
      }
    for (auto [value, adjoint] : collected)
      seed(value, arithmetic.part(adjoint, t, value.getType()));
  };
  if (failed(reverseBody(loop.body, seedYields)))
    return failure();
  SmallVector<Value> next;
  for (Value arg : loop.carried)
    if (activity.isActive(arg))
      next.push_back(adjoint(arg));
  for (Value original : scalars)
    next.push_back(adjoint(original));
  builder.create<YieldOp>(loop.op->getLoc(), next);
  return success();
}

// ---- branches ------------------------------------------------------------------------------------------

LogicalResult ReverseDerivative::reverseBranches(Operation *op) {
  auto branches = cast<scf::IfOp>(op);
  Location loc = op->getLoc();
  SmallVector<Value> captured = ownCaptured(op);
  SmallVector<std::pair<Value, Guard>> adjoints;
  for (Value result : op->getResults())
    adjoints.emplace_back(known(result), scope->guards.lookup(result));
  DenseMap<Value, Value> before = scope->adjoints;
  auto reversed = builder.create<scf::IfOp>(loc, ValueRange(captured).getTypes(),
                                            value(branches.getCondition()), /*withElseRegion=*/true);
  for (auto [from, to] : llvm::zip_equal(op->getRegions(), reversed->getRegions())) {
    to.front().clear();
    Inside inside(*this, to.front());
    for (Value original : captured)
      inside.handOn(original, before.lookup(original));
    auto seedYields = [&] {
      for (auto [value, adjoint] : llvm::zip_equal(yieldsOf(from.front()), adjoints))
        contribute(value, adjoint.first, adjoint.second);
    };
    if (!from.empty() && failed(reverseBody(from.front(), seedYields)))
      return failure();
    builder.create<scf::YieldOp>(
        loc, llvm::map_to_vector(captured, [&](Value original) { return adjoint(original); }));
  }
  for (auto [original, result] : llvm::zip_equal(captured, reversed.getResults()))
    replace(original, result, guardOf(op));
  return success();
}

} // namespace costate
