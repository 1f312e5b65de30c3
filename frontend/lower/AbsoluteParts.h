// Absolute values of linear functions that an objective is a sum of.
#pragma once

#include "frontend/sema/Checked.h"

#include <vector>

namespace costate::lower {

/// factors * |argument| for all rows of the sums around it.
struct AbsolutePart {
  /// What lies between the objective and the absolute value, outermost first: sums and means, uses of lets,
  /// and factors and divisors, which are data.
  struct Step {
    enum class Kind { Sum, Let, Factor, Divisor } kind;
    const sema::Expr *expr;
  };
  std::vector<Step> way;
  bool isNegative = false;
  const sema::Expr *call = nullptr; // abs(argument)
};

/// Those whose argument is linear in the variables, of an objective that reads these absolute values in no
/// other way. Nothing of `sampled` (may be null), a sum whose addends are taken by number.
std::vector<AbsolutePart> absoluteParts(const sema::Expr &objective, const sema::Expr *sampled);

} // namespace costate::lower
