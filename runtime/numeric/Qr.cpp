// A = Q R by Householder reflections [GV13]; a positive diagonal of R makes both unique.
#include "runtime/numeric/Matrices.h"

#include <Eigen/QR>

namespace costate::rt {
namespace {

/// False, with a failure, where a column depends on those before it.
bool isIndependent(const Matrix &R, const MatrixOperand &A, Operation &call) {
  for (Eigen::Index k = 0; k < std::min(A.rows(), A.cols()); ++k) {
    double norm = A.col(k).norm();
    if (std::abs(R(k, k)) > double(A.rows()) * 0x1p-52 * norm)
      continue;
    call.fail(COSTATE_SINGULAR, {double(k) + 1, R(k, k), norm},
              "column {} depends on those before it: {:.3g} of its length {:.3g} is left", k + 1,
              std::abs(R(k, k)), norm);
    return false;
  }
  return true;
}

} // namespace
} // namespace costate::rt

using namespace costate::rt;

extern "C" void costate_qr(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto A = matrix(call);
  auto Q = matrixResult(call);
  auto R = matrixResult(call);
  call.run([&] {
    if (A.size() == 0 || !isFinite(A, call))
      return;
    Eigen::HouseholderQR<Matrix> qr(A);
    Eigen::Index k = Q.cols();
    Matrix upper = qr.matrixQR().topRows(k).triangularView<Eigen::Upper>();
    if (!isIndependent(upper, A, call))
      return;
    Vector sign = upper.diagonal().head(k).unaryExpr([](double r) { return r < 0 ? -1. : 1.; });
    R = sign.asDiagonal() * upper;
    Q = qr.householderQ() * Matrix::Identity(A.rows(), k);
    Q = Q * sign.asDiagonal();
  });
}
