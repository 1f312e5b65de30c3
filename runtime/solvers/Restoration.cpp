// When to enter, when to leave, and what a failure means.
#include "runtime/solvers/Restoration.h"
#include "runtime/solvers/RowProjection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace costate::rt {
namespace {

constexpr double wantedReduction = 0.9; // kappa_resto of [WB06, section 4]
constexpr double mostMultiplier = 1e3;  // larger estimates are not trusted after the phase
constexpr int mostEscapes = 5, mostRejections = 5;

} // namespace

std::optional<Stop> Restoration::run(InteriorPoint &outer) {
  const Iterate &from = outer.point();
  double worst = from.r.size() ? from.r.lpNorm<Eigen::Infinity>() : 0;
  if (worst <= 1e-2 * limits.options.tol)
    return escape(outer);
  thetaAtStart = outer.theta();
  outer.filter().block(thetaAtStart, outer.phi(from.v, from.f));
  double mu = std::max(outer.mu(), worst);
  RestorationProblem phase(problem, from.v);
  phase.setBarrier(mu);
  InteriorPoint inner(phase, kkt, limits);
  bool found = false;
  int acceptable = 0, repairs = 0, lastRepair = -2;
  inner.inspect = [&](const KktError &error, IterationRow &row) -> std::optional<Stop> {
    row.objective = phase.originalObjective() / problem.functions.objectiveScale;
    row.primal_infeasibility = problem.violation(inner.point().c);
    row.kind = 'R';
    found = isImproved(phase, inner, outer);
    if (found)
      return Stop{};
    acceptable = error.total <= limits.options.acceptable_tol ? acceptable + 1 : 0;
    if (error.total <= limits.options.tol || acceptable >= limits.options.acceptable_iter)
      return Stop{Status::optimal, ""};
    return std::nullopt;
  };
  inner.recover = [&](InteriorPoint &self) -> std::optional<Stop> {
    repairs = limits.iteration <= lastRepair + 1 ? repairs + 1 : 1;
    lastRepair = limits.iteration;
    if (repairs > 3)
      return Stop{Status::stalled, ""};
    Iterate next = self.point();
    phase.chooseViolations(self.mu(), next);
    self.moveTo(std::move(next));
    self.filter().reset();
    self.directions().demandRegularization();
    return std::nullopt;
  };
  Iterate start = phase.start(from, mu);
  if (!phase.values(start.v.data(), start.f, start.c))
    return Stop{Status::evaluation_error, "the functions are not finite" + problem.trace(start.v.data())};
  ++limits.iteration;
  Stop stop = inner.run(std::move(start), mu);
  return found ? resume(phase, inner, outer) : judge(stop, phase, inner, outer);
}

/// At a feasible point there is nothing to restore: the direction is poor or the numbers have run out of
/// digits.
std::optional<Stop> Restoration::escape(InteriorPoint &outer) {
  double error = outer.error().total;
  if (++escapes > mostEscapes)
    return Stop{Status::stalled,
                fmt::format("no step improves a feasible point, optimality error {:.1e} > tol {:.1e}", error,
                            limits.options.tol)};
  outer.filter().reset();
  outer.directions().demandRegularization();
  return std::nullopt;
}

bool Restoration::isImproved(const RestorationProblem &phase, const InteriorPoint &inner,
                             InteriorPoint &outer) {
  Vector v = phase.originalVariables(inner.point().v), r, c(problem.m);
  problem.residual(v.data() + problem.n, inner.point().c, r);
  double theta = r.lpNorm<1>(), f = 0;
  if (theta > wantedReduction * thetaAtStart || !problem.values(v.data(), f, c))
    return false;
  return outer.filter().accepts(theta, outer.phi(v, f));
}

/// The phase ended without a point for the filter.
std::optional<Stop> Restoration::judge(const Stop &stop, const RestorationProblem &phase,
                                       const InteriorPoint &inner, InteriorPoint &outer) {
  double violation = problem.violation(inner.point().c), allowed = limits.options.constr_viol_tol;
  // Where rows contradict each other by a constant, the last digits are not to be had: the dual residual
  // counts relative to the weight of the violations.
  bool isStationary = stop.status == Status::optimal ||
                      (stop.status == Status::stalled &&
                       inner.error().total <= violationWeight * limits.options.acceptable_tol);
  bool isFeasible = violation <= allowed && inner.point().r.lpNorm<Eigen::Infinity>() <= allowed;
  if ((isStationary || stop.status == Status::stalled) && isFeasible && ++rejections <= mostRejections) {
    outer.filter().reset(); // feasible, yet not for the filter: begin anew from here
    return resume(phase, inner, outer);
  }
  if (isStationary && !isFeasible) {
    leaveAt(phase, inner, outer);
    return Stop{
        Status::infeasible,
        fmt::format(
            "no point nearby meets the constraints: violation {:.1e} > constr_viol_tol {:.1e} where it "
            "is stationary (error {:.1e})",
            violation, allowed, inner.error().total)};
  }
  if (isStationary || stop.status == Status::stalled || stop.status == Status::degenerate)
    return Stop{Status::stalled,
                fmt::format("restoration made no progress: violation {:.1e} against constr_viol_tol "
                            "{:.1e}, stationary to {:.1e}",
                            violation, allowed, inner.error().total)};
  return stop;
}

/// The result is the least infeasible point; it has no multipliers.
void Restoration::leaveAt(const RestorationProblem &phase, const InteriorPoint &inner, InteriorPoint &outer) {
  Iterate at = outer.point();
  at.v = phase.originalVariables(inner.point().v);
  at.y.setZero(), at.zl.setZero(), at.zu.setZero();
  problem.values(at.v.data(), at.f, at.c);
  problem.residual(at.v.data() + problem.n, at.c, at.r);
  outer.moveTo(std::move(at));
}

/// Multipliers start anew: those of bounds on the central path, those of rows by least squares.
std::optional<Stop> Restoration::resume(const RestorationProblem &phase, const InteriorPoint &inner,
                                        InteriorPoint &outer) {
  Iterate next = outer.point();
  Derivatives d;
  next.v = phase.originalVariables(inner.point().v);
  for (int32_t j : problem.lowerBounded)
    next.zl[j] = std::min(mostMultiplier, outer.mu() / (next.v[j] - problem.lower[j]));
  for (int32_t j : problem.upperBounded)
    next.zu[j] = std::min(mostMultiplier, outer.mu() / (problem.upper[j] - next.v[j]));
  next.y.setZero();
  if (!problem.values(next.v.data(), next.f, next.c) || !problem.derivatives(next.v.data(), next.y, d))
    return Stop{Status::evaluation_error, "the functions are not finite" + problem.trace(next.v.data())};
  problem.residual(next.v.data() + problem.n, next.c, next.r);
  RowProjection(problem, kkt, d.J).multipliers(next, d.g, mostMultiplier, next.y);
  outer.moveTo(std::move(next));
  return std::nullopt;
}

} // namespace costate::rt
