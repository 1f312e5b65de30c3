// Runs ANTLR's parser on one statement at a time, and stops at its first error.
#include "frontend/syntax/Parse.h"
#include "frontend/diagnose/ModelErrors.h"
#include "frontend/diagnose/NearestName.h"
#include "frontend/diagnose/SyntaxErrors.h"
#include "frontend/syntax/BuildAst.h"
#include "frontend/syntax/Expected.h"
#include "frontend/syntax/Letters.h"
#include "frontend/syntax/SoftWords.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace costate {
namespace {

using P = grammar::CostateParser;

/// Leaves the parser at the first error; ANTLR would repair and go on, with errors that follow from the
/// repair.
class StopAtFirstError : public antlr4::DefaultErrorStrategy {
  void reportError(antlr4::Parser *parser, const antlr4::RecognitionException &error) override {
    stop(parser, error.getOffendingToken(), error.getExpectedTokens());
  }
  void reportUnwantedToken(antlr4::Parser *parser) override {
    stop(parser, parser->getCurrentToken(), parser->getExpectedTokens());
  }
  antlr4::Token *singleTokenDeletion(antlr4::Parser *) override { return nullptr; }
  bool singleTokenInsertion(antlr4::Parser *) override { return false; }

  /// Called at every optional part: remembers those passed by at this token, any of which it could have
  /// begun.
  void sync(antlr4::Parser *parser) override {
    size_t at = parser->getCurrentToken()->getTokenIndex();
    if (at != passedAt)
      passed.clear();
    passedAt = at;
    passed.push_back(parser->getState());
    antlr4::DefaultErrorStrategy::sync(parser);
  }

  [[noreturn]] void stop(antlr4::Parser *parser, antlr4::Token *token, antlr4::misc::IntervalSet expected) {
    const antlr4::atn::ATN &atn = parser->getATN();
    if (token->getTokenIndex() == passedAt)
      for (size_t state : passed)
        expected.addAll(atn.nextTokens(atn.states[state]));
    ParseStop result{token, nullptr, std::move(expected), parser->getContext(), parser->getTokenStream()};
    if (token->getTokenIndex() > 0)
      result.previous = parser->getTokenStream()->get(token->getTokenIndex() - 1);
    throw result;
  }

  size_t passedAt = 0;
  std::vector<size_t> passed;
};

class FileParser {
public:
  FileParser(const Files &files, const TokenPlaces &places, Diagnostics &diagnostics)
      : files(files), places(places), diagnostics(diagnostics) {}

  ParsedFile result;

  ast::StatementPtr statement(StatementTokens &statement, bool isInner) {
    std::vector<ast::StatementPtr> body;
    size_t knownBefore = diagnostics.size();
    bool isBodyBroken = false;
    ast::Statement *before = nullptr;
    for (auto &inner : statement.body) {
      const antlr4::Token &first = *inner.tokens[0];
      if (before && continuesBefore(first.getType()))
        before->nextOperator = first.getText();
      ast::StatementPtr parsed = this->statement(inner, true);
      before = parsed.get();
      isBodyBroken |= inner.isBroken || diagnostics.size() > knownBefore;
      if (parsed)
        body.push_back(std::move(parsed));
    }
    std::vector<std::string> names = declaredNames(statement.tokens);
    size_t known = diagnostics.size();
    ast::StatementPtr parsed = header(statement, isInner);
    if (parsed)
      parsed->body = std::move(body), parsed->isBodyBroken = isBodyBroken;
    bool isBroken = statement.isBroken || diagnostics.size() > known;
    if (isBroken)
      result.brokenNames.insert(names.begin(), names.end());
    return parsed;
  }

private:
  /// The statement without its block.
  ast::StatementPtr header(StatementTokens &statement, bool isInner) {
    const antlr4::Token &first = *statement.tokens[0];
    if (statement.isBroken)
      return nullptr;
    if (statement.isLater) {
      diagnostics.push_back(errors::notAvailable(places.place(first), fmt::format("`{}`", first.getText())));
      return nullptr;
    }
    if (seemsLoop(statement.tokens)) {
      diagnostics.push_back(errors::unknownStatement(places.place(first), first.getText(),
                                                     nearestName(first.getText(), {"iterate", "scan"})));
      return nullptr;
    }
    if (isInner && isOpening(first.getType()) && first.getType() != P::LBRACE) {
      diagnostics.push_back(errors::bracketStart(places.place(first), first.getText()));
      return nullptr;
    }
    antlr4::ListTokenSource source(std::move(statement.tokens));
    antlr4::CommonTokenStream stream(&source);
    P parser(&stream);
    parser.removeErrorListeners();
    parser.setErrorHandler(std::make_shared<StopAtFirstError>());
    try {
      ExpressionBuilder expressions(places, files, diagnostics);
      return isInner ? buildAst(parser.innerStatement(), expressions)
                     : buildAst(parser.topStatement(), expressions);
    } catch (const ParseStop &stop) {
      diagnostics.push_back(explain(stop, places));
      return nullptr;
    }
  }

  static std::vector<std::string> declaredNames(const TokenList &tokens) {
    auto type = [&](size_t k) { return k < tokens.size() ? tokens[k]->getType() : antlr4::Token::EOF; };
    std::vector<std::string> names;
    if (type(0) == P::ITERATE || type(0) == P::SCAN || type(0) == P::ROOT || type(0) == P::FIXED ||
        (type(0) == P::LET && type(1) == P::LPAREN) || seemsLoop(tokens)) {
      for (size_t k = 1; k < tokens.size() && type(k) != P::WHILE && type(k) != P::ASSIGN; ++k)
        if (isWord(type(k)))
          names.push_back(normalizedName(tokens[k]->getText()));
      for (size_t k = 1; k < tokens.size(); ++k)
        if (isWord(type(k - 1)) && type(k) == P::ASSIGN)
          names.push_back(normalizedName(tokens[k - 1]->getText()));
      return names;
    }
    bool isLabelled = isWord(type(0)) && !isKeyword(type(0));
    size_t at = isLabelled || type(0) == P::LABEL ? 0 : 1;
    if (at < tokens.size() && (isWord(type(at)) || type(at) == P::LABEL))
      names.push_back(normalizedName(tokens[at]->getText()));
    return names;
  }

  const Files &files;
  const TokenPlaces &places;
  Diagnostics &diagnostics;
};

} // namespace

ParsedFile parseFile(const Files &files, int file, Diagnostics &diagnostics) {
  TokenPlaces places(files, file);
  Diagnostics found;
  CutFile cut(files, file, places, found);
  FileParser parser(files, places, found);
  for (auto &statement : cut.statements)
    if (ast::StatementPtr parsed = parser.statement(statement, false))
      parser.result.statements.push_back(std::move(parsed));
  auto comesFirst = [](const Diagnostic &a, const Diagnostic &b) { return a.place.begin < b.place.begin; };
  std::stable_sort(found.begin(), found.end(), comesFirst);
  std::move(found.begin(), found.end(), std::back_inserter(diagnostics));
  return std::move(parser.result);
}

std::vector<ast::StatementPtr> parse(const Files &files, int file, Diagnostics &diagnostics) {
  return std::move(parseFile(files, file, diagnostics).statements);
}

bool isIncomplete(const std::string &text) {
  Files files;
  files.add("", "", text);
  Diagnostics diagnostics;
  TokenPlaces places(files, 0);
  CutFile cut(files, 0, places, diagnostics);
  return cut.isIncomplete;
}

} // namespace costate
