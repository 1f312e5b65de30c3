#include "runtime/numeric/SolveFactors.h"

#include "runtime/numeric/DenseFactors.h"

namespace costate::rt {
namespace {

using Eigen::Index;

/// A pivot up to this counts as rounding: n ulp of the largest entry in its row or column.
Vector pivotThresholds(const Eigen::Ref<const Matrix> &A, std::span<const int64_t> order) {
  if (A.size() == 0)
    return {};
  Eigen::RowVectorXd inColumn = Eigen::RowVectorXd::Zero(A.cols());
  Vector inRow(A.rows()), least(A.rows());
  for (Index i = 0; i < A.rows(); ++i) { // by rows, as A lies
    inColumn = inColumn.cwiseMax(A.row(i).cwiseAbs());
    inRow[i] = A.row(i).cwiseAbs().maxCoeff();
  }
  for (Index k = 0; k < A.rows(); ++k)
    least[k] = std::min(inColumn[k], inRow[order.empty() ? k : order[size_t(k)]]);
  return double(A.rows()) * 0x1p-52 * least;
}

/// The first pivot that counts as 0; -1 where there is none.
Index singularPivot(const Eigen::Ref<const Vector> &pivots, const Vector &thresholds) {
  for (Index k = 0; k < pivots.size(); ++k)
    if (!(std::abs(pivots[k]) > thresholds[k]))
      return k;
  return -1;
}

bool isLowerTriangular(const Eigen::Ref<const Matrix> &A) {
  for (Index i = 0; i < A.rows(); ++i)
    for (Index j = i + 1; j < A.cols(); ++j)
      if (A(i, j) != 0)
        return false;
  return true;
}

bool isUpperTriangular(const Eigen::Ref<const Matrix> &A) {
  for (Index i = 0; i < A.rows(); ++i)
    for (Index j = 0; j < i; ++j)
      if (A(i, j) != 0)
        return false;
  return true;
}

/// Blocks of both triangles at a time, which stay in the cache.
bool isSymmetric(const Eigen::Ref<const Matrix> &A) {
  constexpr Index block = 32;
  for (Index row = 0; row < A.rows(); row += block)
    for (Index column = 0; column <= row; column += block)
      for (Index i = row; i < std::min(A.rows(), row + block); ++i)
        for (Index j = column; j < std::min(i, column + block); ++j)
          if (A(i, j) != A(j, i))
            return false;
  return true;
}

bool isTriangleRegular(const Eigen::Ref<const Matrix> &A) {
  return singularPivot(A.diagonal(), pivotThresholds(A, {})) < 0;
}

/// False where a pivot is not positive.
bool factorByCholesky(const Eigen::Ref<const Matrix> &A, MatrixResult F) {
  F = A;
  if (denseFactors().cholesky(F.data(), A.rows()) >= 0)
    return false;
  return singularPivot(F.diagonal().cwiseAbs2(), pivotThresholds(A, {})) < 0;
}

void mark(SolveFactors factors, Factorization kind) {
  std::fill(factors.order.begin(), factors.order.end(), int64_t(kind));
}

} // namespace

bool factorByRows(const Eigen::Ref<const Matrix> &A, SolveFactors factors, Operation &call) {
  MatrixResult &F = factors.F;
  F = A;
  denseFactors().lu(F.data(), factors.order.data(), A.rows());
  Index k = singularPivot(F.diagonal(), pivotThresholds(A, factors.order));
  if (k < 0)
    return true;
  double pivot = F(k, k), largest = A.cwiseAbs().maxCoeff();
  call.fail(COSTATE_SINGULAR, {double(k) + 1, pivot, largest},
            "the matrix is singular: pivot {} of {} is {:.3g} where the largest entry is {:.3g}", k + 1,
            A.rows(), pivot, largest);
  return false;
}

bool factorToSolve(const Eigen::Ref<const Matrix> &A, SolveFactors factors, Operation &call) {
  if (!isFinite(A, call))
    return false;
  bool isLower = isLowerTriangular(A);
  if ((isLower || isUpperTriangular(A)) && isTriangleRegular(A)) {
    factors.F = A;
    mark(factors, isLower ? lowerTriangle : upperTriangle);
    return true;
  }
  bool mayBePositive = (A.diagonal().array() > 0).all() && isSymmetric(A);
  if (mayBePositive && factorByCholesky(A, factors.F)) {
    mark(factors, choleskyFactor);
    return true;
  }
  return factorByRows(A, factors, call);
}

void solveByFactors(const MatrixOperand &F, std::span<const int64_t> order, bool isTransposed,
                    const Eigen::Ref<const Matrix> &b, MatrixResult &x) {
  if (!AlignedMatrix::isAligned(F.data()))
    return solveByFactors(AlignedMatrix(F).operand(), order, isTransposed, b, x);
  Index n = b.rows();
  AlignedMatrix solution(b);
  auto y = solution.view();
  auto solve = [&](Triangle triangle, bool turns) {
    denseFactors().solve(F.data(), triangle, turns, y.data(), n, b.cols());
  };
  int64_t kind = n ? order[0] : 0;
  bool isTriangle = kind == lowerTriangle || kind == upperTriangle, isPermuted = kind >= 0;
  if (isTriangle) {
    solve(kind == lowerTriangle ? Triangle::lower : Triangle::upper, isTransposed);
  } else if (kind == choleskyFactor) {
    solve(Triangle::upper, true);
    solve(Triangle::upper, false);
  } else if (!isTransposed) {
    for (Index i = 0; i < n; ++i)
      y.row(i) = b.row(order[size_t(i)]);
    solve(Triangle::unitLower, false);
    solve(Triangle::upper, false);
  } else { // U' L' P x = b
    solve(Triangle::upper, true);
    solve(Triangle::unitLower, true);
  }
  for (Index i = 0; i < n; ++i)
    x.row(isPermuted && isTransposed ? order[size_t(i)] : i) = y.row(i);
}

} // namespace costate::rt
