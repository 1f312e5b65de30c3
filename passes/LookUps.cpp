// Comparing look-ups but for the names in their errors.
#include "passes/LookUps.h"

using namespace mlir;

namespace costate {

static StringRef missingOf(Operation *op) {
  auto locate = dyn_cast<LocateOp>(op);
  return locate ? locate.getMissing() : cast<LocateProductOp>(op).getMissing();
}

Value LookUps::first(Value column) {
  Operation *op = column.getDefiningOp();
  if (!isa_and_nonnull<LocateOp, LocateProductOp>(op))
    return column;
  auto isSame = [&](Operation *other) {
    return op->getName() == other->getName() && llvm::equal(op->getOperands(), other->getOperands()) &&
           missingOf(op) == missingOf(other);
  };
  auto known = llvm::find_if(seen, isSame);
  if (known != seen.end())
    return (*known)->getResult(0);
  seen.push_back(op);
  return column;
}

} // namespace costate
