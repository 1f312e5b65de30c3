// The addends that an objective or the body of a constraint is a sum of.
#pragma once

#include "frontend/sema/Checked.h"

#include <functional>
#include <vector>

namespace costate::lower {

/// factors * addend, or its negative, for all rows of the sums around it.
struct SumPart {
  /// What lies between the whole and the addend, outermost first: sums and means, uses of lets, and factors
  /// and divisors, which are data.
  struct Step {
    enum class Kind { Sum, Let, Factor, Divisor } kind;
    const sema::Expr *expr;
  };
  std::vector<Step> way;
  bool isNegative = false;
  const sema::Expr *addend = nullptr;
};

/// What adds up to the whole, less what is data; ends at expressions of which `isWhole` holds. None where
/// there are more than 64: each becomes a family.
std::vector<SumPart> sumParts(const sema::Expr &whole,
                              const std::function<bool(const sema::Expr &)> &isWhole = {});

/// What a let stands for, where the expression names one; else null.
const sema::Let *letOf(const sema::Expr &expr);

/// r and n with expr = (r^n)^2; null where there are none.
std::pair<const sema::Expr *, int64_t> squareRoot(const sema::Expr &expr);

} // namespace costate::lower
