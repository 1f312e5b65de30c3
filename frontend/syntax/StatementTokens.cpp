// One pass over the lexer's tokens with a stack of open brackets.
#include "frontend/syntax/StatementTokens.h"
#include "frontend/diagnose/SyntaxErrors.h"

#include "CostateParser.h"

#include <set>

namespace costate {

using grammar::CostateLexer;
using TokenPtr = std::unique_ptr<antlr4::Token>;

TokenPlaces::TokenPlaces(const Files &files, int file) : files(files), file(file) {
  const std::string &text = files[file].text;
  bool isAscii = true;
  for (char c : text)
    isAscii &= (c & 0x80) == 0;
  if (isAscii)
    return;
  for (size_t k = 0; k < text.size(); ++k)
    if ((text[k] & 0xC0) != 0x80)
      bytes.push_back(int32_t(k));
  bytes.push_back(int32_t(text.size()));
}

SourcePlace TokenPlaces::place(size_t begin, size_t end) const {
  auto byteOf = [&](size_t character) {
    return bytes.empty() ? int(character) : bytes[std::min(character, bytes.size() - 1)];
  };
  return files.place(file, byteOf(begin), byteOf(end));
}

namespace {

constexpr int nestingLimit = 500;

bool isOpening(size_t type) {
  return type == CostateLexer::LPAREN || type == CostateLexer::LBRACK || type == CostateLexer::LBRACE;
}
bool isClosing(size_t type) {
  return type == CostateLexer::RPAREN || type == CostateLexer::RBRACK || type == CostateLexer::RBRACE;
}
size_t closingOf(size_t type) {
  return type == CostateLexer::LPAREN   ? CostateLexer::RPAREN
         : type == CostateLexer::LBRACK ? CostateLexer::RBRACK
                                        : CostateLexer::RBRACE;
}

/// After one of these a statement goes on in the next line.
bool continuesLine(size_t type) {
  static const std::set<size_t> tokens{
      CostateLexer::PLUS,  CostateLexer::MINUS,  CostateLexer::STAR,     CostateLexer::SLASH, CostateLexer::BACKSLASH,
      CostateLexer::CARET, CostateLexer::DOTSTAR, CostateLexer::DOTSLASH, CostateLexer::DOTCARET, CostateLexer::LE,
      CostateLexer::GE,    CostateLexer::EQ,     CostateLexer::NE,       CostateLexer::LT,    CostateLexer::GT,
      CostateLexer::COMMA, CostateLexer::ASSIGN, CostateLexer::COLON,    CostateLexer::THEN,  CostateLexer::ELSE,
      CostateLexer::IN,    CostateLexer::WHERE,  CostateLexer::USING,    CostateLexer::AND,   CostateLexer::OR,
      CostateLexer::NOT,   CostateLexer::UNION,  CostateLexer::INTER,    CostateLexer::DIFF,  CostateLexer::CROSS,
      CostateLexer::DIV,   CostateLexer::MOD,    CostateLexer::TILDE};
  return tokens.count(type) > 0;
}

/// Reserved words that only begin statements: inside a bracket they show that it was left open.
bool beginsStatement(size_t type) {
  static const std::set<size_t> tokens{CostateLexer::SET,      CostateLexer::DATA,     CostateLexer::PARAM,
                                       CostateLexer::VAR,      CostateLexer::LET,      CostateLexer::PROBLEM,
                                       CostateLexer::MINIMIZE, CostateLexer::MAXIMIZE, CostateLexer::SUBJECT,
                                       CostateLexer::SOLVE,    CostateLexer::PRINT,    CostateLexer::IMPORT,
                                       CostateLexer::FUNCTION};
  return tokens.count(type) > 0;
}

bool endsOperand(size_t type) {
  return type == CostateLexer::NAME || type == CostateLexer::NUMBER || type == CostateLexer::STRING ||
         type == CostateLexer::TICK || type == CostateLexer::PI || type == CostateLexer::INF || isClosing(type) ||
         (type >= CostateLexer::TO && type <= CostateLexer::ARGMAX);
}

bool isReducer(size_t type) { return type >= CostateLexer::SUM && type <= CostateLexer::ARGMAX; }

class Cutter {
public:
  Cutter(const TokenPlaces &places, Diagnostics &diagnostics) : places(places), diagnostics(diagnostics) {}

