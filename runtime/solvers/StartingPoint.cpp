// Cold and warm starts.
#include "runtime/solvers/StartingPoint.h"
#include "runtime/solvers/Barrier.h"

#include <algorithm>
#include <cmath>

namespace costate::rt {
namespace {

constexpr double coldPush = 1e-2;
/// Measured on case118 after 1 % more or less load: a smaller push or a larger mu takes more iterations.
constexpr double warmPush = 1e-3, leastWarmMu = 1e-7;
constexpr double mostMultiplier = 1e3; // [WB06, section 3.6]

/// v = (x, c(x)) moved inside; x itself must be inside already.
bool fillRows(StandardForm &problem, double push, Iterate &at) {
  if (!problem.values(at.v.data(), at.f, at.c))
    return false;
  for (Index i = 0; i < problem.m; ++i)
    for (int32_t j = problem.rowStart[size_t(i)]; j < problem.rowStart[size_t(i) + 1]; ++j)
      at.v[problem.n + j] = at.c[i];
  pushInside(problem, push, at.v);
  problem.residual(at.v.data() + problem.n, at.c, at.r);
  return true;
}

void coldMultipliers(const StandardForm &problem, Iterate &at) {
  for (int32_t j : problem.lowerBounded)
    at.zl[j] = 1;
  for (int32_t j : problem.upperBounded)
    at.zu[j] = 1;
}

/// Multipliers in the scale of the problem; none below mu/distance, so that no bound is forgotten.
void warmMultipliers(const StandardForm &problem, const WarmStart &warm, double mu, Iterate &at) {
  const Functions &functions = problem.functions;
  Vector z = Vector::Zero(at.v.size()); // > 0: pulls the lower bound
  for (Index j = 0; j < problem.n; ++j)
    z[j] = warm.reduced_cost[size_t(j)] * functions.objectiveScale;
  for (Index i = 0; i < problem.m; ++i) {
    at.y[i] = -warm.dual[size_t(i)] * functions.objectiveScale / functions.rowScale[i];
    for (int32_t j = problem.rowStart[size_t(i)]; j < problem.rowStart[size_t(i) + 1]; ++j)
      z[problem.n + j] = -at.y[i];
  }
  for (int32_t j : problem.lowerBounded)
    at.zl[j] = std::max(z[j], mu / (at.v[j] - problem.lower[j]));
  for (int32_t j : problem.upperBounded)
    at.zu[j] = std::max(-z[j], mu / (problem.upper[j] - at.v[j]));
}

/// Mean product of reduced costs and the distances of x to the bounds they belong to: small where the point
/// was a solution, however the problem has changed since.
double complementarity(const StandardForm &problem, const WarmStart &warm, const Vector &x) {
  double sum = 0;
  for (Index j = 0; j < problem.n; ++j) {
    double z = warm.reduced_cost[size_t(j)] * problem.functions.objectiveScale;
    double distance = z > 0 ? x[j] - problem.lower[j] : problem.upper[j] - x[j];
    if (std::isfinite(distance))
      sum += std::abs(z) * std::max(0.0, distance);
  }
  return sum / std::max(1.0, double(problem.n));
}

} // namespace

bool startingPoint(StandardForm &problem, const WarmStart *warm, Iterate &at, double &mu) {
  const ProblemShape &shape = problem.functions.shape();
  double push = warm ? warmPush : coldPush;
  Index size = problem.n + problem.k();
  at.v = Vector::Zero(size), at.zl = Vector::Zero(size), at.zu = Vector::Zero(size),
  at.y = Vector::Zero(problem.m);
  at.v.head(problem.n) = Eigen::Map<const Vector>(warm ? warm->x.data() : shape.x_start, problem.n);
  for (Index j = 0; j < problem.n; ++j)
    if (problem.isFixed[size_t(j)])
      at.v[j] = shape.x_lower[j];
  Vector given = at.v.head(problem.n);
  pushInside(problem, push, at.v);
  if (!problem.prepare(at.v) || !fillRows(problem, push, at))
    return false;
  if (!warm) {
    coldMultipliers(problem, at);
    return true;
  }
  mu = std::clamp(complementarity(problem, *warm, given), leastWarmMu, std::max(leastWarmMu, mu));
  warmMultipliers(problem, *warm, mu, at);
  return true;
}

bool startRowMultipliers(StandardForm &problem, KktSystem &kkt, Iterate &at) {
  Derivatives d;
  if (!problem.derivatives(at.v.data(), at.y, d))
    return false;
  leastSquaresMultipliers(problem, kkt, at, d, mostMultiplier, at.y);
  return true;
}

} // namespace costate::rt
