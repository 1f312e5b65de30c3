// Sets of tokens are named by what a reader would write there: an expression, a closing bracket, the end.
#include "frontend/syntax/Expected.h"
#include "frontend/diagnose/ModelErrors.h"
#include "frontend/diagnose/NearestName.h"
#include "frontend/diagnose/SyntaxErrors.h"

#include <fmt/format.h>

namespace costate {
namespace {

using P = grammar::CostateParser;

std::string describe(const antlr4::Token &token) {
  size_t type = token.getType();
  if (type == antlr4::Token::EOF)
    return "the end of the statement";
  std::string text = token.getText();
  constexpr size_t longest = 40;
  if (text.size() > longest) {
    size_t end = longest;
    while ((text[end] & 0xC0) == 0x80)
      --end;
    text = text.substr(0, end) + "...";
  }
  if (type == P::STRING)
    return fmt::format("the text `{}`", text);
  if (type == P::NUMBER)
    return fmt::format("the number `{}`", text);
  return isKeyword(type) ? fmt::format("the word `{}`", text) : fmt::format("`{}`", text);
}

class Wanted {
public:
  explicit Wanted(const ParseStop &stop) : stop(stop) {}

  bool has(size_t type) const { return stop.expected.contains(type); }
  bool expression() const { return has(P::NUMBER) && has(P::LPAREN) && has(P::NAME); }
  bool operators() const { return has(P::PLUS) && has(P::STAR); }
  bool end() const { return stop.expected.contains(ssize_t(antlr4::Token::EOF)); }
  bool closer() const { return has(P::RPAREN) || has(P::RBRACK) || has(P::RBRACE); }
  bool matchedValue() const { return has(P::NAME) && has(P::STRING) && has(P::ELSE) && !expression(); }
  bool statement() const { return has(P::PROBLEM) && has(P::VAR); }

  std::string words() const {
    if (statement())
      return "a statement";
    std::vector<std::string> list;
    if (matchedValue())
      return "a case, a text in double quotes, or `else`";
    if (expression())
      list.push_back("an expression");
    else if (has(P::NAME) || has(P::LABEL) || has(P::TARGET))
      list.push_back("a name");
    bool isClause = has(P::START) || has(P::DEFAULT);
    add(list, {{P::COMMA, "`,`"}, {P::RPAREN, "`)`"}, {P::RBRACK, "`]`"}, {P::RBRACE, "`}`"}});
    if (!expression())
      add(list, {{P::LBRACE, "`{`"},
                 {P::COLON, "`:`"},
                 {P::CASE_ARROW, "`=>`"},
                 {P::THEN, "`then`"},
                 {P::ELSE, "`else`"},
                 {P::TO, "`to`"},
                 {P::FOR, "`for`"},
                 {P::WHERE, "`where`"},
                 {P::USING, "`using`"},
                 {P::WHILE, "`while`"},
                 {P::COLLECT, "`collect`"},
                 {P::REPORT, "`report`"},
                 {P::FROM, "`from`"},
                 {P::DERIVATIVES, "`derivatives`"}});
    if (isClause || !operators())
      add(list, {{P::IN, "`in`"}, {P::ASSIGN, "`=`"}, {P::START, "`start`"}, {P::DEFAULT, "`default`"}});
    if (has(P::GE) && !operators() && isClause)
      list.push_back("a bound");
    if (has(P::LPAREN) && !operators() && !expression())
      list.push_back("`(`");
    if (has(P::LBRACK) && !operators() && !expression() && !isClause)
      list.push_back("`[`");
    if (has(P::STRING) && !expression() && list.empty() && !end())
      list.push_back("a text in double quotes");
    if (operators() && !closer())
      list.insert(list.begin(), "an operator");
    if (end() || list.empty())
      list.push_back("the end of the statement");
    return joined(list);
  }

private:
  void add(std::vector<std::string> &list, std::vector<std::pair<size_t, const char *>> named) const {
    for (auto &[type, text] : named)
      if (has(type))
        list.push_back(text);
  }

  static std::string joined(const std::vector<std::string> &list) {
    std::string text = list[0];
    for (size_t k = 1; k < list.size(); ++k)
      text += (k + 1 == list.size() ? " or " : ", ") + list[k];
    return text;
  }

