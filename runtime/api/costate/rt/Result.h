// What a solve returns: a status with a reason, the point, the multipliers, and what it cost.
#pragma once

#include <string>
#include <vector>

namespace costate::rt {

enum class Status {
  not_run,    // the problem was refused: see the reason
  optimal,    // a first-order point to tol, in the user's units too
  acceptable, // the same to acceptable_tol only
  infeasible, // bounds or linear rows in one variable cross, or the violation is stationary and not zero
  unbounded,  // the objective or the variables diverge
  degenerate, // no multipliers exist at the limit, or no regularization helps
  iteration_limit,
  time_limit,
  stalled,          // no step improves the point
  evaluation_error, // functions or derivatives are not finite at the start or at an accepted point
  interrupted       // by the observer or the host
};

/// The spelling of a status in programs and messages: that of the enumerator.
const char *toString(Status status);

/// Multipliers are shadow prices, d(optimal objective)/d(bound), of the minimization: of an active lower
/// bound >= 0, of an active upper bound <= 0. At a first-order point  grad f(x) = sum_i dual_i grad c_i(x) +
/// reduced_cost. Residuals are maximum norms in the user's units.
struct Result {
  Status status = Status::not_run;
  std::string reason = "the problem was not solved"; // a sentence with the two numbers compared
  double objective = 0;                              // f(x)
  std::vector<double> x;                             // [n] within its bounds
  std::vector<double> c;                             // [m] rows
  std::vector<double> dual;                          // [m]
  std::vector<double> reduced_cost;                  // [n]
  int iterations = 0;                                // restoration included
  int value_evaluations = 0, first_evaluations = 0, second_evaluations = 0;
  int factorizations = 0;
  double seconds = 0; // in all, of which:
  double evaluate_seconds = 0, factor_seconds = 0, solve_seconds = 0;
  double primal_infeasibility = 0; // largest violation of a row's bounds
  double dual_infeasibility = 0;   // |grad f - sum dual grad c - reduced_cost|
  double complementarity = 0;      // largest product of a multiplier and its bound's distance
};

} // namespace costate::rt
