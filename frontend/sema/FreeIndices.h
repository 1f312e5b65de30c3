// The indices and placeholders that an expression or set mentions but does not bind.
#pragma once

#include "frontend/sema/Checked.h"

namespace costate::sema {

/// In order of appearance, each once.
using IndexList = std::vector<const Index *>;
using PlaceholderList = std::vector<const Let *>;

/// Through local lets, too: their values are computed where they are used.
IndexList freeIndices(const Expr &expr);
IndexList freeIndices(const SetExpr &set);
PlaceholderList freePlaceholders(const Expr &expr);
PlaceholderList freePlaceholders(const SetExpr &set);

/// The values that a computation is made of, those given from around it first.
std::vector<const Value *> partsOf(const Computation &computation);

/// Both of what a loop or derivative reads from around it, for its results.
void setCaptured(Computation &computation);

} // namespace costate::sema
