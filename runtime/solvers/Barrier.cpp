// Sums over the bounds. Variables without bounds do not appear in the lists.
#include "runtime/solvers/Barrier.h"
#include "runtime/solvers/MovedInside.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double kappaD = 1e-5;     // [WB06, section 3.7]
constexpr double kappaSigma = 1e10; // [WB06, (16)]
constexpr double inf = std::numeric_limits<double>::infinity();

} // namespace

double barrierValue(const BarrierProblem &problem, const Vector &v, double f, double mu) {
  double logs = 0, damping = 0;
  for (int32_t j : problem.lowerBounded) {
    double distance = v[j] - problem.lower[j];
    if (!(distance > 0))
      return inf;
    logs += std::log(distance);
    if (std::isinf(problem.upper[j]))
      damping += distance;
  }
  for (int32_t j : problem.upperBounded) {
    double distance = problem.upper[j] - v[j];
    if (!(distance > 0))
      return inf;
    logs += std::log(distance);
    if (std::isinf(problem.lower[j]))
      damping += distance;
  }
  return f + problem.cost.dot(v.tail(problem.k())) - mu * logs + kappaD * mu * damping;
}

void barrierGradient(const BarrierProblem &problem, const Vector &v, const Vector &g, double mu,
                     Vector &gradient) {
  gradient.resize(v.size());
  gradient.head(problem.n) = g;
  gradient.tail(problem.k()) = problem.cost;
  for (int32_t j : problem.lowerBounded) {
    gradient[j] -= mu / (v[j] - problem.lower[j]);
    if (std::isinf(problem.upper[j]))
      gradient[j] += kappaD * mu;
  }
  for (int32_t j : problem.upperBounded) {
    gradient[j] += mu / (problem.upper[j] - v[j]);
    if (std::isinf(problem.lower[j]))
      gradient[j] -= kappaD * mu;
  }
}

void barrierHessian(const BarrierProblem &problem, const Iterate &at, Vector &sigma) {
  sigma.setZero(at.v.size());
  for (int32_t j : problem.lowerBounded)
    sigma[j] += at.zl[j] / (at.v[j] - problem.lower[j]);
  for (int32_t j : problem.upperBounded)
    sigma[j] += at.zu[j] / (problem.upper[j] - at.v[j]);
}

void boundMultiplierStep(const BarrierProblem &problem, const Iterate &at, double mu, PrimalDualStep &step) {
  step.dzl.setZero(at.v.size());
  step.dzu.setZero(at.v.size());
  for (int32_t j : problem.lowerBounded)
    step.dzl[j] = (mu - at.zl[j] * step.dv[j]) / (at.v[j] - problem.lower[j]) - at.zl[j];
  for (int32_t j : problem.upperBounded)
    step.dzu[j] = (mu + at.zu[j] * step.dv[j]) / (problem.upper[j] - at.v[j]) - at.zu[j];
}

void secondOrderTerms(const BarrierProblem &problem, const Iterate &at, const PrimalDualStep &affine,
                      Vector &lower, Vector &upper) {
  lower.setZero(at.v.size()), upper.setZero(at.v.size());
  for (int32_t j : problem.lowerBounded)
    lower[j] = affine.dv[j] * affine.dzl[j] / (at.v[j] - problem.lower[j]);
  for (int32_t j : problem.upperBounded)
    upper[j] = -affine.dv[j] * affine.dzu[j] / (problem.upper[j] - at.v[j]);
}

double primalBoundaryStep(const BarrierProblem &problem, const Vector &v, const Vector &dv, double tau) {
  double alpha = 1;
  for (int32_t j : problem.lowerBounded)
    if (dv[j] < 0)
      alpha = std::min(alpha, -tau * (v[j] - problem.lower[j]) / dv[j]);
  for (int32_t j : problem.upperBounded)
    if (dv[j] > 0)
      alpha = std::min(alpha, tau * (problem.upper[j] - v[j]) / dv[j]);
  return alpha;
}

double dualBoundaryStep(const BarrierProblem &problem, const Iterate &at, const PrimalDualStep &step,
                        double tau) {
  double alpha = 1;
  for (int32_t j : problem.lowerBounded)
    if (step.dzl[j] < 0)
      alpha = std::min(alpha, -tau * at.zl[j] / step.dzl[j]);
  for (int32_t j : problem.upperBounded)
    if (step.dzu[j] < 0)
      alpha = std::min(alpha, -tau * at.zu[j] / step.dzu[j]);
  return alpha;
}

void resetBoundMultipliers(const BarrierProblem &problem, double mu, Iterate &at) {
  auto reset = [&](double distance, double &z) {
    z = std::clamp(z, mu / (kappaSigma * distance), kappaSigma * mu / distance);
  };
  for (int32_t j : problem.lowerBounded)
    reset(at.v[j] - problem.lower[j], at.zl[j]);
  for (int32_t j : problem.upperBounded)
    reset(problem.upper[j] - at.v[j], at.zu[j]);
}

void pushInside(const BarrierProblem &problem, double push, Vector &v) {
  for (const auto *bounded : {&problem.lowerBounded, &problem.upperBounded})
    for (int32_t j : *bounded)
      v[j] = movedInside(v[j], problem.lower[j], problem.upper[j], push);
}

} // namespace costate::rt
