// Cold and warm starts.
#include "runtime/solvers/StartingPoint.h"
#include "runtime/solvers/Barrier.h"
#include "runtime/solvers/RowProjection.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double coldPush = 1e-2;
/// Measured on case118 after 1 % more or less load: a smaller push or a larger mu takes more iterations.
constexpr double warmPush = 1e-3, leastWarmMu = 1e-7;
constexpr double mostMultiplier = 1e3;   // [WB06, section 3.6]
constexpr double leastMultiplier = 1e-2; // of a quadratic start, as far from 0 as coldPush from a bound

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

namespace {

bool isOneSided(const BarrierProblem &problem, Index j) {
  return std::isinf(problem.lower[j]) || std::isinf(problem.upper[j]);
}

/// Calls visit(j, distance, z, sign of the direction away from it) for every bound.
template <class Visit> void eachBound(const BarrierProblem &problem, Iterate &at, Visit visit) {
  for (int32_t j : problem.lowerBounded)
    visit(j, at.v[j] - problem.lower[j], at.zl[j], 1);
  for (int32_t j : problem.upperBounded)
    visit(j, problem.upper[j] - at.v[j], at.zu[j], -1);
}

/// Moves v away from its bounds. Between two bounds it only comes as far from each, at most to a third of the
/// range.
void shiftInside(const BarrierProblem &problem, double by, Vector &v) {
  for (Index j = 0; j < v.size(); ++j) {
    double low = problem.lower[j], high = problem.upper[j], margin = std::min(by, (high - low) / 3);
    if (!isOneSided(problem, j))
      v[j] = std::clamp(v[j], low + margin, high - margin);
    else
      v[j] += std::isfinite(low) ? by : std::isfinite(high) ? -by : 0;
  }
}

/// Bound multipliers that belong to x and y, those of the wrong sign where there is no other bound to take
/// them.
void dualSlacks(const BarrierProblem &problem, const KktSystem &kkt, const Derivatives &d, Iterate &at) {
  Vector z = Vector::Zero(at.v.size());
  z.head(problem.n) = d.g;
  kkt.addTransposed(d.J, at.y, z);
  for (Index i = 0; i < problem.m; ++i)
    for (int32_t w = problem.rowStart[size_t(i)]; w < problem.rowStart[size_t(i) + 1]; ++w)
      z[problem.n + w] = problem.cost[w] + problem.sign[w] * at.y[i];
  eachBound(problem, at, [&](Index j, double, double &own, int sign) {
    own = isOneSided(problem, j) ? sign * z[j] : std::max(0.0, sign * z[j]);
  });
}

/// Shifts of distances and multipliers: first until none is negative, then by half the mean product over the
/// mean of the others [NW06, (14.41), (14.42)].
void balance(const BarrierProblem &problem, Iterate &at) {
  double nearest = 0, least = 0, products = 0, distances = 0, multipliers = 0;
  eachBound(problem, at, [&](Index j, double distance, double z, int) {
    nearest = std::min(nearest, isOneSided(problem, j) ? distance : 0);
    least = std::min(least, z);
  });
  shiftInside(problem, -1.5 * nearest, at.v);
  eachBound(problem, at, [&](Index, double distance, double &z, int) {
    z -= 1.5 * least;
    products += distance * z, distances += distance, multipliers += z;
  });
  shiftInside(problem, multipliers > 0 ? 0.5 * products / multipliers : 0, at.v);
  eachBound(problem, at,
            [&](Index, double, double &z, int) { z += distances > 0 ? 0.5 * products / distances : 0; });
  // All products are 0 where the point is a solution.
  pushInside(problem, coldPush, at.v);
  eachBound(problem, at, [&](Index, double, double &z, int) { z = std::max(z, leastMultiplier); });
}

} // namespace

bool quadraticStart(StandardForm &problem, KktSystem &kkt, Iterate &at) {
  constexpr double most = std::numeric_limits<double>::infinity();
  Derivatives d;
  Vector dv;
  if (!problem.derivatives(at.v.data(), at.y, d))
    return false;
  RowProjection projection(problem, kkt, d.J);
  if (!projection.stepToRows(at, dv))
    return false;
  Iterate next = at;
  next.v += dv;
  next.zl.setZero(), next.zu.setZero();
  if (!problem.derivatives(next.v.data(), next.y, d) || !projection.multipliers(next, d.g, most, next.y))
    return false;
  dualSlacks(problem, kkt, d, next);
  balance(problem, next);
  if (!problem.values(next.v.data(), next.f, next.c))
    return false;
  problem.residual(next.v.data() + problem.n, next.c, next.r);
  at = std::move(next);
  return true;
}

bool startRowMultipliers(StandardForm &problem, KktSystem &kkt, Iterate &at) {
  Derivatives d;
  if (!problem.derivatives(at.v.data(), at.y, d))
    return false;
  RowProjection(problem, kkt, d.J).multipliers(at, d.g, mostMultiplier, at.y);
  return true;
}

} // namespace costate::rt
