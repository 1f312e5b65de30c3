// Derivative rules of Fourier transforms and convolutions: they are linear, so tangents go through the same
// operation, and adjoints through their transposes as functions of real numbers.
#include "ir/ArrayArithmetic.h"

using namespace mlir;
using namespace costate;

using Values = SmallVector<Value>;

namespace {

Value real(ArrayArithmetic &a, Value index) {
  Value integer = a.b.create<arith::IndexCastOp>(a.loc, a.b.getI64Type(), index);
  return a.b.create<arith::SIToFPOp>(a.loc, a.b.getF64Type(), integer);
}

Value quotient(ArrayArithmetic &a, Value x, Value y) { return a.b.create<arith::DivFOp>(a.loc, x, y); }

/// n times the inverse of a transform, or 1/n times the transform.
template <class Op> Value adjointOf(OpBuilder &b, Op op, Value adjoint, ArrayRef<uint64_t> transformed) {
  ArrayArithmetic a(b, op.getLoc());
  Value n = a.number(1);
  for (uint64_t d : transformed)
    n = a.mul(n, real(a, a.size(adjoint, d)));
  Value other = b.create<Op>(op.getLoc(), op.getType(), adjoint, !op.getInverse(), op.getPlace());
  return a.scaled(other, op.getInverse() ? quotient(a, a.number(1), n) : n);
}

} // namespace

Values FftOp::tangents(OpBuilder &b, ValueRange operands) {
  if (!operands[0])
    return {Value()};
  return {b.create<FftOp>(getLoc(), getType(), operands[0], getInverse(), getPlace())};
}

Values FftOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool>) {
  return {results[0] ? adjointOf(b, *this, results[0], {1}) : Value()};
}

Values Fft2Op::tangents(OpBuilder &b, ValueRange operands) {
  if (!operands[0])
    return {Value()};
  return {b.create<Fft2Op>(getLoc(), getType(), operands[0], getInverse(), getPlace())};
}

Values Fft2Op::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool>) {
  return {results[0] ? adjointOf(b, *this, results[0], {0, 1}) : Value()};
}

Values RfftOp::tangents(OpBuilder &b, ValueRange operands) {
  if (!operands[0])
    return {Value()};
  return {b.create<RfftOp>(getLoc(), getType(), operands[0], getPlace())};
}

Values RfftOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool>) {
  Value adjoint = results[0];
  if (!adjoint)
    return {Value()};
  ArrayArithmetic a(b, getLoc());
  Value rows = a.size(getX(), 0), n = a.size(getX(), 1), half = a.size(adjoint, 1),
        last = b.create<arith::SubIOp>(getLoc(), half, a.index(1));
  Value whole = a.array({rows, n, a.index(2)}, [&](ArrayArithmetic &in, ValueRange i) {
    Value place = in.b.create<arith::MinSIOp>(in.loc, i[1], last);
    return in.choose(in.less(i[1], half), in.at(adjoint, {i[0], place, i[2]}), in.number(0));
  });
  Value back = b.create<FftOp>(getLoc(), whole.getType(), whole, /*inverse=*/true, getPlace());
  Value count = real(a, n);
  return {a.array({rows, n}, [&](ArrayArithmetic &in, ValueRange i) {
    return in.mul(count, in.at(back, {i[0], i[1], in.index(0)}));
  })};
}

Values IrfftOp::tangents(OpBuilder &b, ValueRange operands) {
  if (!operands[0])
    return {Value()};
  return {b.create<IrfftOp>(getLoc(), getType(), operands[0], getSize(), getPlace())};
}

Values IrfftOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool>) {
  Values all(getNumOperands());
  if (!results[0])
    return all;
  ArrayArithmetic a(b, getLoc());
  Value spectrum = b.create<RfftOp>(getLoc(), getSpectrum().getType(), results[0], getPlace());
  Value once = quotient(a, a.number(1), real(a, getSize())), twice = a.add(once, once);
  all[0] = a.likeArray(spectrum, [&](ArrayArithmetic &in, ValueRange i) {
    // 2k is 0, n (for even n), or between them
    Value isFirst = in.equal(i[1], in.index(0)), isLast = in.equal(in.shifted(i[1], i[1]), getSize());
    Value factor = in.choose(isFirst, once, in.choose(isLast, once, twice));
    return in.mul(factor, in.at(spectrum, i));
  });
  return all;
}

// ---- convolution ---------------------------------------------------------------------------------------

namespace {

Value convolved(OpBuilder &b, ConvOp op, Value x, Value h) {
  return b.create<ConvOp>(op.getLoc(), op.getType(), x, h, op.getPlace());
}

/// x[j] gets sum_k z[k] h[k-j]: the entries from |h| - 1 on of z with h turned around.
Value correlated(OpBuilder &b, ConvOp op, Value adjoint, Value x, Value h) {
  ArrayArithmetic a(b, op.getLoc());
  Value m = a.size(h, 0), before = b.create<arith::SubIOp>(op.getLoc(), m, a.index(1));
  Value turned = a.likeArray(h, [&](ArrayArithmetic &in, ValueRange i) {
    return in.at(h, {in.b.create<arith::SubIOp>(in.loc, before, i[0]).getResult()});
  });
  Value whole = convolved(b, op, adjoint, turned);
  Value isSome = a.less(a.index(0), m);
  return a.likeArray(x, [&](ArrayArithmetic &in, ValueRange i) {
    Value place = in.choose(isSome, in.shifted(i[0], before), in.index(0));
    return in.at(whole, place);
  });
}

} // namespace

Values ConvOp::tangents(OpBuilder &b, ValueRange operands) {
  Value sum;
  ArrayArithmetic a(b, getLoc());
  if (operands[0])
    sum = convolved(b, *this, operands[0], getH());
  if (operands[1])
    sum = a.plus(sum, convolved(b, *this, getX(), operands[1]));
  return {sum};
}

Values ConvOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool> wanted) {
  Values all(2);
  if (!results[0])
    return all;
  if (wanted[0])
    all[0] = correlated(b, *this, results[0], getX(), getH());
  if (wanted[1])
    all[1] = correlated(b, *this, results[0], getH(), getX());
  return all;
}
