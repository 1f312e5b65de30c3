// Derivative rules of linear systems and matrix functions. The formulas stand in ir/ArrayOps.td; those of
// adjoints follow from <w, dy> = <adjoint, dx>.
#include "ir/ArrayArithmetic.h"

using namespace mlir;
using namespace costate;

using Values = SmallVector<Value>;

// ---- solve ---------------------------------------------------------------------------------------------

namespace {

Value solved(OpBuilder &b, LinearSolveOp op, Value rhs, bool transposed) {
  return b.create<LinearSolveOp>(op.getLoc(), op.getX().getType(), op.getA(), op.getF(), op.getP(), rhs,
                                 transposed, op.getPlace());
}

} // namespace

Values LinearSolveOp::tangents(OpBuilder &b, ValueRange operands) {
  ArrayArithmetic a(b, getLoc());
  Value dA = operands[0], rhs = operands[3];
  if (dA)
    rhs = a.plus(rhs, a.negated(a.product(dA, getX(), getTransposed())));
  return {rhs ? solved(b, *this, rhs, getTransposed()) : Value()};
}

Values LinearSolveOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool> wanted) {
  Values all(getNumOperands());
  if (!results[0])
    return all;
  ArrayArithmetic a(b, getLoc());
  Value y = solved(b, *this, results[0], !getTransposed());
  all[3] = y;
  if (wanted[0])
    all[0] =
        a.negated(getTransposed() ? a.product(getX(), y, false, true) : a.product(y, getX(), false, true));
  return all;
}

Values LowerSolveOp::tangents(OpBuilder &b, ValueRange operands) {
  ArrayArithmetic a(b, getLoc());
  Value dL = operands[0], rhs = operands[1];
  if (dL)
    rhs = a.plus(rhs, a.negated(a.product(a.lower(dL), getX(), getTransposed())));
  return {rhs ? a.lowerSolved(getL(), rhs, getTransposed(), getPlace()) : Value()};
}

Values LowerSolveOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool> wanted) {
  Values all(getNumOperands());
  if (!results[0])
    return all;
  ArrayArithmetic a(b, getLoc());
  Value y = a.lowerSolved(getL(), results[0], !getTransposed(), getPlace());
  all[1] = y;
  if (wanted[0])
    all[0] = a.lower(
        a.negated(getTransposed() ? a.product(getX(), y, false, true) : a.product(y, getX(), false, true)));
  return all;
}

// ---- sparse solve --------------------------------------------------------------------------------------

namespace {

struct Places {
  Value rows, columns;

  explicit Places(SparseSolveOp op)
      : rows(op.getTransposed() ? op.getColumns() : op.getRows()),
        columns(op.getTransposed() ? op.getRows() : op.getColumns()) {}
};

Value solved(OpBuilder &b, SparseSolveOp op, Value rhs, bool transposed) {
  return b.create<SparseSolveOp>(op.getLoc(), op.getX().getType(), op.getRows(), op.getColumns(),
                                 op.getValues(), rhs, transposed, op.getPlace());
}

} // namespace

Values SparseSolveOp::tangents(OpBuilder &b, ValueRange operands) {
  ArrayArithmetic a(b, getLoc());
  Places at(*this);
  Value dA = operands[2], rhs = operands[3];
  if (dA)
    rhs = a.plus(rhs, a.negated(a.sparseProduct(at.rows, at.columns, dA, getX(), a.size(getX(), 0))));
  return {rhs ? solved(b, *this, rhs, getTransposed()) : Value()};
}

Values SparseSolveOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool> wanted) {
  Values all(getNumOperands());
  if (!results[0])
    return all;
  ArrayArithmetic a(b, getLoc());
  Places at(*this);
  Value y = all[3] = solved(b, *this, results[0], !getTransposed());
  Value width = a.size(y, 1);
  if (wanted[2])
    all[2] = a.likeArray(getValues(), [&](ArrayArithmetic &in, ValueRange k) {
      return in.neg(in.sum(width, [&](ArrayArithmetic &s, ValueRange j) {
        return s.mul(s.at(y, {s.position(at.rows, k[0]), j[0]}),
                     s.at(getX(), {s.position(at.columns, k[0]), j[0]}));
      }));
    });
  return all;
}

