// Eigenvalues and eigenvectors of symmetric matrices by tridiagonal QR steps [GV13], ascending, with fixed
// signs.
#include "runtime/numeric/Matrices.h"

#include <Eigen/Eigenvalues>

using namespace costate::rt;

extern "C" void costate_eigh(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto A = matrix(call);
  auto w = vectorResult(call);
  auto V = matrixResult(call);
  call.run([&] {
    if (A.size() == 0 || !isFinite(A, call))
      return;
    Eigen::SelfAdjointEigenSolver<Matrix> eigen(A);
    if (!hasConverged(eigen, A.rows(), call))
      return;
    w = eigen.eigenvalues();
    V = eigen.eigenvectors();
    for (Eigen::Index j = 0; j < V.cols(); ++j)
      V.col(j) *= signOf(V.col(j));
  });
}
