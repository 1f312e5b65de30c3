// sin, cos, exp and log: reduction by fused multiply-adds, one polynomial each, selects for what is special.
//
// Polynomials are minimax in relative error of the function, found by Remez' exchange in 300 bits and rounded
// coefficient by coefficient; tests/passes/minimax.py repeats it and compares. Other constants are pi/2 and
// log 2 cut into doubles, each the rounded rest of those before. No error term depends on rounding a product
// before it is added, so contraction may happen or not.
#include "passes/StraightLineMath.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>

using namespace mlir;

namespace costate {
namespace {

// sin r = r + r^3 S(r^2) on |r| <= pi/4 (1 + 2^-20), relative error 2^-57.9.
constexpr double sineTail[] = {-0x1.5555555555548p-3, 0x1.111111110f7d0p-7,   -0x1.a01a019bfdeb7p-13,
                               0x1.71de3567d0546p-19, -0x1.ae5e5a8f23adcp-26, 0x1.5d8fd0f4aca64p-33};
// cos r = 1 - r^2/2 + r^4 C(r^2) there, relative error 2^-64.0.
constexpr double cosineTail[] = {0x1.555555555554bp-5,   -0x1.6c16c16c14f91p-10, 0x1.a01a019c844bfp-16,
                                 -0x1.27e4f7eac25b1p-22, 0x1.1ee9d7b349061p-29,  -0x1.8fa49934097d3p-37};
// sin r = r + r^3 H(r^2) on |r| <= pi/2 (1 + 2^-20), relative error 2^-61.6.
constexpr double wideSineTail[] = {-0x1.5555555555555p-3,  0x1.11111111110c1p-7,   -0x1.a01a01a0148bcp-13,
                                   0x1.71de3a5287c6dp-19,  -0x1.ae6454cb56e00p-26, 0x1.6123cb28dfae8p-33,
                                   -0x1.ae431d8d98158p-41, 0x1.8829a1acaf1b7p-49};
// exp r = 1 + r + r^2 Q(r) on |r| <= log(2)/2 (1 + 2^-20), relative error 2^-57.9.
constexpr double exponentialTail[] = {0x1.000000000000ap-1,  0x1.55555555554fap-3,  0x1.555555555088cp-5,
                                      0x1.1111111127ba1p-7,  0x1.6c16c184267b5p-10, 0x1.a01a012a6786cp-13,
                                      0x1.a0199a16c069fp-16, 0x1.71df253f701dfp-19, 0x1.28ad68bf376d3p-22,
                                      0x1.ad7f7239dff8ap-26};
// log((1+s)/(1-s)) = 2s + s^3 L(s^2) on s <= (sqrt(2)-1)/(sqrt(2)+1) (1 + 2^-21), relative error 2^-59.5.
constexpr double logarithmTail[] = {0x1.5555555555592p-1, 0x1.999999997feebp-2, 0x1.24924941e0a6cp-2,
                                    0x1.c71c52165ffaap-3, 0x1.74663c50075f9p-3, 0x1.39a1fbe9887d3p-3,
                                    0x1.2f02e3237f0c8p-3};

// pi/2, log 2: first + second + third is exact to 2^-163 and 2^-164.
constexpr double halfPi[] = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54, -0x1.f1976b7ed8fbcp-110};
constexpr double log2[] = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};

// Adding it rounds |x| < 2^51 to an integer, whose two's complement is then in the low bits of the sum.
constexpr double shifter = 0x1.8p52;
constexpr int64_t signBit = std::numeric_limits<int64_t>::min();
constexpr double infinity = std::numeric_limits<double>::infinity();

} // namespace

StraightLineMath::StraightLineMath(func::FuncOp function)
    : b(function.getContext()), constants(&function.getBody().front(), function.getBody().front().begin()),
      loc(function.getLoc()) {}

// ---- sine and cosine

Value StraightLineMath::margin(Value absoluteBits) {
  return b.create<arith::SubIOp>(loc, integer(llvm::bit_cast<int64_t>(0x1p30) - 1), absoluteBits);
}

/// a - n pi/2 for 0 <= a < 2^30 and the whole number n of the zero or turn that is nearest. Where n is not 0,
/// the first step is exact: what is left is below 2 and a multiple of the last bit of 2 (or so close to pi/2
/// that its last bit does not matter to sine). Each further step rounds once.
Value StraightLineMath::withoutMultiples(Value a, Value n) {
  Value rest = a;
  for (double part : halfPi)
    rest = fused(n, real(-part), rest);
  return rest;
}

