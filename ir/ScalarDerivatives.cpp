// Partial derivatives of the scalar operations of arith and math, attached as external models. Every partial
// is built of operations with partials, so any order exists. Conventions where a derivative does not exist:
//   abs at 0: 0; floor, ceil, round, trunc: 0 everywhere; min and max of equal operands: all to the first;
//   x^y: 0 with respect to x where x = y = 0 (x^0 = 1), 0 with respect to y where x = 0.
// Where it is infinite (sqrt, cbrt, asin, acos at their ends) it stays infinite.
#include "ir/CostateOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

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
  Value square(Value x) const { return mul(x, x); }
  Value reciprocal(Value x) const { return div(number(1), x); }
  Value exp(Value x) const { return b.create<math::ExpOp>(loc, x); }
  Value sqrt(Value x) const { return b.create<math::SqrtOp>(loc, x); }
  Value select(Value c, Value x, Value y) const { return b.create<arith::SelectOp>(loc, c, x, y); }
  Value compare(arith::CmpFPredicate p, Value x, Value y) const {
    return b.create<arith::CmpFOp>(loc, p, x, y);
  }
};

using Rule = Value (*)(const Formula &, Operation *, unsigned);

template <class Op, Rule rule>
struct Model : public DifferentiableScalar::ExternalModel<Model<Op, rule>, Op> {
  Value partial(Operation *op, OpBuilder &builder, unsigned operand) const {
    return rule(Formula{builder, op->getLoc()}, op, operand);
  }
};

using ChoiceRule = Choice (*)(const Formula &, Operation *);

