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
bool isSame(const Expr &a, const Expr &b);

} // namespace costate::sema
