// Partial derivatives of the scalar operations of arith and math, attached as external models. Every partial is built
// of operations with partials, so any order exists. Conventions where the derivative does not: abs, floor, ceil have
// 0 at their kinks; min and max give the whole derivative to the first operand on a tie; x^y at x = 0 has derivative
// 0 with respect to y.
#include "ir/CostateOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <numbers>

using namespace mlir;

namespace costate {
namespace {

/// Short names for building scalar formulas at one place.
struct Formula {
  OpBuilder &b;
  Location loc;
  Value number(double v) const { return b.create<arith::ConstantOp>(loc, b.getF64FloatAttr(v)); }
  Value add(Value x, Value y) const { return b.create<arith::AddFOp>(loc, x, y); }
  Value sub(Value x, Value y) const { return b.create<arith::SubFOp>(loc, x, y); }
  Value mul(Value x, Value y) const { return b.create<arith::MulFOp>(loc, x, y); }
  Value div(Value x, Value y) const { return b.create<arith::DivFOp>(loc, x, y); }
  Value neg(Value x) const { return b.create<arith::NegFOp>(loc, x); }
  Value sqrt(Value x) const { return b.create<math::SqrtOp>(loc, x); }
  Value select(Value c, Value x, Value y) const { return b.create<arith::SelectOp>(loc, c, x, y); }
  Value compare(arith::CmpFPredicate p, Value x, Value y) const { return b.create<arith::CmpFOp>(loc, p, x, y); }
};

using Rule = Value (*)(const Formula &, Operation *, unsigned);

template <class Op, Rule rule>
struct Model : public DifferentiableScalar::ExternalModel<Model<Op, rule>, Op> {
  Value partial(Operation *op, OpBuilder &builder, unsigned operand) const {
    return rule(Formula{builder, op->getLoc()}, op, operand);
  }
};

Value x(Operation *op) { return op->getOperand(0); }
Value y(Operation *op) { return op->getOperand(1); }
Value result(Operation *op) { return op->getResult(0); }

Value one(const Formula &f, Operation *, unsigned) { return f.number(1); }
Value zero(const Formula &, Operation *, unsigned) { return nullptr; }
Value minusOne(const Formula &f, Operation *, unsigned) { return f.number(-1); }
Value difference(const Formula &f, Operation *, unsigned k) { return f.number(k == 0 ? 1 : -1); }
Value product(const Formula &, Operation *op, unsigned k) { return op->getOperand(1 - k); }
Value quotient(const Formula &f, Operation *op, unsigned k) {
  return k == 0 ? f.div(f.number(1), y(op)) : f.neg(f.div(result(op), y(op)));
}
Value choice(const Formula &f, Operation *op, unsigned k) {
  if (k == 0)
    return nullptr; // the condition
  Value yes = f.number(k == 1 ? 1 : 0), no = f.number(k == 1 ? 0 : 1);
  return f.select(x(op), yes, no);
}
template <arith::CmpFPredicate firstWins> Value extreme(const Formula &f, Operation *op, unsigned k) {
  Value first = f.compare(firstWins, x(op), y(op));
  return k == 0 ? f.select(first, f.number(1), f.number(0)) : f.select(first, f.number(0), f.number(1));
}
Value sine(const Formula &f, Operation *op, unsigned) { return f.b.create<math::CosOp>(f.loc, x(op)); }
Value cosine(const Formula &f, Operation *op, unsigned) { return f.neg(f.b.create<math::SinOp>(f.loc, x(op))); }
Value tangent(const Formula &f, Operation *op, unsigned) {
  return f.add(f.number(1), f.mul(result(op), result(op)));
}
Value overRoot(const Formula &f, Operation *op, double sign) { // sign / sqrt(1 - x^2)
  return f.div(f.number(sign), f.sqrt(f.sub(f.number(1), f.mul(x(op), x(op)))));
}
Value arcsine(const Formula &f, Operation *op, unsigned) { return overRoot(f, op, 1); }
Value arccosine(const Formula &f, Operation *op, unsigned) { return overRoot(f, op, -1); }
Value arctangent(const Formula &f, Operation *op, unsigned) {
  return f.div(f.number(1), f.add(f.number(1), f.mul(x(op), x(op))));
}
Value angle(const Formula &f, Operation *op, unsigned k) { // atan2(y, x): operand 0 is y
  Value square = f.add(f.mul(x(op), x(op)), f.mul(y(op), y(op)));
  return k == 0 ? f.div(y(op), square) : f.neg(f.div(x(op), square));
}
Value hyperbolicSine(const Formula &f, Operation *op, unsigned) { return f.b.create<math::CoshOp>(f.loc, x(op)); }
Value hyperbolicCosine(const Formula &f, Operation *op, unsigned) { return f.b.create<math::SinhOp>(f.loc, x(op)); }
Value hyperbolicTangent(const Formula &f, Operation *op, unsigned) {
  return f.sub(f.number(1), f.mul(result(op), result(op)));
}
Value exponential(const Formula &, Operation *op, unsigned) { return result(op); }
Value exponential2(const Formula &f, Operation *op, unsigned) { return f.mul(f.number(std::numbers::ln2), result(op)); }
Value exponentialMinusOne(const Formula &f, Operation *op, unsigned) { return f.add(result(op), f.number(1)); }
Value logarithm(const Formula &f, Operation *op, unsigned) { return f.div(f.number(1), x(op)); }
Value logarithm2(const Formula &f, Operation *op, unsigned) { return f.div(f.number(1 / std::numbers::ln2), x(op)); }
Value logarithm10(const Formula &f, Operation *op, unsigned) { return f.div(f.number(1 / std::numbers::ln10), x(op)); }
Value logarithmOnePlus(const Formula &f, Operation *op, unsigned) {
  return f.div(f.number(1), f.add(f.number(1), x(op)));
}
Value squareRoot(const Formula &f, Operation *op, unsigned) { return f.div(f.number(0.5), result(op)); }
Value cubeRoot(const Formula &f, Operation *op, unsigned) {
  return f.div(f.number(1.0 / 3), f.mul(result(op), result(op)));
}
Value magnitude(const Formula &f, Operation *op, unsigned) { // the sign; 0 at 0
  Value nought = f.number(0);
  Value up = f.select(f.compare(arith::CmpFPredicate::OGT, x(op), nought), f.number(1), nought);
  return f.select(f.compare(arith::CmpFPredicate::OLT, x(op), nought), f.number(-1), up);
}
Value errorFunction(const Formula &f, Operation *op, unsigned) { // 2/sqrt(pi) exp(-x^2)
  Value square = f.neg(f.mul(x(op), x(op)));
  return f.mul(f.number(2 * std::numbers::inv_sqrtpi), f.b.create<math::ExpOp>(f.loc, square));
}
Value integerPower(const Formula &f, Operation *op, unsigned k) {
  if (k == 1)
    return nullptr;
  auto exponent = op->getOperand(1).getDefiningOp<arith::ConstantOp>();
  assert(exponent && "integer powers have constant exponents");
  int64_t n = cast<IntegerAttr>(exponent.getValue()).getInt();
  if (n == 0)
    return nullptr;
  Value less = f.b.create<arith::ConstantOp>(f.loc, f.b.getI32IntegerAttr(int32_t(n - 1)));
  return f.mul(f.number(double(n)), f.b.create<math::FPowIOp>(f.loc, x(op), less));
}
Value realPower(const Formula &f, Operation *op, unsigned k) {
  if (k == 0) // y x^(y-1)
    return f.mul(y(op), f.b.create<math::PowFOp>(f.loc, x(op), f.sub(y(op), f.number(1))));
  Value isZero = f.compare(arith::CmpFPredicate::OEQ, x(op), f.number(0));
  Value safe = f.select(isZero, f.number(1), x(op)); // log 1 = 0
  return f.mul(result(op), f.b.create<math::LogOp>(f.loc, safe));
}

template <class Op, Rule rule> void attach(MLIRContext *context) { Op::template attachInterface<Model<Op, rule>>(*context); }

} // namespace

void registerScalarDerivatives(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *c, arith::ArithDialect *) {
    attach<arith::AddFOp, one>(c);
    attach<arith::SubFOp, difference>(c);
    attach<arith::MulFOp, product>(c);
    attach<arith::DivFOp, quotient>(c);
    attach<arith::NegFOp, minusOne>(c);
    attach<arith::SelectOp, choice>(c);
    attach<arith::MinimumFOp, extreme<arith::CmpFPredicate::OLE>>(c);
    attach<arith::MaximumFOp, extreme<arith::CmpFPredicate::OGE>>(c);
  });
  registry.addExtension(+[](MLIRContext *c, math::MathDialect *) {
    attach<math::SinOp, sine>(c);
    attach<math::CosOp, cosine>(c);
    attach<math::TanOp, tangent>(c);
    attach<math::AsinOp, arcsine>(c);
    attach<math::AcosOp, arccosine>(c);
    attach<math::AtanOp, arctangent>(c);
    attach<math::Atan2Op, angle>(c);
    attach<math::SinhOp, hyperbolicSine>(c);
    attach<math::CoshOp, hyperbolicCosine>(c);
    attach<math::TanhOp, hyperbolicTangent>(c);
    attach<math::ExpOp, exponential>(c);
    attach<math::Exp2Op, exponential2>(c);
    attach<math::ExpM1Op, exponentialMinusOne>(c);
    attach<math::LogOp, logarithm>(c);
    attach<math::Log2Op, logarithm2>(c);
    attach<math::Log10Op, logarithm10>(c);
    attach<math::Log1pOp, logarithmOnePlus>(c);
    attach<math::SqrtOp, squareRoot>(c);
    attach<math::CbrtOp, cubeRoot>(c);
    attach<math::AbsFOp, magnitude>(c);
    attach<math::ErfOp, errorFunction>(c);
    attach<math::FloorOp, zero>(c);
    attach<math::CeilOp, zero>(c);
    attach<math::FPowIOp, integerPower>(c);
    attach<math::PowFOp, realPower>(c);
  });
}

} // namespace costate
