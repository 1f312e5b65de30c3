// Eigen's simplicial factorization behind our interface.
#include "runtime/linalg/Ldlt.h"

#include <cmath>

namespace costate::rt {

void Ldlt::analyze(const Matrix &lower) { factor.analyzePattern(lower); }

bool Ldlt::factorize(const Matrix &lower) {
  factor.factorize(lower);
  if (factor.info() != Eigen::Success)
    return false;
  positive = 0;
  auto d = factor.vectorD();
  for (Eigen::Index k = 0; k < d.size(); ++k) {
    if (!std::isfinite(d[k]) || d[k] == 0)
      return false;
    positive += d[k] > 0;
  }
  return true;
}

} // namespace costate::rt
