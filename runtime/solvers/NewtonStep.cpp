// Inertia correction, elimination of the row variables, and the multipliers of least squares.
#include "runtime/solvers/NewtonStep.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double deltaC = 1e-8; // of equations; 1e-6 and 1e-12 stall on power grids
constexpr double firstDelta = 1e-4, leastDelta = 1e-20, mostDelta = 1e20; // [WB06, section 3.1]
constexpr double growFirst = 100, grow = 8, shrink = 1.0 / 3;             // [WB06, section 3.1]
constexpr double mostRounding = 1e-7;  // resolves curvature that pivots of 1/delta_c drown
constexpr double poorResidual = 1e-5;  // a solution this bad counts as a singular matrix
constexpr double goodResidual = 1e-12; // what refinement must reach where delta_c is large

} // namespace

void NewtonStep::demandRegularization() { demanded = std::max(firstDelta, 10 * std::max(delta, demanded)); }

bool NewtonStep::compute(const Iterate &at, const Derivatives &derivatives, double mu, Step &step) {
  barrierHessian(problem, at, sigma);
  Inertia inertia = Inertia::Correct;
  auto succeeds = [&](double next, bool raised = false) {
    isRaised = raised;
    inertia = attempt(derivatives, next);
    return inertia == Inertia::Correct && solve(at, derivatives, mu, at.r, step);
  };
  double first = demanded;
  demanded = 0;
  if (succeeds(first)) {
    rounding = mostRounding;
    return true;
  }
  if (inertia != Inertia::Wrong) { // shrinks from use to use: along a flat direction steps must grow
    if (succeeds(first + rounding) || succeeds(first + rounding, /*raised=*/true) ||
        succeeds(first + (rounding = mostRounding))) {
      rounding = std::max(leastDelta, shrink * rounding);
      return true;
    }
  }
  double next =
      std::max({first * grow, lastDelta == 0 ? firstDelta : std::max(leastDelta, shrink * lastDelta)});
  for (; next <= mostDelta; next *= lastDelta == 0 ? growFirst : grow)
    if (succeeds(next)) {
      lastDelta = next;
      return true;
    }
  return false;
}

bool NewtonStep::resolve(const Iterate &at, const Derivatives &derivatives, double mu, const Vector &r,
                         Step &step) {
  return solve(at, derivatives, mu, r, step);
}

void NewtonStep::aim(const Iterate &at, const Derivatives &derivatives, double mu, const Step &step) {
  barrierGradient(problem, at.v, derivatives.g, mu, gradient);
  barrierSlope = gradient.dot(step.dv);
}

Inertia NewtonStep::attempt(const Derivatives &derivatives, double next) {
  delta = next;
  Index n = problem.n;
  diagonal = derivatives.diagonal + sigma.head(n);
  diagonal.array() += delta;
  exactD.resize(problem.m), D.resize(problem.m);
  for (Index i = 0; i < problem.m; ++i) {
    double sum = 0;
    for (int32_t j = problem.rowStart[size_t(i)]; j < problem.rowStart[size_t(i) + 1]; ++j)
      sum += 1 / (sigma[n + j] + delta);
    exactD[i] = sum;
    D[i] = sum > 0 ? sum : deltaC; // 1/Sigma_w regularizes an inequality; more would hide its curvature
  }
  if (isRaised)
    raiseAboveRounding(derivatives.J);
  return kkt.factorize(derivatives.H, derivatives.J, diagonal, D);
}

/// Equations that depend on each other leave D alone as their pivot, which must stand out from the rounding
/// of the J a^-1 J' that cancels. Without this delta_w could not shrink below 1e-7 there, and on an unbounded
/// problem the steps, of length 1/delta_w, would not grow.
void NewtonStep::raiseAboveRounding(const Vector &J) {
  constexpr double rounding = 10 * std::numeric_limits<double>::epsilon();
  const ProblemShape &shape = kkt.problemShape();
  for (Index i = 0; i < problem.m; ++i) {
    double size = 0;
    for (int64_t p = shape.jac_rows[i]; p < shape.jac_rows[i + 1]; ++p)
      size += J[p] * J[p] / std::max(delta, std::abs(diagonal[shape.jac_cols[p]]));
    if (exactD[i] == 0)
      D[i] = std::max(D[i], rounding * size);
  }
}

