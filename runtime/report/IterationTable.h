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

/// The columns of first-order methods:
///   step  steps taken; objective, or that of a batch; |pg|  projected gradient as measured last; |d|  step;
///   rate; ms  of the step; monitor  as measured last
std::string stepHeader(bool isMonitored);
std::string stepLine(const IterationRow &row);
/// Whether that row is shown: of many ever fewer (1, 2, ..., 10, 20, ..., 100, 200, ...), and the last of
/// those that were asked for.
bool isStepShown(const IterationRow &row);

} // namespace costate::rt
