// The loop and its stopping rules.
#include "runtime/solvers/InteriorPoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {

InteriorPoint::InteriorPoint(BarrierProblem &problem, KktSystem &kkt, InteriorPointLimits &limits)
    : barrierTol(limits.options.tol), problem(problem), kkt(kkt), limits(limits),
      barrier(limits.options.mu_init, limits.options.tol), newton(problem, kkt),
      search(problem, newton, limits.options.max_soc) {}

Stop InteriorPoint::run(Iterate start, double mu) {
  at = std::move(start);
  barrier = BarrierUpdate(mu, isPredictor() ? 1e-2 * limits.options.tol : barrierTol);
  newton.regularizeSoftly(isPredictor());
  if (rule != Rule::Monotone)
    adaptive.emplace(barrier.leastMu());
  search.start(theta());
  if (auto stop = evaluate())
    return *stop;
  for (;; ++limits.iteration) {
    if (auto stop = shouldStop())
      return *stop;
    if (auto stop = updateBarrier())
      return *stop;
    if (!advance()) {
      if (auto stop = lostProgress ? lostProgress() : std::nullopt)
        return *stop;
      if (auto stop = recover(*this))
        return *stop;
    }
    if (!(isFree && isPredictor())) // there mu may be far below the products of the point
      resetBoundMultipliers(problem, barrier.mu, at);
    if (auto stop = evaluate())
      return *stop;
  }
}

/// Derivatives and residuals at the point.
std::optional<Stop> InteriorPoint::evaluate() {
  if (!problem.derivatives(at.v.data(), at.y, d))
    return Stop{Status::evaluation_error, "the derivatives are not finite" + problem.trace(at.v.data())};
  residual.evaluate(problem, kkt, at, d);
  return std::nullopt;
}

std::optional<Stop> InteriorPoint::shouldStop() {
  KktError error = residual.error(problem, at, 0);
  row.iteration = limits.iteration;
  row.dual_infeasibility = error.dual;
  row.barrier = barrier.mu;
  auto stop = inspect(error, row);
  bool goesOn = limits.show(row);
  if (stop)
    return stop;
  if (auto limit = limits.check(goesOn, error.total))
    return limit;
  if (tinySteps > 1 && barrier.isLeast())
    return Stop{Status::stalled, fmt::format("steps are below rounding, optimality error {:.1e} > tol {:.1e}",
                                             error.total, limits.options.tol)};
  return std::nullopt;
}

/// Where mu is chosen with the step, nothing happens here.
std::optional<Stop> InteriorPoint::updateBarrier() {
  isFree = adaptive && tinySteps == 0 && adaptive->isFree(problem, at, residual);
  if (isFree)
    return std::nullopt;
  bool changed = adaptive && adaptive->justLeft();
  if (changed && lostProgress)
    if (auto stop = lostProgress())
      return stop;
  if (changed)
    barrier.set(0.8 * adaptive->average());
  else
    changed = barrier.update(problem, at, residual, tinySteps > 1);
  if (!changed)
    return std::nullopt;
  tinySteps = 0;
  search.reset();
  if (!problem.setBarrier(barrier.mu))
    return std::nullopt;
  problem.values(at.v.data(), at.f, at.c);
  return evaluate();
}

bool InteriorPoint::computeStep() {
  if (!isFree)
    return newton.compute(at, d, barrier.mu, step);
  double mean = adaptive->average();
  if (!newton.compute(at, d, 0, affine) || !newton.resolve(at, d, mean, at.r, centered))
    return false;
  barrier.set(adaptive->choose(problem, at, residual, affine, centered, barrier.tau));
  interpolate(affine, centered, barrier.mu / mean, step);
  newton.aim(at, d, barrier.mu, step);
  search.reset();
  return true;
}

/// Mehrotra's predictor and corrector.
bool InteriorPoint::correctedStep() {
  if (!newton.compute(at, d, 0, affine))
    return false;
  barrier.set(adaptive->predict(problem, at, affine));
  return newton.resolveCorrected(at, d, barrier.mu, affine, step);
}

/// A Newton step and its line search; false where there is no acceptable point along it.
bool InteriorPoint::advance() {
  row.step = row.regularization = row.alpha_primal = row.alpha_dual = 0;
  row.trials = 0;
  row.kind = 'r';
  bool isCorrected = isFree && isPredictor();
  if (isCorrected ? !correctedStep() : !computeStep())
    return false;
  row.step = step.dv.size() ? step.dv.lpNorm<Eigen::Infinity>() : 0;
  row.regularization = newton.deltaW();
  constexpr double mostTau = 0.9999; // more would end on the bound, in rounding
  if (isCorrected)
    return search.take(barrier.mu, std::min(barrier.tau, mostTau), rule == Rule::LinearPredictor, at, step,
                       row);
  bool tiny = isTiny();
  tinySteps = tiny ? tinySteps + 1 : 0;
  return search.search(d, barrier.mu, barrier.tau, tiny, at, step, row);
}

/// A step below the rounding of the point, at a feasible point [WB06, section 3.9].
bool InteriorPoint::isTiny() const {
  constexpr double relative = 10 * std::numeric_limits<double>::epsilon(), feasible = 1e-4;
  for (Index j = 0; j < at.v.size(); ++j)
    if (std::abs(step.dv[j]) > relative * (1 + std::abs(at.v[j])))
      return false;
  return at.r.size() == 0 || at.r.lpNorm<Eigen::Infinity>() < feasible;
}

} // namespace costate::rt
