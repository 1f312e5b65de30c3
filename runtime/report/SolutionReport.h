// What holds a solution in place, in words.
#pragma once

#include "costate/rt/Abi.h"
#include "costate/rt/Result.h"
#include "runtime/report/Names.h"

#include <string>
#include <vector>

namespace costate::rt {

/// Active bounds and rows, the largest multipliers, and what is nearly degenerate: bounds and rows that are
/// active with a multiplier near zero or that are nearly active. At most `most` lines of each.
///
/// With the slack relative to max(1, |bound|) and the multiplier relative to max(1, the largest): active
/// where the slack is at most 1e-4 and the multiplier above that; nearly degenerate where both are at most
/// 1e-4, or the slack is at most 1e-2. An interior point method leaves slack * multiplier near 1e-9, so that
/// the smaller of the two is below 1e-4 unless both are near 3e-5.
std::vector<std::string> solutionReport(const costate_shape &shape, const Result &result, const Names &names,
                                        size_t most = 10);

} // namespace costate::rt
