// The verifier of roots.
#include "ir/Bodies.h"

#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace costate;

void RootOp::build(OpBuilder &b, OperationState &state, Value start, bool fixed, int32_t place) {
  state.addOperands(start);
  state.addTypes(start.getType());
  auto &properties = state.getOrAddProperties<Properties>();
  properties.place = b.getI32IntegerAttr(place);
  if (fixed)
    properties.fixed = b.getUnitAttr();
  Block &body = state.addRegion()->emplaceBlock();
  body.addArgument(start.getType(), state.location);
}

void RootOp::getEffects(SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  bodyEffects(*this, effects);
}
Speculation::Speculatability RootOp::getSpeculatability() { return Speculation::NotSpeculatable; }

LogicalResult RootOp::verifyRegions() {
  Type type = getStart().getType();
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!(tensor ? tensor.getElementType() : type).isF64()) // C1
    return emitOpError("starts from ") << type << ", expected f64 or a tensor of f64";
  auto arguments = getBody()->getArgumentTypes();
  auto yielded = getBody()->getTerminator()->getOperandTypes();
  if (arguments != ArrayRef<Type>(type) || TypeRange(yielded) != TypeRange(type)) // C2
    return emitOpError("has a body that does not take and yield one ") << type;
  if (accumulatesOutside(*this)) // C3
    return emitOpError("accumulates into what stands around it");
  return verifyBody(*this, getBody());
}
