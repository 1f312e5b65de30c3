// exp(A) by scaling and squaring of the Pade approximant of degree 13 [Hig05].
#include "runtime/numeric/Matrices.h"

#include <Eigen/LU>

namespace costate::rt {
namespace {

/// Of the numerator; the denominator has them with alternating signs.
constexpr double b[14] = {64764752532480000,
                          32382376266240000,
                          7771770303897600,
                          1187353796428800,
                          129060195264000,
                          10559470521600,
                          670442572800,
                          33522128640,
                          1323241920,
                          40840800,
                          960960,
                          16380,
                          182,
                          1};

/// The 1-norm up to which degree 13 is exact to rounding: theta_13 of [Hig05] table 2.3.
constexpr double reach = 5.371920351148152;

/// exp(A) for a norm within reach: (V - U)^-1 (V + U) with the odd part U and the even part V.
Matrix approximant(const Matrix &A) {
  const Matrix one = Matrix::Identity(A.rows(), A.rows());
  Matrix A2 = A * A, A4 = A2 * A2, A6 = A4 * A2;
  Matrix odd = b[13] * A6 + b[11] * A4 + b[9] * A2, even = b[12] * A6 + b[10] * A4 + b[8] * A2;
  Matrix U = A * (A6 * odd + b[7] * A6 + b[5] * A4 + b[3] * A2 + b[1] * one);
  Matrix V = A6 * even + b[6] * A6 + b[4] * A4 + b[2] * A2 + b[0] * one;
  return (V - U).partialPivLu().solve(V + U);
}

} // namespace
} // namespace costate::rt

using namespace costate::rt;

extern "C" void costate_expm(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto A = matrix(call);
  auto E = matrixResult(call);
  call.run([&] {
    if (!isFinite(A, call) || A.size() == 0)
      return;
    double norm = A.cwiseAbs().colwise().sum().maxCoeff();
    int squarings = norm > reach ? std::max(0, std::ilogb(norm / reach) + 1) : 0;
    Matrix power = approximant(A * std::ldexp(1., -squarings));
    for (int k = 0; k < squarings; ++k)
      power = power * power;
    E = power;
  });
}
