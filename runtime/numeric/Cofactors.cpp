// Cofactors of a square matrix, C[i,j] = d det(A) / d A[i,j], which exist where it is singular, too.
#include "runtime/numeric/Matrices.h"

#include <Eigen/LU>

namespace costate::rt {
namespace {

Vector productsOfOthers(const Vector &d) {
  Vector products = Vector::Ones(d.size());
  double before = 1, behind = 1;
  for (Eigen::Index k = 0; k < d.size(); ++k)
    products[k] *= before, before *= d[k];
  for (Eigen::Index k = d.size(); k-- > 0;)
    products[k] *= behind, behind *= d[k];
  return products;
}

/// P A Q = L D U by the greatest pivots: what is small stands in D alone, and nothing is divided by it
/// [Ste98].
///
///   adj(A) = det(P) det(Q) Q U^-1 adj(D) L^-1 P
Matrix adjugate(const Eigen::Ref<const Matrix> &A) {
  Eigen::FullPivLU<Matrix> lu(A);
  Vector d = lu.matrixLU().diagonal();
  Matrix U = lu.matrixLU();
  for (Eigen::Index k = 0; k < d.size(); ++k)
    if (d[k] != 0)
      U.row(k) /= d[k];
  Matrix X = lu.permutationP() * Matrix::Identity(A.rows(), A.rows());
  lu.matrixLU().triangularView<Eigen::UnitLower>().solveInPlace(X);
  X = productsOfOthers(d).asDiagonal() * X;
  U.triangularView<Eigen::UnitUpper>().solveInPlace(X);
  double sign = double(lu.permutationP().determinant() * lu.permutationQ().determinant());
  return sign * (lu.permutationQ() * X);
}

} // namespace
} // namespace costate::rt

using namespace costate::rt;

extern "C" void costate_cofactors(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto A = matrix(call);
  auto C = matrixResult(call);
  call.run([&] {
    if (!isFinite(A, call) || A.rows() == 0)
      return;
    constexpr double wellConditioned = 1e-6; // then few digits are lost, and this is several times as fast
    Eigen::PartialPivLU<Matrix> lu(A);
    bool hasPivots = lu.matrixLU().diagonal().cwiseAbs().minCoeff() > 0; // else the estimate means nothing
    if (hasPivots && lu.rcond() > wellConditioned)
      C = lu.determinant() * lu.inverse().transpose();
    else
      C = adjugate(A).transpose();
  });
}
