// One pass over the lexer's tokens with a stack of blocks, each with a stack of open brackets.
#include "frontend/syntax/StatementTokens.h"
#include "frontend/diagnose/SyntaxErrors.h"
#include "frontend/syntax/Letters.h"
#include "frontend/syntax/SoftWords.h"

#include <algorithm>

namespace costate {

using L = grammar::CostateLexer;

TokenPlaces::TokenPlaces(const Files &files, int file) : files(files), file(file) {
  const std::string &text = files[file].text;
  if (files[file].continuations.empty())
    return;
  for (size_t k = text.starts_with("\xEF\xBB\xBF") ? 3 : 0; k < text.size(); ++k)
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

class Cutter {
public:
  Cutter(const TokenPlaces &places, Diagnostics &diagnostics) : places(places), diagnostics(diagnostics) {}

  void take(TokenPtr token) {
    size_t type = token->getType();
    if (insideComment)
      return;
    if (type == L::NEWLINE || type == L::SEMICOLON)
      return separator(*token);
    if (atLineStart && beginsStatement(type))
      leftOpen(type);
    atLineStart = false;
    checkToken(*token);
    if (isClosing(type))
      return close(std::move(token));
    count(*token);
    if (type == L::LBRACE && opensBlock())
      return openBlock(std::move(token));
    if (isOpening(type))
      top().open.push_back({type, token->getStartIndex(), top().ifs});
    top().current.tokens.push_back(std::move(token));
  }

  std::vector<StatementTokens> finish() {
    const TokenList &last = top().current.tokens;
    wantsMore |= levels.size() > 1 || !top().open.empty() || (!last.empty() && goesOn());
    if (!top().open.empty())
      report(errors::openBracket(placeOf(top().open.back()), bracketText(top().open.back().type)));
    else if (levels.size() > 1)
      diagnostics.push_back(errors::openBracket(top().brace, "{"));
    while (levels.size() > 1)
      closeBlock(nullptr);
    cut();
    return std::move(levels[0].done);
  }

  bool wantsMore = false;

private:
  struct Open {
    size_t type, at;
    int ifs; // open `if`s before it
  };

  /// The file, or a block that has been opened.
  struct Level {
    StatementTokens current;
    std::vector<StatementTokens> done;
    std::vector<Open> open;
    int ifs = 0;
    SourcePlace brace;
    bool isBody = false;      // the block of a function or loop
    bool isSwallowed = false; // the block of a statement that is not available yet
  };

  Level &top() { return levels.back(); }
  SourcePlace placeOf(const Open &open) const { return places.place(open.at, open.at + 1); }

  void report(Diagnostic diagnostic) {
    if (!top().current.isBroken && !top().isSwallowed)
      diagnostics.push_back(std::move(diagnostic));
    top().current.isBroken = true;
  }

  // ---- ends of statements ----

  bool goesOn() {
    const TokenList &tokens = top().current.tokens;
    size_t before = tokens.size() > 1 ? tokens[tokens.size() - 2]->getType() : antlr4::Token::EOF;
    return continuesLine(before, tokens.back()->getType());
  }

  void separator(const antlr4::Token &token) {
    bool isNewline = token.getType() == L::NEWLINE;
    atLineStart |= isNewline;
    if (top().current.tokens.empty())
      return;
    if (!top().open.empty()) {
      if (!isNewline)
        report(errors::separatorInside(places.place(token), placeOf(top().open.back()),
                                       bracketText(top().open.back().type)));
      return;
    }
    if (!isNewline || !goesOn())
      cut();
  }

  void cut() {
    StatementTokens &current = top().current;
    current.isLater = beginsLaterStatement(current.tokens);
    if (!current.isBroken)
      resolveWords(current.tokens, top().isBody);
    if (!current.tokens.empty())
      top().done.push_back(std::move(current));
    top().current = {};
    top().open.clear();
    top().ifs = 0;
  }

  /// A new statement begins inside a bracket, or a problem inside a problem: report what was left open, start
  /// afresh.
  void leftOpen(size_t type) {
    if (!top().open.empty()) {
      report(errors::openBracket(placeOf(top().open.back()), bracketText(top().open.back().type)));
      cut();
    } else if (type == L::PROBLEM && levels.size() > 1 && !top().isSwallowed) {
      diagnostics.push_back(errors::openBracket(top().brace, "{"));
      while (levels.size() > 1)
        closeBlock(nullptr);
      cut();
    }
  }

  // ---- brackets ----

  /// `problem p {`, `function f(x) {`, `method m(p: problem) {`, loops and `time {` open blocks, and every
  /// brace of a statement that is not available; else it is a set.
  bool opensBlock() {
    const TokenList &tokens = top().current.tokens;
    if (levels.size() > nestingLimit)
      return false;
    if (!top().open.empty() || tokens.empty())
      return top().isSwallowed && top().open.empty();
    if (top().isSwallowed || beginsLaterStatement(tokens))
      return true;
    if (tokens[0]->getType() == L::TIME)
      return tokens.size() == 1;
    if (beginsLoop(tokens) || seemsLoop(tokens))
      return endsHead(tokens);
    if (beginsMethod(tokens))
      return tokens.back()->getType() == L::RPAREN || isWord(tokens.back()->getType());
    return tokens[0]->getType() == L::PROBLEM || (tokens[0]->getType() == L::FUNCTION && !hasValue(tokens));
  }

  /// Whether a loop's condition or range is over; else a brace belongs to a set in it.
  static bool endsHead(const TokenList &tokens) {
    size_t last = tokens.back()->getType(), before = tokens[tokens.size() - 2]->getType();
    return isInfixWord(last) ? !endsOperand(before) : endsOperand(last) || isStatementWord(last);
  }

  /// Whether a function has been given by an expression: `function f(x) = {`.
  static bool hasValue(const TokenList &tokens) {
    int depth = 0;
    for (auto &token : tokens) {
      depth += isOpening(token->getType()) - isClosing(token->getType());
      if (depth == 0 && token->getType() == L::ASSIGN)
        return true;
    }
    return false;
  }

  void openBlock(TokenPtr token) {
    const TokenList &head = top().current.tokens; // empty inside of what is swallowed
    bool isSwallowed = top().isSwallowed || beginsLaterStatement(head);
    bool isBody = !head.empty() && (head[0]->getType() == L::FUNCTION || beginsLoop(head) ||
                                    seemsLoop(head) || beginsMethod(head));
    SourcePlace brace = places.place(*token);
    top().current.tokens.push_back(std::move(token));
    levels.emplace_back();
    top().brace = brace;
    top().isSwallowed = isSwallowed;
    top().isBody = isBody;
  }

  /// `brace` is null where the block was left open; its statement is broken then.
  void closeBlock(TokenPtr brace) {
    cut();
    std::vector<StatementTokens> body =
        top().isSwallowed ? std::vector<StatementTokens>() : std::move(top().done);
    levels.pop_back();
    top().current.body = std::move(body);
    if (brace)
      top().current.tokens.push_back(std::move(brace));
    else
      top().current.isBroken = true;
  }

  void close(TokenPtr token) {
    size_t type = token->getType();
    Level &level = top();
    if (level.open.empty() && type == L::RBRACE && levels.size() > 1)
      return closeBlock(std::move(token));
    if (level.open.empty()) {
      level.current.tokens.push_back(std::move(token)); // the report cuts off at its line
      return report(errors::strayBracket(places.place(*level.current.tokens.back()),
                                         level.current.tokens.back()->getText()));
    }
    if (closingOf(level.open.back().type) != type)
      return mismatch(std::move(token));
    level.ifs = level.open.back().ifs;
    level.open.pop_back();
    level.current.tokens.push_back(std::move(token));
  }

  /// Closes the bracket that fits, or the innermost one.
  void mismatch(TokenPtr token) {
    Level &level = top();
    report(errors::wrongBracket(places.place(*token), token->getText(), placeOf(level.open.back()),
                                bracketText(level.open.back().type)));
    auto fits = [&](const Open &open) { return closingOf(open.type) == token->getType(); };
    auto found = std::find_if(level.open.rbegin(), level.open.rend(), fits);
    if (found != level.open.rend()) {
      level.open.erase(found.base() - 1, level.open.end());
    } else if (token->getType() == L::RBRACE && levels.size() > 1) {
      level.open.clear();
      closeBlock(std::move(token));
    } else {
      level.open.pop_back();
    }
  }

  // ---- single tokens ----

  void checkToken(const antlr4::Token &token) {
    size_t type = token.getType();
    if (type == L::BAD_NUMBER)
      return report(errors::badNumber(places.place(token), token.getText(), "0" + token.getText()));
    if (type == L::STRING)
      return checkEscapes(token);
    if (type == L::OPEN_STRING)
      return report(errors::openString(places.place(token)));
    if (type == L::STRAY)
      return report(errors::strayCharacter(places.place(token), token.getText()));
    if (type == L::OPEN_COMMENT) {
      insideComment = wantsMore = true;
      diagnostics.push_back(errors::openComment(places.place(token)));
      top().current.isBroken = true;
    } else if (type == L::DOT || isWord(type)) {
      checkAfterNumber(token);
    }
  }

  /// `1.` and `3x`
  void checkAfterNumber(const antlr4::Token &token) {
    const TokenList &tokens = top().current.tokens;
    bool isNumber = !tokens.empty() &&
                    (tokens.back()->getType() == L::NUMBER || tokens.back()->getType() == L::IMAGINARY);
    bool touches = isNumber && tokens.back()->getStopIndex() + 1 == token.getStartIndex();
    if (!touches)
      return;
    std::string number = tokens.back()->getText(), text = token.getText();
    std::string instead = token.getType() == L::DOT ? number + ".0" : number + "*" + text;
    report(errors::badNumber(places.place(tokens.back()->getStartIndex(), token.getStopIndex() + 1),
                             number + text, instead));
  }

  void checkEscapes(const antlr4::Token &token) {
    std::u32string_view known = U"nt\"\\";
    size_t at = token.getStartIndex();
    std::string text = token.getText();
    for (size_t k = 0; k + 1 < text.size(); ++k) {
      at += (text[k] & 0xC0) != 0x80;
      if (text[k] != '\\')
        continue;
      char32_t escaped = firstCharacter(std::string_view(text).substr(k + 1));
      if (known.find(escaped) == known.npos)
        return report(errors::badEscape(places.place(at - 1, at + 1)));
      ++k, ++at;
    }
  }

  /// What the parser recurses on: brackets, blocks, and `if`s whose `else` has not come.
  void count(const antlr4::Token &token) {
    Level &level = top();
    level.ifs += token.getType() == L::IF;
    level.ifs -= token.getType() == L::ELSE && level.ifs > 0;
    if (int(levels.size() - 1 + level.open.size()) + level.ifs + isOpening(token.getType()) > nestingLimit)
      report(errors::nestingLimit(places.place(token), nestingLimit));
  }

  const TokenPlaces &places;
  Diagnostics &diagnostics;
  std::vector<Level> levels{1};
  bool atLineStart = true, insideComment = false;
};

} // namespace

CutFile::CutFile(const Files &files, int file, const TokenPlaces &places, Diagnostics &diagnostics) {
  const std::string &text = files[file].text;
  if (text.size() > sourceLimit) {
    diagnostics.push_back(errors::sourceLimit(files.place(file, 0, 0), text.size(), sourceLimit));
    return;
  }
  if (size_t bad = invalidUtf8(text); bad != std::string::npos) {
    diagnostics.push_back(
        errors::badEncoding(files.place(file, int(bad), int(bad) + 1), (unsigned char)text[bad]));
    return;
  }
  input = std::make_unique<antlr4::ANTLRInputStream>(text);
  lexer = std::make_unique<grammar::CostateLexer>(input.get());
  lexer->removeErrorListeners();
  Cutter cutter(places, diagnostics);
  for (auto &token : lexer->getAllTokens())
    cutter.take(std::move(token));
  statements = cutter.finish();
  isIncomplete = cutter.wantsMore;
}

} // namespace costate
