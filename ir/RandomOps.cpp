// The derivative of quantiles.
#include "ir/CostateOps.h"

#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>
#include <numbers>

using namespace mlir;
using namespace costate;

Value NormalQuantileOp::partial(OpBuilder &b, unsigned) {
  Location loc = getLoc();
  auto number = [&](double value) -> Value {
    return b.create<arith::ConstantOp>(loc, b.getF64FloatAttr(value));
  };
  Value square = b.create<arith::MulFOp>(loc, getX(), getX());
  Value density = b.create<math::ExpOp>(loc, b.create<arith::MulFOp>(loc, number(0.5), square));
  return b.create<arith::MulFOp>(loc, number(std::sqrt(2 * std::numbers::pi)), density);
}
