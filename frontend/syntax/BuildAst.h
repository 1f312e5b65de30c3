// ANTLR's trees of statements => syntax tree. Reports what the grammar lets pass: repeated clauses, odd
// patterns and intervals, expressions nested too deep.
#pragma once

#include "frontend/syntax/BuildExpressions.h"

namespace costate {

/// Null where something is reported, and for a bare `subject to`.
ast::StatementPtr buildAst(grammar::CostateParser::TopStatementContext *context,
                           ExpressionBuilder &expressions);
ast::StatementPtr buildAst(grammar::CostateParser::InnerStatementContext *context,
                           ExpressionBuilder &expressions);

} // namespace costate
