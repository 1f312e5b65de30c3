// Sums over the rows of a filter, and operations moved into them.
#include "passes/Choices.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace costate {
namespace {

/// The operations between sums and `op`, with both, in order.
SmallVector<Operation *> coneOf(Operation *op) {
  llvm::SetVector<Operation *> cone;
  SmallVector<Operation *> stack{op};
  while (!stack.empty()) {
    Operation *next = stack.pop_back_val();
    if (!cone.insert(next) || isa<SumOp>(next))
      continue;
    for (Value operand : next->getOperands())
      if (Operation *below = operand.getDefiningOp(); below && below->getBlock() == op->getBlock())
        stack.push_back(below);
  }
  llvm::DenseSet<Operation *> holds;
  SmallVector<Operation *> kept;
  auto ordered = cone.takeVector();
  llvm::sort(ordered, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  for (Operation *inner : ordered) {
    bool isAbove =
        llvm::any_of(inner->getOperands(), [&](Value v) { return holds.contains(v.getDefiningOp()); });
    if (!isa<SumOp>(inner) && !isAbove)
      continue;
    holds.insert(inner);
    kept.push_back(inner);
  }
  return kept;
}

FilterOp filterOf(SumOp sum) { return sum.getParent().getDefiningOp<FilterOp>(); }

Value rowsOf(ArrayRef<Operation *> cone, Value mask, bool negated, OpBuilder &outside) {
  for (Operation *op : cone)
    if (auto sum = dyn_cast<SumOp>(op); sum && filterOf(sum).getNegated() == negated)
      return sum.getParent();
  Location loc = mask.getLoc();
  return outside.create<FilterOp>(loc, columnOf(outside.getI32Type()), mask,
                                  negated ? outside.getUnitAttr() : UnitAttr());
}

/// The body of a sum at another index; gives the value it yields.
Value inlined(SumOp sum, Value index, OpBuilder &builder) {
  IRMapping mapping;
  Block &body = sum.getRegion().front();
  mapping.map(body.getArgument(0), index);
  for (Operation &op : body.without_terminator())
    builder.clone(op, mapping);
  return mapping.lookupOrDefault(body.getTerminator()->getOperand(0));
}

Value branchOf(ArrayRef<Operation *> cone, Value rows) {
  Operation *last = cone.back();
  Location loc = last->getLoc();
  OpBuilder builder(last);
  auto branch = builder.create<SumOp>(loc, builder.getF64Type(), rows, Value(), Value());
  Block *block = builder.createBlock(&branch.getRegion(), {}, {builder.getIndexType()}, {loc});
  IRMapping mapping;
  for (Operation *op : cone) {
    auto sum = dyn_cast<SumOp>(op);
    if (!sum)
      builder.clone(*op, mapping);
    else if (sum.getParent() == rows)
      mapping.map(sum.getResult(), inlined(sum, block->getArgument(0), builder));
    else
      mapping.map(sum.getResult(),
                  builder.create<arith::ConstantOp>(loc, builder.getF64FloatAttr(0)).getResult());
  }
  builder.create<YieldOp>(loc, mapping.lookup(last->getResult(0)));
  return branch.getResult();
}

} // namespace

Value choiceMask(SumOp sum) {
  FilterOp filter = filterOf(sum);
  return filter ? Value(filter.getMask()) : Value();
}

SmallVector<SumOp> sumsBelow(Value value) {
  SmallVector<SumOp> sums;
  if (Operation *op = value.getDefiningOp())
    for (Operation *inner : coneOf(op))
      if (auto sum = dyn_cast<SumOp>(inner))
        sums.push_back(sum);
  return sums;
}

void distribute(Operation *op, Value mask, OpBuilder &outside) {
  SmallVector<Operation *> cone = coneOf(op);
  Value yes = branchOf(cone, rowsOf(cone, mask, false, outside));
  Value no = branchOf(cone, rowsOf(cone, mask, true, outside));
  OpBuilder builder(op);
  op->getResult(0).replaceAllUsesWith(builder.create<arith::AddFOp>(op->getLoc(), yes, no).getResult());
  for (Operation *inner : llvm::reverse(cone))
    if (inner->use_empty())
      inner->erase();
}

} // namespace costate
