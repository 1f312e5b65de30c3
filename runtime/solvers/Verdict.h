// Whether a convex quadratic problem that finds no solution is infeasible or unbounded.
#pragma once

#include "runtime/solvers/Limits.h"
#include "runtime/solvers/StandardForm.h"

namespace costate::rt {

/// Two linear programs decide, both feasible and bounded whatever the problem is:
///
///   least sum of violations   min 1'p + 1'q,  c_lower <= J x + b + p - q <= c_upper,  p, q >= 0,  bounds on
///   x steepest ray              min g'd,  H d = 0,  J d and d keep to the sides that have bounds,  |d_j| <=
///   1
///
/// A violation above `allowed` that remains: infeasible, and `x` is the point where it is least. A ray along
/// which the objective falls, where a point is feasible: unbounded, and `ray` is the ray. Else nothing.
struct Verdict {
  std::optional<Stop> stop;
  std::vector<double> x, ray; // [n]
};
Verdict verdictOf(StandardForm &problem, const Iterate &at, double allowed, const costate_host *host);

/// solve() by the interior point method for problems that have a solution: asks for no verdict.
Result solveFeasible(const costate_problem_v1 &problem, const costate_instance *instance,
                     const costate_host *host);

} // namespace costate::rt
