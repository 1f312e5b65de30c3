// What a solve returns: a status with a reason, the point, the multipliers, and what it cost.
#pragma once

#include <cstdint>
#include <optional>
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
  completed,  // the steps that were asked for are taken: x is the best point of them
  iteration_limit,
  time_limit,
  stalled,          // no step improves the point
  evaluation_error, // functions or derivatives are not finite at the start or at an accepted point
  interrupted       // by the observer or the host
};

/// The spelling of a status in programs and messages: that of the enumerator.
const char *toString(Status status);

/// A bound of a row or of a variable that is in the way where a problem is infeasible.
struct Conflict {
  int64_t row = -1, variable = -1; // the one that has the bound; -1 for the other
  bool is_lower = false;
  double bound = 0;
  double value = 0;     // of the row or variable where the violation is least
  double violation = 0; // by which the value is outside; of variables 0
  /// By how much the least violation, summed over the rows, falls per unit by which the bound gives way; the
  /// largest of the list is 1.
  double multiplier = 0;
};

/// Where all rows of the conflicts are linear: their sum, each times its multiplier, must be at least
/// `needed`, and within the bounds of the variables it is at most `possible`, which is less.
struct Contradiction {
  double needed = 0, possible = 0;
};

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

  /// Where `infeasible`: rows and bounds that contradict each other (all of the problem's, or near the point
  /// where the violation is least), the most important first.
  std::vector<Conflict> conflicts;
  bool is_irreducible = false; // without any one of the rows in `conflicts` the others can be met
  std::optional<Contradiction> contradiction;
  /// Where `unbounded`: the direction [n] in which the iterates diverge, largest component 1, the slope of
  /// the objective along it, and whether it is a proof: rows are linear, from any feasible point on all of
  /// them and all bounds hold for ever along it, and the objective falls at that rate.
  std::vector<double> ray;
  double ray_slope = 0;
  bool ray_is_proof = false;
  double diagnosis_seconds = 0; // that conflicts and rays took, not part of `seconds`
};

} // namespace costate::rt
