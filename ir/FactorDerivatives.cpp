// Derivative rules of QR, eigenvalues and singular values. The formulas stand in ir/ArrayOps.td.
#include "ir/ArrayArithmetic.h"

using namespace mlir;
using namespace costate;

using Values = SmallVector<Value>;

// ---- QR ------------------------------------------------------------------------------------------------

namespace {

/// The transpose of the first k columns of R, lower triangular.
Value turnedCorner(ArrayArithmetic &a, Value R) {
  Value k = a.size(R, 0);
  return a.array({k, k}, [&](ArrayArithmetic &in, ValueRange i) { return in.at(R, {i[1], i[0]}); });
}

/// triu(M) + slt(M)', zero below the diagonal.
Value gathered(ArrayArithmetic &a, Value M) {
  return a.likeArray(M, [&](ArrayArithmetic &in, ValueRange i) {
    Value value = in.at(M, i), both = in.add(value, in.at(M, {i[1], i[0]}));
    Value above = in.choose(in.less(i[0], i[1]), both, in.number(0));
    return in.choose(in.equal(i[0], i[1]), value, above);
  });
}

/// The symmetric matrix with N's entries on and above the diagonal.
Value spread(ArrayArithmetic &a, Value N) {
  return a.likeArray(N, [&](ArrayArithmetic &in, ValueRange i) {
    return in.choose(in.less(i[1], i[0]), in.at(N, {i[1], i[0]}), in.at(N, i));
  });
}

} // namespace

Values QrOp::tangents(OpBuilder &b, ValueRange operands) {
  Value dA = operands[0];
  if (!dA)
    return {Value(), Value()};
  ArrayArithmetic a(b, getLoc());
  Value Q = getQ(), U = turnedCorner(a, getR());
  Value turned = a.array({a.size(Q, 1), a.size(Q, 0)}, [&](ArrayArithmetic &in, ValueRange i) {
    return in.at(dA, {i[1], i[0]});
  });
  Value C = a.transposed(a.lowerSolved(U, turned, false, getPlace()));
  Value G = gathered(a, a.product(Q, C, true));
  Value dQ = a.plus(C, a.negated(a.product(Q, G)));
  Value dR = a.upper(a.plus(a.product(dQ, getA(), true), a.product(Q, dA, true)));
  return {dQ, dR};
}

Values QrOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool>) {
  if (!results[0] && !results[1])
    return {Value()};
  ArrayArithmetic a(b, getLoc());
  Value Q = getQ(), U = turnedCorner(a, getR()), adjoint = results[0], own;
  if (results[1]) {
    Value R = a.upper(results[1]);
    adjoint = a.plus(adjoint, a.product(getA(), R, false, true));
    own = a.product(Q, R);
  }
  Value N = spread(a, a.product(Q, adjoint, true));
  Value C = a.plus(adjoint, a.negated(a.product(Q, N)));
  Value turned = a.lowerSolved(U, a.transposed(C), true, getPlace());
  Value k = a.size(Q, 1), last = b.create<arith::SubIOp>(getLoc(), k, a.index(1));
  Value whole = a.likeArray(getA(), [&](ArrayArithmetic &in, ValueRange i) {
    Value column = in.b.create<arith::MinSIOp>(in.loc, i[1], last);
    return in.choose(in.less(i[1], k), in.at(turned, {column, i[0]}), in.number(0));
  });
  return {a.plus(own, whole)};
}

// ---- eigenvalues ---------------------------------------------------------------------------------------

namespace {

Value gapsOf(OpBuilder &b, Location loc, Value w, uint32_t place) {
  Type matrix = RankedTensorType::get({ShapedType::kDynamic, ShapedType::kDynamic}, b.getF64Type());
  return b.create<GapsOp>(loc, matrix, w, place);
}

/// The entries beside the diagonal times those of E, and the diagonal that is given, or zeros.
Value weighted(ArrayArithmetic &a, Value E, Value matrix, Value diagonal) {
  return a.likeArray(E, [&](ArrayArithmetic &in, ValueRange i) {
    Value other = matrix ? in.mul(in.at(E, i), in.at(matrix, i)) : in.number(0);
    Value own = diagonal ? in.mul(in.at(E, i), in.at(diagonal, i[0])) : in.number(0);
    return in.choose(in.equal(i[0], i[1]), own, other);
  });
}

Value diagonalOf(ArrayArithmetic &a, Value E, Value matrix) {
  return a.array(a.size(E, 0), [&](ArrayArithmetic &in, ValueRange i) {
    return in.mul(in.at(E, {i[0], i[0]}), in.at(matrix, {i[0], i[0]}));
  });
}

} // namespace

