// Square systems by P A = L U with partial pivoting [GV13], and what follows from the factors.
#include "runtime/numeric/Matrices.h"

#include <Eigen/LU>

namespace costate::rt {
namespace {

/// L below the diagonal of F, U on and above it; row i of P A is row order[i] of A.
struct Factors {
  Matrix F;
  std::vector<int64_t> order;
};

/// The least pivot that is not taken for rounding: n ulp of the largest entry in its row or column of A.
double leastPivot(const Eigen::Ref<const Matrix> &A, const std::vector<int64_t> &order, Eigen::Index k) {
  double inColumn = A.col(k).cwiseAbs().maxCoeff(), inRow = A.row(order[size_t(k)]).cwiseAbs().maxCoeff();
  return double(A.rows()) * 0x1p-52 * std::min(inColumn, inRow);
}

/// The first pivot that is 0 but for rounding; -1 where there is none.
Eigen::Index singularPivot(const Factors &factors, const Eigen::Ref<const Matrix> &A) {
  for (Eigen::Index k = 0; k < A.rows(); ++k)
    if (!(std::abs(factors.F(k, k)) > leastPivot(A, factors.order, k)))
      return k;
  return -1;
}

Factors factorize(const Eigen::Ref<const Matrix> &A) {
  Factors factors{A, std::vector<int64_t>(size_t(A.rows()))};
  Eigen::PartialPivLU<Eigen::Ref<Matrix>> lu(factors.F);
  for (Eigen::Index i = 0; i < A.rows(); ++i)
    factors.order[size_t(lu.permutationP().indices()[i])] = i;
  return factors;
}

bool isRegular(const Factors &factors, const Eigen::Ref<const Matrix> &A, Operation &call) {
  Eigen::Index k = singularPivot(factors, A);
  if (k < 0)
    return true;
  double pivot = factors.F(k, k), largest = A.cwiseAbs().maxCoeff();
  call.fail(COSTATE_SINGULAR, {double(k) + 1, pivot, largest},
            "the matrix is singular: pivot {} of {} is {:.3g} where the largest entry is {:.3g}", k + 1,
            A.rows(), pivot, largest);
  return false;
}

/// x with A x = b by the factors of A.
void solveBy(const Eigen::Ref<const Matrix> &F, std::span<const int64_t> order, const MatrixOperand &b,
             MatrixResult &x) {
  for (Eigen::Index i = 0; i < b.rows(); ++i)
    x.row(i) = b.row(order[size_t(i)]);
  F.triangularView<Eigen::UnitLower>().solveInPlace(x);
  F.triangularView<Eigen::Upper>().solveInPlace(x);
}

/// x with A' x = b: U' L' P x = b.
void solveTransposedBy(const Eigen::Ref<const Matrix> &F, std::span<const int64_t> order,
                       const MatrixOperand &b, MatrixResult &x) {
  Matrix z = b;
  F.transpose().triangularView<Eigen::Lower>().solveInPlace(z);
  F.transpose().triangularView<Eigen::UnitUpper>().solveInPlace(z);
  for (Eigen::Index i = 0; i < b.rows(); ++i)
    x.row(order[size_t(i)]) = z.row(i);
}

/// Of the permutation that sends i to order[i].
double signOfOrder(std::vector<int64_t> order) {
  double sign = 1;
  for (size_t i = 0; i < order.size(); ++i)
    while (order[i] != int64_t(i)) {
      std::swap(order[i], order[size_t(order[i])]);
      sign = -sign;
    }
  return sign;
}

} // namespace
} // namespace costate::rt

using namespace costate::rt;

extern "C" {

void costate_lu(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto A = matrix(call);
  auto F = matrixResult(call);
  auto order = call.integerResults(1);
  call.run([&] {
    if (!isFinite(A, call))
      return;
    Factors factors = factorize(A);
    if (!isRegular(factors, A, call))
      return;
    F = factors.F;
    std::copy(factors.order.begin(), factors.order.end(), order.begin());
  });
}

void costate_lu_apply(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto F = matrix(call);
  auto order = call.integers(1);
  auto b = matrix(call);
  auto x = matrixResult(call);
  call.run([&] { solveBy(F, order, b, x); });
}

void costate_lu_apply_transposed(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto F = matrix(call);
  auto order = call.integers(1);
  auto b = matrix(call);
  auto x = matrixResult(call);
  call.run([&] { solveTransposedBy(F, order, b, x); });
}

void costate_lu_solve(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto A = matrix(call);
  auto b = matrix(call);
  auto x = matrixResult(call);
  call.run([&] {
    if (!isFinite(A, call))
      return;
    Factors factors = factorize(A);
    if (isRegular(factors, A, call))
      solveBy(factors.F, factors.order, b, x);
  });
}

void costate_inv(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto A = matrix(call);
  auto X = matrixResult(call);
  call.run([&] {
    if (!isFinite(A, call))
      return;
    Factors factors = factorize(A);
    if (!isRegular(factors, A, call))
      return;
    Matrix one = Matrix::Identity(A.rows(), A.rows());
    solveBy(factors.F, factors.order, {one.data(), A.rows(), A.rows()}, X);
  });
}

void costate_det(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto A = matrix(call);
  auto det = call.realResults(0);
  call.run([&] {
    if (!isFinite(A, call))
      return;
    Factors factors = factorize(A);
    det[0] = signOfOrder(factors.order) * factors.F.diagonal().prod();
  });
}

void costate_logdet(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto A = matrix(call);
  auto logdet = call.realResults(0);
  call.run([&] {
    if (!isFinite(A, call))
      return;
    Factors factors = factorize(A);
    if (isRegular(factors, A, call))
      logdet[0] = factors.F.diagonal().array().abs().log().sum();
  });
}
}
