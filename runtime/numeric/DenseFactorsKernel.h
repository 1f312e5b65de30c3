// Factorizations by Eigen's blocked kernels [GV13], as the including file is compiled; it gives Eigen a
// namespace of its own, as for MatrixProductKernel.h. COSTATE_FACTORS names the result.
#include "runtime/numeric/DenseFactors.h"

#include <Eigen/Cholesky>
#include <Eigen/LU>

namespace costate::rt {
namespace {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Columns = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor>;

/// The rows of A are the columns of A'.
int64_t cholesky(double *A, int64_t n) {
  Eigen::Map<Columns> turned(A, n, n);
  return Eigen::internal::llt_inplace<double, Eigen::Lower>::blocked(turned);
}

void lu(double *A, int64_t *order, int64_t n) {
  Eigen::Map<Rows> view(A, n, n);
  Eigen::PartialPivLU<Eigen::Ref<Rows>> lu(view);
  for (int64_t i = 0; i < n; ++i)
    order[lu.permutationP().indices()[i]] = i;
}

template <unsigned Mode, class Right>
void solveTriangle(const Eigen::Map<const Rows> &A, bool isTransposed, Right b) {
  constexpr unsigned turned = (Mode & Eigen::UnitDiag) | (Mode & Eigen::Lower ? Eigen::Upper : Eigen::Lower);
  if (isTransposed)
    A.transpose().triangularView<turned>().solveInPlace(b);
  else
    A.triangularView<Mode>().solveInPlace(b);
}

template <class Right>
void solveOf(const Eigen::Map<const Rows> &A, Triangle triangle, bool isTransposed, Right b) {
  if (triangle == Triangle::lower)
    solveTriangle<Eigen::Lower>(A, isTransposed, b);
  else if (triangle == Triangle::upper)
    solveTriangle<Eigen::Upper>(A, isTransposed, b);
  else
    solveTriangle<Eigen::UnitLower>(A, isTransposed, b);
}

void solve(const double *A, Triangle triangle, bool isTransposed, double *b, int64_t n, int64_t k) {
  Eigen::Map<const Rows> view(A, n, n);
  if (k == 1)
    solveOf(view, triangle, isTransposed, Eigen::Map<Eigen::VectorXd>(b, n));
  else
    solveOf(view, triangle, isTransposed, Eigen::Map<Rows>(b, n, k));
}

} // namespace

const DenseFactors COSTATE_FACTORS{cholesky, lu, solve};

} // namespace costate::rt