Values EighOp::tangents(OpBuilder &b, ValueRange operands) {
  if (!operands[0])
    return {Value(), Value()};
  ArrayArithmetic a(b, getLoc());
  Value E = gapsOf(b, getLoc(), getW(), getPlace());
  Value S = a.product(getV(), a.product(a.mirrored(operands[0]), getV()), true);
  return {diagonalOf(a, E, S), a.product(getV(), weighted(a, E, S, Value()))};
}

Values EighOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool>) {
  if (!results[0] && !results[1])
    return {Value()};
  ArrayArithmetic a(b, getLoc());
  Value E = gapsOf(b, getLoc(), getW(), getPlace());
  Value turned = results[1] ? a.product(getV(), results[1], true) : Value();
  Value inner = weighted(a, E, turned, results[0]);
  return {a.folded(a.product(getV(), a.product(inner, getV(), false, true)))};
}

Values GapsOp::tangents(OpBuilder &b, ValueRange operands) {
  Value dw = operands[0];
  if (!dw)
    return {Value()};
  ArrayArithmetic a(b, getLoc());
  return {a.likeArray(getE(), [&](ArrayArithmetic &in, ValueRange i) {
    Value gap = in.at(getE(), i), change = in.sub(in.at(dw, i[0]), in.at(dw, i[1]));
    return in.choose(in.equal(i[0], i[1]), in.number(0), in.mul(in.mul(gap, gap), change));
  })};
}

Values GapsOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool>) {
  Value adjoint = results[0];
  if (!adjoint)
    return {Value()};
  ArrayArithmetic a(b, getLoc());
  return {a.likeArray(getW(), [&](ArrayArithmetic &in, ValueRange k) {
    return in.sum(in.size(getW(), 0), [&](ArrayArithmetic &s, ValueRange j) {
      Value gap = s.at(getE(), {k[0], j[0]});
      Value both = s.sub(s.at(adjoint, {k[0], j[0]}), s.at(adjoint, {j[0], k[0]}));
      return s.choose(s.equal(k[0], j[0]), s.number(0), s.mul(s.mul(gap, gap), both));
    });
  })};
}

// ---- singular values -----------------------------------------------------------------------------------

namespace {

/// E of the squares and of one number more: 0 where the matrix is not square, since vectors then turn out of
/// the space that U or V spans; else a number far from all squares.
struct SingularGaps {
  Value E, k, s;

  SingularGaps(OpBuilder &b, SvdOp op) : s(op.getS()) {
    ArrayArithmetic a(b, op.getLoc());
    k = a.size(s, 0);
    Value isSquare = a.equal(a.size(op.getA(), 0), a.size(op.getA(), 1));
    Value squares = a.sum(k, [&](ArrayArithmetic &in, ValueRange i) {
      Value value = in.at(s, i);
      return in.mul(value, value);
    });
    Value last = a.choose(isSquare, a.sub(a.number(-1), squares), a.number(0));
    Value end = b.create<arith::SubIOp>(op.getLoc(), k, a.index(1));
    Value w = a.array(a.shifted(k, a.index(1)), [&](ArrayArithmetic &in, ValueRange i) {
      Value value = in.at(s, {in.b.create<arith::MinSIOp>(in.loc, i[0], end).getResult()});
      return in.choose(in.less(i[0], k), in.mul(value, value), last);
    });
    E = gapsOf(b, op.getLoc(), w, op.getPlace());
  }

