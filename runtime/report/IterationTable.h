// Iterations as lines of a table, 100 characters wide.
#pragma once

#include "costate/rt/Observer.h"

#include <string>

namespace costate::rt {

/// The columns' names:
///   iter  iteration; inf_pr, inf_du  infeasibilities; lg(mu)  log10 of the barrier parameter; |d|  step;
///   lg(rg)  log10 of the regularization, - for none; alpha_d, alpha_p  step lengths, with the kind of step;
///   ls  trials
std::string iterationHeader();

/// One row, without a newline.
std::string iterationLine(const IterationRow &row);

} // namespace costate::rt
