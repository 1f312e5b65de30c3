// One rule per operation; what differs between structured ones is the order of their duals.
#include "passes/ForwardDerivative.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace costate {

void ForwardDerivative::set(Value argument, Value value, Value tangent) {
  values.map(argument, value);
  if (tangent && activity.isActive(argument))
    tangents[argument] = tangent;
}

Value ForwardDerivative::tangent(Value original) {
  return arithmetic.orZero(tangents.lookup(original), value(original));
}

LogicalResult ForwardDerivative::emit(Block &block) {
  for (Operation &op : block.without_terminator())
    if (failed(emit(op)))
      return failure();
  return success();
}

LogicalResult ForwardDerivative::emit(Operation &op) {
  if (!activity.isReached(&op)) {
    builder.clone(op, values);
    return success();
  }
  return llvm::TypeSwitch<Operation *, LogicalResult>(&op)
      .Case([&](AtOp at) { return emitAt(at); })
      .Case([&](AccumulateOp add) { return emitAccumulate(add); })
      .Case([&](MapOp map) { return emitMap(map); })
      .Case([&](ReduceOp reduce) { return emitReduce(reduce); })
      .Case([&](ScanOp scan) { return emitScan(scan); })
      .Case([&](IterateOp iterate) { return emitIterate(iterate); })
      .Case([&](UnwindOp unwind) { return emitUnwind(unwind); })
      .Case([&](scf::IfOp branches) { return emitBranches(branches); })
      .Case([&](DifferentiableArray array) { return emitArray(array); })
      .Case([&](DifferentiableScalar scalar) { return emitScalar(scalar); })
      .Default([](Operation *unknown) { return unknown->emitOpError("has no derivative"); });
}

// ---- single values -------------------------------------------------------------------------------------

LogicalResult ForwardDerivative::emitScalar(DifferentiableScalar op) {
  auto clone = cast<DifferentiableScalar>(builder.clone(*op, values));
  Value result = op->getResult(0);
  if (auto choice = clone.choice(builder)) {
    Value yes = tangent(op->getOperand(choice->yes)), no = tangent(op->getOperand(choice->no));
    tangents[result] = arithmetic.choose(choice->condition, yes, no);
    return success();
  }
  if (!result.getType().isF64())
    return op->emitOpError("has no derivative as an operation on tensors");
  Value sum;
  for (OpOperand &use : op->getOpOperands())
    if (Value inner = tangents.lookup(use.get()); inner && activity.passes(use))
      sum = arithmetic.add(sum,
                           arithmetic.multiply(inner, clone.partial(builder, use.getOperandNumber()), clone));
  if (sum)
    tangents[result] = sum;
  return success();
}

LogicalResult ForwardDerivative::emitArray(DifferentiableArray op) {
  auto clone = cast<DifferentiableArray>(builder.clone(*op, values));
  SmallVector<Value> operands;
  for (Value operand : op->getOperands())
    operands.push_back(tangents.lookup(operand));
  for (auto [result, tangent] : llvm::zip_equal(op->getResults(), clone.tangents(builder, operands)))
    if (tangent && activity.isActive(result))
      tangents[result] = tangent;
  return success();
}

LogicalResult ForwardDerivative::emitAt(AtOp op) {
  auto clone = cast<AtOp>(builder.clone(*op, values));
  if (Value array = tangents.lookup(op.getArray()))
    tangents[op.getResult()] =
        builder.create<AtOp>(op.getLoc(), clone.getResult().getType(), array, clone.getIndices());
  return success();
}

LogicalResult ForwardDerivative::emitAccumulate(AccumulateOp op) {
  if (op.getKind() != "add")
    return op.emitOpError("of kind `") << op.getKind() << "` has no derivative, only `add` has one";
  auto clone = cast<AccumulateOp>(builder.clone(*op, values));
  if (Value tangent = tangents.lookup(op.getValue()))
    builder.create<AccumulateOp>(op.getLoc(), tangent, this->tangents.lookup(op.getArray()),
                                 clone.getIndices(), op.getKindAttr());
  return success();
}

// ---- lists of duals ------------------------------------------------------------------------------------

