// Absolute values of linear functions that an objective or a constraint's body is a sum of.
#pragma once

#include "frontend/lower/SumParts.h"

namespace costate::lower {

/// Calls of abs whose argument is linear in the variables, of an expression that reads these absolute values
/// in no other way. Nothing of `sampled` (may be null), a sum whose addends are taken by number.
std::vector<SumPart> absoluteParts(const sema::Expr &whole, const sema::Expr *sampled);

} // namespace costate::lower
