// x^n with a constant n => multiplications.
//
//   x^3  =>  x * (x*x)        x^-2  =>  1 / (x*x)        with roots: x^2.5  =>  (x*x) * sqrt(x)
#include "passes/Passes.h"

#include "mlir/IR/Matchers.h"

#include <cmath>

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_EXPANDPOWERS
#include "passes/Passes.h.inc"

namespace {

constexpr int64_t largest = 64; // 12 multiplications at most

/// x^n by repeated squaring, n >= 1.
Value positivePower(OpBuilder &b, Location loc, Value x, int64_t n) {
  Value result;
  for (Value square = x;; square = b.create<arith::MulFOp>(loc, square, square)) {
    if (n & 1)
      result = result ? b.create<arith::MulFOp>(loc, result, square).getResult() : square;
    n >>= 1;
    if (!n)
      return result;
  }
}

/// x^(halves/2) from multiplications and at most one root; halves != 0 is even or a root is allowed.
Value halvesPower(OpBuilder &b, Location loc, Value x, int64_t halves) {
  Value one = b.create<arith::ConstantOp>(loc, b.getFloatAttr(x.getType(), 1));
  if (halves == 0)
    return one;
  int64_t n = std::abs(halves) / 2;
  Value power = n ? positivePower(b, loc, x, n) : Value();
  if (halves % 2) {
    Value root = b.create<math::SqrtOp>(loc, x);
    power = power ? b.create<arith::MulFOp>(loc, power, root).getResult() : root;
  }
  return halves > 0 ? power : b.create<arith::DivFOp>(loc, one, power).getResult();
}

struct ExpandPowers : impl::ExpandPowersBase<ExpandPowers> {
  using ExpandPowersBase::ExpandPowersBase;

  void runOnOperation() override {
    SmallVector<Operation *> powers;
    getOperation().walk([&](Operation *op) {
      if (isa<math::FPowIOp, math::PowFOp>(op))
        powers.push_back(op);
    });
    for (Operation *op : powers)
      if (Value value = isa<math::FPowIOp>(op) ? expandInteger(op) : expandReal(op)) {
        op->getResult(0).replaceAllUsesWith(value);
        op->erase();
      }
  }

  Value expandInteger(Operation *op) {
    OpBuilder b(op);
    Value x = op->getOperand(0), exponent = op->getOperand(1);
    APInt n;
    if (matchPattern(exponent, m_ConstantInt(&n)) && std::abs(n.getSExtValue()) <= largest)
      return halvesPower(b, op->getLoc(), x, 2 * n.getSExtValue());
    Value real = b.create<arith::SIToFPOp>(op->getLoc(), x.getType(), exponent);
    return b.create<math::PowFOp>(op->getLoc(), x, real);
  }

  Value expandReal(Operation *op) {
    OpBuilder b(op);
    FloatAttr constant;
    if (!matchPattern(op->getOperand(1), m_Constant(&constant)))
      return nullptr;
    double halves = 2 * constant.getValueAsDouble();
    if (halves != std::floor(halves) || std::abs(halves) > 2 * largest)
      return nullptr;
    if (int64_t(halves) % 2 && !roots)
      return nullptr;
    return halvesPower(b, op->getLoc(), op->getOperand(0), int64_t(halves));
  }
};

} // namespace
} // namespace costate
