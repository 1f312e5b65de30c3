// Products of derivatives, and small maps.
//
// 0 times what is not finite is 0 here: an entry that nobody reads or a norm at 0 has adjoint 0 or slope 0,
// and the true derivative is (or may be taken as) 0. The test is for both at once: where the other factor is
// finite, derivatives of any order stay exact. Tests stand at poles, and behind roots up to the next array.
#include "passes/DerivativeArithmetic.h"

#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>

using namespace mlir;

namespace costate {

static bool isTensor(Value value) { return isa<RankedTensorType>(value.getType()); }

Value DerivativeArithmetic::number(Location loc, double value) {
  return b.create<arith::ConstantOp>(loc, b.getF64FloatAttr(value));
}

SmallVector<Value> DerivativeArithmetic::sizes(Value tensor, int64_t first) {
  SmallVector<Value> all;
  for (int64_t d = first; d < cast<RankedTensorType>(tensor.getType()).getRank(); ++d)
    all.push_back(b.create<SizeOp>(tensor.getLoc(), tensor, d));
  return all;
}

Value DerivativeArithmetic::tensor(Location loc, Type type, ValueRange sizes,
                                   function_ref<Value(ValueRange)> entry) {
  auto map = b.create<MapOp>(loc, sizes, ValueRange{}, type);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(map.getBody());
  b.create<YieldOp>(loc, entry(map.getBody()->getArguments()));
  return map.getResult(0);
}

Value DerivativeArithmetic::zero(Value like) {
  Location loc = like.getLoc();
  if (!isTensor(like))
    return number(loc, 0);
  return tensor(loc, like.getType(), sizes(like), [&](ValueRange) { return number(loc, 0); });
}

Value DerivativeArithmetic::part(Value whole, ValueRange indices, Type type) {
  Location loc = whole.getLoc();
  auto entry = [&](ValueRange rest) -> Value {
    SmallVector<Value> all(indices);
    llvm::append_range(all, rest);
    return b.create<AtOp>(loc, cast<RankedTensorType>(whole.getType()).getElementType(), whole, all);
  };
  if (!isa<RankedTensorType>(type))
    return entry({});
  return tensor(loc, type, sizes(whole, int64_t(indices.size())), entry);
}

Value DerivativeArithmetic::add(Value x, Value y) {
  if (!x || !y)
    return x ? x : y;
  Location loc = x.getLoc();
  if (!isTensor(x)) {
    Value sum = b.create<arith::AddFOp>(loc, x, y);
    if (steep.contains(x) || steep.contains(y))
      steep.insert(sum);
    return sum;
  }
  return tensor(loc, x.getType(), sizes(x), [&](ValueRange at) -> Value {
    Value first = b.create<AtOp>(loc, b.getF64Type(), x, at);
    Value second = b.create<AtOp>(loc, b.getF64Type(), y, at);
    return b.create<arith::AddFOp>(loc, first, second);
  });
}

Value DerivativeArithmetic::gate(Value condition, Value value) {
  if (!condition || !value)
    return value;
  return choose(condition, value, zero(value));
}

Value DerivativeArithmetic::choose(Value condition, Value yes, Value no) {
  Value taken = b.create<arith::SelectOp>(yes.getLoc(), condition, yes, no);
  if (steep.contains(yes) || steep.contains(no))
    steep.insert(taken);
  return taken;
}

Value DerivativeArithmetic::negation(Value condition) {
  Value truth = b.create<arith::ConstantOp>(condition.getLoc(), b.getBoolAttr(true));
  return b.create<arith::XOrIOp>(condition.getLoc(), condition, truth);
}

// ---- products ------------------------------------------------------------------------------------------

Value DerivativeArithmetic::drop(Value condition, Value derivative) {
  Location loc = derivative.getLoc();
  Value infinity = number(loc, std::numeric_limits<double>::infinity());
  Value size = b.create<math::AbsFOp>(loc, derivative);
  Value isLarge = b.create<arith::CmpFOp>(loc, arith::CmpFPredicate::UGE, size, infinity);
  Value both = b.create<arith::AndIOp>(loc, condition, isLarge);
  return b.create<arith::SelectOp>(loc, both, number(loc, 0), derivative);
}

/// 0 where `zero` is 0 and the product is not finite.
Value DerivativeArithmetic::limited(Value product, Value zero) {
  auto constant = numberOf(zero);
  if (constant && *constant != 0)
    return product;
  Location loc = product.getLoc();
  return drop(b.create<arith::CmpFOp>(loc, arith::CmpFPredicate::OEQ, zero, number(loc, 0)), product);
}

Value DerivativeArithmetic::multiply(Value derivative, Value partial, Operation *op) {
  if (!derivative || !partial || numberOf(derivative) == 0.0 || numberOf(partial) == 0.0)
    return nullptr;
  Location loc = partial.getLoc();
  if (numberOf(partial) == 1.0)
    return derivative;
  if (numberOf(derivative) == 1.0 && !poles.isSteep(op))
    return partial;
  bool isSteep = steep.contains(derivative);
  Value product = numberOf(partial) == -1.0 ? b.create<arith::NegFOp>(loc, derivative).getResult()
                                            : b.create<arith::MulFOp>(loc, derivative, partial).getResult();
  if (poles.hasPole(op))
    product = limited(product, derivative);
  if (isSteep)
    product = limited(product, partial);
  if (isSteep || poles.isSteep(op))
    steep.insert(product);
  return product;
}

// ---- computing again -----------------------------------------------------------------------------------

Operation *computeAgain(OpBuilder &builder, Operation &op, IRMapping &values) {
  if (isa<AccumulateOp>(op))
    return nullptr;
  op.walk([&](Block *block) { // arguments that are mapped would not be cloned
    for (Value arg : block->getArguments())
      values.erase(arg);
  });
  Operation *clone = builder.clone(op, values);
  SmallVector<AccumulateOp> outward;
  clone->walk([&](AccumulateOp add) {
    Operation *owner = cast<BlockArgument>(add.getArray()).getOwner()->getParentOp();
    if (!clone->isAncestor(owner))
      outward.push_back(add);
  });
  for (AccumulateOp add : outward)
    add.erase();
  return clone;
}

void computeAgain(OpBuilder &builder, Block &body, IRMapping &values) {
  for (Operation &op : body.without_terminator())
    computeAgain(builder, op, values);
}

} // namespace costate
