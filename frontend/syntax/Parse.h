// Source text => statements. One syntax error per statement; what parses is returned, what does not is
// reported.
#pragma once

#include "frontend/syntax/Ast.h"

#include <set>

namespace costate {

using Diagnostics = std::vector<Diagnostic>;

/// What a text holds. A problem of which some statements do not parse is here with the others.
struct ParsedFile {
  std::vector<ast::StatementPtr> statements;
  /// Names that statements with errors declare: not finding them later has been reported already.
  std::set<std::string> brokenNames;
};

/// Statements of `file`, in order. Limits: 4 MB of text, 500 levels of nesting. Linear in the text.
ParsedFile parseFile(const Files &files, int file, Diagnostics &diagnostics);

/// The statements alone.
std::vector<ast::StatementPtr> parse(const Files &files, int file, Diagnostics &diagnostics);

/// Whether `text`, typed so far, ends inside a bracket, a block, a comment or behind an operator, so that the
/// next line belongs to it. False where it can only be an error.
bool isIncomplete(const std::string &text);

/// An indented tree, one node a line, for `costate emit --stage=ast`.
std::string printAst(const std::vector<ast::StatementPtr> &statements);

} // namespace costate