StraightLineMath::Reduced StraightLineMath::reduce(Value x) {
  Reduced result;
  // Signs are put back as bits, so that sin(-0) = -0 and both functions keep their symmetry.
  Value all = bits(x);
  Value absolute = b.create<arith::AndIOp>(loc, all, integer(~signBit));
  result.sign = b.create<arith::AndIOp>(loc, all, integer(signBit));
  result.margin = margin(absolute);
  Value a = fromBits(absolute);

  Value shifted = fused(a, real(0x1.45f306dc9c883p-1), real(shifter)); // 2/pi
  result.quadrant = bits(shifted);
  Value r = withoutMultiples(a, subtract(shifted, real(shifter)));
  Value z = multiply(r, r), fourth = multiply(z, z);
  result.sine = fused(multiply(z, r), polynomial(z, fourth, sineTail), r);
  // 1 - r^2/2 with its rounding error added back.
  Value half = multiply(z, real(-0.5)), top = add(half, real(1)), error = add(subtract(real(1), top), half);
  result.cosine = add(top, fused(fourth, polynomial(z, fourth, cosineTail), error));
  return result;
}

/// sin(a - multiples pi/2) for |a - ...| <= pi/2, with `signs` (bits, the highest counts). Towards pi/2 the
/// polynomial is half of r, so that the rounding of r^2 has to be made good: its part is -1/6. This factor is
/// added last, unrounded: with it in the polynomial the result was off by 2.006 units at
/// 0x1.fc336d2536992p+25.
StraightLineMath::Alone StraightLineMath::aroundZero(Value a, Value multiples, Value margin, Value signs) {
  Value r = withoutMultiples(a, multiples), z = multiply(r, r), lost = fused(r, r, negated(z));
  Value first = real(wideSineTail[0]), fourth = multiply(z, z);
  Value tail = polynomial(z, fourth, llvm::ArrayRef(wideSineTail).drop_front());
  Value sine = fused(r, fused(z, first, fused(fourth, tail, multiply(lost, first))), r);
  Value sign = b.create<arith::AndIOp>(loc, signs, integer(signBit));
  return {fromBits(b.create<arith::XOrIOp>(loc, bits(sine), sign)), margin};
}

StraightLineMath::Alone StraightLineMath::sineAlone(Value x) {
  Value all = bits(x), absolute = b.create<arith::AndIOp>(loc, all, integer(~signBit)),
        a = fromBits(absolute);
  Value shifted = fused(a, real(0x1.45f306dc9c883p-2), real(shifter)); // 1/pi
  Value n = subtract(shifted, real(shifter));
  // sin(r + n pi) = (-1)^n sin r
  Value odd = b.create<arith::ShLIOp>(loc, bits(shifted), integer(63));
  return aroundZero(a, add(n, n), margin(absolute), b.create<arith::XOrIOp>(loc, all, odd));
}

StraightLineMath::Alone StraightLineMath::cosineAlone(Value x) {
  Value absolute = b.create<arith::AndIOp>(loc, bits(x), integer(~signBit)), a = fromBits(absolute);
  Value shifted = add(fused(a, real(0x1.45f306dc9c883p-2), real(-0.5)), real(shifter)); // 1/pi
  Value n = subtract(shifted, real(shifter));
  // cos(r + (2n + 1) pi/2) = -(-1)^n sin r
  Value even =
      b.create<arith::ShLIOp>(loc, b.create<arith::AddIOp>(loc, bits(shifted), integer(1)), integer(63));
  return aroundZero(a, add(add(n, n), real(1)), margin(absolute), even);
}

/// `even` in even quadrants, `odd` in the others; negative where bit 1 of `flip` is set.
Value StraightLineMath::turned(const Reduced &reduced, Value even, Value odd, Value flip) {
  Value isOdd = b.create<arith::CmpIOp>(
      loc, arith::CmpIPredicate::ne, b.create<arith::AndIOp>(loc, reduced.quadrant, integer(1)), integer(0));
  Value chosen = bits(b.create<arith::SelectOp>(loc, isOdd, odd, even));
  Value high = b.create<arith::ShLIOp>(loc, flip, integer(62));
  Value sign = b.create<arith::AndIOp>(loc, high, integer(signBit));
  return b.create<arith::XOrIOp>(loc, chosen, sign);
}

Value StraightLineMath::sine(const Reduced &reduced) {
  Value ofAbsolute = turned(reduced, reduced.sine, reduced.cosine, reduced.quadrant);
  return fromBits(b.create<arith::XOrIOp>(loc, ofAbsolute, reduced.sign));
}

Value StraightLineMath::cosine(const Reduced &reduced) {
  Value next = b.create<arith::AddIOp>(loc, reduced.quadrant, integer(1));
  return fromBits(turned(reduced, reduced.cosine, reduced.sine, next));
}

// ---- exponential

Value StraightLineMath::exponential(Value x) {
  // Beyond these the result is infinite or 0 (half of the smallest number is exp(-745.14)).
  x = choose(arith::CmpFPredicate::OGT, x, 710, real(710), x);
  x = choose(arith::CmpFPredicate::OLT, x, -746, real(-746), x);
  Value shifted = fused(x, real(0x1.71547652b82fep+0), real(shifter)); // 1/log 2
  Value n = subtract(shifted, real(shifter));
  // Exact, as above: multiples of 2^-54 below 1/2. Then one rounding of r, at most 2^-55.
  Value r = fused(n, real(-log2[1]), fused(n, real(-log2[0]), x));
  Value square = multiply(r, r);
  Value result = add(real(1), fused(square, polynomial(r, square, exponentialTail), r));
  // 2^n in two factors, because n runs from -1076 to 1024: 2^(n-1) 2, or 2^(n+107) 2^-107 for small results.
  // Only the last product rounds, and only below 2^-1022.
  Value biased = b.create<arith::AddIOp>(
      loc, bits(shifted), choose(arith::CmpFPredicate::OLT, x, -700, integer(1023 + 107), integer(1023 - 1)));
  Value power = fromBits(b.create<arith::ShLIOp>(loc, biased, integer(52)));
  Value other = choose(arith::CmpFPredicate::OLT, x, -700, real(0x1p-107), real(2));
  return multiply(multiply(result, power), other);
}

