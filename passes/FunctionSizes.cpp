// Sizes of arrays that are not computed yet.
#include "passes/FunctionLowering.h"

using namespace mlir;

namespace costate {

FailureOr<FunctionLowering::Values> FunctionLowering::sizesAhead(Value array) {
  Values sizes;
  for (int64_t d = 0; d < cast<RankedTensorType>(array.getType()).getRank(); ++d) {
    FailureOr<Value> size = sizeAhead(array, unsigned(d));
    if (failed(size))
      return mlir::failure();
    sizes.push_back(*size);
  }
  return sizes;
}

/// A size of a tensor that may stand in a region which is not lowered yet.
FailureOr<Value> FunctionLowering::sizeAhead(Value array, unsigned dimension) {
  if (Buffer known = buffers.lookup(array); known && !known.sizes.empty())
    return known.sizes[dimension];
  if (auto choice = array.getDefiningOp<scf::IfOp>()) {
    unsigned k = cast<OpResult>(array).getResultNumber();
    return sizeAhead(choice.thenBlock()->getTerminator()->getOperand(k), dimension);
  }
  OpBuilder here(source.getContext());
  if (Operation *op = array.getDefiningOp())
    here.setInsertionPointAfter(op);
  else
    here.setInsertionPointToStart(cast<BlockArgument>(array).getOwner());
  if (Value known = sizeKnownTo(array, dimension, here))
    return valueAhead(known);
  emitError(array.getLoc(), "the size of an array that is an argument must be an argument, too");
  return mlir::failure();
}

FailureOr<Value> FunctionLowering::valueAhead(Value scalar) {
  if (Value known = scalars.lookupOrNull(scalar))
    return known;
  Operation *op = scalar.getDefiningOp();
  if (auto size = dyn_cast_or_null<SizeOp>(op))
    return sizeAhead(size.getArray(), unsigned(size.getDimension()));
  if (!op || op->getNumRegions() || !isMemoryEffectFree(op) || isa<AtOp>(op)) {
    emitError(scalar.getLoc(), "the size of an array depends on what is computed with it");
    return mlir::failure();
  }
  IRMapping mapping;
  for (Value operand : op->getOperands()) {
    FailureOr<Value> known = valueAhead(operand);
    if (failed(known))
      return mlir::failure();
    mapping.map(operand, *known);
  }
  return b.clone(*op, mapping)->getResult(cast<OpResult>(scalar).getResultNumber());
}

} // namespace costate
