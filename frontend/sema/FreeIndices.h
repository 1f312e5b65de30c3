// The indices an expression or set mentions but does not bind.
#pragma once

#include "frontend/sema/Checked.h"

namespace costate::sema {

/// In order of appearance, each once.
using IndexList = std::vector<const Index *>;

/// Through local lets, too: their values are computed where they are used.
IndexList freeIndices(const Expr &expr);
IndexList freeIndices(const SetExpr &set);

} // namespace costate::sema
