// Functions of the runtime and sizes of results of operations on whole arrays.
#include "ir/ArrayArithmetic.h"
#include "ir/CostateOps.h"

using namespace mlir;
using namespace costate;

namespace {

Value sizeAt(OpBuilder &b, Value array, uint64_t dimension) {
  if (Value known = sizeKnownTo(array, dimension, b))
    return known;
  return b.create<SizeOp>(array.getLoc(), array, int64_t(dimension));
}

Value least(OpBuilder &b, Value m, Value n) {
  if (m == n)
    return m;
  return b.create<arith::MinSIOp>(m.getLoc(), m, n);
}

Value constant(OpBuilder &b, Location loc, int64_t value) {
  return b.create<arith::ConstantIndexOp>(loc, value);
}

} // namespace

// ---- linear systems ------------------------------------------------------------------------------------

StringRef LuOp::symbol() { return "costate_lu"; }
Value LuOp::sizeOf(OpBuilder &b, unsigned, unsigned) { return sizeAt(b, getA(), 0); }

StringRef FactorOp::symbol() { return "costate_factor"; }
Value FactorOp::sizeOf(OpBuilder &b, unsigned, unsigned) { return sizeAt(b, getA(), 0); }

StringRef LinearSolveOp::symbol() {
  return getTransposed() ? "costate_factor_solve_transposed" : "costate_factor_solve";
}
Value LinearSolveOp::sizeOf(OpBuilder &b, unsigned, unsigned dimension) {
  return sizeAt(b, getB(), dimension);
}

StringRef LowerSolveOp::symbol() {
  return getTransposed() ? "costate_lower_solve_transposed" : "costate_lower_solve";
}
Value LowerSolveOp::sizeOf(OpBuilder &b, unsigned, unsigned dimension) {
  return sizeAt(b, getB(), dimension);
}

StringRef SparseSolveOp::symbol() {
  return getTransposed() ? "costate_sparse_solve_transposed" : "costate_sparse_solve";
}
Value SparseSolveOp::sizeOf(OpBuilder &b, unsigned, unsigned dimension) {
  return sizeAt(b, getB(), dimension);
}

StringRef InvOp::symbol() { return "costate_inv"; }
Value InvOp::sizeOf(OpBuilder &b, unsigned, unsigned dimension) { return sizeAt(b, getA(), dimension); }

StringRef DetOp::symbol() { return "costate_det"; }
Value DetOp::sizeOf(OpBuilder &, unsigned, unsigned) { return {}; }

StringRef CofactorsOp::symbol() { return "costate_cofactors"; }
Value CofactorsOp::sizeOf(OpBuilder &b, unsigned, unsigned dimension) { return sizeAt(b, getA(), dimension); }

StringRef LogdetOp::symbol() { return "costate_logdet"; }
Value LogdetOp::sizeOf(OpBuilder &, unsigned, unsigned) { return {}; }

StringRef CholeskyOp::symbol() { return "costate_cholesky"; }
Value CholeskyOp::sizeOf(OpBuilder &b, unsigned, unsigned dimension) { return sizeAt(b, getA(), dimension); }

StringRef ExpmOp::symbol() { return "costate_expm"; }
Value ExpmOp::sizeOf(OpBuilder &b, unsigned, unsigned dimension) { return sizeAt(b, getA(), dimension); }

// ---- factorizations ------------------------------------------------------------------------------------

StringRef QrOp::symbol() { return "costate_qr"; }
Value QrOp::sizeOf(OpBuilder &b, unsigned result, unsigned dimension) {
  if (result == dimension)
    return sizeAt(b, getA(), dimension);
  return least(b, sizeAt(b, getA(), 0), sizeAt(b, getA(), 1));
}

StringRef EighOp::symbol() { return "costate_eigh"; }
Value EighOp::sizeOf(OpBuilder &b, unsigned, unsigned) { return sizeAt(b, getA(), 0); }

StringRef SvdOp::symbol() { return "costate_svd"; }
Value SvdOp::sizeOf(OpBuilder &b, unsigned result, unsigned dimension) {
  if (result != 1 && dimension == 0)
    return sizeAt(b, getA(), result == 0 ? 0 : 1);
  return least(b, sizeAt(b, getA(), 0), sizeAt(b, getA(), 1));
}

StringRef GapsOp::symbol() { return "costate_gaps"; }
Value GapsOp::sizeOf(OpBuilder &b, unsigned, unsigned) { return sizeAt(b, getW(), 0); }

StringRef EigOp::symbol() { return "costate_eig"; }
Value EigOp::sizeOf(OpBuilder &b, unsigned result, unsigned dimension) {
  bool isPair = result < 2 && dimension == result + 1;
  return isPair ? constant(b, getLoc(), 2) : sizeAt(b, getA(), 0);
}

StringRef ComplexGapsOp::symbol() { return "costate_complex_gaps"; }
Value ComplexGapsOp::sizeOf(OpBuilder &b, unsigned, unsigned dimension) {
  return dimension == 2 ? constant(b, getLoc(), 2) : sizeAt(b, getW(), 0);
}

// ---- transforms ----------------------------------------------------------------------------------------

StringRef FftOp::symbol() { return getInverse() ? "costate_ifft" : "costate_fft"; }
Value FftOp::sizeOf(OpBuilder &b, unsigned, unsigned dimension) { return sizeAt(b, getX(), dimension); }

StringRef Fft2Op::symbol() { return getInverse() ? "costate_ifft2" : "costate_fft2"; }
Value Fft2Op::sizeOf(OpBuilder &b, unsigned, unsigned dimension) { return sizeAt(b, getX(), dimension); }

StringRef RfftOp::symbol() { return "costate_rfft"; }
Value RfftOp::sizeOf(OpBuilder &b, unsigned, unsigned dimension) {
  if (dimension == 0)
    return sizeAt(b, getX(), 0);
  if (dimension == 2)
    return constant(b, getLoc(), 2);
  Value half = b.create<arith::DivSIOp>(getLoc(), sizeAt(b, getX(), 1), constant(b, getLoc(), 2));
  return b.create<arith::AddIOp>(getLoc(), half, constant(b, getLoc(), 1));
}

StringRef IrfftOp::symbol() { return "costate_irfft"; }
Value IrfftOp::sizeOf(OpBuilder &b, unsigned, unsigned dimension) {
  return dimension == 0 ? sizeAt(b, getSpectrum(), 0) : getSize();
}

StringRef ConvOp::symbol() { return "costate_conv_full"; }
Value ConvOp::sizeOf(OpBuilder &b, unsigned, unsigned) {
  Location loc = getLoc();
  Value n = sizeAt(b, getX(), 0), m = sizeAt(b, getH(), 0), one = constant(b, loc, 1),
        none = constant(b, loc, 0);
  Value size = b.create<arith::SubIOp>(loc, b.create<arith::AddIOp>(loc, n, m), one);
  Value isEmpty = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, least(b, n, m), none);
  return b.create<arith::SelectOp>(loc, isEmpty, none, size);
}

// ---- sequences -----------------------------------------------------------------------------------------

StringRef ArgsortOp::symbol() {
  bool isReal = getX().getType().getElementType().isF64();
  return isReal ? "costate_argsort" : "costate_argsort_integers";
}
Value ArgsortOp::sizeOf(OpBuilder &b, unsigned, unsigned) { return sizeAt(b, getX(), 0); }

StringRef SearchsortedOp::symbol() {
  return getRight() ? "costate_searchsorted_right" : "costate_searchsorted";
}
Value SearchsortedOp::sizeOf(OpBuilder &b, unsigned, unsigned) { return sizeAt(b, getV(), 0); }
