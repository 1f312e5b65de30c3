// What all forms of the problem share.
#include "runtime/solvers/BarrierProblem.h"

#include <cmath>

namespace costate::rt {

void BarrierProblem::listBounds() {
  lowerBounded.clear(), upperBounded.clear();
  for (Index j = 0; j < lower.size(); ++j) {
    if (std::isfinite(lower[j]))
      lowerBounded.push_back(int32_t(j));
    if (std::isfinite(upper[j]))
      upperBounded.push_back(int32_t(j));
  }
}

void BarrierProblem::residual(const double *w, const Vector &c, Vector &r) const {
  r.resize(m);
  for (Index i = 0; i < m; ++i) {
    double value = isFree[size_t(i)] ? 0 : c[i] - target[i];
    for (int32_t j = rowStart[size_t(i)]; j < rowStart[size_t(i) + 1]; ++j)
      value += sign[j] * w[j];
    r[i] = value;
  }
}

} // namespace costate::rt
