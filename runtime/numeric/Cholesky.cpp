// A = L L' of a positive definite matrix [GV13], and solutions by L.
#include "runtime/numeric/Matrices.h"

#include <Eigen/Cholesky>

namespace costate::rt {
namespace {

/// The pivot at which a factorization stopped; rows of L above it are done.
double pivotAt(const MatrixOperand &A, const Matrix &L, Eigen::Index row) {
  Vector left = A.row(row).head(row).transpose();
  L.topLeftCorner(row, row).triangularView<Eigen::Lower>().solveInPlace(left);
  return A(row, row) - left.squaredNorm();
}

void factorize(const MatrixOperand &A, MatrixResult &L, Operation &call) {
  Matrix F = A;
  Eigen::Index row = Eigen::internal::llt_inplace<double, Eigen::Lower>::blocked(F);
  if (row >= 0) {
    double pivot = pivotAt(A, F, row);
    call.fail(COSTATE_NOT_POSITIVE, {double(row) + 1, pivot},
              "the matrix is not positive definite: the pivot of row {} is {:.3g}", row + 1, pivot);
    return;
  }
  L = F.triangularView<Eigen::Lower>();
}

} // namespace
} // namespace costate::rt

using namespace costate::rt;

extern "C" {

void costate_cholesky(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto A = matrix(call);
  auto L = matrixResult(call);
  call.run([&] {
    if (isFinite(A, call))
      factorize(A, L, call);
  });
}

void costate_cholesky_solve(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto L = matrix(call);
  auto b = matrix(call);
  auto x = matrixResult(call);
  call.run([&] {
    x = b;
    L.triangularView<Eigen::Lower>().solveInPlace(x);
    L.transpose().triangularView<Eigen::Upper>().solveInPlace(x);
  });
}
}
