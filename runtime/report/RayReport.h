// Why a problem is unbounded, in words.
#pragma once

#include "costate/rt/Result.h"
#include "runtime/report/Names.h"

#include <string>
#include <vector>

namespace costate::rt {

/// The ray of an unbounded result, its largest components a line each, at most `most` of them:
///
///   along this ray the objective falls by 2 per unit and all rows and bounds hold for ever, which proves it:
///     `x[1]` 1 (model.opt:2:7)
///     `x[2]` 1 (model.opt:2:7)
std::vector<std::string> rayReport(const Result &result, const Names &names, size_t most = 10);

} // namespace costate::rt
