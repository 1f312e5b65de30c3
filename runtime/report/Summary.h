// A result in words.
#pragma once

#include "costate/rt/Result.h"

#include <string>

namespace costate::rt {

/// Status, reason, objective, residuals, counts and seconds of a solve, one per line, no newline at the end:
///
///   optimal: optimality error 2.5e-09 <= tol 1.0e-08
///   objective     17.0140173
///   residuals     rows 1.5e-12, dual 2.2e-10, complementarity 9.1e-09
///   iterations    8, with 9 values, 2 first and 9 second derivatives, 9 factorizations
///   seconds       0.001: evaluate 0.000, factor 0.000, solve 0.000, other 0.001
std::string summary(const Result &result);

/// The lines from the residuals on.
std::string costs(const Result &result);

} // namespace costate::rt
