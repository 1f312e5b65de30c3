// What keeps a solve from its tolerance: where the residuals are, and rows and variables of extreme size.
#pragma once

#include "costate/rt/Abi.h"
#include "costate/rt/Result.h"
#include "runtime/report/Names.h"

#include <string>
#include <vector>

namespace costate::rt {

/// The rows and variables that limit a solve at the point of its result, a line each:
///
///   at the last point:
///     rows are violated by 0.02 at most, at `balance[3]` (model.opt:9:5)
///     the dual residual is 4.1 at most, at `x[7]` (model.opt:3:7)
///     `energy` has derivatives up to 4.2e+08: divide the row by 1e+08 (model.opt:11:5)
///     derivatives by `t` are at most 2e-06 of the largest in their rows: count it in units of 1e+06
///     (model.opt:4:7) `balance[3]` has the multiplier 7e+09 (model.opt:9:5)
///
/// Extreme is a size above 1e4 and, of the largest derivative of a row or by a variable, below 1e-4; the most
/// extreme of each kind come first, at most `most` of them. `all`: also the ranges of sizes. Empty where
/// there is nothing to say or where the derivatives are not finite. Costs two evaluations of first
/// derivatives.
std::vector<std::string> scalingReport(const costate_problem_v1 &problem, const costate_instance *instance,
                                       const Result &result, const Names &names, bool all, size_t most = 3);

} // namespace costate::rt
