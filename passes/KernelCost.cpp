// Counting operations.
#include "passes/KernelCost.h"

#include "ir/CostateOps.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace costate {
namespace {

bool isReal(Value value) { return value.getType().isF64(); }

bool hasSineOf(math::CosOp cosine) {
  return llvm::any_of(cosine.getOperand().getUsers(), [](Operation *user) { return isa<math::SinOp>(user); });
}

void add(Operation *op, KernelCost &cost) {
  if (op->getNumResults() != 1 || isa<AtOp, arith::ConstantOp>(op))
    return;
  if (!isReal(op->getResult(0)) && !isa<arith::CmpFOp>(op))
    return;
  if (isa<arith::DivFOp, math::SqrtOp, math::RsqrtOp>(op))
    ++cost.roots;
  else if (isa<math::FmaOp>(op))
    cost.flops += 2;
  else if (isa<math::AbsFOp, math::CopySignOp, math::FloorOp, math::CeilOp, math::RoundOp, math::RoundEvenOp,
               math::TruncOp>(op))
    ++cost.flops;
  else if (op->getDialect()->getNamespace() == "math")
    cost.calls += !(isa<math::CosOp>(op) && hasSineOf(cast<math::CosOp>(op)));
  else
    ++cost.flops;
}

} // namespace

KernelCost costOf(llvm::ArrayRef<Operation *> operations) {
  KernelCost cost;
  for (Operation *op : operations)
    add(op, cost);
  return cost;
}

KernelCost costOf(func::FuncOp kernel) {
  KernelCost cost;
  kernel.walk([&](Operation *op) { add(op, cost); });
  return cost;
}

} // namespace costate
