// The indices an expression or set mentions and does not bind itself.
#pragma once

#include "frontend/sema/Checked.h"

#include "llvm/ADT/SetVector.h"

namespace costate::lower {

using IndexSet = llvm::SetVector<const sema::Index *>;

IndexSet freeIndices(const sema::Expr &expr);
IndexSet freeIndices(const sema::SetExpr &set);

} // namespace costate::lower
