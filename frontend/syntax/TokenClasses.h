// Questions about kinds of tokens that the token source and the error messages share.
#pragma once

#include "CostateLexer.h"

namespace costate {

using TokenPtr = std::unique_ptr<antlr4::Token>;
using TokenList = std::vector<TokenPtr>;

bool isOpening(size_t type);
bool isClosing(size_t type);
/// `)` for `(` ...
size_t closingOf(size_t type);
/// "(" ... as written
const char *bracketText(size_t type);

/// A keyword, reserved or contextual.
bool isKeyword(size_t type);
/// A keyword or a name.
bool isWord(size_t type);
/// Whether a line that begins with it was meant to go on with the one before.
bool continuesBefore(size_t type);
/// A reserved word that only begins statements: in a new line inside a bracket it shows that the bracket was
/// left open.
bool beginsStatement(size_t type);
/// After it an operator may follow, not an operand.
bool endsOperand(size_t type);
/// `to start default using union ...`: keywords only after an operand.
bool isInfixWord(size_t type);
/// `write assert check fix ...`: keywords only at the beginning of a statement.
bool isStatementWord(size_t type);
/// An operator between operands, relations and set operators included; no words.
bool isOperator(size_t type);

/// After this token (the last of a line, `before` the one before it) a statement goes on in the next line.
bool continuesLine(size_t before, size_t last);

} // namespace costate