bool NewtonStep::solve(const Iterate &at, const Derivatives &derivatives, double mu, const Vector &r,
                       Step &step) {
  Index n = problem.n;
  barrierGradient(problem, at.v, derivatives.g, mu, gradient);
  right = gradient;
  kkt.addTransposed(derivatives.J, at.y, right);
  for (Index i = 0; i < problem.m; ++i)
    for (int32_t j = problem.rowStart[size_t(i)]; j < problem.rowStart[size_t(i) + 1]; ++j)
      right[n + j] += problem.sign[j] * at.y[i];
  right = -right;
  condense(r);
  auto attemptWith = [&](const Vector &which) {
    return kkt.solve(derivatives.H, derivatives.J, diagonal, which, right.head(n), ry, dx, step.dy);
  };
  if (!(attemptWith(exactD) <= (isRaised ? goodResidual : poorResidual)) &&
      (isRaised || !(attemptWith(D) <= poorResidual)))
    return false;
  step.dv.resize(n + problem.k());
  step.dv.head(n) = dx;
  recoverRowVariables(derivatives, r, step);
  boundMultiplierStep(problem, at, mu, step);
  barrierSlope = gradient.dot(step.dv);
  return step.dv.allFinite() && step.dy.allFinite() && std::isfinite(barrierSlope);
}

/// ry := -r - E (Sigma_w + delta_w)^-1 right_w
void NewtonStep::condense(const Vector &r) {
  Index n = problem.n;
  ry = -r;
  for (Index i = 0; i < problem.m; ++i)
    for (int32_t j = problem.rowStart[size_t(i)]; j < problem.rowStart[size_t(i) + 1]; ++j)
      ry[i] -= problem.sign[j] * right[n + j] / (sigma[n + j] + delta);
}

/// dw = (right_w - E'dy) / (Sigma_w + delta_w). The softest variable of a row comes from the row itself,
/// where the quotient would lose all digits; so the linearized rows hold to rounding.
void NewtonStep::recoverRowVariables(const Derivatives &derivatives, const Vector &r, Step &step) {
  Index n = problem.n;
  kkt.multiply(derivatives.J, dx.data(), Jdx);
  for (Index i = 0; i < problem.m; ++i) {
    int32_t begin = problem.rowStart[size_t(i)], end = problem.rowStart[size_t(i) + 1], softest = begin;
    if (begin == end)
      continue;
    for (int32_t j = begin + 1; j < end; ++j)
      if (sigma[n + j] < sigma[n + softest])
        softest = j;
    double rest = -r[i] - Jdx[i];
    for (int32_t j = begin; j < end; ++j)
      if (j != softest) {
        double dw = (right[n + j] - problem.sign[j] * step.dy[i]) / (sigma[n + j] + delta);
        step.dv[n + j] = dw;
        rest -= problem.sign[j] * dw;
      }
    step.dv[n + softest] = problem.sign[softest] * rest;
  }
}

bool leastSquaresMultipliers(const BarrierProblem &problem, KktSystem &kkt, const Iterate &at,
                             const Derivatives &derivatives, double most, Vector &y) {
  if (problem.m == 0)
    return true;
  Index n = problem.n;
  Vector one = Vector::Ones(n), exact = Vector::Zero(problem.m), rx, ry = Vector::Zero(problem.m), unused,
         estimate;
  rx = at.zl.head(n) - at.zu.head(n) - derivatives.g;
  for (Index i = 0; i < problem.m; ++i)
    for (int32_t j = problem.rowStart[size_t(i)]; j < problem.rowStart[size_t(i) + 1]; ++j) {
      exact[i] += 1;
      ry[i] -= problem.sign[j] * (at.zl[n + j] - at.zu[n + j] - problem.cost[j]);
    }
  Vector regularized = exact.array() + deltaC;
  if (kkt.factorize(nullptr, derivatives.J, one, regularized) == Inertia::Singular)
    return false;
  kkt.solve(nullptr, derivatives.J, one, regularized, rx, ry, unused, estimate);
  if (!estimate.allFinite() || estimate.lpNorm<Eigen::Infinity>() > most)
    return false;
  y = estimate;
  return true;
}

} // namespace costate::rt
