// Limits in a fixed order: the user's wish first.
#include "runtime/solvers/Limits.h"

#include <fmt/format.h>

namespace costate::rt {

std::optional<Stop> Limits::check(bool goesOn, double error) const {
  if (!goesOn)
    return Stop{Status::interrupted, fmt::format("the observer stopped after {} iterations", iteration)};
  if (host && host->cancel && *host->cancel)
    return Stop{Status::interrupted, fmt::format("cancelled after {} iterations", iteration)};
  if (iteration >= max_iter)
    return Stop{Status::iteration_limit,
                fmt::format("{} iterations >= max_iter {}, optimality error {:.1e} > tol {:.1e}", iteration,
                            max_iter, error, tol)};
  if (double seconds = Timer::since(began); seconds >= time_limit)
    return Stop{Status::time_limit,
                fmt::format("{:.3g} s >= time_limit {:.3g} s, optimality error {:.1e} > tol {:.1e}", seconds,
                            time_limit, error, tol)};
  return std::nullopt;
}

Result Limits::atStart(const Stop &stop, const ProblemShape &shape) const {
  Result result;
  result.status = stop.status;
  result.reason = stop.reason;
  result.x.assign(shape.x_start, shape.x_start + shape.n);
  result.reduced_cost.assign(size_t(shape.n), 0);
  result.c.assign(size_t(shape.m), 0);
  result.dual.assign(size_t(shape.m), 0);
  result.iterations = iteration;
  return result;
}

void Limits::addCosts(const Functions &functions, Result &result) const {
  result.value_evaluations = functions.valueCount;
  result.first_evaluations = functions.firstCount;
  result.second_evaluations = functions.secondCount;
  result.seconds = Timer::since(began);
  result.evaluate_seconds = functions.seconds;
}

} // namespace costate::rt