  void take(TokenPtr token) {
    size_t type = token->getType();
    if (type == CostateLexer::NEWLINE || type == CostateLexer::SEMICOLON)
      return separator(std::move(token));
    if (beginsStatement(type) && atLineStart && insideExpression())
      leftOpen(*token);
    if (isClosing(type) && !close(*token)) {
      atLineStart = false;
      return;
    }
    checkToken(*token);
    countNesting(*token);
    if (isOpening(type))
      open.push_back({type, places.place(*token), type == CostateLexer::LBRACE && opensBlock()});
    sawAssign |= type == CostateLexer::ASSIGN && open.empty();
    last = type;
    lastEnd = token->getStopIndex();
    atLineStart = false;
    current.tokens.push_back(std::move(token));
  }

  std::vector<StatementTokens> finish() {
    if (!open.empty())
      report(errors::openBracket(open.back().place, bracket(open.back().type)));
    cut();
    return std::move(statements);
  }

private:
  struct Open {
    size_t type;
    SourcePlace place;
    bool isBlock;
  };

  static std::string bracket(size_t type) {
    return type == CostateLexer::LPAREN ? "(" : type == CostateLexer::LBRACK ? "[" : "{";
  }

  void report(Diagnostic diagnostic) {
    if (!current.isBroken)
      diagnostics.push_back(std::move(diagnostic));
    current.isBroken = true;
  }

  bool insideExpression() const { return !open.empty() && !open.back().isBlock; }

  /// `problem p {` opens a block; every other brace is a set.
  bool opensBlock() const {
    return !current.tokens.empty() && current.tokens[0]->getType() == CostateLexer::PROBLEM && open.empty() && !sawAssign;
  }

  void separator(TokenPtr token) {
    bool isNewline = token->getType() == CostateLexer::NEWLINE;
    atLineStart |= isNewline;
    if (current.tokens.empty())
      return;
    if (insideExpression()) {
      if (!isNewline)
        report(errors::separatorInside(places.place(*token), open.back().place, bracket(open.back().type)));
      return;
    }
    if (isNewline && (continuesLine(last) || isSubjectTo()))
      return;
    chain = openEnded = 0;
    if (open.empty())
      return cut();
    auto *end = dynamic_cast<antlr4::CommonToken *>(token.get());
    end->setType(grammar::CostateParser::END);
    last = CostateLexer::NEWLINE;
    current.tokens.push_back(std::move(token));
  }

  bool isSubjectTo() const {
    size_t n = current.tokens.size();
    return n >= 2 && current.tokens[n - 1]->getType() == CostateLexer::TO &&
           current.tokens[n - 2]->getType() == CostateLexer::SUBJECT;
  }

  /// A new statement begins inside a bracket: report the bracket and start afresh.
  void leftOpen(const antlr4::Token &token) {
    report(errors::openBracket(open.back().place, bracket(open.back().type)));
    while (insideExpression())
      open.pop_back();
    if (open.empty())
      cut();
  }

  bool close(const antlr4::Token &token) {
    if (open.empty()) {
      report(errors::strayBracket(places.place(token), token.getText()));
      return false;
    }
    if (closingOf(open.back().type) != token.getType()) {
      report(errors::wrongBracket(places.place(token), token.getText(), open.back().place, bracket(open.back().type)));
      return false;
    }
    open.pop_back();
    return true;
  }