SmallVector<Value> ForwardDerivative::duals(ValueRange originals, const Active &active) {
  SmallVector<Value> all;
  for (Value original : originals)
    all.push_back(value(original));
  for (auto [original, isActive] : llvm::zip_equal(originals, active))
    if (isActive)
      all.push_back(tangent(original));
  return all;
}

SmallVector<Type> ForwardDerivative::dualTypes(TypeRange types, const Active &active) {
  SmallVector<Type> all(types);
  for (auto [type, isActive] : llvm::zip_equal(types, active))
    if (isActive)
      all.push_back(type);
  return all;
}

SmallVector<Value> ForwardDerivative::dualSizes(ValueRange inner, ValueRange yielded, const Active &active) {
  SmallVector<Value> all;
  for (Value size : inner)
    all.push_back(value(size));
  SmallVector<Value> single = all;
  ArrayRef<Value> rest = single;
  for (auto [value, isActive] : llvm::zip_equal(yielded, active)) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    size_t rank = type ? size_t(type.getRank()) : 0;
    if (isActive)
      llvm::append_range(all, rest.take_front(rank));
    rest = rest.drop_front(rank);
  }
  return all;
}

ValueRange ForwardDerivative::bind(ValueRange originals, const Active &active, ValueRange duals) {
  for (auto [original, value] : llvm::zip(originals, duals))
    values.map(original, value);
  duals = duals.drop_front(originals.size());
  for (auto [original, isActive] : llvm::zip_equal(originals, active))
    if (isActive) {
      tangents[original] = duals.front();
      duals = duals.drop_front();
    }
  return duals;
}

LogicalResult ForwardDerivative::emitRegion(Region &region, Block &to, ArrayRef<Active> yields) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(&to);
  if (failed(emit(region.front())))
    return failure();
  Operation *end = region.front().getTerminator();
  ValueRange rest = end->getOperands();
  SmallVector<Value> yielded;
  for (const Active &active : yields) {
    llvm::append_range(yielded, duals(rest.take_front(active.size()), active));
    rest = rest.drop_front(active.size());
  }
  if (isa<scf::YieldOp>(end))
    builder.create<scf::YieldOp>(end->getLoc(), yielded);
  else
    builder.create<YieldOp>(end->getLoc(), yielded);
  return success();
}

// ---- structured operations -----------------------------------------------------------------------------

LogicalResult ForwardDerivative::emitMap(MapOp op) {
  auto yielded = op.getResults().take_front(op.numYielded());
  auto accumulated = op.getResults().drop_front(op.numYielded());
  Active yields = activity.areActive(yielded), into = activity.areActive(op.accumulators());
  ValueRange sizes = op.getSizes();
  SmallVector<Value> space = duals(sizes, Active(sizes.size(), false));
  SmallVector<Value> inner = dualSizes(op.getInner(), op.getBody()->getTerminator()->getOperands(), yields);
  auto map = builder.create<MapOp>(op.getLoc(), space, duals(op.getInits(), into),
                                   dualTypes(yielded.getTypes(), yields), inner);
  Block &body = *op.getBody();
  bind(op.accumulators(), into,
       bind(body.getArguments().take_front(op.rank()), Active(op.rank(), false),
            map.getBody()->getArguments()));
  bind(accumulated, into, bind(yielded, yields, map.getResults()));
  return emitRegion(op.getRegion(), *map.getBody(), yields);
}

/// A sum; of other kinds nothing is active but what their bodies accumulate.
LogicalResult ForwardDerivative::emitReduce(ReduceOp op) {
  Active active = activity.areActive(op.getResults());
  ValueRange sizes = op.getSizes();
  auto reduce = builder.create<ReduceOp>(op.getLoc(), op.getKind(), duals(sizes, Active(sizes.size(), false)),
                                         dualTypes(op.getResultTypes(), active));
  bind(op.getBody()->getArguments(), Active(sizes.size(), false), reduce.getBody()->getArguments());
  bind(op.getResults(), active, reduce.getResults());
  return emitRegion(op.getRegion(), *reduce.getBody(), active);
}

