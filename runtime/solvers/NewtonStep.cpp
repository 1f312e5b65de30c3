// Inertia correction and elimination of the row variables.
#include "runtime/solvers/NewtonStep.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double deltaC = 1e-8; // of equations; 1e-6 and 1e-12 stall on power grids
constexpr double softX = 1e-7;  // times deltaC it is above rounding: dependent rows keep a pivot
constexpr double met = 1e-10;   // rows violated less are not worth a second factorization
constexpr double firstDelta = 1e-4, leastDelta = 1e-20, mostDelta = 1e20; // [WB06, section 3.1]
constexpr double growFirst = 100, grow = 8, shrink = 1.0 / 3;             // [WB06, section 3.1]
constexpr double mostRounding = 1e-7;  // resolves curvature that pivots of 1/delta_c drown
constexpr double poorResidual = 1e-5;  // a solution this bad counts as a singular matrix
constexpr double goodResidual = 1e-12; // what refinement must reach where delta_c is large

} // namespace

void NewtonStep::demandRegularization() { demanded = std::max(firstDelta, 10 * std::max(delta, demanded)); }

bool NewtonStep::compute(const Iterate &at, const Derivatives &derivatives, double mu, PrimalDualStep &step) {
  barrierHessian(problem, at, sigma);
  Inertia inertia = Inertia::Correct;
  auto succeeds = [&](double next, bool raised = false, bool lifted = false) {
    isRaised = raised, isLifted = lifted, isFine = true;
    inertia = attempt(derivatives, next);
    return inertia == Inertia::Correct && solve(at, derivatives, mu, at.r, step) &&
           meetsRows(at, derivatives, mu, step);
  };
  double first = demanded;
  demanded = 0;
  if (succeeds(first) || (inertia == Inertia::Singular && succeeds(first, false, /*lifted=*/true))) {
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

/// Rows that depend on each other are not met by any step: with a coarser delta_c their multipliers stay in
/// reach.
bool NewtonStep::meetsRows(const Iterate &at, const Derivatives &derivatives, double mu,
                           PrimalDualStep &step) {
  if (isRaised || problem.m == 0 || kkt.rowsLeft() <= std::max(met, 0.5 * at.r.lpNorm<Eigen::Infinity>()))
    return true;
  isFine = false;
  return attempt(derivatives, delta) == Inertia::Correct && solve(at, derivatives, mu, at.r, step);
}

bool NewtonStep::resolve(const Iterate &at, const Derivatives &derivatives, double mu, const Vector &r,
                         PrimalDualStep &step) {
  return solve(at, derivatives, mu, r, step);
}

bool NewtonStep::resolveCorrected(const Iterate &at, const Derivatives &derivatives, double mu,
                                  const PrimalDualStep &affine, PrimalDualStep &step) {
  return solve(at, derivatives, mu, at.r, step, &affine);
}

void NewtonStep::aim(const Iterate &at, const Derivatives &derivatives, double mu,
                     const PrimalDualStep &step) {
  barrierGradient(problem, at.v, derivatives.g, mu, gradient);
  barrierSlope = gradient.dot(step.dv);
}

Inertia NewtonStep::attempt(const Derivatives &derivatives, double next) {
  delta = next;
  Index n = problem.n;
  diagonal = derivatives.diagonal + sigma.head(n);
  diagonal.array() += delta;
  exactD.resize(problem.m), D.resize(problem.m);
  curvature = diagonal;
  if (derivatives.H)
    kkt.addHessianDiagonal(derivatives.H, curvature);
  for (Index i = 0; i < problem.m; ++i) {
    double sum = 0;
    for (int32_t j = problem.rowStart[size_t(i)]; j < problem.rowStart[size_t(i) + 1]; ++j)
      sum += 1 / (sigma[n + j] + delta);
    exactD[i] = sum;
    // 1/Sigma_w regularizes an inequality; more would hide its curvature.
    D[i] = sum > 0 ? sum : isFine && !isSoft ? fineDelta(derivatives.J, i) : deltaC;
  }
  if (isRaised)
    raiseAboveRounding(derivatives.J);
  softDiagonal = (isLifted ? lifted() : diagonal).array() + (isSoft ? softX : 0);
  kkt.setLowRank(derivatives.lowRank);
  return kkt.factorize(derivatives.H, derivatives.J, softDiagonal, D);
}

/// Variables without curvature are zero pivots where they come before their rows; a small one instead, which
/// refinement takes back.
const Vector &NewtonStep::lifted() {
  constexpr double least = 1e-8;
  factored = diagonal;
  for (Index j = 0; j < problem.n; ++j)
    if (std::abs(curvature[j]) < least)
      factored[j] += least;
  return factored;
}

/// delta_c of an equation relative to its part of J a^-1 J', a the diagonal of the Hessian: where variables
/// are stiff that is small, and a delta_c above it would be left in the linearized row after refinement.
double NewtonStep::fineDelta(const Vector &J, Index row) const {
  constexpr double least = 1e-12;
  const ProblemShape &shape = kkt.problemShape();
  double size = 0;
  for (int64_t p = shape.jac_rows[row]; p < shape.jac_rows[row + 1]; ++p)
    size += J[p] * J[p] / std::max(deltaC, std::abs(curvature[shape.jac_cols[p]]));
  return deltaC * std::clamp(size, least, 1.0);
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
                       PrimalDualStep &step, const PrimalDualStep *affine) {
  Index n = problem.n;
  barrierGradient(problem, at.v, derivatives.g, mu, gradient);
  right = gradient;
  kkt.addTransposed(derivatives.J, at.y, right);
  for (Index i = 0; i < problem.m; ++i)
    for (int32_t j = problem.rowStart[size_t(i)]; j < problem.rowStart[size_t(i) + 1]; ++j)
      right[n + j] += problem.sign[j] * at.y[i];
  right = -right;
  if (affine) {
    secondOrderTerms(problem, at, *affine, secondLower, secondUpper);
    right += secondUpper - secondLower;
  }
  condense(r);
  auto attemptWith = [&](const Vector &a, const Vector &which) {
    return kkt.solve(derivatives.H, derivatives.J, a, which, right.head(n), ry, dx, step.dy);
  };
  bool isStrict = isRaised || isLifted;
  if (!(attemptWith(diagonal, exactD) <= (isStrict ? goodResidual : poorResidual)) &&
      (isStrict || !(attemptWith(softDiagonal, D) <= poorResidual)))
    return false;
  step.dv.resize(n + problem.k());
  step.dv.head(n) = dx;
  recoverRowVariables(derivatives, r, step);
  boundMultiplierStep(problem, at, mu, step);
  if (affine)
    step.dzl -= secondLower, step.dzu -= secondUpper;
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
void NewtonStep::recoverRowVariables(const Derivatives &derivatives, const Vector &r, PrimalDualStep &step) {
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

} // namespace costate::rt
