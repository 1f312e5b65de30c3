// Rules by operation. Strictly positive are exponentials and sums with a positive addend, as 1 + exp(-x).
#include "passes/Poles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

#include <cmath>

using namespace mlir;

namespace costate {
namespace {

/// The slope is finite at finite arguments.
bool isSmooth(Operation *op) {
  return isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::NegFOp, arith::SelectOp, arith::MinimumFOp,
             arith::MaximumFOp, math::SinOp, math::CosOp, math::TanhOp, math::AtanOp, math::SinhOp,
             math::CoshOp, math::AsinhOp, math::ExpOp, math::Exp2Op, math::ExpM1Op, math::AbsFOp, math::ErfOp,
             math::FmaOp, math::CopySignOp, math::FloorOp, math::CeilOp, math::RoundOp, math::RoundEvenOp,
             math::TruncOp>(op);
}

/// The slope is finite at positive arguments, the second of a power whatever it is.
bool isSmoothOnPositive(Operation *op) {
  return isa<math::LogOp, math::Log2Op, math::Log10Op, math::SqrtOp, math::RsqrtOp, math::CbrtOp,
             math::PowFOp, math::FPowIOp>(op);
}

bool isNaturalPower(Operation *op) {
  IntegerAttr n;
  if (auto power = dyn_cast<math::FPowIOp>(op))
    return matchPattern(power.getRhs(), m_Constant(&n)) && n.getInt() >= 0;
  auto power = dyn_cast<math::PowFOp>(op);
  auto y = power ? numberOf(power.getRhs()) : std::nullopt;
  return y && *y >= 0 && *y == std::floor(*y);
}

} // namespace

std::optional<double> numberOf(Value value) {
  FloatAttr constant;
  if (matchPattern(value, m_Constant(&constant)))
    return constant.getValueAsDouble();
  return std::nullopt;
}

bool Poles::hasPole(Operation *op) {
  if (!isa<DifferentiableScalar>(op) || isSmooth(op) || isNaturalPower(op))
    return false;
  if (auto quotient = dyn_cast<arith::DivFOp>(op))
    return !isNonzero(quotient.getRhs());
  return !isSmoothOnPositive(op) || !isPositive(op->getOperand(0));
}

bool Poles::isSteep(Operation *op) {
  return isa<math::SqrtOp, math::CbrtOp, math::PowFOp, math::AsinOp, math::AcosOp, math::AcoshOp>(op) &&
         hasPole(op);
}

/// Numbers from integers are sizes and counts.
bool Poles::isNonzero(Value value) {
  auto number = numberOf(value);
  return number ? *number != 0 : value.getDefiningOp<arith::SIToFPOp>() || isPositive(value);
}

Poles::Sign Poles::signOf(Value value) {
  auto result = dyn_cast<OpResult>(value);
  if (!result || !value.getType().isF64())
    return Sign::Unknown;
  if (auto number = numberOf(value))
    return *number > 0 ? Sign::Positive : *number == 0 ? Sign::Nonnegative : Sign::Unknown;
  if (auto known = signs.find(value); known != signs.end())
    return known->second;
  Sign sign = signOf(result.getOwner(), result.getResultNumber());
  return signs[value] = sign;
}

Poles::Sign Poles::signOf(Operation *op, unsigned result) {
  if (isa<math::ExpOp, math::Exp2Op, math::CoshOp>(op))
    return Sign::Positive;
  if (auto sum = dyn_cast<ReduceOp>(op)) // over no instances, nobody asks
    return sum.getKind() == "add" ? signOf(sum.getBody()->getTerminator()->getOperand(result))
                                  : Sign::Unknown;
  if (isa<math::AbsFOp>(op))
    return Sign::Nonnegative;
  if (isa<math::SqrtOp, math::RsqrtOp, math::PowFOp>(op))
    return signOf(op->getOperand(0));
  bool isProduct = isa<arith::MulFOp>(op);
  if (isProduct && op->getOperand(0) == op->getOperand(1))
    return isPositive(op->getOperand(0)) ? Sign::Positive : Sign::Nonnegative;
  if (!isProduct && !isa<arith::AddFOp, arith::DivFOp>(op))
    return Sign::Unknown;
  Sign x = signOf(op->getOperand(0)), y = signOf(op->getOperand(1));
  bool isSum = isa<arith::AddFOp>(op); // a quotient by what may be 0 is not known
  if (x == Sign::Unknown || y == Sign::Unknown || (isa<arith::DivFOp>(op) && y != Sign::Positive))
    return Sign::Unknown;
  return isSum ? std::max(x, y) : std::min(x, y);
}

} // namespace costate
