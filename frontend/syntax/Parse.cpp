// Runs ANTLR's parser on one statement at a time and says in words what it could not read.
#include "frontend/syntax/Parse.h"
#include "frontend/diagnose/ModelErrors.h"
#include "frontend/diagnose/SyntaxErrors.h"
#include "frontend/syntax/BuildAst.h"

#include <fmt/format.h>

#include <map>

namespace costate {
namespace {

using grammar::CostateLexer;
using P = grammar::CostateParser;

/// Statements of the language that this version does not build; what begins like one is named, not misread.
const std::set<std::string> &laterStatements() {
  static const std::set<std::string> words{"function", "workflow", "method",  "experiment", "mesh",  "space",
                                           "state",    "lower",    "root",    "fixed",      "sampler", "record",
                                           "enum",     "plot",     "time",    "fix",        "drop",  "restore"};
  return words;
}

std::string describe(const antlr4::Token &token) {
  switch (token.getType()) {
  case antlr4::Token::EOF:
    return "the end of the file";
  case P::END:
    return "the end of the line";
  case P::NUMBER:
    return fmt::format("number `{}`", token.getText());
  case P::STRING:
    return fmt::format("text {}", token.getText());
  default:
    return fmt::format("`{}`", token.getText());
  }
}

/// What would have been right, in the reader's words: closers and separators by name, the rest by kind.
std::string describeExpected(const antlr4::misc::IntervalSet &expected) {
  std::vector<std::string> words;
  bool expression = expected.contains(size_t(P::NUMBER)) && expected.contains(size_t(P::LPAREN));
  static const std::vector<std::pair<size_t, const char *>> named{
      {P::RPAREN, "`)`"}, {P::RBRACK, "`]`"}, {P::RBRACE, "`}`"}, {P::COMMA, "`,`"},   {P::COLON, "`:`"},
      {P::ASSIGN, "`=`"}, {P::THEN, "`then`"}, {P::ELSE, "`else`"}, {P::IN, "`in`"},   {P::TO, "`to`"},
      {P::LBRACE, "`{`"}, {P::FOR, "`for`"}, {P::DERIVATIVES, "`derivatives`"}};
  if (expression)
    words.push_back("an expression");
  else if (expected.contains(size_t(P::NAME)))
    words.push_back("a name");
  for (auto &[type, text] : named)
    if (expected.contains(type) && !(type >= P::TO && expected.contains(size_t(P::NAME))))
      words.push_back(text);
  bool operators = expected.contains(size_t(P::PLUS)) && expected.contains(size_t(P::STAR));
  if (operators && !expression)
    words.insert(words.begin(), "an operator");
  if (expected.contains(size_t(P::STRING)) && !expression && words.empty())
    words.push_back("a text in quotes");
  if (words.empty() || expected.contains(size_t(P::END)))
    words.push_back("the end of the statement");
  if (words.size() > 4)
    words.resize(4);
  std::string text = words[0];
  for (size_t k = 1; k < words.size(); ++k)
    text += (k + 1 == words.size() ? " or " : ", ") + words[k];
  return text;
}

/// Stops at the first error of a statement and keeps it.
class FirstError : public antlr4::BaseErrorListener {
public:
  bool found = false;
  antlr4::Token *token = nullptr;
  antlr4::misc::IntervalSet expected;

  void syntaxError(antlr4::Recognizer *recognizer, antlr4::Token *offending, size_t, size_t, const std::string &,
                   std::exception_ptr) override {
    if (found)
      return;
    found = true;
    token = offending;
    expected = dynamic_cast<antlr4::Parser *>(recognizer)->getExpectedTokens();
  }
};

class StatementParser {
public:
  StatementParser(const Files &files, const TokenPlaces &places, Diagnostics &diagnostics)
      : files(files), places(places), diagnostics(diagnostics) {}

  ast::StatementPtr parse(StatementTokens statement) {
    if (statement.isBroken || isLater(statement) || statement.tokens.empty())
      return nullptr;
    SourcePlace end = afterLast(statement);
    antlr4::ListTokenSource source(std::move(statement.tokens));
    antlr4::CommonTokenStream stream(&source);
    P parser(&stream);
    FirstError first;
    parser.removeErrorListeners();
    parser.addErrorListener(&first);
    P::StatementContext *tree = parser.statement();
    if (!first.found)
      return buildAst(tree->item(), places, files);
    bool atEnd = first.token->getType() == antlr4::Token::EOF;
    diagnostics.push_back(errors::syntax(atEnd ? end : places.place(*first.token), describeExpected(first.expected),
                                         atEnd ? "the end of the statement" : describe(*first.token)));
    return nullptr;
  }

private:
  SourcePlace afterLast(const StatementTokens &statement) const {
    size_t at = statement.tokens.back()->getStopIndex() + 1;
    return places.place(at, at);
  }

  bool isLater(const StatementTokens &statement) {
    std::string word = statement.tokens[0]->getText();
    size_t next = statement.tokens.size() > 1 ? statement.tokens[1]->getType() : size_t(P::END);
    bool declares = next == P::NAME || next == P::STRING || next == P::LBRACE || (next >= P::TO && next <= P::ARGMAX);
    if (!laterStatements().count(word) || !declares)
      return false;
    diagnostics.push_back(errors::notAvailable(places.place(*statement.tokens[0]), fmt::format("`{}`", word)));
    return true;
  }

  const Files &files;
  const TokenPlaces &places;
  Diagnostics &diagnostics;
};

} // namespace

std::vector<ast::StatementPtr> parse(const Files &files, int file, Diagnostics &diagnostics) {
  TokenPlaces places(files, file);
  std::vector<ast::StatementPtr> result;
  StatementParser parser(files, places, diagnostics);
  CutFile cut(files, file, places, diagnostics);
  for (auto &statement : cut.statements)
    if (ast::StatementPtr parsed = parser.parse(std::move(statement)))
      result.push_back(std::move(parsed));
  return result;
}

} // namespace costate
