// x^n with a constant n => multiplications.
#include "passes/Passes.h"

#include "mlir/IR/Matchers.h"

#include <cmath>

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_EXPANDPOWERS
#include "passes/Passes.h.inc"

namespace {

constexpr int64_t largest = 64;

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

Value integerPower(OpBuilder &b, Location loc, Value x, int64_t n) {
  Value one = b.create<arith::ConstantOp>(loc, b.getF64FloatAttr(1));
  if (n == 0)
    return one;
  Value power = positivePower(b, loc, x, std::abs(n));
  return n > 0 ? power : b.create<arith::DivFOp>(loc, one, power).getResult();
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
      if (Value value = expand(op)) {
        op->getResult(0).replaceAllUsesWith(value);
        op->erase();
      }
  }

  Value expand(Operation *op) {
    OpBuilder b(op);
    Value x = op->getOperand(0), exponent = op->getOperand(1);
    if (isa<math::FPowIOp>(op)) {
      APInt n;
      bool isConstant = matchPattern(exponent, m_ConstantInt(&n));
      if (isConstant && std::abs(n.getSExtValue()) <= largest)
        return integerPower(b, op->getLoc(), x, n.getSExtValue());
      Value real = b.create<arith::SIToFPOp>(op->getLoc(), b.getF64Type(), exponent);
      return b.create<math::PowFOp>(op->getLoc(), x, real);
    }
    FloatAttr constant;
    if (!matchPattern(exponent, m_Constant(&constant)))
      return nullptr;
    double n = constant.getValueAsDouble();
    if (n != std::floor(n) || std::abs(n) > largest)
      return nullptr;
    return integerPower(b, op->getLoc(), x, int64_t(n));
  }
};

} // namespace
} // namespace costate
