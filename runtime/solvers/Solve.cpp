// The interior point method from beginning to end: presolve, start, restoration, report.
#include "costate/rt/Solve.h"
#include "runtime/problem/Presolve.h"
#include "runtime/solvers/Guarded.h"
#include "runtime/solvers/Restoration.h"
#include "runtime/solvers/StartingPoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace costate::rt {
namespace {

/// One solve from beginning to end.
class Solve {
public:
  Solve(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
        const InteriorPointOptions &options, const Observer &observer, const WarmStart *warm)
      : limits(options, observer, host), functions(problem, instance), warm(fits(warm) ? warm : nullptr) {}

  Result run() {
    Stop stop = iterate();
    if (stop.status == Status::stalled)
      stop = explainStall(stop);
    return report(stop);
  }

private:
  bool fits(const WarmStart *warm) const {
    size_t n = size_t(functions.n()), m = size_t(functions.m());
    return warm && warm->x.size() == n && warm->dual.size() == m && warm->reduced_cost.size() == n;
  }
  Stop iterate();
  std::optional<Stop> prepare();
  std::optional<Stop> inspect(const KktError &error, IterationRow &row);
  bool meetsUnscaled(const KktError &error, double violation) const;
  std::optional<Stop> withoutMultipliers() const;
  double largestMultiplier() const;
  Stop explainStall(const Stop &stop) const;
  Result report(const Stop &stop);