// ---- lu ------------------------------------------------------------------------------------------------

namespace {

/// The factors apart: L with ones, and U' (both lower triangular).
struct Triangles {
  Value L, turnedU;

  Triangles(ArrayArithmetic &a, Value F) {
    L = a.likeArray(F, [&](ArrayArithmetic &in, ValueRange i) {
      Value below = in.choose(in.less(i[1], i[0]), in.at(F, i), in.number(0));
      return in.choose(in.equal(i[0], i[1]), in.number(1), below);
    });
    turnedU = a.transposed(a.upper(F));
  }
};

} // namespace

Values LuOp::tangents(OpBuilder &b, ValueRange operands) {
  Value dA = operands[0];
  if (!dA)
    return {Value(), Value()};
  ArrayArithmetic a(b, getLoc());
  Triangles of(a, getF());
  Value turned = a.likeArray(dA, [&](ArrayArithmetic &in, ValueRange i) {
    return in.at(dA, {in.position(getP(), i[0]), i[1]});
  });
  Value T = a.lowerSolved(of.L, turned, false, getPlace());
  Value W = a.transposed(a.lowerSolved(of.turnedU, a.transposed(T), false, getPlace()));
  Value dF = a.plus(a.product(of.L, a.lower(W, 0)), a.product(a.upper(W), of.turnedU, false, true));
  return {dF, Value()};
}

Values LuOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool>) {
  Value adjoint = results[0];
  if (!adjoint)
    return {Value()};
  ArrayArithmetic a(b, getLoc());
  Triangles of(a, getF());
  Value N = a.plus(a.lower(a.product(of.L, a.lower(adjoint, 0), true), 0),
                   a.upper(a.product(a.upper(adjoint), of.turnedU)));
  Value T = a.lowerSolved(of.L, N, true, getPlace());
  Value turned = a.lowerSolved(of.turnedU, a.transposed(T), true, getPlace());
  Value back = b.create<ArgsortOp>(getLoc(), getP().getType(), getP(), getPlace());
  return {a.likeArray(getA(), [&](ArrayArithmetic &in, ValueRange i) {
    return in.at(turned, {i[1], in.position(back, i[0])});
  })};
}

// ---- inverse and determinants --------------------------------------------------------------------------

Values InvOp::tangents(OpBuilder &b, ValueRange operands) {
  if (!operands[0])
    return {Value()};
  ArrayArithmetic a(b, getLoc());
  return {a.negated(a.product(a.product(getResult(), operands[0]), getResult()))};
}

Values InvOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool>) {
  if (!results[0])
    return {Value()};
  ArrayArithmetic a(b, getLoc());
  return {a.negated(a.product(a.product(getResult(), results[0], true), getResult(), false, true))};
}

namespace {

Value inverseOf(OpBuilder &b, Location loc, Value A, uint32_t place) {
  return b.create<InvOp>(loc, A.getType(), A, place);
}

/// tr(A^-1 dA)
Value traceOf(ArrayArithmetic &a, Value inverse, Value dA) {
  return a.sum(a.sizes(dA), [&](ArrayArithmetic &in, ValueRange i) {
    return in.mul(in.at(inverse, {i[1], i[0]}), in.at(dA, i));
  });
}

} // namespace

Values LogdetOp::tangents(OpBuilder &b, ValueRange operands) {
  if (!operands[0])
    return {Value()};
  ArrayArithmetic a(b, getLoc());
  return {traceOf(a, inverseOf(b, getLoc(), getA(), getPlace()), operands[0])};
}

Values LogdetOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool>) {
  if (!results[0])
    return {Value()};
  ArrayArithmetic a(b, getLoc());
  return {a.scaled(a.transposed(inverseOf(b, getLoc(), getA(), getPlace())), results[0])};
}

namespace {

Value cofactorsOf(OpBuilder &b, DetOp op) {
  return b.create<CofactorsOp>(op.getLoc(), op.getA().getType(), op.getA(), op.getPlace());
}

/// The sum of all products of entries.
Value productOf(ArrayArithmetic &a, Value X, Value Y) {
  return a.sum(a.sizes(X),
               [&](ArrayArithmetic &in, ValueRange i) { return in.mul(in.at(X, i), in.at(Y, i)); });
}

} // namespace

