// Expressions of integers that the check makes itself: sizes and positions.
#pragma once

#include "frontend/sema/Checked.h"

namespace costate::sema {

ExprPtr integerNumber(int64_t value, SourcePlace place);
ExprPtr indexRef(Index &index, SourcePlace place);
ExprPtr binary(const char *op, ExprPtr left, ExprPtr right);
/// Whether it is written as this number.
bool isLiteral(const Expr &e, int64_t value);
/// Null where the expression has parts that belong to one place: indices, sets.
ExprPtr copyOf(const Expr &e);
/// A product, at once where both are written.
ExprPtr productOf(ExprPtr left, ExprPtr right);
/// The number or parameter that a local integer only names, so that sizes are compared where they are
/// written; null for others.
ExprPtr writtenInteger(const Let &let, SourcePlace place);
/// The same, else the local.
ExprPtr valueOf(const Let &size);
bool isSame(const Expr &a, const Expr &b);

} // namespace costate::sema