/// An operation that gives one of two operands as it is: 1 for the one, 0 for the other.
template <class Op, ChoiceRule rule>
struct ChoiceModel : public DifferentiableScalar::ExternalModel<ChoiceModel<Op, rule>, Op> {
  Value partial(Operation *op, OpBuilder &builder, unsigned operand) const {
    Formula f{builder, op->getLoc()};
    Choice choice = rule(f, op);
    if (operand != choice.yes && operand != choice.no)
      return nullptr; // the condition of a select
    bool isYes = operand == choice.yes;
    return f.select(choice.condition, f.number(isYes ? 1 : 0), f.number(isYes ? 0 : 1));
  }
  std::optional<Choice> choice(Operation *op, OpBuilder &builder) const {
    return rule(Formula{builder, op->getLoc()}, op);
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
Value remainder(const Formula &f, Operation *op, unsigned k) { // x - y trunc(x / y)
  return k == 0 ? f.number(1) : f.neg(f.b.create<math::TruncOp>(f.loc, f.div(x(op), y(op))));
}
Choice selection(const Formula &, Operation *op) { return {op->getOperand(0), 1, 2}; }
template <arith::CmpFPredicate firstWins> Choice extreme(const Formula &f, Operation *op) {
  return {f.compare(firstWins, x(op), y(op)), 0, 1};
}
Value sine(const Formula &f, Operation *op, unsigned) { return f.b.create<math::CosOp>(f.loc, x(op)); }
Value cosine(const Formula &f, Operation *op, unsigned) {
  return f.neg(f.b.create<math::SinOp>(f.loc, x(op)));
}
Value tangent(const Formula &f, Operation *op, unsigned) { return f.add(f.number(1), f.square(result(op))); }
Value oneMinusSquare(const Formula &f, Value v) { // without cancellation near 1
  return f.mul(f.sub(f.number(1), v), f.add(f.number(1), v));
}
Value overRoot(const Formula &f, Operation *op, double sign) { // sign / sqrt(1 - x^2)
  return f.div(f.number(sign), f.sqrt(oneMinusSquare(f, x(op))));
}
Value arcsine(const Formula &f, Operation *op, unsigned) { return overRoot(f, op, 1); }
Value arccosine(const Formula &f, Operation *op, unsigned) { return overRoot(f, op, -1); }
Value arctangent(const Formula &f, Operation *op, unsigned) {
  return f.reciprocal(f.add(f.number(1), f.square(x(op))));
}
Value angle(const Formula &f, Operation *op, unsigned k) { // atan2(y, x): operand 0 is y
  Value square = f.add(f.square(x(op)), f.square(y(op)));
  return k == 0 ? f.div(y(op), square) : f.neg(f.div(x(op), square));
}
Value hyperbolicSine(const Formula &f, Operation *op, unsigned) {
  return f.b.create<math::CoshOp>(f.loc, x(op));
}
Value hyperbolicCosine(const Formula &f, Operation *op, unsigned) {
  return f.b.create<math::SinhOp>(f.loc, x(op));
}
Value hyperbolicTangent(const Formula &f, Operation *op, unsigned) { return oneMinusSquare(f, result(op)); }
Value areaSine(const Formula &f, Operation *op, unsigned) { // 1 / sqrt(1 + x^2)
  return f.reciprocal(f.sqrt(f.add(f.number(1), f.square(x(op)))));
}
Value areaCosine(const Formula &f, Operation *op, unsigned) { // 1 / sqrt((x - 1) (x + 1))
  return f.reciprocal(f.sqrt(f.mul(f.sub(x(op), f.number(1)), f.add(x(op), f.number(1)))));
}
Value areaTangent(const Formula &f, Operation *op, unsigned) {
  return f.reciprocal(oneMinusSquare(f, x(op)));
}
Value exponential(const Formula &, Operation *op, unsigned) { return result(op); }
Value exponential2(const Formula &f, Operation *op, unsigned) {
  return f.mul(f.number(std::numbers::ln2), result(op));
}
Value exponentialMinusOne(const Formula &f, Operation *op, unsigned) { return f.exp(x(op)); }
Value logarithm(const Formula &f, Operation *op, unsigned) { return f.reciprocal(x(op)); }
Value logarithm2(const Formula &f, Operation *op, unsigned) {
  return f.div(f.number(1 / std::numbers::ln2), x(op));
}
Value logarithm10(const Formula &f, Operation *op, unsigned) {
  return f.div(f.number(1 / std::numbers::ln10), x(op));
}
Value logarithmOnePlus(const Formula &f, Operation *op, unsigned) {
  return f.reciprocal(f.add(f.number(1), x(op)));
}
Value squareRoot(const Formula &f, Operation *op, unsigned) { return f.div(f.number(0.5), result(op)); }
Value reciprocalRoot(const Formula &f, Operation *op, unsigned) { // -1/2 x^(-3/2)
  return f.mul(f.number(-0.5), f.div(result(op), x(op)));
}
Value cubeRoot(const Formula &f, Operation *op, unsigned) {
  return f.div(f.number(1.0 / 3), f.square(result(op)));
}
Value magnitude(const Formula &f, Operation *op, unsigned) { // the sign; 0 at 0
  Value nought = f.number(0);
  Value up = f.select(f.compare(arith::CmpFPredicate::OGT, x(op), nought), f.number(1), nought);
  return f.select(f.compare(arith::CmpFPredicate::OLT, x(op), nought), f.number(-1), up);
}
Value errorFunction(const Formula &f, Operation *op, unsigned) { // 2/sqrt(pi) exp(-x^2)
  return f.mul(f.number(2 * std::numbers::inv_sqrtpi), f.exp(f.neg(f.square(x(op)))));
}
Value copiedSign(const Formula &f, Operation *op, unsigned k) { // |x| with the sign of y
  if (k == 1)
    return nullptr;
  return f.b.create<math::CopySignOp>(f.loc, f.number(1), f.mul(magnitude(f, op, 0), y(op)));
}
Value sumOfProduct(const Formula &f, Operation *op, unsigned k) { // x y + z
  return k == 2 ? f.number(1) : op->getOperand(1 - k);
}
/// y x^(y-1), and 0 where y = 0, also at x = 0. A constant exponent needs no test; elsewhere y = 0 alone must
/// not be tested for: the slope still varies with y there.
Value powerOfBase(const Formula &f, Value x, Value y) {
  Value less = f.sub(y, f.number(1));
  FloatAttr constant;
  if (matchPattern(y, m_Constant(&constant))) {
    if (constant.getValueAsDouble() == 0)
      return nullptr;
    less = f.number(constant.getValueAsDouble() - 1);
  }
  Value slope = f.mul(y, f.b.create<math::PowFOp>(f.loc, x, less));
  if (constant)
    return slope;
  constexpr double tiny = 1e-150; // x^(y-2) is finite above
  Value isZero = f.compare(arith::CmpFPredicate::OEQ, y, f.number(0));
  Value isTiny = f.compare(arith::CmpFPredicate::OLT, f.b.create<math::AbsFOp>(f.loc, x), f.number(tiny));
  return f.select(f.b.create<arith::AndIOp>(f.loc, isZero, isTiny), f.number(0), slope);
}
Value realPower(const Formula &f, Operation *op, unsigned k) {
  if (k == 0)
    return powerOfBase(f, x(op), y(op));
  Value isZero = f.compare(arith::CmpFPredicate::OEQ, x(op), f.number(0));
  Value safe = f.select(isZero, f.number(1), x(op)); // log 1 = 0
  return f.mul(result(op), f.b.create<math::LogOp>(f.loc, safe));
}
Value integerPower(const Formula &f, Operation *op, unsigned k) {
  if (k == 1)
    return nullptr; // an integer
  IntegerAttr n;
  if (!matchPattern(y(op), m_Constant(&n)))
    return powerOfBase(f, x(op), f.b.create<arith::SIToFPOp>(f.loc, f.b.getF64Type(), y(op)));
  if (n.getInt() == 0)
    return nullptr;
  Value less = f.b.create<arith::ConstantOp>(f.loc, IntegerAttr::get(n.getType(), n.getInt() - 1));
  return f.mul(f.number(double(n.getInt())), f.b.create<math::FPowIOp>(f.loc, x(op), less));
}

template <class Op, Rule rule> void attach(MLIRContext *context) {
  Op::template attachInterface<Model<Op, rule>>(*context);
}
template <class Op, ChoiceRule rule> void attachChoice(MLIRContext *context) {
  Op::template attachInterface<ChoiceModel<Op, rule>>(*context);
}

} // namespace

void registerScalarDerivatives(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *c, arith::ArithDialect *) {
    attach<arith::AddFOp, one>(c);
    attach<arith::SubFOp, difference>(c);
    attach<arith::MulFOp, product>(c);
    attach<arith::DivFOp, quotient>(c);
    attach<arith::NegFOp, minusOne>(c);
    attach<arith::RemFOp, remainder>(c);
    attachChoice<arith::SelectOp, selection>(c);
    attachChoice<arith::MinimumFOp, extreme<arith::CmpFPredicate::OLE>>(c);
    attachChoice<arith::MaximumFOp, extreme<arith::CmpFPredicate::OGE>>(c);
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
    attach<math::AsinhOp, areaSine>(c);
    attach<math::AcoshOp, areaCosine>(c);
    attach<math::AtanhOp, areaTangent>(c);
    attach<math::ExpOp, exponential>(c);
    attach<math::Exp2Op, exponential2>(c);
    attach<math::ExpM1Op, exponentialMinusOne>(c);
    attach<math::LogOp, logarithm>(c);
    attach<math::Log2Op, logarithm2>(c);
    attach<math::Log10Op, logarithm10>(c);
    attach<math::Log1pOp, logarithmOnePlus>(c);
    attach<math::SqrtOp, squareRoot>(c);
    attach<math::RsqrtOp, reciprocalRoot>(c);
    attach<math::CbrtOp, cubeRoot>(c);
    attach<math::AbsFOp, magnitude>(c);
    attach<math::ErfOp, errorFunction>(c);
    attach<math::FmaOp, sumOfProduct>(c);
    attach<math::CopySignOp, copiedSign>(c);
    attach<math::FloorOp, zero>(c);
    attach<math::CeilOp, zero>(c);
    attach<math::RoundOp, zero>(c);
    attach<math::RoundEvenOp, zero>(c);
    attach<math::TruncOp, zero>(c);
    attach<math::FPowIOp, integerPower>(c);
    attach<math::PowFOp, realPower>(c);
  });
}

} // namespace costate
