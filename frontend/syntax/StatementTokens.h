// Tokens of one source text, cut into top-level statements. Decides which newlines end a statement, and finds what
// is wrong with single tokens and with nesting before the parser runs.
#pragma once

#include "frontend/syntax/Parse.h"

#include "CostateLexer.h"

namespace costate {

/// One top-level statement: its tokens (END for a newline or `;` that counts) and the brackets left open.
struct StatementTokens {
  std::vector<std::unique_ptr<antlr4::Token>> tokens;
  bool isBroken = false; // an error in it has been reported: do not parse it
};

/// Places of tokens: ANTLR counts characters, files count bytes.
class TokenPlaces {
public:
  TokenPlaces(const Files &files, int file);
  SourcePlace place(const antlr4::Token &token) const { return place(token.getStartIndex(), token.getStopIndex() + 1); }
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

private:
  std::unique_ptr<antlr4::ANTLRInputStream> input;
  std::unique_ptr<grammar::CostateLexer> lexer;
};

} // namespace costate
