// Preparation, stopping rules and report.
#include "runtime/solvers/BoxSolve.h"
#include "runtime/solvers/StandardForm.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace costate::rt {

Result BoxSolve::run(const std::function<Stop()> &iterate) {
  auto stop = prepare();
  return report(stop ? *stop : iterate());
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
  if (std::string sentence = box.read(); !sentence.empty())
    return Stop{Status::not_run, fmt::format("`{}` solves problems with bounds only, {}", name, sentence)};
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
  return std::nullopt;
}

std::optional<Stop> BoxSolve::shouldStop(IterationRow &row) {
  constexpr double unbounded = 1e20;
  double error = optimality(), size = x.size() ? x.lpNorm<Eigen::Infinity>() : 0;
  row.iteration = limits.iteration;
  row.objective = (f + fConstant) / functions.objectiveScale;
  row.dual_infeasibility = error;
  bool goesOn = limits.show(row);
  if (error <= limits.tol)
    return Stop{Status::optimal, fmt::format("{} {:.1e} <= tol {:.1e}", measureName, error, limits.tol)};
  if (row.objective < -unbounded)
    return Stop{Status::unbounded, fmt::format("objective {:.1e} < {:.0e}", row.objective, -unbounded)};
  if (size > unbounded)
    return Stop{Status::unbounded,
                fmt::format("the largest variable {:.1e} > {:.0e}: the iterates diverge", size, unbounded)};
  if (functions.wasInterrupted())
    return Stop{Status::interrupted,
                fmt::format("the functions asked to stop after {} iterations", limits.iteration)};
  return limits.check(goesOn, error);
}

Stop BoxSolve::stalled(const std::string &reason) const {
  double error = optimality();
  if (error <= limits.tol)
    return {Status::optimal, fmt::format("{} {:.1e} <= tol {:.1e}", measureName, error, limits.tol)};
  if (error <= acceptable_tol)
    return {Status::acceptable, fmt::format("{} {:.1e} <= acceptable_tol {:.1e}; {}", measureName, error,
                                            acceptable_tol, reason)};
  return {Status::stalled, fmt::format("{}, {} {:.1e} > tol {:.1e}", reason, measureName, error, limits.tol)};
}

Result BoxSolve::report(const Stop &stop) {
  const ProblemShape &shape = functions.shape();
  Result result = limits.atStart(stop, shape);
  if (hasPoint) {
    double sf = functions.objectiveScale;
    Vector c(shape.m);
    box.value(x, f); // a solver may have skipped what is defined
    functions.values(x.data(), f, c);
    box.gradient(x, g);
    result.objective = f / sf;
    std::copy(x.begin(), x.end(), result.x.begin());
    std::copy(c.begin(), c.end(), result.c.begin());
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
  result.factorizations = factorizations;
  result.factor_seconds = factorSeconds, result.solve_seconds = solveSeconds;
  return result;
}

} // namespace costate::rt
