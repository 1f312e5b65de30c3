// Proofs, by form, that positions stay in ranges: integer expressions as sums of multiples of names.
#pragma once

#include "frontend/sema/Checked.h"

namespace costate::lower {

/// Ranges with equal bounds whatever the data. False is no proof of the contrary.
bool isSameRange(const sema::SetExpr &a, const sema::SetExpr &b);

/// A condition that holds, or does not, where a value is computed.
struct Assumption {
  const sema::Expr *condition = nullptr;
  bool holds = true;
};

/// Whether the value lies in the range for all values of the indices in it, given the assumptions.
bool staysWithin(const sema::Expr &value, const sema::SetExpr &range, const std::vector<Assumption> &assumed);

/// An entry of one array, at positions made of indices and numbers.
bool isView(const sema::Expr &value);

} // namespace costate::lower
