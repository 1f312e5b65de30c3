// What a solve returns: a status with a reason, the point, the multipliers, and what it cost.
#pragma once

#include <string>
#include <vector>

namespace costate::rt {

enum class Status {
  not_run, optimal, acceptable, infeasible, unbounded, degenerate, iteration_limit, time_limit, stalled,
  evaluation_error, interrupted
};

/// The spelling of a status in programs and messages.
const char *toString(Status status);

struct Result {
  Status status = Status::not_run;
  std::string reason = "the problem was not solved"; // a sentence with the two numbers compared
  double objective = 0;            // of the minimization
  std::vector<double> x;           // [n]
  std::vector<double> c;           // [m] constraint values
  std::vector<double> dual;        // [m] d optimal objective / d bound of the row; >= 0 for an active lower bound
  std::vector<double> reduced_cost; // [n] the same for bounds of variables
  int iterations = 0;
  int value_evaluations = 0, first_evaluations = 0, second_evaluations = 0;
  double seconds = 0, evaluate_seconds = 0, factor_seconds = 0; // factor: with solves
  double primal_infeasibility = 0, dual_infeasibility = 0, complementarity = 0; // unscaled, maximum norm
};

} // namespace costate::rt
