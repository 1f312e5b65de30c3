// Trial points and the conditions on them. Constants: [WB06, section 4].
#include "runtime/solvers/LineSearch.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double gammaTheta = 1e-5, gammaPhi = 1e-8, delta = 1, sTheta = 1.1, sPhi = 2.3, eta = 1e-8;
constexpr double gammaAlpha = 0.05, kappaSoc = 0.99;
constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr int resetTrigger = 5, mostResets = 5; // Ipopt's filter_reset_trigger and max_filter_resets

/// a <= b up to the rounding of a number of the size of `scale` [WB06, section 3.3].
bool isLess(double a, double b, double scale) { return a - b <= 10 * epsilon * std::abs(scale); }

} // namespace

void LineSearch::start(double theta0) {
  thetaMax = 1e4 * std::max(1.0, theta0);
  thetaMin = 1e-4 * std::max(1.0, theta0);
  resets = 0;
  reset();
}

void LineSearch::reset() {
  filter.reset(thetaMax);
  blocked = 0;
}

/// Points of long ago may block all but tiny steps: after five line searches in a row that the filter cut
/// short it starts anew, a few times.
void LineSearch::resetWhereBlocked(bool wasBlocked) {
  blocked = wasBlocked ? blocked + 1 : 0;
  if (blocked < resetTrigger || resets >= mostResets)
    return;
  ++resets;
  reset();
}

bool LineSearch::switches(double alpha) const {
  return slope < 0 && alpha * std::pow(-slope, sPhi) > delta * std::pow(theta, sTheta);
}

bool LineSearch::isArmijo(double alpha) const { return isLess(trial.phi - phi, eta * alpha * slope, phi); }

bool LineSearch::isAcceptable(double alpha, char &kind) {
  bool isObjective = theta <= thetaMin && switches(alpha);
  bool improves = isObjective ? isArmijo(alpha)
                              : isLess(trial.theta, (1 - gammaTheta) * theta, theta) ||
                                    isLess(trial.phi - phi, -gammaPhi * theta, phi);
  kind = isObjective ? 'f' : 'h';
  filterRefused = improves && !filter.accepts(trial.theta, trial.phi);
  return improves && !filterRefused;
}

/// [WB06, (23)], but no step below the rounding of the point.
double LineSearch::leastAlpha(const Iterate &current, const PrimalDualStep &step) const {
  double least = gammaTheta, relative = 0;
  if (slope < 0) {
    least = std::min(least, gammaPhi * theta / -slope);
    if (theta <= thetaMin)
      least = std::min(least, delta * std::pow(theta, sTheta) / std::pow(-slope, sPhi));
  }
  for (Index j = 0; j < step.dv.size(); ++j)
    relative = std::max(relative, std::abs(step.dv[j]) / (1 + std::abs(current.v[j])));
  return std::max(gammaAlpha * least, epsilon / std::max(relative, epsilon));
}

bool LineSearch::evaluate(const Iterate &current, const Vector &dv, double alpha, double mu) {
  trial.v = current.v + alpha * dv;
  if (!problem.values(trial.v.data(), trial.f, trial.c))
    return false;
  problem.residual(trial.v.data() + problem.n, trial.c, trial.r);
  trial.theta = trial.r.lpNorm<1>();
  trial.phi = barrierValue(problem, trial.v, trial.f, mu);
  return std::isfinite(trial.phi);
}

bool LineSearch::search(const Derivatives &derivatives, double mu, double tau, bool isTiny, Iterate &current,
                        PrimalDualStep &step, IterationRow &row) {
  theta = current.r.lpNorm<1>();
  phi = barrierValue(problem, current.v, current.f, mu);
  slope = newton.slope();
  double alpha = primalBoundaryStep(problem, current.v, step.dv, tau), least = leastAlpha(current, step);
  row.trials = 0;
  filterRefused = false;
  bool wasBlocked = false;
  for (; alpha >= least || row.trials == 0; alpha /= 2) {
    ++row.trials;
    bool isFinite = evaluate(current, step.dv, alpha, mu), good = false;
    if (isFinite && isTiny)
      good = true, row.kind = 't';
    else if (isFinite)
      good = isAcceptable(alpha, row.kind);
    double taken = alpha;
    if (!good && isFinite && row.trials == 1 && trial.theta >= theta)
      good = correct(derivatives, mu, tau, alpha, current, step, taken, row.kind);
    if (!good) {
      wasBlocked = filterRefused;
      continue;
    }
    if (!isTiny && !(switches(alpha) && isArmijo(alpha)))
      filter.add(theta, phi);
    row.alpha_primal = taken;
    row.alpha_dual = dualBoundaryStep(problem, current, step, tau);
    accept(taken, taken, row.alpha_dual, step, current);
    resetWhereBlocked(wasBlocked);
    return true;
  }
  return false;
}

/// Steps that also take out the curvature of the rows; leaves the trial point and the step where
/// one is acceptable.
bool LineSearch::correct(const Derivatives &derivatives, double mu, double tau, double alpha,
                         const Iterate &current, PrimalDualStep &step, double &taken, char &kind) {
  Vector r = alpha * current.r + trial.r;
  double before = theta;
  for (int k = 0; k < mostCorrections; ++k) {
    if (!newton.resolve(current, derivatives, mu, r, corrected))
      return false;
    taken = primalBoundaryStep(problem, current.v, corrected.dv, tau);
    if (!evaluate(current, corrected.dv, taken, mu))
      return false;
    if (isAcceptable(alpha, kind)) {
      kind = kind == 'f' ? 'F' : 'H';
      std::swap(step, corrected);
      return true;
    }
    if (trial.theta > kappaSoc * before)
      return false;
    before = trial.theta;
    r = taken * r + trial.r;
  }
  return false;
}

bool LineSearch::take(double mu, double tau, bool isLinear, Iterate &current, const PrimalDualStep &step,
                      IterationRow &row) {
  row.alpha_primal = primalBoundaryStep(problem, current.v, step.dv, tau);
  row.alpha_dual = dualBoundaryStep(problem, current, step, tau);
  if (!isLinear)
    row.alpha_primal = row.alpha_dual = std::min(row.alpha_primal, row.alpha_dual);
  row.trials = 1, row.kind = 'm';
  if (!evaluate(current, step.dv, row.alpha_primal, mu))
    return false;
  accept(row.alpha_primal, row.alpha_dual, row.alpha_dual, step, current);
  return true;
}

void LineSearch::accept(double alpha, double alphaRows, double alphaDual, const PrimalDualStep &step,
                        Iterate &current) {
  std::swap(current.v, trial.v);
  std::swap(current.c, trial.c);
  std::swap(current.r, trial.r);
  current.f = trial.f;
  current.y += alphaRows * step.dy;
  current.zl += alphaDual * step.dzl;
  current.zu += alphaDual * step.dzu;
}

} // namespace costate::rt
