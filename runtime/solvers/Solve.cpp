// The interior point method from beginning to end: presolve, start, restoration, report.
#include "costate/rt/Solve.h"
#include "runtime/problem/Epigraph.h"
#include "runtime/problem/Presolve.h"
#include "runtime/solvers/CleanUp.h"
#include "runtime/solvers/Conflict.h"
#include "runtime/solvers/Convexity.h"
#include "runtime/solvers/Guarded.h"
#include "runtime/solvers/Ray.h"
#include "runtime/solvers/Restoration.h"
#include "runtime/solvers/StartingPoint.h"
#include "runtime/solvers/ViolationWatch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

namespace costate::rt {
namespace {

/// One solve from beginning to end.
class Solve {
public:
  Solve(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
        const InteriorPointOptions &options, const Observer &observer, const WarmStart *warm)
      : problem(problem), instance(instance), limits(options, observer, host), functions(problem, instance),
        warm(fits(warm) ? warm : nullptr) {}

  Result run() {
    Stop stop = iterate();
    if (stop.status == Status::infeasible && leaveFlatRows())
      if (Stop moved = iterateFrom(movedStart.data()); isDecided(moved.status))
        stop = moved;
    if (stop.status == Status::infeasible && !hasSearched)
      stop = search(stop);
    bool isOpen = stop.status == Status::infeasible || stop.status == Status::not_run;
    if (isOpen && isMet())
      stop = startAgain();
    Result result = report(stop);
    if (stop.status == Status::unbounded && result.ray.empty())
      findRay(problem, instance, limits.host, result);
    return result;
  }

private:
  bool fits(const WarmStart *warm) const {
    size_t n = size_t(functions.n()), m = size_t(functions.m());
    return warm && warm->x.size() == n && warm->dual.size() == m && warm->reduced_cost.size() == n;
  }
  Stop iterate();
  static bool isDecided(Status status) {
    return status == Status::optimal || status == Status::acceptable || status == Status::infeasible ||
           status == Status::unbounded || status == Status::interrupted;
  }
  Stop iterateFrom(const double *x);
  bool leaveFlatRows();
  Stop startAgain();
  Stop search(const Stop &before);
  bool isMet() const { return feasibility.kind == Feasibility::Kind::Met; }
  void moveTo(const std::vector<double> &x);
  std::optional<Stop> prepare();
  std::optional<Stop> inspect(const KktError &error, IterationRow &row);
  Stop optimal(const KktError &error) const;
  bool wantsMore(const KktError &error);
  struct Criterion {
    const char *what;
    double value;
    const char *option;
    double limit;
  };
  std::array<Criterion, 3> unscaled(const KktError &error, double violation) const;
  bool meetsUnscaled(const KktError &error, double violation) const;
  std::optional<Stop> withoutMultipliers() const;
  double largestMultiplier() const;
  double objectiveSlope() const;
  Stop explainStall(const Stop &stop) const;
  Result report(const Stop &stop);
  InteriorPoint::Rule chooseRule();
  Stop runQuadratic(double mu);
  std::optional<Stop> judge();
  std::optional<Stop> cleanUp(const KktError &error);
  std::optional<Stop> cleanUpBest();