  const ParseStop &stop;
};

/// The bracketed part that the parser was in: what its parts are called, and its opening bracket.
struct Enclosing {
  const char *part = "";
  antlr4::Token *bracket = nullptr;
};

Enclosing enclosing(antlr4::tree::ParseTree *context) {
  auto at = [](antlr4::tree::TerminalNode *bracket) { return bracket ? bracket->getSymbol() : nullptr; };
  for (; context; context = context->parent) {
    if (auto *c = dynamic_cast<P::CallSuffixContext *>(context))
      return {"the argument", at(c->LPAREN())};
    if (auto *c = dynamic_cast<P::IndexSuffixContext *>(context))
      return {"the index", at(c->LBRACK())};
    if (auto *c = dynamic_cast<P::ParenthesisContext *>(context))
      return {"the expression", at(c->LPAREN())};
    if (auto *c = dynamic_cast<P::BracesContext *>(context))
      return {"the element", at(c->LBRACE())};
    if (auto *c = dynamic_cast<P::BracketsContext *>(context))
      return {"the element", at(c->LBRACK())};
    if (auto *c = dynamic_cast<P::IndexingContext *>(context))
      return {"the index set", at(c->LBRACK())};
    if (auto *c = dynamic_cast<P::ReductionContext *>(context))
      return {"the index set", at(c->LPAREN())};
    if (auto *c = dynamic_cast<P::ExpectationContext *>(context))
      return {"the distribution", at(c->LPAREN())};
    if (auto *c = dynamic_cast<P::ParametersContext *>(context))
      return {"the parameter", at(c->LPAREN())};
  }
  return {};
}

std::string after(const ParseStop &stop, const Wanted &wanted, const Enclosing &around) {
  if (!stop.previous || wanted.statement())
    return "";
  bool afterOperand = endsOperand(stop.previous->getType());
  if (wanted.closer() && afterOperand && around.bracket)
    return fmt::format(" after {}", around.part);
  if (!afterOperand || wanted.expression())
    return fmt::format(" after `{}`", stop.previous->getText());
  return "";
}

std::string nearestStatement(const std::string &word) {
  static const std::vector<std::string> words{"set",      "data",     "param",   "var",   "let",   "problem",
                                              "minimize", "maximize", "subject", "solve", "print", "write",
                                              "assert",   "check",    "import",  "fix",   "drop",  "restore",
                                              "function", "record",   "enum"};
  return nearestName(word, words);
}

/// The reduction meant by `sun(i in I ...` before the stop; empty where there is none.
std::string nearestReducer(const ParseStop &stop) {
  static const std::vector<std::string> words{"sum", "prod", "min",    "max",    "mean",
                                              "any", "all",  "argmin", "argmax", "logsumexp"};
  for (size_t k = stop.token->getTokenIndex(); k-- > 1;) {
    auto type = [&](size_t at) { return stop.tokens->get(at)->getType(); };
    if (type(k) != P::LPAREN || type(k - 1) != P::NAME)
      continue;
    size_t pattern = k + 1, end = stop.tokens->size();
    if (pattern < end && type(pattern) == P::LPAREN) // a tuple of names
      while (pattern < end && type(pattern) != P::RPAREN)
        ++pattern;
    if (pattern + 1 < end && type(pattern + 1) == P::IN)
      return nearestName(stop.tokens->get(k - 1)->getText(), words);
  }
  return "";
}

std::string help(const ParseStop &stop, const Wanted &wanted) {
  size_t found = stop.token->getType(), before = stop.previous ? stop.previous->getType() : 0;
  if (wanted.statement() || (stop.token->getTokenIndex() == 1 && before == P::NAME && wanted.end())) {
    std::string word = stop.token->getTokenIndex() == 0 ? stop.token->getText() : stop.previous->getText();
    if (std::string nearest = nearestStatement(word); !nearest.empty())
      return fmt::format("write `{}`", nearest);
    if (stop.token->getTokenIndex() == 0 && continuesBefore(found))
      return fmt::format("to go on with the statement before, end its line with `{}`", stop.token->getText());
  }
  if (found == P::ASSIGN && wanted.has(P::START) && !wanted.has(P::DEFAULT))
    return "write `start` before a starting value, `==` before a fixed one";
  if (found == P::ASSIGN && wanted.operators())
    return "write `==` to compare";
  if (found == P::STAR && before == P::STAR)
    return "write `^` for a power";
  if (found == P::TICK && wanted.expression())
    return "put texts into double quotes";
  if (std::string nearest = nearestReducer(stop); !nearest.empty())
    return fmt::format("write `{}`", nearest);
  bool isFactor = (before == P::NUMBER || before == P::RPAREN) && (found == P::NAME || found == P::REDUCER);
  if (wanted.operators() && isFactor)
    return "write `*` between factors";
  bool beginsOther = found == P::LET || found == P::RETURN || found == P::PRINT || found == P::VAR;
  if (beginsOther && wanted.end())
    return "write `;` between two statements of a line";
  if (isKeyword(found) && wanted.has(P::NAME) && !wanted.expression())
    return "this word is reserved; choose another name";
  return "";
}

} // namespace

Diagnostic explain(const ParseStop &stop, const TokenPlaces &places) {
  Wanted wanted(stop);
  bool atEnd = stop.token->getType() == antlr4::Token::EOF;
  SourcePlace place = places.place(*stop.token);
  if (atEnd && stop.previous)
    place = places.place(stop.previous->getStopIndex() + 1, stop.previous->getStopIndex() + 1);
  size_t found = stop.token->getType(), before = stop.previous ? stop.previous->getType() : 0;
  Enclosing around = enclosing(stop.context);
  if (wanted.expression() && found == P::SOLVE)
    return errors::notAvailable(place, "`solve` inside an expression");
  if (wanted.expression() && before == P::CARET && found == P::REDUCER)
    return errors::reducedExponent(place, stop.token->getText());
  Diagnostic result = errors::syntax(place, wanted.words() + after(stop, wanted, around),
                                     describe(*stop.token), help(stop, wanted));
  if (around.bracket && wanted.closer() && places.place(*around.bracket).line != place.line)
    result.notes.push_back(
        {places.place(*around.bracket), fmt::format("`{}` was opened here", around.bracket->getText())});
  return result;
}

} // namespace costate
