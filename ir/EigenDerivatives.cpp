// Derivative rules of eigenvalues and eigenvectors of matrices that need not be symmetric. The formulas stand
// in ir/ArrayOps.td. Complex numbers are pairs of the last index; adjoints are those of pairs of reals, so
// the adjoint of a product with c is one with the conjugate of c.
#include "ir/ArrayArithmetic.h"

using namespace mlir;
using namespace costate;

using Values = SmallVector<Value>;

namespace {

struct Complex {
  Value re, im;
};

/// Matrices and scalars of complex numbers, parts apart.
class ComplexArithmetic {
public:
  ComplexArithmetic(ArrayArithmetic &a) : a(a) {}

  Complex plus(Complex x, Complex y) { return {a.add(x.re, y.re), a.add(x.im, y.im)}; }
  Complex times(Complex x, Complex y) {
    return {a.sub(a.mul(x.re, y.re), a.mul(x.im, y.im)), a.add(a.mul(x.re, y.im), a.mul(x.im, y.re))};
  }
  Complex conjugate(Complex x) { return {x.re, a.neg(x.im)}; }
  Complex zero() { return {a.number(0), a.number(0)}; }
  Complex choose(Value condition, Complex yes, Complex no) {
    return {a.choose(condition, yes.re, no.re), a.choose(condition, yes.im, no.im)};
  }
  /// The entry of an array of pairs.
  Complex at(Value pairs, ValueRange i) {
    Values real(i), imaginary(i);
    real.push_back(a.index(0)), imaginary.push_back(a.index(1));
    return {a.at(pairs, real), a.at(pairs, imaginary)};
  }

  // ---- matrices ----
  /// [n,n,2] as two matrices.
  Complex parts(Value pairs) {
    auto part = [&](int64_t which) {
      return a.array({a.size(pairs, 0), a.size(pairs, 1)}, [&](ArrayArithmetic &in, ValueRange i) {
        return in.at(pairs, {i[0], i[1], in.index(which)});
      });
    };
    return {part(0), part(1)};
  }
  /// An array of pairs with the sizes of another.
  Value pairsLike(Value other, llvm::function_ref<Complex(ArrayArithmetic &, ValueRange)> entry) {
    return a.likeArray(other, [&](ArrayArithmetic &in, ValueRange i) {
      Complex value = entry(in, i.drop_back());
      return in.choose(in.equal(i.back(), in.index(0)), value.re, value.im);
    });
  }
  /// X Y, with the conjugate transpose of X or Y.
  Complex product(Complex X, Complex Y, bool turnsX = false, bool turnsY = false) {
    auto real = [&](Value x, Value y) { return a.product(x, y, turnsX, turnsY); };
    Value both = real(X.im, Y.im), left = real(X.im, Y.re), right = real(X.re, Y.im);
    both = turnsX == turnsY ? a.negated(both) : both;
    left = turnsX ? a.negated(left) : left, right = turnsY ? a.negated(right) : right;
    return {a.plus(real(X.re, Y.re), both), a.plus(left, right)};
  }
  /// X with V X = Y, or V^H X = Y: by the real system [Re V, -Im V; Im V, Re V].
  Complex solved(Complex V, Complex Y, bool turned, uint32_t place) {
    Value n = a.size(V.re, 0), twice = a.shifted(n, n), columns = a.size(Y.re, 1);
    auto inHalf = [&](ArrayArithmetic &in, Value i, Value &isUpper) {
      isUpper = in.less(i, n);
      return in.choose(isUpper, i, in.b.create<arith::SubIOp>(in.loc, i, n));
    };
    Value A = a.array({twice, twice}, [&](ArrayArithmetic &in, ValueRange k) {
      Value isUpper, isLeft;
      Value i = inHalf(in, k[0], isUpper), j = inHalf(in, k[1], isLeft);
      Value re = in.at(V.re, {i, j}), im = in.at(V.im, {i, j});
      return in.choose(isUpper, in.choose(isLeft, re, in.neg(im)), in.choose(isLeft, im, re));
    });
    Value right = a.array({twice, columns}, [&](ArrayArithmetic &in, ValueRange k) {
      Value isUpper, i = inHalf(in, k[0], isUpper);
      return in.choose(isUpper, in.at(Y.re, {i, k[1]}), in.at(Y.im, {i, k[1]}));
    });
    Value constant = a.b.create<StopOp>(a.loc, A.getType(), A);
    auto lu = a.b.create<LuOp>(a.loc, A.getType(), columnOf(a.b.getI64Type()), constant, place);
    Value X = a.b.create<LinearSolveOp>(a.loc, A.getType(), A, lu.getF(), lu.getP(), right, turned, place);
    auto half = [&](bool isUpper) {
      return a.array({n, columns}, [&](ArrayArithmetic &in, ValueRange k) {
        return in.at(X, {isUpper ? k[0] : in.shifted(k[0], n), k[1]});
      });
    };
    return {half(true), half(false)};
  }
  Complex map(Value like, llvm::function_ref<Complex(ArrayArithmetic &, ValueRange)> entry) {
    auto part = [&](bool isReal) {
      return a.likeArray(like, [&](ArrayArithmetic &in, ValueRange i) {
        Complex value = entry(in, i);
        return isReal ? value.re : value.im;
      });
    };
    return {part(true), part(false)};
  }
  Complex entry(ArrayArithmetic &in, Complex matrix, ValueRange i) {
    return {in.at(matrix.re, i), in.at(matrix.im, i)};
  }

private:
  ArrayArithmetic &a;
};

Value gapsOf(EigOp op, OpBuilder &b) {
  return b.create<ComplexGapsOp>(op.getLoc(), op.getV().getType(), op.getW(), op.getPlace());
}

/// sum_i conj(V[i,k]) X[i,k]
Complex alongColumn(ArrayArithmetic &a, Complex V, Complex X, Value k) {
  auto part = [&](bool isReal) {
    return a.sum(a.size(V.re, 0), [&](ArrayArithmetic &in, ValueRange i) {
      ComplexArithmetic c(in);
      Value at[] = {i[0], k};
      Complex value = c.times(c.conjugate(c.entry(in, V, at)), c.entry(in, X, at));
      return isReal ? value.re : value.im;
    });
  };
  return {part(true), part(false)};
}

} // namespace

