// Singular values and vectors by bidiagonal divide and conquer [GE95], descending, with fixed signs.
#include "runtime/numeric/Matrices.h"

#include <Eigen/SVD>

using namespace costate::rt;

extern "C" void costate_svd(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto A = matrix(call);
  auto U = matrixResult(call);
  auto s = vectorResult(call);
  auto V = matrixResult(call);
  call.run([&] {
    if (A.size() == 0 || !isFinite(A, call))
      return;
    Eigen::BDCSVD<Eigen::MatrixXd> svd(A, Eigen::ComputeThinU | Eigen::ComputeThinV);
    if (!hasConverged(svd, s.size(), call))
      return;
    U = svd.matrixU();
    s = svd.singularValues();
    V = svd.matrixV();
    for (Eigen::Index j = 0; j < s.size(); ++j) {
      double sign = signOf(V.col(j));
      U.col(j) *= sign;
      V.col(j) *= sign;
    }
  });
}
