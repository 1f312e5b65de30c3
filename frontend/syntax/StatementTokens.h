// Tokens of one source text, cut into statements. Decides which newlines end a statement, and finds what is
// wrong with single tokens, brackets and nesting before the parser runs.
#pragma once

#include "frontend/syntax/Parse.h"
#include "frontend/syntax/TokenClasses.h"

namespace costate {

/// Brackets, open `if`s, prefixes, suffixes and exponents that may enclose an expression.
constexpr int nestingLimit = 500;
/// Bytes of a source text.
constexpr size_t sourceLimit = 4 << 20;

/// One statement without newlines. The statements of a block (`problem p { ... }`) are in `body`, their
/// tokens are not in `tokens`.
struct StatementTokens {
  TokenList tokens;
  std::vector<StatementTokens> body;
  bool isBroken = false; // an error in it has been reported: do not parse it
  bool isLater = false;  // of a kind that is not available yet; `body` is empty
};

/// Places of tokens: ANTLR counts characters behind the byte order mark, files count bytes.
class TokenPlaces {
public:
  TokenPlaces(const Files &files, int file);
  SourcePlace place(const antlr4::Token &token) const {
    return place(token.getStartIndex(), token.getStopIndex() + 1);
  }
  SourcePlace place(size_t beginCharacter, size_t endCharacter) const;

private:
  const Files &files;
  int file;
  std::vector<int32_t> bytes; // of each character; empty where all are ASCII
};

/// The statements of a file. Tokens refer to the lexer and its input, which live here.
class CutFile {
public:
  CutFile(const Files &files, int file, const TokenPlaces &places, Diagnostics &diagnostics);
  std::vector<StatementTokens> statements;
  bool isIncomplete = false; // the text ends inside a bracket, a block, a comment or an expression

private:
  std::unique_ptr<antlr4::ANTLRInputStream> input;
  std::unique_ptr<grammar::CostateLexer> lexer;
};

} // namespace costate