Values EigOp::tangents(OpBuilder &b, ValueRange operands) {
  Value dA = operands[0];
  if (!dA)
    return {Value(), Value(), Value()};
  ArrayArithmetic a(b, getLoc());
  ComplexArithmetic c(a);
  Value E = gapsOf(*this, b), positions = getP();
  Complex V = c.parts(getV()), moved{a.product(dA, V.re), a.product(dA, V.im)};
  Complex M = c.solved(V, moved, false, getPlace());
  // The diagonal of E is 1: what fails in E fails in both results.
  Value dw = c.pairsLike(getW(), [&](ArrayArithmetic &in, ValueRange i) {
    ComplexArithmetic e(in);
    return e.times(e.at(E, {i[0], i[0]}), e.entry(in, M, {i[0], i[0]}));
  });
  Complex K = c.map(dA, [&](ArrayArithmetic &in, ValueRange i) {
    ComplexArithmetic e(in);
    return e.choose(in.equal(i[0], i[1]), e.zero(), e.times(e.at(E, i), e.entry(in, M, i)));
  });
  Complex U = c.product(V, K);
  Value size = a.size(dA, 0);
  auto column = [&](bool isReal) {
    return a.array(size, [&](ArrayArithmetic &in, ValueRange k) {
      if (isReal)
        return alongColumn(in, V, U, k[0]).re;
      Value at[] = {in.position(positions, k[0]), k[0]};
      return in.b.create<arith::DivFOp>(in.loc, in.at(U.im, at), in.at(V.re, at)).getResult();
    });
  };
  Complex shift{column(true), column(false)};
  Value dV = c.pairsLike(getV(), [&](ArrayArithmetic &in, ValueRange i) {
    ComplexArithmetic e(in);
    Complex part = e.times(e.entry(in, V, i), e.entry(in, shift, i[1]));
    return e.plus(e.entry(in, U, i), {in.neg(part.re), in.neg(part.im)});
  });
  return {dw, dV, Value()};
}

