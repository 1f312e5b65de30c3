// Values whose derivative is given: their verifier and their derivative, which is the rule.
#include "ir/ArrayArithmetic.h"
#include "ir/Bodies.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace costate;

void RuledOp::build(OpBuilder &, OperationState &state, Type type, ValueRange at) {
  state.addOperands(at);
  state.addTypes(type);
  for (int takes : {1, 2}) {
    Block &body = state.addRegion()->emplaceBlock();
    for (int k = 0; k < takes; ++k)
      for (Type each : at.getTypes())
        body.addArgument(each, state.location);
  }
}

void RuledOp::getEffects(SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  bodyEffects(*this, effects);
}
Speculation::Speculatability RuledOp::getSpeculatability() { return Speculation::NotSpeculatable; }

static bool isReal(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return (tensor ? tensor.getElementType() : type).isF64();
}

LogicalResult RuledOp::verifyRegions() {
  if (!llvm::all_of(getAt().getTypes(), isReal) || !isReal(getValue().getType())) // C1
    return emitOpError("takes or gives other values than reals and tensors of them");
  SmallVector<Type> types(getAt().getTypes());
  for (Region *region : {&getRegion(), &getRule()}) {
    if (region->getArgumentTypes() != TypeRange(types)) // C2
      return emitOpError("has a region that does not take `at`, the rule twice");
    auto yield = dyn_cast<YieldOp>(region->front().getTerminator());
    if (!yield || TypeRange(yield.getValues()) != TypeRange(getValue())) // C3
      return emitOpError("has a region that does not yield one ") << getValue().getType();
    llvm::append_range(types, getAt().getTypes());
  }
  if (accumulatesOutside(*this)) // C4
    return emitOpError("accumulates into what stands around it");
  return success(succeeded(verifyBody(*this, &getRegion().front())) &&
                 succeeded(verifyBody(*this, &getRule().front())));
}

// ---- derivatives ---------------------------------------------------------------------------------------

/// Clones the rule for these directions.
static Value derivativeAt(RuledOp op, OpBuilder &b, ValueRange directions) {
  Block &rule = op.getRule().front();
  IRMapping mapping;
  mapping.map(rule.getArguments().take_front(directions.size()), op.getAt());
  mapping.map(rule.getArguments().drop_front(directions.size()), directions);
  for (Operation &inner : rule.without_terminator())
    b.clone(inner, mapping);
  return mapping.lookupOrDefault(rule.getTerminator()->getOperand(0));
}

static Value zeroLike(ArrayArithmetic &a, Value value) {
  if (!isa<RankedTensorType>(value.getType()))
    return a.number(0);
  return a.likeArray(value, [](ArrayArithmetic &e, ValueRange) { return e.number(0); });
}

SmallVector<Value> RuledOp::tangents(OpBuilder &b, ValueRange operands) {
  ArrayArithmetic a(b, getLoc());
  SmallVector<Value> directions;
  for (auto [at, tangent] : llvm::zip_equal(getAt(), operands))
    directions.push_back(tangent ? tangent : zeroLike(a, at));
  return {derivativeAt(*this, b, directions)};
}

/// The rule is linear in the directions: at zeros its adjoint is that of all.
SmallVector<Value> RuledOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool>) {
  if (!results[0])
    return SmallVector<Value>(getAt().size());
  ArrayArithmetic a(b, getLoc());
  SmallVector<Value> zeros;
  for (Value at : getAt())
    zeros.push_back(zeroLike(a, at));
  auto vjp = b.create<VjpOp>(getLoc(), zeros, results);
  OpBuilder inside = OpBuilder::atBlockEnd(vjp.getBody());
  Value change = derivativeAt(*this, inside, vjp.getBody()->getArguments());
  inside.create<YieldOp>(getLoc(), change);
  return SmallVector<Value>(vjp.getResults().drop_front());
}
