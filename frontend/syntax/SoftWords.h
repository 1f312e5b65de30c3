// Words that are keywords only in their place: decides each by its neighbours, so that the parser needs no
// look-ahead.
#pragma once

#include "frontend/syntax/TokenClasses.h"

namespace costate {

/// Sets the types of the tokens of one statement (brackets balanced):
///   contextual words that stand where a name must stand => NAME, e.g. both in `var start start 1` but the
///   second, `sum min max ...` without a binder `(i in I)` behind them => NAME (a call), the name before the
///   `:` of a row or an objective => LABEL, any word after `.` => NAME, `x` of `x = ...` in the braces of a
///   function or loop (`isBody`) => TARGET.
/// O(tokens).
void resolveWords(TokenList &tokens, bool isBody);

/// Whether the statement is `iterate (...) while ...` or `scan (...) for ...`, as far as it has been read.
bool beginsLoop(const TokenList &tokens);

/// The same with another word at the beginning, which no statement has.
bool seemsLoop(const TokenList &tokens);

/// Whether the statement is `method name ...`, as far as it has been read.
bool beginsMethod(const TokenList &tokens);

/// Whether the statement is of a kind that the language has and this version does not, e.g. `function`.
bool beginsLaterStatement(const TokenList &tokens);

} // namespace costate