  void checkToken(const antlr4::Token &token) {
    auto place = [&] { return places.place(token); };
    switch (token.getType()) {
    case CostateLexer::BAD_NUMBER:
      return report(errors::badNumber(place(), token.getText(), "0" + token.getText()));
    case CostateLexer::DOT:
      if (last == CostateLexer::NUMBER && lastEnd + 1 == token.getStartIndex())
        report(errors::badNumber(place(), current.tokens.back()->getText() + ".", current.tokens.back()->getText() + ".0"));
      return;
    case CostateLexer::OPEN_STRING:
      return report(errors::openString(place()));
    case CostateLexer::OPEN_COMMENT:
      return report(errors::openComment(place()));
    case CostateLexer::STRAY:
      return report(errors::strayCharacter(place(), token.getText()));
    default:
      return;
    }
  }

  /// Everything the parser recurses on: brackets, prefix operators and powers in a row, open-ended bodies.
  void countNesting(const antlr4::Token &token) {
    size_t type = token.getType();
    bool afterOperand = !current.tokens.empty() && endsOperand(last);
    if (type == CostateLexer::COMMA || isClosing(type))
      openEnded = 0;
    if (type == CostateLexer::IF || type == CostateLexer::ELSE || (isReducer(type) && !afterOperand))
      ++openEnded;
    bool chains = type == CostateLexer::NOT || type == CostateLexer::CARET || type == CostateLexer::DOT ||
                  type == CostateLexer::TICK || (type == CostateLexer::MINUS && !afterOperand) ||
                  (isOpening(type) && afterOperand);
    if (chains)
      ++chain;
    else if (!endsOperand(type) && !isOpening(type))
      chain = 0;
    if (int(open.size()) + 1 > nestingLimit || chain > nestingLimit || openEnded > nestingLimit)
      report(errors::nestingLimit(places.place(token), nestingLimit));
  }

  void cut() {
    if (!current.tokens.empty())
      statements.push_back(std::move(current));
    current = {};
    open.clear();
    sawAssign = false;
    chain = openEnded = 0;
    last = CostateLexer::NEWLINE;
  }

  const TokenPlaces &places;
  Diagnostics &diagnostics;
  std::vector<StatementTokens> statements;
  StatementTokens current;
  std::vector<Open> open;
  size_t last = CostateLexer::NEWLINE, lastEnd = 0;
  bool sawAssign = false, atLineStart = true;
  int chain = 0, openEnded = 0;
};

/// The first byte that is not UTF-8, or npos.
size_t invalidUtf8(const std::string &text) {
  for (size_t k = 0; k < text.size();) {
    unsigned char c = text[k];
    size_t length = c < 0x80 ? 1 : c >= 0xC2 && c < 0xE0 ? 2 : c >= 0xE0 && c < 0xF0 ? 3 : c >= 0xF0 && c < 0xF5 ? 4 : 0;
    if (length == 0 || k + length > text.size() || c == 0)
      return k;
    for (size_t j = 1; j < length; ++j)
      if ((text[k + j] & 0xC0) != 0x80)
        return k;
    unsigned char second = length > 1 ? text[k + 1] : 0;
    bool overlong = (c == 0xE0 && second < 0xA0) || (c == 0xF0 && second < 0x90);
    bool surrogate = c == 0xED && second >= 0xA0;
    if (overlong || surrogate || (c == 0xF4 && second >= 0x90))
      return k;
    k += length;
  }
  return std::string::npos;
}

} // namespace

CutFile::CutFile(const Files &files, int file, const TokenPlaces &places, Diagnostics &diagnostics) {
  const std::string &text = files[file].text;
  constexpr size_t sourceLimit = 4 << 20;
  if (text.size() > sourceLimit) {
    diagnostics.push_back(errors::sourceLimit(files.place(file, 0, 0), text.size(), sourceLimit));
    return;
  }
  if (size_t bad = invalidUtf8(text); bad != std::string::npos) {
    diagnostics.push_back(errors::badEncoding(files.place(file, int(bad), int(bad) + 1), (unsigned char)text[bad]));
    return;
  }
  input = std::make_unique<antlr4::ANTLRInputStream>(text);
  lexer = std::make_unique<CostateLexer>(input.get());
  lexer->removeErrorListeners();
  Cutter cutter(places, diagnostics);
  for (auto &token : lexer->getAllTokens())
    cutter.take(std::move(token));
  statements = cutter.finish();
}

} // namespace costate
