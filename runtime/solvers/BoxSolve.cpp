// Preparation, stopping rules and report.
#include "runtime/solvers/BoxSolve.h"
#include "runtime/solvers/Ray.h"
#include "runtime/solvers/StandardForm.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace costate::rt {

Result BoxSolve::run(const std::function<Stop()> &iterate) {
  auto stop = prepare();
  if (!stop)
    stop = iterate();
  Result result = report(*stop);
  if (result.status == Status::unbounded && result.ray.empty())
    findRay(problem, instance, limits.host, result);
  return result;
}

std::optional<Stop> BoxSolve::prepare() {
  bool isCrossed = false;
  if (std::string sentence = StandardForm::badBound(functions, isCrossed); !sentence.empty())
    return Stop{isCrossed ? Status::infeasible : Status::not_run, sentence};
  if (usePresolve) {
    constexpr double allowed = 1e-6; // the default constr_viol_tol of ipm
    if (std::string sentence = presolve.run(functions, allowed); !sentence.empty())
      return Stop{Status::infeasible, sentence};
    isPresolved = true;
  }
  if (std::string sentence = box.read(takesRows); !sentence.empty())
    return Stop{Status::not_run,
                fmt::format("`{}` solves problems with bounds{}, {}", name,
                            takesRows ? " and linear rows that share no variable" : " only", sentence)};
  if (std::string sentence = box.emptyRow(); !sentence.empty())
    return Stop{Status::infeasible, sentence};
  const ProblemShape &shape = functions.shape();
  x = Eigen::Map<const Vector>(shape.x_start, shape.n);
  if (warm && int64_t(warm->x.size()) == shape.n)
    x = Eigen::Map<const Vector>(warm->x.data(), shape.n);
  auto isFiniteAt = [&] { return box.prepare(x) && box.value(x, f) && box.gradient(x, g); };
  bool isFinite = isFiniteAt();
  if (!isFinite && !functions.wasInterrupted()) {
    box.moveInside(x); // functions of x >= 0 may have no value at 0
    isFinite = isFiniteAt();
  }
  hasPoint = isFinite;
  if (functions.wasInterrupted())
    return Stop{Status::interrupted, "the functions asked to stop at the start"};
  if (!isFinite)
    return Stop{Status::evaluation_error,
                "the functions are not finite at the start" + functions.trace(x.data())};
  if (std::string sentence = box.fallingKink(); !sentence.empty())
    return Stop{Status::unbounded, sentence};
  return std::nullopt;
}

std::optional<Stop> BoxSolve::shouldStop(IterationRow &row) {
  constexpr double unbounded = 1e20;
  double error = optimality(), size = x.size() ? x.lpNorm<Eigen::Infinity>() : 0;
  row.iteration = limits.iteration;
  row.objective = (f + fConstant) / functions.objectiveScale;
  row.dual_infeasibility = error;
  bool goesOn = limits.show(row);
  if (error <= limits.tol && meetsUnscaled())
    return Stop{Status::optimal, fmt::format("{} {:.1e} <= tol {:.1e}", measureName, error, limits.tol)};
  if (fallsForEver(size))
    return unboundedAlong(diagnosis);
  if (row.objective < -unbounded)
    return Stop{Status::unbounded,
                fmt::format("the size of the objective {:.1e} > {:.0e}", -row.objective, unbounded)};
  if (size > unbounded)
    return Stop{Status::unbounded,
                fmt::format("the largest variable {:.1e} > {:.0e}: the iterates diverge", size, unbounded)};
  if (functions.wasInterrupted())
    return Stop{Status::interrupted,
                fmt::format("the functions asked to stop after {} iterations", limits.iteration)};
  return limits.check(goesOn, error);
}

/// Asked once, of a point far out: from there on rounding may hide the way.
bool BoxSolve::fallsForEver(double size) {
  constexpr double farOut = 1e10;
  if (size < farOut || std::exchange(hasSearched, true))
    return false;
  findRay(problem, instance, limits.host, diagnosis = limits.atStart({}, functions.shape()));
  if (!diagnosis.ray_is_proof)
    diagnosis.ray.clear();
  return diagnosis.ray_is_proof;
}