  /// 1 / s[i]; in a square matrix, where it is multiplied by zeros, something finite.
  Value reciprocal(ArrayArithmetic &in, Value i) { return in.mul(in.at(s, i), in.at(E, {k, i})); }
};

/// dA V / s - U P / s
Value outside(ArrayArithmetic &a, SingularGaps &gaps, Value moved, Value inside) {
  return a.likeArray(moved, [&](ArrayArithmetic &in, ValueRange i) {
    return in.mul(in.sub(in.at(moved, i), in.at(inside, i)), gaps.reciprocal(in, i[1]));
  });
}

} // namespace

Values SvdOp::tangents(OpBuilder &b, ValueRange operands) {
  Value dA = operands[0];
  if (!dA)
    return {Value(), Value(), Value()};
  ArrayArithmetic a(b, getLoc());
  SingularGaps gaps(b, *this);
  Value U = getU(), V = getV(), s = getS(), E = gaps.E, k = gaps.k;
  Value dAV = a.product(dA, V), dAU = a.product(dA, U, true), P = a.product(U, dAV, true);
  // F o (P s + s P') for U, F o (s P + P' s) for V
  auto turn = [&](bool isLeft) {
    return a.array({k, k}, [&](ArrayArithmetic &in, ValueRange i) {
      Value own = in.mul(in.at(s, i[isLeft ? 1 : 0]), in.at(P, i)),
            other = in.mul(in.at(s, i[isLeft ? 0 : 1]), in.at(P, {i[1], i[0]}));
      Value value = in.mul(in.at(E, i), in.add(own, other));
      return in.choose(in.equal(i[0], i[1]), in.number(0), value);
    });
  };
  Value ds = a.likeArray(s, [&](ArrayArithmetic &in, ValueRange i) {
    return in.mul(in.at(E, {i[0], i[0]}), in.at(P, {i[0], i[0]}));
  });
  Value dU = a.plus(a.product(U, turn(true)), outside(a, gaps, dAV, a.product(U, P)));
  Value dV = a.plus(a.product(V, turn(false)), outside(a, gaps, dAU, a.product(V, P, false, true)));
  return {dU, ds, dV};
}

Values SvdOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool>) {
  if (llvm::none_of(results, [](Value adjoint) { return bool(adjoint); }))
    return {Value()};
  ArrayArithmetic a(b, getLoc());
  SingularGaps gaps(b, *this);
  Value U = getU(), V = getV(), s = getS(), E = gaps.E, k = gaps.k;
  Value turnedU = results[0] ? a.product(U, results[0], true) : Value(),
        turnedV = results[2] ? a.product(V, results[2], true) : Value();
  // The adjoint of P. Below, r is 1 / s.
  Value P = a.array({k, k}, [&](ArrayArithmetic &in, ValueRange i) {
    Value j[] = {i[1], i[0]}, value = in.number(0);
    auto both = [&](Value turned) {
      return in.add(in.mul(in.at(E, i), in.at(turned, i)), in.mul(in.at(E, j), in.at(turned, j)));
    };
    if (turnedU)
      value = in.add(value, in.mul(in.at(s, i[1]), both(turnedU)));
    if (turnedV)
      value = in.add(value, in.mul(in.at(s, i[0]), both(turnedV)));
    Value own = results[1] ? in.mul(in.at(E, i), in.at(results[1], i[0])) : in.number(0);
    value = in.choose(in.equal(i[0], i[1]), own, value);
    if (turnedU)
      value = in.sub(value, in.mul(in.at(turnedU, i), gaps.reciprocal(in, i[1])));
    if (turnedV)
      value = in.sub(value, in.mul(in.at(turnedV, j), gaps.reciprocal(in, i[0])));
    return value;
  });
  Value all = a.product(U, a.product(P, V, false, true));
  auto divided = [&](Value adjoint) {
    return a.likeArray(adjoint, [&](ArrayArithmetic &in, ValueRange i) {
      return in.mul(in.at(adjoint, i), gaps.reciprocal(in, i[1]));
    });
  };
  if (results[0])
    all = a.plus(all, a.product(divided(results[0]), V, false, true));
  if (results[2])
    all = a.plus(all, a.product(U, divided(results[2]), false, true));
  return {all};
}
