// One pass from left to right; what stands before a word is decided when the word is.
#include "frontend/syntax/SoftWords.h"

#include <set>

namespace costate {
namespace {

using L = grammar::CostateLexer;

/// For each bracket the position of its partner; everything else: its own position.
std::vector<size_t> matchBrackets(const TokenList &tokens) {
  std::vector<size_t> match(tokens.size()), open;
  for (size_t k = 0; k < tokens.size(); ++k) {
    match[k] = k;
    size_t type = tokens[k]->getType();
    if (isOpening(type))
      open.push_back(k);
    if (isClosing(type) && !open.empty()) {
      match[k] = open.back();
      match[open.back()] = k;
      open.pop_back();
    }
  }
  return match;
}

class Resolver {
public:
  explicit Resolver(TokenList &tokens) : tokens(tokens), match(matchBrackets(tokens)) {}

  void run(bool isBody) {
    for (size_t k = 0; k < tokens.size(); ++k)
      if (!staysKeyword(k))
        setType(k, L::NAME);
    label();
    if (isBody)
      target();
  }

private:
  size_t type(size_t k) const { return k < tokens.size() ? tokens[k]->getType() : antlr4::Token::EOF; }
  bool isLoop() const { return type(0) == L::ITERATE || type(0) == L::SCAN; }
  void setType(size_t k, size_t type) { dynamic_cast<antlr4::WritableToken &>(*tokens[k]).setType(type); }

  bool staysKeyword(size_t k) {
    size_t word = type(k);
    if (!isKeyword(word))
      return true;
    if (k > 0 && type(k - 1) == L::DOT)
      return false;
    if (word == L::SOLVE)
      return k == 0 || !isCalled(k);
    if (word == L::REDUCER)
      return bindsIndices(k);
    if (word == L::EXPECT)
      return drawsNumbers(k);
    if (word == L::ITERATE || word == L::SCAN)
      return k == 0 && beginsLoop(tokens);
    if (word == L::RECORD || word == L::ENUM)
      return k == 0 && beginsType(word);
    if (word == L::MATCH)
      return beginsMatch(k);
    if (word == L::METHOD)
      return k == 0 && beginsMethod(tokens);
    if (word == L::DERIVATIVE)
      return k == 0 && type(1) == L::OF;
    if (word == L::OF || word == L::IS)
      return type(0) == L::DERIVATIVE && k == (word == L::OF ? 1 : 3);
    if (word == L::ROOT || word == L::FIXED)
      return k == 0 && isWord(type(1)) && type(2) == (word == L::ROOT ? L::COLON : L::ASSIGN);
    if (isStatementWord(word))
      return k == 0 && beginsCommand(word);
    if (word == L::WHILE)
      return (type(0) == L::ITERATE || type(0) == L::NAME) && type(1) == L::LPAREN && k == match[1] + 1;
    if (word == L::FROM)
      return (type(0) == L::ROOT || type(0) == L::FIXED) && k > 3 && followsOperand(k, word);
    if (word == L::COLLECT)
      return hasCollect = type(0) == L::SCAN && type(k - 1) == L::RBRACE;
    if (word == L::REPORT)
      return isLoop() && (type(k - 1) == L::RBRACE || (hasCollect && endsOperand(type(k - 1))));
    if (isInfixWord(word))
      return followsOperand(k, word);
    return true;
  }

  /// The function `solve(A, b)`, also as an argument; else the command.
  bool isCalled(size_t k) const {
    size_t next = type(k + 1);
    return next == L::LPAREN || next == L::COMMA || next == L::RPAREN;
  }

  /// `record Point(` or `record Net[`, `enum Mode =`
  bool beginsType(size_t word) const {
    bool isNamed = isWord(type(1)) && type(1) != L::IN && !isInfixWord(type(1));
    size_t next = type(2);
    return isNamed && (word == L::ENUM ? next == L::ASSIGN : next == L::LPAREN || next == L::LBRACK);
  }

  /// `match m {`, `match (m) {`
  bool beginsMatch(size_t k) const {
    size_t next = type(k + 1);
    if (next == L::LPAREN)
      return type(match[k + 1] + 1) == L::LBRACE;
    return next == L::NAME || isStatementWord(next);
  }

  /// `sum(i in` or `sum((i, j) in`; remembers the closing bracket, behind which the body stands.
  bool bindsIndices(size_t k) {
    if (type(k + 1) != L::LPAREN)
      return false;
    bool binds = type(match[k + 2 < tokens.size() ? k + 2 : k] + 1) == L::IN;
    if (binds)
      binderEnds.insert(match[k + 1]);
    return binds;
  }