  const costate_problem_v1 &problem;
  const costate_instance *instance;
  InteriorPointLimits limits;
  Functions functions;
  const WarmStart *warm;
  WarmStart movedWarm;
  std::vector<double> movedStart;
  std::unique_ptr<Presolve> presolve;
  std::unique_ptr<StandardForm> form;
  std::unique_ptr<KktSystem> kkt;
  std::unique_ptr<InteriorPoint> method;
  Iterate start;
  int acceptableCount = 0, sharpenings = 0;
  bool isApproximate = false, isQuadratic = false;
  Iterate best; // of those of a quadratic problem
  double bestError = std::numeric_limits<double>::infinity(), lastCleanUp = bestError;
  std::optional<Iterate> cleaned;
  ViolationWatch violationWatch;
  bool hasSearched = false; // for a point that meets the rows
  Feasibility feasibility;
  Result diagnosis; // its conflicts or its ray, if any
};

/// Checks the bounds and simplifies the problem; a stop where that settles it.
std::optional<Stop> Solve::prepare() {
  bool isCrossed = false;
  if (std::string sentence = StandardForm::badBound(functions, isCrossed); !sentence.empty())
    return Stop{isCrossed ? Status::infeasible : Status::not_run, sentence};
  if (limits.options.hessian == Hessian::exact && !functions.hasSecond())
    return Stop{Status::not_run, "`hessian = exact` needs the matrix of second derivatives, and the "
                                 "functions with loops are curved in "
                                 "too many variables at once for one; leave out `hessian` to approximate it"};
  if (!limits.options.presolve || presolve) // from another start: the functions have its bounds already
    return std::nullopt;
  presolve = std::make_unique<Presolve>();
  if (std::string sentence = presolve->run(functions, limits.options.constr_viol_tol); !sentence.empty()) {
    diagnosis.conflicts = presolve->conflicts();
    hasSearched = true;
    return Stop{Status::infeasible, sentence};
  }
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
  isApproximate = limits.options.hessian == Hessian::lbfgs || !functions.hasSecond();
  if (isApproximate)
    form->approximateHessian();
  double mu = limits.options.mu_init;
  bool isFinite = startingPoint(*form, warm, start, mu);
  InteriorPoint::Rule rule{};
  if (isFinite) {
    kkt = std::make_unique<KktSystem>(functions.shape(), form->isFixed, form->isFree);
    rule = chooseRule();
    isFinite = warm || (isQuadratic && quadraticStart(*form, *kkt, start)) ||
               startRowMultipliers(*form, *kkt, start);
  }
  if (functions.wasInterrupted())
    return {Status::interrupted, "the functions asked to stop at the start"};
  if (!isFinite)
    return {Status::evaluation_error,
            "the functions are not finite at the start" + form->trace(start.v.data())};
  method = std::make_unique<InteriorPoint>(*form, *kkt, limits);
  method->rule = rule;
  // The gap must become small in the user's units, too.
  method->barrierTol = std::clamp(functions.objectiveScale * limits.options.compl_inf_tol,
                                  std::numeric_limits<double>::epsilon(), limits.options.tol);
  Restoration restoration(*form, *kkt, limits);
  method->inspect = [this](const KktError &error, IterationRow &row) { return inspect(error, row); };
  method->recover = [&](InteriorPoint &self) { return restoration.run(self); };
  Stop stop = isQuadratic ? runQuadratic(mu) : method->run(start, mu);
  if (stop.status == Status::stalled)
    stop = explainStall(stop);
  if (cleaned) {
    method->moveTo(*std::exchange(cleaned, std::nullopt));
    method->evaluate();
  }
  return stop;
}

/// Where predictor-corrector steps lose progress: the active set of the best point, or why there is none;
/// else they go on. Where they end nowhere all the same, the method for all problems starts anew.
Stop Solve::runQuadratic(double mu) {
  std::optional<Stop> decided;
  auto decide = [&] {
    decided = cleanUpBest();
    return decided ? decided : decided = judge();
  };
  method->lostProgress = decide;
  Stop stop = method->run(start, mu);
  bool isOver = stop.status == Status::optimal || stop.status == Status::interrupted ||
                stop.status == Status::iteration_limit || stop.status == Status::time_limit;
  if (isOver || decided || decide())
    return decided ? *decided : stop;
  method->lostProgress = nullptr;
  method->rule = InteriorPoint::Rule::Monotone;
  stop = method->run(start, mu);
  return stop.status == Status::optimal ? stop : cleanUpBest().value_or(stop);
}

/// Convex quadratic problems are solved by predictor-corrector steps.
InteriorPoint::Rule Solve::chooseRule() {
  using Rule = InteriorPoint::Rule;
  Rule rule = limits.options.barrier == Barrier::adaptive ? Rule::Adaptive : Rule::Monotone;
  Derivatives d;
  if (isApproximate || !functions.isQuadratic() || !form->derivatives(start.v.data(), start.y, d))
    return rule;
  isQuadratic = isConvex(functions.shape(), d.H);
  bool isLinear = Eigen::Map<const Vector>(d.H, functions.shape().hess_cols[form->n]).isZero(0);
  return !isQuadratic ? rule : isLinear ? Rule::LinearPredictor : Rule::Predictor;
}

/// Tried whenever the error of the best point so far has fallen by ten, and where progress is lost, as where
/// multipliers are not bounded: what passes the judgement is the solution, wherever it came from.
std::optional<Stop> Solve::cleanUp(const KktError &error) {
  constexpr double farOut = 1e-2;
  if (!isQuadratic)
    return std::nullopt;
  if (error.total < bestError)
    bestError = error.total, best = method->point();
  if (bestError > std::min(farOut, 0.1 * lastCleanUp))
    return std::nullopt;
  lastCleanUp = bestError;
  return cleanUpBest();
}

std::optional<Stop> Solve::cleanUpBest() {
  Iterate next = best;
  if (next.v.size() != form->n + form->k() || !CleanUp(*form, *kkt).run(next))
    return std::nullopt;
  cleaned = std::move(next);
  return Stop{Status::optimal, fmt::format("the equations of the active set are solved, from optimality "
                                           "error {:.1e}; its inequalities hold",
                                           bestError)};
}

/// A second opinion where no point was found that meets the rows: the least violation as a problem of its
/// own. `before` where that has no opinion.
Stop Solve::search(const Stop &before) {
  const InteriorPointOptions &options = limits.options;
  hasSearched = true;
  if (!options.explain)
    return before;
  diagnosis = report(before);
  if (functions.m() > 0)
    feasibility = findConflicts(problem, instance, limits.host, options, diagnosis);
  if (feasibility.kind != Feasibility::Kind::Violated || before.status == Status::infeasible)
    return before;
  moveTo(feasibility.x);
  std::string least = fmt::format("the least violation, {:.1e} > constr_viol_tol {:.1e}",
                                  feasibility.violation, options.constr_viol_tol);
  if (isQuadratic)
    return {Status::infeasible, "no point meets the linear constraints: " + least};
  return {Status::infeasible, fmt::format("no point nearby meets the constraints: {}, is stationary ({})",
                                          least, feasibility.reason)};
}

void Solve::moveTo(const std::vector<double> &x) {
  Iterate at = method->point();
  at.v.head(form->n) = Eigen::Map<const Vector>(x.data(), form->n);
  at.y.setZero(), at.zl.setZero(), at.zu.setZero();
  form->values(at.v.data(), at.f, at.c);
  method->moveTo(std::move(at));
}

/// Anew, from a start of its own.
Stop Solve::iterateFrom(const double *x) {
  warm = nullptr;
  acceptableCount = sharpenings = 0;
  bestError = lastCleanUp = std::numeric_limits<double>::infinity();
  functions.replaceStart(x);
  return iterate();
}

/// A violated row whose gradient vanishes, as that of x^2 + y^2 == 1 at 0, tells nothing about where it is
/// met: its variables are moved a little, by amounts that are not those of a symmetry. False where there is
/// none.
bool Solve::leaveFlatRows() {
  constexpr double flat = 1e-6, step = 1e-2, golden = 0.6180339887498949;
  if (!method || isQuadratic)
    return false;
  const ProblemShape &shape = functions.shape();
  const Iterate &at = method->point();
  movedStart.assign(at.v.data(), at.v.data() + form->n);
  double f = 0;
  Vector c(shape.m);
  Derivatives d;
  if (!functions.values(movedStart.data(), f, c) || !form->derivatives(at.v.data(), at.y, d))
    return false;
  std::vector<char> isMoved(size_t(shape.n), false);
  for (int64_t i = 0; i < shape.m; ++i) {
    double violation = std::max({shape.c_lower[i] - c[i], c[i] - shape.c_upper[i], 0.0}), slope = 0;
    for (int64_t p = shape.jac_rows[i]; p < shape.jac_rows[i + 1]; ++p)
      slope = std::max(slope, std::abs(d.J[p]));
    if (violation <= limits.options.constr_viol_tol || slope > flat * std::max(1.0, violation))
      continue;
    for (int64_t p = shape.jac_rows[i]; p < shape.jac_rows[i + 1]; ++p)
      isMoved[size_t(shape.jac_cols[p])] = true;
  }
  for (int64_t j = 0; j < shape.n; ++j) {
    double &x = movedStart[size_t(j)], part = golden * double(j + 1);
    if (isMoved[size_t(j)])
      x = std::clamp(x + step * std::max(1.0, std::abs(x)) * (1 + part - std::floor(part)), shape.x_lower[j],
                     shape.x_upper[j]);
  }
  return std::find(isMoved.begin(), isMoved.end(), true) != isMoved.end();
}

/// From the point that meets the rows.
Stop Solve::startAgain() {
  Stop stop = iterateFrom(feasibility.x.data());
  if (stop.status == Status::infeasible) // it is not: the start meets the rows
    stop = {Status::stalled,
            fmt::format("another point meets the constraints (violation {:.1e}), the way from "
                        "there ends where {}",
                        feasibility.violation, stop.reason)};
  return stop;
}

/// The tolerances in the user's units. The dual residual counts relative to the objective's gradient, the gap
/// relative to the mean bound multiplier, as it does in the error of [WB06, (5)]: it is a product of a
/// multiplier and a distance, and the distance is known to the rounding of the bound.
std::array<Solve::Criterion, 3> Solve::unscaled(const KktError &error, double violation) const {
  const InteriorPointOptions &options = limits.options;
  double sf = functions.objectiveScale, slope = std::max(1.0, objectiveSlope());
  double gapScale = form->gapScale(method->point());
  return {Criterion{"violation", violation, "constr_viol_tol", options.constr_viol_tol},
          {"dual residual", error.dual / sf / slope, "dual_inf_tol", options.dual_inf_tol},
          {"complementarity", error.gap / sf / gapScale, "compl_inf_tol", options.compl_inf_tol}};
}

bool Solve::meetsUnscaled(const KktError &error, double violation) const {
  auto list = unscaled(error, violation);
  return std::all_of(list.begin(), list.end(), [](const Criterion &c) { return c.value <= c.limit; });
}

/// Once: what the problem is where predictor-corrector steps do not solve it.
std::optional<Stop> Solve::judge() {
  if (hasSearched || !limits.options.explain)
    return std::nullopt;
  if (Stop stop = search({}); stop.status == Status::infeasible)
    return stop;
  findRay(problem, instance, limits.host, diagnosis);
  if (diagnosis.ray_is_proof)
    return unboundedAlong(diagnosis);
  diagnosis.ray.clear();
  return std::nullopt;
}

Stop Solve::optimal(const KktError &error) const {
  return {Status::optimal,
          fmt::format("optimality error {:.1e} <= tol {:.1e}", error.total, limits.options.tol)};
}

/// Convex quadratic problems go on for some iterations, which cost little and bring digits.
bool Solve::wantsMore(const KktError &error) {
  constexpr double sharp = 1e-2;
  constexpr int most = 8;
  return isQuadratic && error.total > sharp * limits.options.tol && ++sharpenings <= most;
}

std::optional<Stop> Solve::inspect(const KktError &error, IterationRow &row) {
  const InteriorPointOptions &options = limits.options;
  const Iterate &at = method->point();
  row.objective = at.f / functions.objectiveScale;
  row.primal_infeasibility = form->violation(at.c);
  bool isFine = meetsUnscaled(error, row.primal_infeasibility);
  if (auto stop = cleanUp(error))
    return stop;
  if (error.total <= options.tol && isFine && !wantsMore(error)) {
    if (auto stop = withoutMultipliers())
      return stop;
    return optimal(error);
  }
  acceptableCount = error.total <= options.acceptable_tol && isFine ? acceptableCount + 1 : 0;
  if (acceptableCount >= options.acceptable_iter) {
    if (auto stop = withoutMultipliers())
      return stop;
    return Stop{Status::acceptable,
                fmt::format("optimality error {:.1e} <= acceptable_tol {:.1e} for {} iterations", error.total,
                            options.acceptable_tol, acceptableCount)};
  }
  constexpr double unbounded = 1e20;
  double size = at.v.size() ? at.v.head(form->n).lpNorm<Eigen::Infinity>() : 0;
  if (row.objective < -unbounded && row.primal_infeasibility <= options.constr_viol_tol)
    return Stop{Status::unbounded,
                fmt::format("the size of the objective {:.1e} > {:.0e} at a feasible point", -row.objective,
                            unbounded)};
  if (size > unbounded)
    return Stop{Status::unbounded,
                fmt::format("the largest variable {:.1e} > {:.0e}: the iterates diverge", size, unbounded)};
  if (!isQuadratic && !hasSearched && // judge() decides there
      violationWatch.isStuck(limits.iteration, row.primal_infeasibility, options.constr_viol_tol))
    if (Stop stop = search({}); stop.status == Status::infeasible || isMet())
      return stop;
  if (functions.wasInterrupted())
    return Stop{Status::interrupted,
                fmt::format("the functions asked to stop after {} iterations", limits.iteration)};
  return std::nullopt;
}

/// Where no multipliers exist at the solution, those nearby are so large that the tiny relaxation of the
/// bounds, or what is left of a violation, moves the objective: such a point is not called a solution.
std::optional<Stop> Solve::withoutMultipliers() const {
  constexpr double allowed = 1e-6; // regular problems: below 1e-7
  constexpr double large = 1e3;    // with less, a violation of equations is no sign
  const Iterate &at = method->point();
  double sf = functions.objectiveScale, largest = largestMultiplier();
  double limit = allowed * std::max({1.0, std::abs(at.f) / sf, objectiveSlope()});
  double worth = form->relaxationWorth(at), rest = form->violationWorth(at);
  std::string growth = fmt::format("of the objective: the multipliers, {:.1e}, grow without bound", largest);
  if (worth > limit)
    return Stop{Status::degenerate, fmt::format("relaxing a bound by {:.0e} is worth {:.1e} > {:.1e} {}",
                                                boundRelaxation, worth, limit, growth)};
  bool isRough = method->error().total > limits.options.tol; // else rest is of the size of the relaxation
  if (isRough && rest > limit && largest > large * std::max(1.0, objectiveSlope() * sf))
    return Stop{Status::degenerate,
                fmt::format("the violation {:.1e} that is left is worth {:.1e} > {:.1e} {}",
                            form->violation(at.c), rest, limit, growth)};
  return std::nullopt;
}

/// The largest entry of the objective's gradient, in the user's units.
double Solve::objectiveSlope() const {
  const Vector &g = method->derivatives().g;
  return g.size() ? g.lpNorm<Eigen::Infinity>() / functions.objectiveScale : 0;
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
  if (sharpenings > 0 && error.total <= limits.options.tol && meetsUnscaled(error, form->violation(at.c)))
    return optimal(error);
  if (error.total <= limits.options.acceptable_tol && meetsUnscaled(error, form->violation(at.c))) {
    if (auto without = withoutMultipliers())
      return *without;
    return {Status::acceptable, fmt::format("optimality error {:.1e} <= acceptable_tol {:.1e}; {}",
                                            error.total, limits.options.acceptable_tol, stop.reason)};
  }
  if (error.total <= limits.options.tol)
    for (const Criterion &c : unscaled(error, form->violation(at.c)))
      if (!(c.value <= c.limit))
        return {Status::stalled, fmt::format("steps are below rounding, {} {:.1e} > {} {:.1e}", c.what,
                                             c.value, c.option, c.limit)};
  double largest = largestMultiplier();
  if (largest > exploding)
    return {Status::degenerate,
            fmt::format("the largest multiplier {:.1e} > {:.0e}: the constraints' gradients are "
                        "dependent there; {}",
                        largest, exploding, stop.reason)};
  return stop;
}

Result Solve::report(const Stop &stop) {
  Result result = limits.atStart(stop, functions.shape());
  result.conflicts = diagnosis.conflicts;
  result.is_irreducible = diagnosis.is_irreducible, result.contradiction = diagnosis.contradiction;
  result.ray = diagnosis.ray, result.ray_slope = diagnosis.ray_slope;
  result.ray_is_proof = diagnosis.ray_is_proof;
  result.diagnosis_seconds = diagnosis.diagnosis_seconds;
  if (method) {
    KktError error = method->error();
    form->report(method->point(), result);
    result.dual_infeasibility = error.dual / functions.objectiveScale;
    result.complementarity = error.gap / functions.objectiveScale;
    if (presolve)
      presolve->restore(functions, result);
  }
  if (isApproximate && limits.options.hessian == Hessian::automatic)
    result.reason += "; second derivatives are approximated, `explain` says why";
  limits.addCosts(functions, result);
  result.seconds -= result.diagnosis_seconds;
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
  return guarded(problem, instance, [&] {
    Epigraph smooth(problem, instance);
    if (!smooth.isNeeded())
      return Solve(problem, instance, host, options, observer, warm).run();
    WarmStart start = warm ? smooth.extended(*warm) : WarmStart{};
    Result result =
        Solve(smooth.problem(), smooth.handle(), host, options, observer, warm ? &start : nullptr).run();
    smooth.restore(result);
    return result;
  });
}

} // namespace costate::rt
