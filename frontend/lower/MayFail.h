// Which expressions can be an error when data arrives: a missing element, a missing value, a division by
// zero.
#pragma once

#include "frontend/sema/Checked.h"

namespace costate::lower {

/// Whether evaluating the expression for some row can be an error. Conservative: false is a proof. What may
/// fail is evaluated only where it is needed. Cost: linear in the expression.
bool mayFail(const sema::Expr &expr);

/// Sets with equal elements in one order whatever the data. False is no proof of the contrary.
bool isSameSet(const sema::SetExpr *a, const sema::SetExpr *b);

/// Whether the arguments lie in the family's domain whatever the data.
bool isWithinDomain(const sema::Family &family, const std::vector<sema::ExprPtr> &args);

} // namespace costate::lower
