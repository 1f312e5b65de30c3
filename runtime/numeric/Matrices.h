// Matrices of operations on whole arrays as Eigen sees them, and what is asked of them.
#pragma once

#include "runtime/numeric/Operation.h"

#include <Eigen/Core>

namespace costate::rt {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;
using MatrixOperand = Eigen::Map<const Matrix>;
using MatrixResult = Eigen::Map<Matrix>;

inline MatrixOperand matrix(Operation &call) {
  Eigen::Index rows = call.nextSizes()[0], columns = call.nextSizes()[1];
  return {call.reals(2).data(), rows, columns};
}

inline MatrixResult matrixResult(Operation &call) {
  Eigen::Index rows = call.nextSizes()[0], columns = call.nextSizes()[1];
  return {call.realResults(2).data(), rows, columns};
}

inline Eigen::Map<Vector> vectorResult(Operation &call) {
  std::span<double> result = call.realResults(1);
  return {result.data(), Eigen::Index(result.size())};
}

/// False, with a failure, where an entry is NaN or infinite.
bool isFinite(const Eigen::Ref<const Matrix> &A, Operation &call);

/// +1 or -1, so that the largest component in size becomes positive; of components that agree to 1e-6 the
/// first.
double signOf(const Eigen::Ref<const Vector> &v);

/// False, with a failure, where an iteration of n values has not ended.
template <typename Decomposition>
bool hasConverged(const Decomposition &of, Eigen::Index n, Operation &call) {
  if (of.info() == Eigen::Success)
    return true;
  call.fail(COSTATE_NOT_CONVERGED, {double(n)}, "the {} eigenvalues or singular values did not converge", n);
  return false;
}

} // namespace costate::rt
