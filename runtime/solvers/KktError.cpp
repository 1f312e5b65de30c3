// Residuals of the optimality conditions.
#include "runtime/solvers/KktError.h"

#include <algorithm>
#include <cmath>

namespace costate::rt {

double multiplierScale(double sum, double count) {
  constexpr double sMax = 100;
  return std::max(sMax, sum / std::max(1.0, count)) / sMax;
}

void KktResidual::evaluate(const BarrierProblem &problem, const KktSystem &kkt, const Iterate &at,
                           const Derivatives &derivatives) {
  Index n = problem.n;
  dual = at.zu - at.zl;
  Vector &out = dual;
  for (Index i = 0; i < problem.m; ++i)
    for (int32_t j = problem.rowStart[size_t(i)]; j < problem.rowStart[size_t(i) + 1]; ++j)
      out[n + j] += problem.cost[j] + problem.sign[j] * at.y[i];
  out.head(n) += derivatives.g;
  kkt.addTransposed(derivatives.J, at.y, out);
  dualNorm = out.size() ? out.lpNorm<Eigen::Infinity>() : 0;
  primalNorm = at.r.size() ? at.r.lpNorm<Eigen::Infinity>() : 0;
  dualSquares = out.squaredNorm() / double(std::max<Index>(1, out.size()));
  primalSquares = at.r.squaredNorm() / double(std::max<Index>(1, at.r.size()));
}

KktError KktResidual::error(const BarrierProblem &problem, const Iterate &at, double mu) const {
  double gap = 0, zSum = 0;
  for (int32_t j : problem.lowerBounded) {
    gap = std::max(gap, std::abs((at.v[j] - problem.lower[j]) * at.zl[j] - mu));
    zSum += at.zl[j];
  }
  for (int32_t j : problem.upperBounded) {
    gap = std::max(gap, std::abs((problem.upper[j] - at.v[j]) * at.zu[j] - mu));
    zSum += at.zu[j];
  }
  double bounds = double(problem.lowerBounded.size() + problem.upperBounded.size());
  double ySum = at.y.lpNorm<1>();
  double dualScale = multiplierScale(ySum + zSum, double(problem.m) + bounds);
  double gapScale = multiplierScale(zSum, bounds);
  return {dualNorm, primalNorm, gap, std::max({dualNorm / dualScale, primalNorm, gap / gapScale})};
}

} // namespace costate::rt
