// Products of derivatives, and small maps.
//
// 0 times what is not finite is 0 here: a value that is not taken, an entry that nobody reads or a norm at 0
// has adjoint 0 or slope 0, and the true derivative is (or may be taken as) 0. The test is for both at once:
// where the other factor is finite, derivatives of any order stay exact.
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
  if (!isTensor(x))
    return b.create<arith::AddFOp>(loc, x, y);
  return tensor(loc, x.getType(), sizes(x), [&](ValueRange at) -> Value {
    Value first = b.create<AtOp>(loc, b.getF64Type(), x, at);
    Value second = b.create<AtOp>(loc, b.getF64Type(), y, at);
    return b.create<arith::AddFOp>(loc, first, second);
  });
}

Value DerivativeArithmetic::gate(Value condition, Value value) {
  if (!condition || !value)
    return value;
  return b.create<arith::SelectOp>(value.getLoc(), condition, value, zero(value));
}

Value DerivativeArithmetic::negation(Value condition) {
  Value truth = b.create<arith::ConstantOp>(condition.getLoc(), b.getBoolAttr(true));
  return b.create<arith::XOrIOp>(condition.getLoc(), condition, truth);
}

// ---- products ------------------------------------------------------------------------------------------

/// 0 where `zero` is 0 and `large` is not finite.
Value DerivativeArithmetic::limited(Value product, Value zero, Value large) {
  auto constant = numberOf(zero);
  if (finite.isFinite(large) || (constant && *constant != 0))
    return product;
  Location loc = product.getLoc();
  Value nought = number(loc, 0), infinity = number(loc, std::numeric_limits<double>::infinity());
  Value isZero = b.create<arith::CmpFOp>(loc, arith::CmpFPredicate::OEQ, zero, nought);
  Value size = b.create<math::AbsFOp>(loc, large);
  Value isLarge = b.create<arith::CmpFOp>(loc, arith::CmpFPredicate::UGE, size, infinity);
  Value both = b.create<arith::AndIOp>(loc, isZero, isLarge);
  return b.create<arith::SelectOp>(loc, both, nought, product);
}

Value DerivativeArithmetic::multiply(Value x, Value y) {
  if (!x || !y || numberOf(x) == 0.0 || numberOf(y) == 0.0)
    return nullptr;
  for (auto [one, other] : {std::pair(x, y), std::pair(y, x)}) {
    if (numberOf(one) == 1.0)
      return other;
    if (numberOf(one) == -1.0)
      return b.create<arith::NegFOp>(one.getLoc(), other);
  }
  Value product = b.create<arith::MulFOp>(x.getLoc(), x, y);
  return limited(limited(product, x, y), y, x);
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
