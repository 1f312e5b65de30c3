// What the scalar operations of arith and math mean.
#include "ir/reference/EvaluateScalar.h"

#include "ir/CostateOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace mlir;

namespace costate::reference {
namespace {

/// x with erfc(-x / sqrt(2)) / 2 = p, by halving.
double quantile(double p) {
  if (!(p >= 0 && p <= 1))
    return std::nan("");
  if (p == 0 || p == 1)
    return (p ? 1 : -1) * std::numeric_limits<double>::infinity();
  double low = -40, high = 40;
  for (int k = 0; k < 200; ++k) {
    double middle = (low + high) / 2;
    (std::erfc(-middle / std::sqrt(2.0)) / 2 < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

bool compare(arith::CmpFPredicate predicate, double x, double y) {
  using P = arith::CmpFPredicate;
  bool unordered = std::isnan(x) || std::isnan(y);
  switch (predicate) {
  case P::AlwaysFalse:
    return false;
  case P::AlwaysTrue:
    return true;
  case P::ORD:
    return !unordered;
  case P::UNO:
    return unordered;
  case P::OEQ:
    return x == y;
  case P::UEQ:
    return unordered || x == y;
  case P::ONE:
    return !unordered && x != y;
  case P::UNE:
    return x != y;
  case P::OLT:
    return x < y;
  case P::ULT:
    return unordered || x < y;
  case P::OLE:
    return x <= y;
  case P::ULE:
    return unordered || x <= y;
  case P::OGT:
    return x > y;
  case P::UGT:
    return unordered || x > y;
  case P::OGE:
    return x >= y;
  case P::UGE:
    return unordered || x >= y;
  }
  return false;
}

std::optional<Scalar> compare(arith::CmpIPredicate predicate, int64_t x, int64_t y) {
  using P = arith::CmpIPredicate;
  switch (predicate) {
  case P::eq:
    return int64_t(x == y);
  case P::ne:
    return int64_t(x != y);
  case P::slt:
    return int64_t(x < y);
  case P::sle:
    return int64_t(x <= y);
  case P::sgt:
    return int64_t(x > y);
  case P::sge:
    return int64_t(x >= y);
  default:
    return std::nullopt; // the language has no unsigned integers
  }
}

int64_t floorDivide(int64_t x, int64_t y) {
  if (y == 0)
    return 0;
  int64_t quotient = x / y;
  return x % y != 0 && (x < 0) != (y < 0) ? quotient - 1 : quotient;
}

std::optional<double> unary(Operation *op, double x) {
  using Result = std::optional<double>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](arith::NegFOp) -> Result { return -x; })
      .Case([&](math::AbsFOp) -> Result { return std::abs(x); })
      .Case([&](math::SqrtOp) -> Result { return std::sqrt(x); })
      .Case([&](math::RsqrtOp) -> Result { return 1 / std::sqrt(x); })
      .Case([&](math::CbrtOp) -> Result { return std::cbrt(x); })
      .Case([&](math::ExpOp) -> Result { return std::exp(x); })
      .Case([&](math::Exp2Op) -> Result { return std::exp2(x); })
      .Case([&](math::ExpM1Op) -> Result { return std::expm1(x); })
      .Case([&](math::LogOp) -> Result { return std::log(x); })
      .Case([&](math::Log2Op) -> Result { return std::log2(x); })
      .Case([&](math::Log10Op) -> Result { return std::log10(x); })
      .Case([&](math::Log1pOp) -> Result { return std::log1p(x); })
      .Case([&](math::SinOp) -> Result { return std::sin(x); })
      .Case([&](math::CosOp) -> Result { return std::cos(x); })
      .Case([&](math::TanOp) -> Result { return std::tan(x); })
      .Case([&](math::AsinOp) -> Result { return std::asin(x); })
      .Case([&](math::AcosOp) -> Result { return std::acos(x); })
      .Case([&](math::AtanOp) -> Result { return std::atan(x); })
      .Case([&](math::SinhOp) -> Result { return std::sinh(x); })
      .Case([&](math::CoshOp) -> Result { return std::cosh(x); })
      .Case([&](NormalQuantileOp) -> Result { return quantile(x); })
      .Case([&](math::TanhOp) -> Result { return std::tanh(x); })
      .Case([&](math::AsinhOp) -> Result { return std::asinh(x); })
      .Case([&](math::AcoshOp) -> Result { return std::acosh(x); })
      .Case([&](math::AtanhOp) -> Result { return std::atanh(x); })
      .Case([&](math::ErfOp) -> Result { return std::erf(x); })
      .Case([&](math::FloorOp) -> Result { return std::floor(x); })
      .Case([&](math::CeilOp) -> Result { return std::ceil(x); })
      .Case([&](math::RoundOp) -> Result { return std::round(x); })
      .Case([&](math::RoundEvenOp) -> Result { return std::nearbyint(x); })
      .Case([&](math::TruncOp) -> Result { return std::trunc(x); })
      .Default([](Operation *) -> Result { return std::nullopt; });
}

std::optional<double> binary(Operation *op, double x, double y) {
  using Result = std::optional<double>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](arith::AddFOp) -> Result { return x + y; })
      .Case([&](arith::SubFOp) -> Result { return x - y; })
      .Case([&](arith::MulFOp) -> Result { return x * y; })
      .Case([&](arith::DivFOp) -> Result { return x / y; })
      .Case([&](arith::RemFOp) -> Result { return std::fmod(x, y); })
      .Case([&](arith::MinimumFOp) -> Result { return minimum(x, y); })
      .Case([&](arith::MaximumFOp) -> Result { return maximum(x, y); })
      .Case([&](math::PowFOp) -> Result { return std::pow(x, y); })
      .Case([&](math::Atan2Op) -> Result { return std::atan2(x, y); })
      .Case([&](math::CopySignOp) -> Result { return std::copysign(x, y); })
      .Default([](Operation *) -> Result { return std::nullopt; });
}

std::optional<int64_t> binary(Operation *op, int64_t x, int64_t y) {
  using Result = std::optional<int64_t>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](arith::AddIOp) -> Result { return int64_t(uint64_t(x) + uint64_t(y)); })
      .Case([&](arith::SubIOp) -> Result { return int64_t(uint64_t(x) - uint64_t(y)); })
      .Case([&](arith::MulIOp) -> Result { return int64_t(uint64_t(x) * uint64_t(y)); })
      .Case([&](arith::DivSIOp) -> Result { return y == 0 ? 0 : x / y; })
      .Case([&](arith::RemSIOp) -> Result { return y == 0 ? 0 : x % y; })
      .Case([&](arith::FloorDivSIOp) -> Result { return floorDivide(x, y); })
      .Case([&](arith::MinSIOp) -> Result { return std::min(x, y); })
      .Case([&](arith::MaxSIOp) -> Result { return std::max(x, y); })
      .Case([&](arith::AndIOp) -> Result { return x & y; })
      .Case([&](arith::OrIOp) -> Result { return x | y; })
      .Case([&](arith::XOrIOp) -> Result { return x ^ y; })
      .Case([&](arith::ShLIOp) -> Result { return int64_t(uint64_t(x) << (y & 63)); })
      .Case([&](arith::ShRUIOp) -> Result { return int64_t(uint64_t(x) >> (y & 63)); })
      .Default([](Operation *) -> Result { return std::nullopt; });
}

