// Source text => statements. One syntax error per statement; what parses is returned, what does not is reported.
#pragma once

#include "frontend/syntax/Ast.h"

namespace costate {

using Diagnostics = std::vector<Diagnostic>;

/// Statements of `file`, in order. Limits: 4 MB of text, 500 levels of nesting. Linear in the text.
std::vector<ast::StatementPtr> parse(const Files &files, int file, Diagnostics &diagnostics);

/// An indented tree, one node a line, for `costate emit --stage=ast`.
std::string printAst(const std::vector<ast::StatementPtr> &statements);

} // namespace costate
