// The rows that cannot be met, in words.
#pragma once

#include "costate/rt/Result.h"
#include "runtime/report/Names.h"

#include <string>
#include <vector>

namespace costate::rt {

/// The conflicts of an infeasible result, a line each, at most `most` of them and a line for the others; none
/// where the reason of the result names all of them:
///
///   1 row and 2 bounds contradict each other, none superfluous; times their multipliers they add up to 4 <=
///   2:
///     `plane` >= 4 is 2: 2 too little, multiplier 1 (model.opt:9:5)
///     `x` <= 1, multiplier 1 (model.opt:2:7)
///     `y` <= 1, multiplier 1 (model.opt:3:7)
std::vector<std::string> conflictReport(const Result &result, const Names &names, size_t most = 10);

} // namespace costate::rt
