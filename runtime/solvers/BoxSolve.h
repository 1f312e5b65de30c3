// A solve of a problem with bounds only, from beginning to end; the algorithm comes in as a function.
#pragma once

#include "costate/rt/Solve.h"
#include "runtime/problem/Presolve.h"
#include "runtime/solvers/BoxProblem.h"
#include "runtime/solvers/Limits.h"

#include <functional>

namespace costate::rt {

/// What solvers of problems with bounds share: presolve, start, stopping rules, report. The point is public:
/// the algorithm moves it.
class BoxSolve {
public:
  /// `Options` has tol, acceptable_tol, max_iter, time_limit and presolve.
  template <class Options>
  BoxSolve(const char *name, const costate_problem_v1 &problem, const costate_instance *instance,
           const costate_host *host, const Options &options, const Observer &observer, const WarmStart *warm)
      : name(name), acceptable_tol(options.acceptable_tol), usePresolve(options.presolve),
        limits(options, observer, host), functions(problem, instance), box(functions), problem(problem),
        instance(instance), warm(warm) {}

  /// Runs `iterate` from the start, where f and g are set.
  Result run(const std::function<Stop()> &iterate);

  /// The stopping rules that all share, at the point; shows the row to the observer.
  std::optional<Stop> shouldStop(IterationRow &row);
  /// Where no step improves the point: acceptable close to a solution.
  Stop stalled(const std::string &reason) const;
  double optimality() const { return measure ? measure() : box.optimality(x, g); }

  /// Replaces the projected gradient in the stopping rules.
  std::function<double()> measure;
  const char *measureName = "projected gradient";
  /// Linear rows that share no variable are no reason to refuse.
  bool takesRows = false;

  const char *name;
  double acceptable_tol;
  bool usePresolve;
  Limits limits;
  Functions functions;
  BoxProblem box;
  Vector x, g; // scaled gradient
  double f = 0;
  double fConstant = 0; // what an algorithm leaves out of f
  int factorizations = 0;
  double factorSeconds = 0, solveSeconds = 0;

private:
  std::optional<Stop> prepare();
  bool meetsUnscaled() const;
  bool fallsForEver(double size);
  void priceRows(const Vector &c, Result &result);
  Result report(const Stop &stop);

  const costate_problem_v1 &problem;
  const costate_instance *instance;
  const WarmStart *warm;
  Result diagnosis; // its ray, if any
  Presolve presolve;
  bool isPresolved = false, hasPoint = false, hasSearched = false;
};

} // namespace costate::rt