Values DetOp::tangents(OpBuilder &b, ValueRange operands) {
  if (!operands[0])
    return {Value()};
  ArrayArithmetic a(b, getLoc());
  return {productOf(a, cofactorsOf(b, *this), operands[0])};
}

Values DetOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool>) {
  if (!results[0])
    return {Value()};
  ArrayArithmetic a(b, getLoc());
  return {a.scaled(cofactorsOf(b, *this), results[0])};
}

Values CofactorsOp::tangents(OpBuilder &b, ValueRange operands) {
  Value dA = operands[0], C = getResult();
  if (!dA)
    return {Value()};
  ArrayArithmetic a(b, getLoc());
  Value X = inverseOf(b, getLoc(), getA(), getPlace());
  Value turned = a.product(X, a.product(dA, C, true), true);
  return {a.plus(a.scaled(C, traceOf(a, X, dA)), a.negated(turned))};
}

Values CofactorsOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool>) {
  Value W = results[0], C = getResult();
  if (!W)
    return {Value()};
  ArrayArithmetic a(b, getLoc());
  Value X = inverseOf(b, getLoc(), getA(), getPlace());
  Value turned = a.product(C, a.product(X, W), false, true); // C (X W)'
  return {a.plus(a.scaled(a.transposed(X), productOf(a, W, C)), a.negated(turned))};
}

// ---- Cholesky ------------------------------------------------------------------------------------------

Values CholeskyOp::tangents(OpBuilder &b, ValueRange operands) {
  if (!operands[0])
    return {Value()};
  ArrayArithmetic a(b, getLoc());
  Value L = getResult();
  Value T = a.lowerSolved(L, a.mirrored(operands[0]), false, getPlace());
  Value W = a.lowerSolved(L, a.transposed(T), false, getPlace());
  return {a.product(L, a.lower(W, 0.5))};
}

Values CholeskyOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool>) {
  if (!results[0])
    return {Value()};
  ArrayArithmetic a(b, getLoc());
  Value L = getResult();
  Value M = a.lower(a.product(L, a.lower(results[0]), true), 0.5);
  Value T = a.lowerSolved(L, M, true, getPlace());
  Value S = a.lowerSolved(L, a.transposed(T), true, getPlace());
  return {a.folded(S)};
}

// ---- exponential ---------------------------------------------------------------------------------------

namespace {

/// The upper right block of expm([A E; 0 A]), with A' for A where `turns`.
Value direction(OpBuilder &b, ExpmOp op, Value E, bool turns) {
  ArrayArithmetic a(b, op.getLoc());
  Value A = op.getA(), n = a.size(A, 0), last = a.b.create<arith::SubIOp>(op.getLoc(), n, a.index(1)),
        both = a.shifted(n, n);
  Value blocks = a.array({both, both}, [&](ArrayArithmetic &in, ValueRange i) {
    Value isUpper = in.less(i[0], n), isLeft = in.less(i[1], n);
    auto within = [&](Value k, Value isFirst) {
      Value back = in.b.create<arith::SubIOp>(in.loc, k, n);
      return in.choose(isFirst, in.b.create<arith::MinSIOp>(in.loc, k, last), back);
    };
    Value row = within(i[0], isUpper), column = within(i[1], isLeft);
    Value own = turns ? in.at(A, {column, row}) : in.at(A, {row, column});
    Value right = in.choose(isUpper, in.at(E, {row, column}), own),
          left = in.choose(isUpper, own, in.number(0));
    return in.choose(isLeft, left, right);
  });
  Value exponential = b.create<ExpmOp>(op.getLoc(), blocks.getType(), blocks, op.getPlace());
  return a.array({n, n}, [&](ArrayArithmetic &in, ValueRange i) {
    return in.at(exponential, {i[0], in.shifted(i[1], n)});
  });
}

} // namespace

Values ExpmOp::tangents(OpBuilder &b, ValueRange operands) {
  return {operands[0] ? direction(b, *this, operands[0], false) : Value()};
}

Values ExpmOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool>) {
  return {results[0] ? direction(b, *this, results[0], true) : Value()};
}
