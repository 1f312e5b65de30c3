// Systems with a lower triangular matrix.
#include "runtime/numeric/Matrices.h"

namespace costate::rt {
namespace {

bool isRegular(const MatrixOperand &L, Operation &call) {
  for (Eigen::Index k = 0; k < L.rows(); ++k)
    if (L(k, k) == 0) {
      call.fail(COSTATE_SINGULAR, {double(k) + 1, 0, L.cwiseAbs().maxCoeff()},
                "the triangular matrix is singular: entry {} of its diagonal is 0", k + 1);
      return false;
    }
  return true;
}

void solveLower(Operation call, bool transposed) {
  auto L = matrix(call);
  auto b = matrix(call);
  auto x = matrixResult(call);
  call.run([&] {
    if (!isRegular(L, call))
      return;
    x = b;
    if (transposed)
      L.transpose().triangularView<Eigen::Upper>().solveInPlace(x);
    else
      L.triangularView<Eigen::Lower>().solveInPlace(x);
  });
}

} // namespace
} // namespace costate::rt

using namespace costate::rt;

extern "C" {

void costate_lower_solve(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  solveLower({arrays, sizes, failure}, false);
}

void costate_lower_solve_transposed(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  solveLower({arrays, sizes, failure}, true);
}
}