// ---- logarithm

Value StraightLineMath::logarithm(Value x) {
  Value tiny = choose(arith::CmpFPredicate::OLT, x, 0x1p-1022, multiply(x, real(0x1p54)), x);
  // x = 2^k m with m in [sqrt(1/2), sqrt(2)): moved so that the exponent's field counts from sqrt(1/2).
  constexpr int64_t one = 0x3ff0000000000000, root = 0x3fe6a09e667f3bcd; // 1, sqrt(1/2)
  Value moved = b.create<arith::AddIOp>(loc, bits(tiny), integer(one - root));
  Value mantissa = b.create<arith::AndIOp>(loc, moved, integer(0x000fffffffffffff));
  Value f = subtract(fromBits(b.create<arith::AddIOp>(loc, mantissa, integer(root))), real(1)); // exact
  // The exponent's field as the low bits of 2^52 + field: no conversion of 64-bit integers is needed.
  Value field = b.create<arith::ShRUIOp>(loc, moved, integer(52));
  Value placed = fromBits(b.create<arith::OrIOp>(loc, field, integer(0x4330000000000000)));
  Value bias =
      choose(arith::CmpFPredicate::OLT, x, 0x1p-1022, real(-0x1p52 - 1023 - 54), real(-0x1p52 - 1023));
  Value k = add(placed, bias);

  // log(1+f) = f - (f^2/2 - s (f^2/2 + s^2 L(s^2))) with s = f/(2+f): f is exact and leads.
  Value s = b.create<arith::DivFOp>(loc, f, add(f, real(2)));
  Value z = multiply(s, s), square = multiply(multiply(f, f), real(0.5));
  Value inner = fused(polynomial(z, multiply(z, z), logarithmTail), z, square);
  Value correction = fused(s, inner, multiply(k, real(log2[1])));
  Value result = fused(k, real(log2[0]), subtract(f, subtract(square, correction)));

  Value minusInfinity = real(-infinity), notANumber = real(std::numeric_limits<double>::quiet_NaN());
  result = choose(arith::CmpFPredicate::UGE, x, infinity, x, result); // also what is not a number
  result = choose(arith::CmpFPredicate::OLT, x, 0, notANumber, result);
  return choose(arith::CmpFPredicate::OEQ, x, 0, minusInfinity, result);
}

// ---- operations

Value StraightLineMath::real(double value) {
  Value &known = reals[llvm::bit_cast<uint64_t>(value)];
  if (!known)
    known = constants.create<arith::ConstantOp>(loc, b.getF64FloatAttr(value));
  return known;
}

Value StraightLineMath::integer(int64_t value) {
  Value &known = integers[uint64_t(value)];
  if (!known)
    known = constants.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(value));
  return known;
}

Value StraightLineMath::add(Value x, Value y) { return b.create<arith::AddFOp>(loc, x, y); }
Value StraightLineMath::subtract(Value x, Value y) { return b.create<arith::SubFOp>(loc, x, y); }
Value StraightLineMath::negated(Value x) { return b.create<arith::NegFOp>(loc, x); }
Value StraightLineMath::multiply(Value x, Value y) { return b.create<arith::MulFOp>(loc, x, y); }
Value StraightLineMath::fused(Value x, Value y, Value z) { return b.create<math::FmaOp>(loc, x, y, z); }

/// Horner's scheme for even and odd powers by themselves: one chain alone is so long that too few iterations
/// overlap in the processor to hide it, while Estrin's scheme costs more operations.
Value StraightLineMath::polynomial(Value x, Value square, ArrayRef<double> coefficients) {
  Value halves[2]; // of even and of odd powers
  for (size_t k = coefficients.size(); k-- > 0;) {
    Value &half = halves[k % 2];
    half = half ? fused(half, square, real(coefficients[k])) : real(coefficients[k]);
  }
  return fused(halves[1], x, halves[0]);
}

Value StraightLineMath::bits(Value x) { return b.create<arith::BitcastOp>(loc, b.getI64Type(), x); }
Value StraightLineMath::fromBits(Value x) { return b.create<arith::BitcastOp>(loc, b.getF64Type(), x); }

Value StraightLineMath::choose(arith::CmpFPredicate predicate, Value x, double bound, Value yes, Value no) {
  Value condition = b.create<arith::CmpFOp>(loc, predicate, x, real(bound));
  return b.create<arith::SelectOp>(loc, condition, yes, no);
}

} // namespace costate