Values EigOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool>) {
  if (!results[0] && !results[1])
    return {Value()};
  ArrayArithmetic a(b, getLoc());
  ComplexArithmetic c(a);
  Value E = gapsOf(*this, b), positions = getP(), A = getA();
  Complex V = c.parts(getV()), turned;
  if (results[1]) {
    Complex own = c.parts(results[1]);
    auto column = [&](bool isReal) {
      return a.array(a.size(A, 0), [&](ArrayArithmetic &in, ValueRange k) {
        Complex along = alongColumn(in, V, own, k[0]);
        return isReal ? along.re : along.im;
      });
    };
    Complex s{column(true), column(false)};
    // V* - Re(s) v - i Im(s) / v[p] in row p
    Complex U = c.map(A, [&](ArrayArithmetic &in, ValueRange i) {
      ComplexArithmetic e(in);
      Value along = in.at(s.re, i[1]), p = in.position(positions, i[1]);
      Complex v = e.entry(in, V, i), value = e.entry(in, own, i);
      Value phase = in.b.create<arith::DivFOp>(in.loc, in.at(s.im, i[1]), in.at(V.re, {p, i[1]}));
      phase = in.choose(in.equal(i[0], p), phase, in.number(0));
      return Complex{in.sub(value.re, in.mul(along, v.re)),
                     in.sub(in.sub(value.im, in.mul(along, v.im)), phase)};
    });
    turned = c.product(V, U, /*turnsX=*/true);
  }
  Complex M = c.map(A, [&](ArrayArithmetic &in, ValueRange i) {
    ComplexArithmetic e(in);
    Complex gap = e.conjugate(e.at(E, i));
    Complex other = turned.re ? e.times(gap, e.entry(in, turned, i)) : e.zero();
    Complex own = results[0] ? e.times(gap, e.at(results[0], i[0])) : e.zero();
    return e.choose(in.equal(i[0], i[1]), own, other);
  });
  Complex Y = c.solved(V, M, true, getPlace());
  return {c.product(Y, V, false, /*turnsY=*/true).re};
}

Values ComplexGapsOp::tangents(OpBuilder &b, ValueRange operands) {
  Value dw = operands[0];
  if (!dw)
    return {Value()};
  ArrayArithmetic a(b, getLoc());
  return {ComplexArithmetic(a).pairsLike(getE(), [&](ArrayArithmetic &in, ValueRange i) {
    ComplexArithmetic e(in);
    Complex gap = e.at(getE(), i), from = e.at(dw, i[0]), to = e.at(dw, i[1]);
    Complex change{in.sub(from.re, to.re), in.sub(from.im, to.im)};
    return e.choose(in.equal(i[0], i[1]), e.zero(), e.times(e.times(gap, gap), change));
  })};
}

Values ComplexGapsOp::adjoints(OpBuilder &b, ValueRange results, ArrayRef<bool>) {
  Value adjoint = results[0];
  if (!adjoint)
    return {Value()};
  ArrayArithmetic a(b, getLoc());
  return {ComplexArithmetic(a).pairsLike(getW(), [&](ArrayArithmetic &in, ValueRange k) {
    auto part = [&](bool isReal) {
      return in.sum(in.size(getW(), 0), [&](ArrayArithmetic &s, ValueRange j) {
        ComplexArithmetic e(s);
        Complex gap = e.conjugate(e.at(getE(), {k[0], j[0]}));
        Complex from = e.at(adjoint, {k[0], j[0]}), to = e.at(adjoint, {j[0], k[0]});
        Complex both{s.sub(from.re, to.re), s.sub(from.im, to.im)};
        Complex value = e.times(e.times(gap, gap), both);
        return s.choose(s.equal(k[0], j[0]), s.number(0), isReal ? value.re : value.im);
      });
    };
    return Complex{part(true), part(false)};
  })};
}
