// What the parser wanted, in the reader's words.
#pragma once

#include "frontend/syntax/StatementTokens.h"

#include "CostateParser.h"

namespace costate {

/// Where and why the parser stopped.
struct ParseStop {
  antlr4::Token *token = nullptr;    // the first that does not fit; EOF: the end of the statement
  antlr4::Token *previous = nullptr; // the one before it, or null
  antlr4::misc::IntervalSet expected;
  antlr4::ParserRuleContext *context = nullptr; // the rule it was in
  antlr4::TokenStream *tokens = nullptr;        // of the statement
};

/// One error for one stop: `expected ... after ..., found ...`, with a note at a bracket opened in another
/// line.
Diagnostic explain(const ParseStop &stop, const TokenPlaces &places);

} // namespace costate
