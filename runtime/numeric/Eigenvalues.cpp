// Eigenvalues and eigenvectors of any square matrix by the Schur form [GV13], in a fixed order and with fixed
// phases.
#include "runtime/numeric/Matrices.h"

#include <Eigen/Eigenvalues>

#include <numeric>

namespace costate::rt {
namespace {

using Complex = std::complex<double>;

/// Positions by real, then imaginary part.
std::vector<Eigen::Index> ascending(const Eigen::VectorXcd &values) {
  std::vector<Eigen::Index> order(static_cast<size_t>(values.size()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](Eigen::Index i, Eigen::Index j) {
    return std::pair(values[i].real(), values[i].imag()) < std::pair(values[j].real(), values[j].imag());
  });
  return order;
}

/// Of its largest component; of those that agree to 1e-6 the first.
Eigen::Index largest(const Eigen::VectorXcd &v) {
  double size = v.cwiseAbs().maxCoeff();
  Eigen::Index p = 0;
  while (std::abs(v[p]) < (1 - 1e-6) * size)
    ++p;
  return p;
}

/// Of length 1, component p real and positive.
Eigen::VectorXcd normalized(Eigen::VectorXcd v, Eigen::Index p) {
  double size = std::abs(v[p]), length = v.norm();
  v *= std::conj(v[p]) / size / length;
  v[p] = size / length;
  return v;
}

} // namespace
} // namespace costate::rt

using namespace costate::rt;

extern "C" void costate_eig(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto A = matrix(call);
  Eigen::Index n = A.rows();
  auto *w = reinterpret_cast<Complex *>(call.realResults(2).data());
  auto *V = reinterpret_cast<Complex *>(call.realResults(3).data());
  auto p = call.integerResults(1);
  call.run([&] {
    if (A.size() == 0 || !isFinite(A, call))
      return;
    Eigen::EigenSolver<Matrix> eigen(A);
    if (!hasConverged(eigen, n, call))
      return;
    Eigen::VectorXcd values = eigen.eigenvalues();
    Eigen::MatrixXcd vectors = eigen.eigenvectors();
    std::vector<Eigen::Index> order = ascending(values);
    for (Eigen::Index j = 0; j < n; ++j) {
      w[j] = values[order[size_t(j)]];
      Eigen::VectorXcd v = vectors.col(order[size_t(j)]);
      p[size_t(j)] = largest(v);
      v = normalized(v, p[size_t(j)]);
      for (Eigen::Index i = 0; i < n; ++i)
        V[i * n + j] = v[i];
    }
  });
}