LogicalResult ForwardDerivative::emitScan(ScanOp op) {
  Active carried = activity.areActive(op.carried()), collected = activity.areActive(op.collected()),
         into = activity.areActive(op.accumulators());
  ValueRange yields = op.getBody()->getTerminator()->getOperands();
  auto scan =
      builder.create<ScanOp>(op.getLoc(), value(op.getSize()), duals(op.getStarts(), carried),
                             dualTypes(op.collected().getTypes(), collected), duals(op.getInits(), into),
                             dualSizes(op.getInner(), yields.drop_front(op.numCarried()), collected),
                             op.getReversed(), op.getRecord());
  ValueRange args = scan.getBody()->getArguments();
  values.map(op.getBody()->getArgument(0), args[0]);
  bind(op.accumulators(), into, bind(op.carried(), carried, args.drop_front(1)));
  ValueRange rest = bind(op.getResults().take_front(op.numCarried()), carried, scan.getResults());
  rest = bind(op.accumulated(), into, bind(op.collected(), collected, rest));
  if (op.getRecord())
    values.map(op.getResults().back(), rest.back());
  return emitRegion(op.getRegion(), *scan.getBody(), {carried, collected});
}

/// The condition reads values alone.
LogicalResult ForwardDerivative::emitIterate(IterateOp op) {
  auto args = op.getBody().getArguments();
  Active carried = activity.areActive(args);
  auto iterate = builder.create<IterateOp>(op.getLoc(), duals(op.getStarts(), carried), op.getRecord());
  values.map(op.getCondition().getArguments(), iterate.getCondition().getArguments().take_front(args.size()));
  bind(args, carried, iterate.getBody().getArguments());
  ValueRange rest = bind(op.getResults().take_front(args.size()), carried, iterate.getResults());
  if (op.getRecord())
    values.map(op.getResults().back(), rest.back());
  if (failed(emitRegion(op.getCondition(), iterate.getCondition().front(), {Active(1, false)})))
    return failure();
  return emitRegion(op.getBody(), iterate.getBody().front(), {carried});
}

LogicalResult ForwardDerivative::emitUnwind(UnwindOp op) {
  size_t numStates = op.states().size();
  auto step = op.getStep().getArguments().drop_front(1), own = op.getAdjoint().getArguments().drop_front(1);
  auto state = own.take_front(numStates), args = own.slice(numStates, op.numCarried());
  Active states = activity.areActive(statesOf(op.getTape())), carried = activity.areActive(args),
         into = activity.areActive(op.accumulators());
  if (states.empty())
    states.assign(numStates, false);
  auto unwind = builder.create<UnwindOp>(op.getLoc(), value(op.getTape()), duals(op.getStarts(), carried),
                                         duals(op.getInits(), into), op.getReversed());
  Block &stepTo = unwind.getStep().front(), &adjointTo = unwind.getAdjoint().front();
  values.map(op.getStep().getArgument(0), stepTo.getArgument(0));
  values.map(op.getAdjoint().getArgument(0), adjointTo.getArgument(0));
  bind(step, states, stepTo.getArguments().drop_front(1));
  bind(op.accumulators(), into,
       bind(args, carried, bind(state, states, adjointTo.getArguments().drop_front(1))));
  bind(op.getResults().drop_front(op.numCarried()), into,
       bind(op.getResults().take_front(op.numCarried()), carried, unwind.getResults()));
  if (failed(emitRegion(op.getStep(), stepTo, {states})))
    return failure();
  return emitRegion(op.getAdjoint(), adjointTo, {carried});
}

LogicalResult ForwardDerivative::emitBranches(Operation *op) {
  auto branches = cast<scf::IfOp>(op);
  Active active = activity.areActive(op->getResults());
  bool hasElse = !branches.getElseRegion().empty();
  auto dual = builder.create<scf::IfOp>(op->getLoc(), dualTypes(op->getResultTypes(), active),
                                        value(branches.getCondition()), hasElse);
  bind(op->getResults(), active, dual.getResults());
  for (auto [from, to] : llvm::zip(op->getRegions(), dual->getRegions())) {
    if (from.empty())
      continue;
    to.front().clear(); // the terminator of an `if` without results
    if (failed(emitRegion(from, to.front(), active)))
      return failure();
  }
  return success();
}

} // namespace costate