  InteriorPointLimits limits;
  Functions functions;
  const WarmStart *warm;
  WarmStart movedWarm;
  std::unique_ptr<Presolve> presolve;
  std::unique_ptr<StandardForm> form;
  std::unique_ptr<KktSystem> kkt;
  std::unique_ptr<InteriorPoint> method;
  Iterate start;
  int acceptableCount = 0;
};

/// Checks the bounds and simplifies the problem; a stop where that settles it.
std::optional<Stop> Solve::prepare() {
  bool isCrossed = false;
  if (std::string sentence = StandardForm::badBound(functions, isCrossed); !sentence.empty())
    return Stop{isCrossed ? Status::infeasible : Status::not_run, sentence};
  if (!limits.options.presolve)
    return std::nullopt;
  presolve = std::make_unique<Presolve>();
  if (std::string sentence = presolve->run(functions, limits.options.constr_viol_tol); !sentence.empty())
    return Stop{Status::infeasible, sentence};
  if (warm) {
    movedWarm = presolve->moved(*warm);
    warm = &movedWarm;
  }
  return std::nullopt;
}

Stop Solve::iterate() {
  if (auto stop = prepare())
    return *stop;
  form = std::make_unique<StandardForm>(functions);
  double mu = limits.options.mu_init;
  bool isFinite = startingPoint(*form, warm, start, mu);
  if (isFinite) {
    kkt = std::make_unique<KktSystem>(functions.shape(), form->isFixed, form->isFree);
    isFinite = warm || startRowMultipliers(*form, *kkt, start);
  }
  if (functions.wasInterrupted())
    return {Status::interrupted, "the functions asked to stop at the start"};
  if (!isFinite)
    return {Status::evaluation_error,
            "the functions are not finite at the start" + form->trace(start.v.data())};
  method = std::make_unique<InteriorPoint>(*form, *kkt, limits);
  method->isAdaptive = limits.options.barrier == Barrier::adaptive;
  Restoration restoration(*form, *kkt, limits);
  method->inspect = [this](const KktError &error, IterationRow &row) { return inspect(error, row); };
  method->recover = [&](InteriorPoint &self) { return restoration.run(self); };
  return method->run(start, mu);
}

/// The tolerances in the user's units. Dual residual and gap count relative to the gradient and the
/// objective, which have the user's scale, too.
bool Solve::meetsUnscaled(const KktError &error, double violation) const {
  const InteriorPointOptions &options = limits.options;
  double sf = functions.objectiveScale;
  const Vector &g = method->derivatives().g;
  double slope = g.size() ? g.lpNorm<Eigen::Infinity>() / sf : 0, size = std::abs(method->point().f) / sf;
  return violation <= options.constr_viol_tol &&
         error.dual / sf <= options.dual_inf_tol * std::max(1.0, slope) &&
         error.gap / sf <= options.compl_inf_tol * std::max(1.0, size);
}

std::optional<Stop> Solve::inspect(const KktError &error, IterationRow &row) {
  const InteriorPointOptions &options = limits.options;
  const Iterate &at = method->point();
  row.objective = at.f / functions.objectiveScale;
  row.primal_infeasibility = form->violation(at.c);
  bool isFine = meetsUnscaled(error, row.primal_infeasibility);
  if (error.total <= options.tol && isFine) {
    if (auto stop = withoutMultipliers())
      return stop;
    return Stop{Status::optimal,
                fmt::format("optimality error {:.1e} <= tol {:.1e}", error.total, options.tol)};
  }
  acceptableCount = error.total <= options.acceptable_tol && isFine ? acceptableCount + 1 : 0;
  if (acceptableCount >= options.acceptable_iter)
    return Stop{Status::acceptable,
                fmt::format("optimality error {:.1e} <= acceptable_tol {:.1e} for {} iterations", error.total,
                            options.acceptable_tol, acceptableCount)};
  constexpr double unbounded = 1e20;
  double size = at.v.size() ? at.v.head(form->n).lpNorm<Eigen::Infinity>() : 0;
  if (row.objective < -unbounded && row.primal_infeasibility <= options.constr_viol_tol)
    return Stop{Status::unbounded,
                fmt::format("objective {:.1e} < {:.0e} at a feasible point", row.objective, -unbounded)};
  if (size > unbounded)
    return Stop{Status::unbounded,
                fmt::format("the largest variable {:.1e} > {:.0e}: the iterates diverge", size, unbounded)};
  if (functions.wasInterrupted())
    return Stop{Status::interrupted,
                fmt::format("the functions asked to stop after {} iterations", limits.iteration)};
  return std::nullopt;
}

/// Where no multipliers exist at the solution, those of the relaxed problem are so large that the tiny
/// relaxation of the bounds moves the objective: such a point is not called optimal.
std::optional<Stop> Solve::withoutMultipliers() const {
  constexpr double allowed = 2e-5; // a multiplier of 2e5 where the objective is of order 1
  double worth = form->relaxationWorth(method->point());
  double limit = allowed * std::max(1.0, std::abs(method->point().f) / functions.objectiveScale);
  if (worth <= limit)
    return std::nullopt;
  return Stop{Status::degenerate, fmt::format("relaxing a bound by {:.0e} is worth {:.1e} > {:.1e} of the "
                                              "objective: the multipliers, {:.1e}, grow "
                                              "without bound",
                                              boundRelaxation, worth, limit, largestMultiplier())};
}

double Solve::largestMultiplier() const {
  const Vector &y = method->point().y;
  return y.size() ? y.lpNorm<Eigen::Infinity>() : 0;
}

/// A stall close to a solution is acceptable; one with exploding multipliers has no Karush-Kuhn-Tucker point
/// nearby.
Stop Solve::explainStall(const Stop &stop) const {
  constexpr double exploding = 1e8;
  KktError error = method->error();
  const Iterate &at = method->point();
  if (error.total <= limits.options.acceptable_tol && meetsUnscaled(error, form->violation(at.c)))
    return {Status::acceptable, fmt::format("optimality error {:.1e} <= acceptable_tol {:.1e}; {}",
                                            error.total, limits.options.acceptable_tol, stop.reason)};
  double largest = largestMultiplier();
  if (largest > exploding)
    return {Status::degenerate,
            fmt::format("the largest multiplier {:.1e} > {:.0e}: the constraints' gradients are "
                        "dependent there; {}",
                        largest, exploding, stop.reason)};
  return stop;
}

Result Solve::report(const Stop &stop) {
  Result result;
  result.status = stop.status;
  result.reason = stop.reason;
  const ProblemShape &shape = functions.shape();
  result.x.assign(shape.x_start, shape.x_start + shape.n);
  result.reduced_cost.assign(size_t(shape.n), 0);
  result.c.assign(size_t(shape.m), 0);
  result.dual.assign(size_t(shape.m), 0);
  result.iterations = limits.iteration;
  if (method) {
    KktError error = method->error();
    form->report(method->point(), result);
    result.primal_infeasibility = form->violation(method->point().c);
    result.dual_infeasibility = error.dual / functions.objectiveScale;
    result.complementarity = error.gap / functions.objectiveScale;
    if (presolve)
      presolve->restore(functions, result);
  }
  result.value_evaluations = functions.valueCount;
  result.first_evaluations = functions.firstCount;
  result.second_evaluations = functions.secondCount;
  result.seconds = Timer::since(limits.began);
  result.evaluate_seconds = functions.seconds;
  if (kkt) {
    result.factorizations = kkt->factorizations;
    result.factor_seconds = kkt->factorSeconds;
    result.solve_seconds = kkt->solveSeconds;
  }
  return result;
}

} // namespace

Result solve(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
             const InteriorPointOptions &options, const Observer &observer, const WarmStart *warm) {
  return guarded(problem, instance,
                 [&] { return Solve(problem, instance, host, options, observer, warm).run(); });
}

} // namespace costate::rt