  /// `expect(z ~` or `expect(z[i in I] ~`
  bool drawsNumbers(size_t k) {
    if (type(k + 1) != L::LPAREN || !isWord(type(k + 2)))
      return false;
    size_t next = type(k + 3) == L::LBRACK ? match[k + 3] + 1 : k + 3;
    if (type(next) == L::TILDE)
      binderEnds.insert(match[k + 1]);
    return type(next) == L::TILDE;
  }

  /// Not where what follows shows a name: `drop: x >= 1`, `check[i in I]: ...`, `time <= 3`.
  bool beginsCommand(size_t word) const {
    size_t next = type(1);
    bool takesValue = word == L::WRITE || word == L::ASSERT;
    if (next == L::MINUS)
      return takesValue;
    return !isOperator(next) && next != L::COLON && next != L::LBRACK && next != L::DOT &&
           next != L::ASSIGN && next != L::TICK && next != L::IN;
  }

  bool followsOperand(size_t k, size_t word) const {
    if (k == 0)
      return false;
    size_t before = type(k - 1);
    if (word == L::DERIVATIVES)
      return k == 1 && before == L::CHECK;
    if (word == L::TO && before == L::SUBJECT)
      return true;
    if ((word == L::DEFAULT || word == L::START) && before == L::DOTDOT)
      return true;
    return endsOperand(before) && !binderEnds.count(k - 1);
  }

  void label() {
    size_t at = type(0) == L::MINIMIZE || type(0) == L::MAXIMIZE ? 1 : type(0) == L::SUBJECT ? 2 : 0;
    bool isObjective = at == 1;
    if (type(at) != L::NAME)
      return;
    size_t next = at + 1;
    if (!isObjective && type(next) == L::LBRACK)
      next = match[next] + 1;
    if (type(next) == L::COLON)
      setType(at, L::LABEL);
  }

  /// `x = ...`, `x[i] = ...`
  void target() {
    size_t next = type(1) == L::LBRACK ? match[1] + 1 : 1;
    if (type(0) == L::NAME && type(next) == L::ASSIGN)
      setType(0, L::TARGET);
  }

  TokenList &tokens;
  std::vector<size_t> match;
  std::set<size_t> binderEnds;
  bool hasCollect = false;
};

} // namespace

void resolveWords(TokenList &tokens, bool isBody) { Resolver(tokens).run(isBody); }

bool beginsLoop(const TokenList &tokens) {
  auto type = [&](size_t k) { return k < tokens.size() ? tokens[k]->getType() : antlr4::Token::EOF; };
  if ((type(0) != L::ITERATE && type(0) != L::SCAN) || type(1) != L::LPAREN)
    return false;
  if (type(3) == L::ASSIGN)
    return true;
  size_t behind = 2, depth = 1;
  for (; behind < tokens.size() && depth > 0; ++behind)
    depth += isOpening(type(behind)) - isClosing(type(behind));
  return type(behind) == (type(0) == L::ITERATE ? L::WHILE : L::FOR);
}

bool seemsLoop(const TokenList &tokens) {
  auto type = [&](size_t k) { return k < tokens.size() ? tokens[k]->getType() : antlr4::Token::EOF; };
  if (type(0) != L::NAME || type(1) != L::LPAREN)
    return false;
  size_t behind = 2, depth = 1;
  for (; behind < tokens.size() && depth > 0; ++behind)
    depth += isOpening(type(behind)) - isClosing(type(behind));
  return type(behind) == L::WHILE || type(behind) == L::FOR;
}

bool beginsMethod(const TokenList &tokens) {
  auto type = [&](size_t k) { return k < tokens.size() ? tokens[k]->getType() : antlr4::Token::EOF; };
  bool isNamed = isWord(type(1)) && type(1) != L::IN && !isInfixWord(type(1));
  return type(0) == L::METHOD && (isNamed || (isWord(type(1)) && type(2) == L::LPAREN));
}

bool beginsLaterStatement(const TokenList &tokens) {
  static const std::set<std::string> declarations{
      "workflow", "experiment", "mesh", "space",    "state",  "lower", "sampler", "plot",    "time", "node",
      "test",     "weak",       "arm",  "feedback", "budget", "claim", "report",  "network", "type"};
  if (tokens.size() < 2)
    return false;
  std::string word = tokens[0]->getText();
  size_t next = tokens[1]->getType();
  if (!declarations.count(word) || (word == "time" && next == L::LBRACE))
    return false;
  bool infix = isInfixWord(next) && next != L::TO && next != L::START && next != L::DEFAULT;
  return (isWord(next) && next != L::IN && !infix) || next == L::STRING || next == L::LBRACE;
}

} // namespace costate