Scalar constant(Attribute value) {
  if (auto number = dyn_cast<FloatAttr>(value))
    return number.getValueAsDouble();
  auto number = cast<IntegerAttr>(value);
  return number.getType().isInteger(1) ? int64_t(number.getValue().getBoolValue()) : number.getInt();
}

/// The bits of a number as one of the other kind.
Scalar bitcast(Scalar value) {
  if (std::holds_alternative<double>(value))
    return llvm::bit_cast<int64_t>(real(value));
  return llvm::bit_cast<double>(integer(value));
}

/// The functions of the C library that InlineMath calls.
std::optional<Scalar> call(LLVM::CallOp op, ArrayRef<Scalar> v) {
  StringRef name = op.getCallee().value_or("");
  if (name == "sin")
    return std::sin(real(v[0]));
  return name == "cos" ? std::optional<Scalar>(std::cos(real(v[0]))) : std::nullopt;
}

/// Conversions, comparisons and choices.
std::optional<Scalar> mixed(Operation *op, ArrayRef<Scalar> v) {
  using Result = std::optional<Scalar>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](arith::ConstantOp c) -> Result { return constant(c.getValue()); })
      .Case([&](arith::SelectOp) -> Result { return integer(v[0]) ? v[1] : v[2]; })
      .Case([&](arith::CmpFOp c) -> Result {
        return int64_t(compare(c.getPredicate(), real(v[0]), real(v[1])));
      })
      .Case(
          [&](arith::CmpIOp c) -> Result { return compare(c.getPredicate(), integer(v[0]), integer(v[1])); })
      .Case([&](arith::SIToFPOp) -> Result { // a truth value is 0 or -1 as a signed integer
        bool isTruth = op->getOperand(0).getType().isInteger(1);
        return double(isTruth ? -integer(v[0]) : integer(v[0]));
      })
      .Case([&](arith::UIToFPOp) -> Result { return double(uint64_t(integer(v[0]))); })
      .Case([&](arith::FPToSIOp) -> Result { return int64_t(real(v[0])); })
      .Case([&](arith::ExtSIOp) -> Result {
        return op->getOperand(0).getType().isInteger(1) ? -integer(v[0]) : integer(v[0]);
      })
      .Case<arith::ExtUIOp, arith::IndexCastOp, arith::TruncIOp, arith::ExtFOp, arith::TruncFOp>(
          [&](auto) -> Result { return v[0]; })
      .Case([&](arith::BitcastOp) -> Result { return bitcast(v[0]); })
      .Case([&](LLVM::CallOp op) -> Result { return call(op, v); })
      .Case([&](math::AbsIOp) -> Result { return std::abs(integer(v[0])); })
      .Case([&](math::FPowIOp) -> Result { return std::pow(real(v[0]), double(integer(v[1]))); })
      .Case([&](math::FmaOp) -> Result { return std::fma(real(v[0]), real(v[1]), real(v[2])); })
      .Default([](Operation *) -> Result { return std::nullopt; });
}

} // namespace

