// Solving a bound problem.
#pragma once

#include "costate/rt/Abi.h"
#include "costate/rt/Observer.h"
#include "costate/rt/Options.h"
#include "costate/rt/Result.h"

namespace costate::rt {

/// A primal-dual point to start from, in the conventions of Result.
struct WarmStart {
  std::vector<double> x, dual, reduced_cost;
};

/// min f(x) subject to c_lower <= c(x) <= c_upper, x_lower <= x <= x_upper, by the primal-dual interior point method
/// with filter line search of [WB06], with exact Hessians.
///
/// Numerical trouble is a status, never an exception; x is the best point found. Reentrant: no static state.
/// Cost per iteration: one evaluation of f, c, g, J, H, one sparse LDL' of order n + m, a few solves.
Result solve(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
             const InteriorPointOptions &options, const Observer &observer, const WarmStart *warm = nullptr);

/// One row per solver that `using` may name.
struct SolverRow {
  const char *name;
  const char *method;
  /// The sentence that refuses an option's value, or empty.
  std::string (*check)(const std::string &option, double value);
  /// One line per option: name, default, range, meaning.
  std::string (*help)();
};
const std::vector<SolverRow> &solvers();

} // namespace costate::rt
