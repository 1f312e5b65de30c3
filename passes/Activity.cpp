// A graph of flows between values, walked from the inputs on and from the outputs back.
#include "passes/Activity.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace costate {
namespace {

MutableArrayRef<OpOperand> yieldsOf(Region &region) {
  return region.front().getTerminator()->getOpOperands();
}

bool isDefinedIn(Operation *op, Value value) {
  Operation *owner = value.getParentRegion()->getParentOp();
  return owner && op->isAncestor(owner);
}

} // namespace

bool isReal(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return (tensor ? tensor.getElementType() : type).isF64();
}

ValueRange statesOf(Value tape) {
  Operation *loop = tape.getDefiningOp();
  if (auto scan = dyn_cast_or_null<ScanOp>(loop))
    return scan.carried();
  if (auto iterate = dyn_cast_or_null<IterateOp>(loop))
    return iterate.getBody().getArguments();
  return {};
}

Activity::Activity(Block &body, ValueRange inputs, ValueRange outputs) {
  body.walk([&](Operation *op) { connect(op); });
  DenseSet<Value> varied = reach(inputs, true), useful = reach(outputs, false);
  for (Value value : varied)
    if (useful.contains(value))
      active.insert(value);
  for (const Flow &flow : flows)
    if (flow.use && active.contains(flow.from) && active.contains(flow.to))
      passing.insert(flow.use);
}

SmallVector<bool> Activity::areActive(ValueRange values) const {
  return llvm::map_to_vector(values, [&](Value value) { return isActive(value); });
}

SmallVector<Value> Activity::captured(Operation *op) const {
  llvm::SetVector<Value> values;
  for (Region &region : op->getRegions())
    region.walk([&](Operation *inner) {
      for (OpOperand &use : inner->getOpOperands())
        if (passes(use) && !isDefinedIn(op, use.get()))
          values.insert(use.get());
    });
  return values.takeVector();
}

bool Activity::isReached(Operation *op) const {
  if (auto unwind = dyn_cast<UnwindOp>(op))
    if (llvm::any_of(statesOf(unwind.getTape()), [&](Value state) { return isActive(state); }))
      return true;
  return llvm::any_of(op->getOpOperands(), [&](OpOperand &use) { return passes(use); }) ||
         !captured(op).empty();
}

DenseSet<Value> Activity::reach(ValueRange from, bool forward) const {
  DenseMap<Value, SmallVector<Value, 2>> next;
  for (const Flow &flow : flows)
    next[forward ? flow.from : flow.to].push_back(forward ? flow.to : flow.from);
  DenseSet<Value> reached;
  SmallVector<Value> stack;
  auto visit = [&](Value value) {
    if (isReal(value.getType()) && reached.insert(value).second)
      stack.push_back(value);
  };
  llvm::for_each(from, visit);
  while (!stack.empty())
    if (auto it = next.find(stack.pop_back_val()); it != next.end())
      llvm::for_each(it->second, visit);
  return reached;
}

// ---- flows ---------------------------------------------------------------------------------------------

void Activity::flow(Value from, Value to) {
  if (isReal(from.getType()) && isReal(to.getType()))
    flows.push_back({from, to});
}

void Activity::flow(OpOperand &use, Value to) {
  if (isReal(use.get().getType()) && isReal(to.getType()))
    flows.push_back({use.get(), to, &use});
}

void Activity::flow(MutableArrayRef<OpOperand> uses, ValueRange to) {
  for (auto [use, value] : llvm::zip_equal(uses, to))
    flow(use, value);
}

void Activity::accumulate(MutableArrayRef<OpOperand> inits, ValueRange args, ValueRange results) {
  flow(inits, args);
  for (auto [arg, result] : llvm::zip_equal(args, results))
    flow(arg, result);
}

void Activity::connect(Operation *op) {
  if (isa<StopOp>(op) || op->hasTrait<OpTrait::IsTerminator>())
    return; // a terminator is read with the operation it ends
  if (auto add = dyn_cast<AccumulateOp>(op))
    return flow(add.getValueMutable(), add.getArray());
  bool isKnown = llvm::TypeSwitch<Operation *, bool>(op)
                     .Case<MapOp, ReduceOp, ScanOp, IterateOp, UnwindOp>([&](auto structured) {
                       connect(structured);
                       return true;
                     })
                     .Default(false);
  if (isKnown)
    return;
  if (isa<scf::IfOp>(op))
    return connectBranches(op);
  op->walk([&](Operation *inner) { // regions that are not known: all that is used matters
    for (OpOperand &use : inner->getOpOperands())
      for (Value result : op->getResults())
        flow(use, result);
  });
}

void Activity::connect(MapOp op) {
  flow(yieldsOf(op.getRegion()), op.getResults().take_front(op.numYielded()));
  accumulate(op.getInitsMutable(), op.accumulators(), op.getResults().drop_front(op.numYielded()));
}

void Activity::connect(ReduceOp op) { flow(yieldsOf(op.getRegion()), op.getResults()); }

void Activity::connect(ScanOp op) {
  auto yields = yieldsOf(op.getRegion());
  flow(op.getStartsMutable(), op.carried());
  flow(yields.take_front(op.numCarried()), op.carried());
  flow(yields.drop_front(op.numCarried()), op.collected());
  for (auto [arg, result] : llvm::zip(op.carried(), op.getResults()))
    flow(arg, result);
  accumulate(op.getInitsMutable(), op.accumulators(), op.accumulated());
}

void Activity::connect(IterateOp op) {
  auto carried = op.getBody().getArguments();
  flow(op.getStartsMutable(), carried);
  flow(yieldsOf(op.getBody()), carried);
  for (auto [arg, result] : llvm::zip(carried, op.getResults()))
    flow(arg, result);
}

/// The states in both regions are those of the recorded loop.
void Activity::connect(UnwindOp op) {
  size_t states = op.states().size();
  auto own = op.getAdjoint().getArguments().drop_front(1);
  for (auto [state, again, arg] :
       llvm::zip(statesOf(op.getTape()), op.getStep().getArguments().drop_front(1), own.take_front(states))) {
    flow(state, again);
    flow(state, arg);
  }
  for (auto [use, state] : llvm::zip(yieldsOf(op.getStep()), statesOf(op.getTape())))
    flow(use, state);
  auto carried = own.slice(states, op.numCarried());
  flow(op.getStartsMutable(), carried);
  flow(yieldsOf(op.getAdjoint()), carried);
  for (auto [arg, result] : llvm::zip(carried, op.getResults()))
    flow(arg, result);
  accumulate(op.getInitsMutable(), op.accumulators(), op.getResults().drop_front(op.numCarried()));
}

void Activity::connectBranches(Operation *op) {
  for (Region &branch : op->getRegions())
    if (!branch.empty())
      flow(yieldsOf(branch), op->getResults());
}

} // namespace costate