double minimum(double x, double y) {
  if (std::isnan(x) || std::isnan(y))
    return std::numeric_limits<double>::quiet_NaN();
  return x == y ? (std::signbit(x) ? x : y) : std::min(x, y);
}

double maximum(double x, double y) { return -minimum(-x, -y); }

Scalar rounded(const Scalar &value, Type type) {
  if (std::holds_alternative<double>(value))
    return type.isF32() ? double(float(real(value))) : value;
  if (type.isInteger(1))
    return integer(value) & 1;
  return type.isInteger(32) ? int64_t(int32_t(integer(value))) : value;
}

std::optional<Scalar> evaluateScalar(Operation *op, ArrayRef<Scalar> operands) {
  std::optional<Scalar> result = mixed(op, operands);
  bool isReal = !operands.empty() && std::holds_alternative<double>(operands[0]);
  if (!result && operands.size() == 1 && isReal)
    result = unary(op, real(operands[0]));
  if (!result && operands.size() == 2)
    result = isReal ? std::optional<Scalar>(binary(op, real(operands[0]), real(operands[1])))
                    : std::optional<Scalar>(binary(op, integer(operands[0]), integer(operands[1])));
  return result ? std::optional<Scalar>(rounded(*result, op->getResult(0).getType())) : std::nullopt;
}

} // namespace costate::reference
