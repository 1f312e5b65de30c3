// Checks and conventions that dense operations share.
#include "runtime/numeric/Matrices.h"

namespace costate::rt {

bool isFinite(const Eigen::Ref<const Matrix> &A, Operation &call) {
  for (Eigen::Index i = 0; i < A.rows(); ++i)
    for (Eigen::Index j = 0; j < A.cols(); ++j)
      if (!std::isfinite(A(i, j))) {
        call.fail(COSTATE_NOT_FINITE, {double(i * A.cols() + j), A(i, j)},
                  "entry ({}, {}) of the matrix is {}", i + 1, j + 1, A(i, j));
        return false;
      }
  return true;
}

double signOf(const Eigen::Ref<const Vector> &v) {
  double largest = v.size() ? v.cwiseAbs().maxCoeff() : 0;
  for (double component : v)
    if (std::abs(component) >= (1 - 1e-6) * largest)
      return component < 0 ? -1 : 1;
  return 1;
}

} // namespace costate::rt