/// A start with huge derivatives scales the objective down, and with it what tol means.
bool BoxSolve::meetsUnscaled() const {
  constexpr double allowed = 1e-4; // the default dual_inf_tol of ipm, relative to the gradient as there
  Vector slope = g / functions.objectiveScale;
  double size = slope.size() ? slope.lpNorm<Eigen::Infinity>() : 0;
  return measure || box.optimality(x, slope, 1 / functions.objectiveScale) <= allowed * std::max(1.0, size);
}

Stop BoxSolve::stalled(const std::string &reason) const {
  double error = optimality();
  if (error <= limits.tol)
    return {Status::optimal, fmt::format("{} {:.1e} <= tol {:.1e}", measureName, error, limits.tol)};
  if (error <= acceptable_tol)
    return {Status::acceptable, fmt::format("{} {:.1e} <= acceptable_tol {:.1e}; {}", measureName, error,
                                            acceptable_tol, reason)};
  bool hasKinks = functions.absolutes.haveGradients();
  return {Status::stalled, fmt::format("{}, {} {:.1e} > tol {:.1e}{}", reason, measureName, error, limits.tol,
                                       hasKinks ? "; `ipm` knows the kinks of absolute values" : "")};
}

/// Multipliers and violations of linear rows, which leave g.
void BoxSolve::priceRows(const Vector &c, Result &result) {
  const ProblemShape &shape = functions.shape();
  for (const LinearRow &row : box.linearRows()) {
    double tau = row.multiplier(x, g, box.lower, box.upper), value = c[row.number];
    result.dual[size_t(row.number)] = tau / functions.objectiveScale;
    result.primal_infeasibility = std::max(
        {result.primal_infeasibility, shape.c_lower[row.number] - value, value - shape.c_upper[row.number]});
    for (size_t k = 0; k < row.cols.size(); ++k)
      g[row.cols[k]] -= tau * row.a[k];
  }
  // The price of t is shared by its rows, so that x has no slope left.
  for (size_t k = 0; k < box.kinkedVariables().size(); ++k) {
    const Kink &kink = box.kinkedVariables()[k];
    double price = box.kinkPrices()[k], slope = kink.slope(x[kink.x], price, g[kink.x]);
    g[kink.x] += slope;
    if (kink.t < 0)
      continue;
    double right = (slope - price * kink.left) / (kink.right - kink.left);
    result.dual[size_t(kink.leftRow)] = (price - right) / kink.leftEntry / functions.objectiveScale;
    result.dual[size_t(kink.rightRow)] = right / kink.rightEntry / functions.objectiveScale;
  }
}

Result BoxSolve::report(const Stop &stop) {
  const ProblemShape &shape = functions.shape();
  Result result = limits.atStart(stop, shape);
  result.ray = diagnosis.ray, result.ray_slope = diagnosis.ray_slope;
  result.ray_is_proof = diagnosis.ray_is_proof, result.diagnosis_seconds = diagnosis.diagnosis_seconds;
  if (hasPoint) {
    double sf = functions.objectiveScale;
    Vector c(shape.m);
    box.value(x, f); // a solver may have skipped what is defined
    functions.values(x.data(), f, c);
    box.gradient(x, g);
    result.objective = f / sf;
    std::copy(x.begin(), x.end(), result.x.begin());
    std::copy(c.begin(), c.end(), result.c.begin());
    priceRows(c, result);
    for (Index j = 0; j < shape.n; ++j) {
      bool isActive = x[j] == box.lower[j] || x[j] == box.upper[j];
      if (isActive)
        result.reduced_cost[size_t(j)] = g[j] / sf;
      else
        result.dual_infeasibility = std::max(result.dual_infeasibility, std::abs(g[j]) / sf);
    }
    for (const BoxProblem::Definition &d : box.definitions()) {
      result.dual[size_t(d.row)] = -box.y[d.row] / sf;
      result.primal_infeasibility =
          std::max(result.primal_infeasibility, std::abs(c[d.row] - shape.c_lower[d.row]));
    }
    if (isPresolved)
      presolve.restore(functions, result);
  }
  limits.addCosts(functions, result);
  result.seconds -= result.diagnosis_seconds;
  result.factorizations = factorizations;
  result.factor_seconds = factorSeconds, result.solve_seconds = solveSeconds;
  return result;
}

} // namespace costate::rt
