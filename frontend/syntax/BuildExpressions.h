// ANTLR's flat lists of operands and operators => expressions of the syntax tree, by precedence.
#pragma once

#include "frontend/syntax/StatementTokens.h"

#include "CostateParser.h"

namespace costate {

/// Builds the expressions of one statement. The first thing that is wrong is reported and makes `isBroken`
/// true; the tree is not to be used then. O(tokens).
class ExpressionBuilder {
public:
  ExpressionBuilder(const TokenPlaces &places, const Files &files, Diagnostics &diagnostics)
      : places(places), files(files), diagnostics(diagnostics) {}

  using P = grammar::CostateParser;
  ast::NodePtr expr(P::ExprContext *context);
  ast::NodePtr setExpr(P::SetExprContext *context);
  ast::NodePtr sumExpr(P::SumExprContext *context);
  ast::NodePtr target(P::TargetContext *context);
  std::vector<ast::Argument> arguments(P::ArgumentsContext *context);
  std::unique_ptr<ast::Binders> binders(P::BindersContext *context);
  std::unique_ptr<ast::Binders> indexing(P::IndexingContext *context);
  ast::Binder binder(P::BinderContext *context);

  SourcePlace place(antlr4::ParserRuleContext *context) const;
  SourcePlace placeOf(const antlr4::Token &token) const { return places.place(token); }
  /// The text at a place in backquotes, cut if long.
  std::string quoted(SourcePlace place) const;
  void report(Diagnostic diagnostic);
  bool isBroken = false;

private:
  struct Flat;
  enum Level : int;
  using Suffixes = std::vector<P::SuffixContext *>;
  using Parts = std::vector<P::ExprContext *>;

  ast::NodePtr climb(Flat &flat, int lowest);
  ast::NodePtr operand(Flat &flat);
  ast::NodePtr drawn(P::DrawnContext *context);
  ast::NodePtr prefixed(Flat &flat, P::PrefixContext *prefix);
  ast::NodePtr power(P::PowerContext *context);
  ast::NodePtr powers(P::PowerContext *context);
  ast::NodePtr postfix(P::PostfixContext *context);
  ast::NodePtr suffixed(P::PostfixContext *context);
  ast::NodePtr applied(ast::NodePtr base, antlr4::ParserRuleContext *whole, const Suffixes &suffixes);
  void apply(ast::Node &result, P::SuffixContext *suffix);
  ast::NodePtr primary(P::PrimaryContext *context);
  ast::NodePtr leaf(P::PrimaryContext *context);
  ast::NodePtr bracketed(P::PrimaryContext *context);
  ast::NodePtr match(grammar::CostateParser::MatchContext *context);
  ast::NodePtr matchedValue(grammar::CostateParser::MatchCaseContext *context);
  ast::NodePtr list(ast::Kind kind, antlr4::ParserRuleContext *context, const Parts &parts);
  ast::NodePtr comprehension(ast::Kind kind, antlr4::ParserRuleContext *context, P::BindersContext *binders,
                             P::ExprContext *element);
  ast::PatternTerm patternTerm(P::ExprContext *context);
  ast::NodePtr node(ast::Kind kind, antlr4::ParserRuleContext *context, std::string text = "") const;
  bool tooDeep(antlr4::ParserRuleContext *context);

  const TokenPlaces &places;
  const Files &files;
  Diagnostics &diagnostics;
  int depth = 0; // levels of nesting around what is being built
};

/// The characters between the quotes of a text, escapes replaced.
std::string unquoted(const std::string &text);

} // namespace costate
