// ANTLR's tree => syntax tree. The tree is correct when this runs: nothing is reported here.
#pragma once

#include "frontend/syntax/StatementTokens.h"

#include "CostateParser.h"

namespace costate {

ast::StatementPtr buildAst(grammar::CostateParser::ItemContext *item, const TokenPlaces &places, const Files &files);

} // namespace costate
