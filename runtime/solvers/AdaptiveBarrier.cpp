// The quality function, its minimum, and the watch over the optimality error.
#include "runtime/solvers/AdaptiveBarrier.h"

#include <algorithm>
#include <cmath>

namespace costate::rt {
namespace {

constexpr double progress = 0.9999; // kappa of [NWW09, section 5]
constexpr size_t memory = 4;        // l_max of [NWW09, section 5]
constexpr double leastSigma = 1e-2; // [NWW09] has 1e-6, which is further than one step leads on COPS problems
constexpr double mostSigma = 100, nearOne = 1 - 1e-3; // [NWW09, section 4]
constexpr double leastPrediction = 1e-4; // keeps the products together; costs an iteration or two
constexpr int mostSections = 8;
constexpr double mostGrowth = 1e3; // of mu over the first mean product

struct Products {
  double sum = 0, squares = 0;
  int64_t count = 0;
};

/// Of the distances and multipliers after a step.
Products products(const BarrierProblem &problem, const Iterate &at, const PrimalDualStep *step,
                  double alphaPrimal, double alphaDual) {
  Products result;
  auto add = [&](double distance, double z) {
    double product = distance * z;
    result.sum += product, result.squares += product * product;
    ++result.count;
  };
  for (int32_t j : problem.lowerBounded)
    add(at.v[j] - problem.lower[j] + (step ? alphaPrimal * step->dv[j] : 0),
        at.zl[j] + (step ? alphaDual * step->dzl[j] : 0));
  for (int32_t j : problem.upperBounded)
    add(problem.upper[j] - at.v[j] - (step ? alphaPrimal * step->dv[j] : 0),
        at.zu[j] + (step ? alphaDual * step->dzu[j] : 0));
  return result;
}

/// Mean square of the residuals after steps of these lengths, if the problem were quadratic.
double meanSquares(const KktResidual &residual, double alphaPrimal, double alphaDual, const Products &after) {
  double p = 1 - alphaPrimal, d = 1 - alphaDual;
  return d * d * residual.dualMeanSquare() + p * p * residual.primalMeanSquare() +
         after.squares / double(std::max<int64_t>(1, after.count));
}

} // namespace

void interpolate(const PrimalDualStep &affine, const PrimalDualStep &centered, double share,
                 PrimalDualStep &out) {
  auto between = [&](const Vector &a, const Vector &b, Vector &c) { c = (1 - share) * a + share * b; };
  between(affine.dv, centered.dv, out.dv);
  between(affine.dy, centered.dy, out.dy);
  between(affine.dzl, centered.dzl, out.dzl);
  between(affine.dzu, centered.dzu, out.dzu);
}

bool AdaptiveBarrier::isFree(const BarrierProblem &problem, const Iterate &at, const KktResidual &residual) {
  Products now = products(problem, at, nullptr, 0, 0);
  mean = now.count ? now.sum / double(now.count) : 0;
  if (most == 0)
    most = mostGrowth * mean;
  double error = meanSquares(residual, 0, 0, now);
  bool isProgress =
      errors.size() < memory || error <= progress * *std::max_element(errors.begin(), errors.end());
  left = !isProgress && !isMonotone;
  isMonotone = !isProgress;
  if (isProgress) {
    errors.push_back(error);
    if (errors.size() > memory)
      errors.pop_front();
  }
  return isProgress && mean > 0;
}

double AdaptiveBarrier::quality(const BarrierProblem &problem, const Iterate &at, const KktResidual &residual,
                                const PrimalDualStep &affine, const PrimalDualStep &centered, double tau,
                                double sigma) {
  interpolate(affine, centered, sigma, trial);
  double alphaPrimal = primalBoundaryStep(problem, at.v, trial.dv, tau);
  double alphaDual = dualBoundaryStep(problem, at, trial, tau);
  return meanSquares(residual, alphaPrimal, alphaDual, products(problem, at, &trial, alphaPrimal, alphaDual));
}

double AdaptiveBarrier::predict(const BarrierProblem &problem, const Iterate &at,
                                const PrimalDualStep &affine) const {
  Products after = products(problem, at, &affine, primalBoundaryStep(problem, at.v, affine.dv, 1),
                            dualBoundaryStep(problem, at, affine, 1));
  double left = after.sum / (double(after.count) * mean);
  return std::clamp(std::max(leastPrediction, std::pow(left, 3)) * mean, least, std::max(least, most));
}

double AdaptiveBarrier::choose(const BarrierProblem &problem, const Iterate &at, const KktResidual &residual,
                               const PrimalDualStep &affine, const PrimalDualStep &centered, double tau) {
  auto valueAt = [&](double logSigma) {
    return quality(problem, at, residual, affine, centered, tau, std::exp(logSigma));
  };
  double low = std::log(leastSigma), high = 0;
  if (valueAt(std::log(nearOne)) > valueAt(0))
    low = 0, high = std::log(mostSigma);
  const double golden = (3 - std::sqrt(5.0)) / 2;
  double a = low + golden * (high - low), b = high - golden * (high - low), qa = valueAt(a), qb = valueAt(b);
  for (int k = 0; k < mostSections; ++k)
    if (qa < qb) {
      high = b, b = a, qb = qa;
      a = low + golden * (high - low), qa = valueAt(a);
    } else {
      low = a, a = b, qa = qb;
      b = high - golden * (high - low), qb = valueAt(b);
    }
  double sigma = std::exp(qa < qb ? a : b);
  return std::clamp(sigma * mean, least, std::max(least, most));
}

} // namespace costate::rt
