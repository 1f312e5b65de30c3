// Copies of syntax, for what the check writes itself.
#pragma once

#include "frontend/syntax/Ast.h"

namespace costate::ast {

NodePtr copyOf(const Node &node);

} // namespace costate::ast
