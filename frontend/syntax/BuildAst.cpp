// One small function per rule of the grammar.
#include "frontend/syntax/BuildAst.h"
#include "frontend/diagnose/SyntaxErrors.h"
#include "frontend/syntax/Letters.h"

#include <fmt/format.h>

#include <map>

namespace costate {
namespace {

using P = grammar::CostateParser;
using namespace ast;

class Builder {
public:
  explicit Builder(ExpressionBuilder &expressions) : e(expressions) {}

  /// A top or an inner statement.
  template <class Context> StatementPtr any(Context *context) {
    if (context->item())
      return item(context->item());
    if (context->objective())
      return objective(context->objective());
    if (context->section())
      return section(context->section());
    return row(context->row());
  }

  StatementPtr freeRow(P::FreeRowContext *context) {
    StatementPtr result = start(StatementKind::Constraint, context);
    result->doc = doc(context->doc());
    result->value = e.expr(context->expr());
    return result;
  }

private:
  StatementPtr start(StatementKind kind, antlr4::ParserRuleContext *context) {
    auto result = std::make_unique<Statement>();
    result->kind = kind;
    result->place = result->namePlace = e.place(context);
    return result;
  }

  void name(Statement &s, P::NameContext *name) {
    s.name = normalizedName(name->getText());
    s.namePlace = e.place(name);
  }

  void type(Statement &s, P::NameContext *name) {
    s.typeName = normalizedName(name->getText());
    s.typePlace = e.place(name);
  }

  std::string doc(P::DocContext *context) { return context ? unquoted(context->getText()) : ""; }

  // ---- rows and objectives ----

  void label(Statement &s, antlr4::tree::TerminalNode *label) {
    if (!label)
      return;
    s.name = normalizedName(label->getText());
    s.namePlace = e.placeOf(*label->getSymbol());
  }

  StatementPtr objective(P::ObjectiveContext *context) {
    StatementPtr result = start(StatementKind::Objective, context);
    result->sense = context->sense->getText();
    label(*result, context->LABEL());
    result->value = e.expr(context->expr());
    result->doc = doc(context->doc());
    return result;
  }

  StatementPtr section(P::SectionContext *context) {
    return context->row() ? row(context->row()) : context->freeRow() ? freeRow(context->freeRow()) : nullptr;
  }

  StatementPtr row(P::RowContext *context) {
    StatementPtr result = start(StatementKind::Constraint, context);
    label(*result, context->LABEL());
    result->indexing = e.indexing(context->indexing());
    result->value = e.expr(context->expr());
    result->doc = doc(context->doc());
    return result;
  }

  // ---- declarations ----

  StatementPtr item(P::ItemContext *context) {
    if (auto *c = dynamic_cast<P::SetDeclarationContext *>(context))
      return setDeclaration(c);
    if (auto *c = dynamic_cast<P::DataDeclarationContext *>(context))
      return dataDeclaration(c);
    if (auto *c = dynamic_cast<P::ParamDeclarationContext *>(context))
      return paramDeclaration(c);
    if (auto *c = dynamic_cast<P::VarDeclarationContext *>(context))
      return varDeclaration(c);
    if (auto *c = dynamic_cast<P::LetDeclarationContext *>(context))
      return letDeclaration(c);
    if (auto *c = dynamic_cast<P::FunctionDeclarationContext *>(context))
      return functionDeclaration(c);
    if (auto *c = dynamic_cast<P::MethodDeclarationContext *>(context))
      return methodDeclaration(c);
    if (auto *c = dynamic_cast<P::RuleDeclarationContext *>(context)) {
      StatementPtr result = start(StatementKind::Rule, c);
      for (auto *each : c->name())
        result->names.push_back({normalizedName(each->getText()), e.place(each)});
      return result;
    }
    if (auto *c = dynamic_cast<P::RecordDeclarationContext *>(context))
      return recordDeclaration(c);
    if (auto *c = dynamic_cast<P::EnumerationDeclarationContext *>(context))
      return enumerationDeclaration(c);
    if (auto *c = dynamic_cast<P::ReturnStatementContext *>(context)) {
      StatementPtr result = start(StatementKind::Return, c);
      result->value = e.expr(c->expr());
      return result;
    }
    if (auto *c = dynamic_cast<P::ProblemDeclarationContext *>(context))
      return problemDeclaration(c);
    size_t first = context->getStart()->getType();
    bool isOfLoop = first == P::ITERATE || first == P::SCAN || first == P::TARGET;
    if (first == P::ROOT || first == P::FIXED)
      return equation(context);
    return isOfLoop ? loop(context) : command(context);
  }

  StatementPtr setDeclaration(P::SetDeclarationContext *c) {
    StatementPtr result = start(StatementKind::Set, c);
    name(*result, c->name());
    if (c->setExpr())
      result->within = e.setExpr(c->setExpr());
    result->value = e.expr(c->expr());
    result->doc = doc(c->doc());
    return result;
  }

  StatementPtr dataDeclaration(P::DataDeclarationContext *c) {
    StatementPtr result = start(StatementKind::Data, c);
    name(*result, c->name(0));
    type(*result, c->name(1));
    result->arguments = e.arguments(c->arguments());
    result->doc = doc(c->doc());
    return result;
  }

  StatementPtr letDeclaration(P::LetDeclarationContext *c) {
    if (c->solving())
      return namedSolve(c);
    StatementPtr result = start(StatementKind::Let, c);
    if (c->name())
      name(*result, c->name());
    else
      for (auto *each : c->pattern()->name())
        result->names.push_back({normalizedName(each->getText()), e.place(each)});
    result->indexing = e.indexing(c->indexing());
    result->value = e.expr(c->expr());
    result->doc = doc(c->doc());
    return result;
  }

  // ---- loops ----

  StatementPtr loop(P::ItemContext *context) {
    if (auto *c = dynamic_cast<P::IterateStatementContext *>(context)) {
      StatementPtr result = start(StatementKind::Iterate, c);
      result->arguments = carried(c->arguments());
      result->value = e.expr(c->expr());
      result->reported = reported(c->reports());
      return result;
    }
    if (auto *c = dynamic_cast<P::ScanStatementContext *>(context)) {
      StatementPtr result = start(StatementKind::Scan, c);
      result->arguments = carried(c->arguments(0));
      result->indexing = std::make_unique<Binders>();
      Binder &steps = result->indexing->list.emplace_back(e.binder(c->binder()));
      if (steps.terms.size() == 1 && !steps.terms[0].value) // `_`: an index without a name
        steps.terms.clear();
      result->collected = named(c->arguments(1), "collect");
      result->reported = reported(c->reports());
      return result;
    }
    auto *c = dynamic_cast<P::AssignmentContext *>(context);
    StatementPtr result = start(StatementKind::Assign, c);
    label(*result, c->TARGET());
    if (!c->suffix().empty())
      e.report(errors::entryAssigned(e.place(c->suffix(0)), result->name));
    result->value = e.expr(c->expr());
    return result;
  }

  /// `root x: F(x) == 0 from x0`, `fixed x = g(x) from x0`
  StatementPtr equation(P::ItemContext *context) {
    if (auto *c = dynamic_cast<P::FixedStatementContext *>(context)) {
      StatementPtr result = start(StatementKind::Fixed, c);
      name(*result, c->name());
      result->value = e.expr(c->expr(0));
      result->arguments.push_back({result->name, result->namePlace, e.expr(c->expr(1))});
      return result;
    }
    auto *c = dynamic_cast<P::RootStatementContext *>(context);
    StatementPtr result = start(StatementKind::Root, c);
    name(*result, c->name());
    result->value = e.expr(c->expr(0));
    result->arguments.push_back({result->name, result->namePlace, e.expr(c->expr(1))});
    Node &sides = *result->value;
    if (sides.kind != Kind::Compare || sides.ops != std::vector<std::string>{"=="})
      e.report(errors::rootForm(sides.place));
    sides.kind = Kind::Sum, sides.ops = {"-"}; // what is 0
    return result;
  }

  std::vector<Argument> carried(P::ArgumentsContext *context) {
    std::vector<Argument> result = e.arguments(context);
    for (auto &argument : result)
      if (argument.name.empty())
        e.report(errors::carriedStart(argument.place, e.quoted(argument.place)));
    return result;
  }

  std::vector<Argument> reported(P::ReportsContext *context) {
    return context ? named(context->arguments(), "report") : std::vector<Argument>();
  }

  /// What a loop collects or reports.
  std::vector<Argument> named(P::ArgumentsContext *context, const char *word) {
    std::vector<Argument> result = e.arguments(context);
    for (auto &argument : result)
      if (argument.name.empty())
        e.report(errors::collectedName(argument.place, word, e.quoted(argument.place)));
    return result;
  }

  StatementPtr problemDeclaration(P::ProblemDeclarationContext *c) {
    StatementPtr result = start(StatementKind::Problem, c);
    name(*result, c->problem);
    if (c->precision)
      type(*result, c->precision);
    result->hasArguments = c->parameters() != nullptr;
    if (c->parameters())
      for (auto *p : c->parameters()->parameter())
        result->parameters.push_back(parameter(p));
    return result;
  }

  StatementPtr functionDeclaration(P::FunctionDeclarationContext *c) {
    StatementPtr result = start(StatementKind::Function, c);
    name(*result, c->name());
    if (c->sizes())
      for (auto *size : c->sizes()->name())
        result->sizes.push_back({normalizedName(size->getText()), e.place(size)});
    for (auto *p : c->typed())
      result->parameters.push_back(parameter(p));
    if (c->type())
      resultType(*result, c->type());
    if (c->expr())
      result->value = e.expr(c->expr());
    result->doc = doc(c->doc());
    return result;
  }

  StatementPtr methodDeclaration(P::MethodDeclarationContext *c) {
    StatementPtr result = start(StatementKind::Method, c);
    name(*result, c->name());
    for (auto *p : c->typed())
      result->parameters.push_back(parameter(p));
    return result;
  }

  StatementPtr recordDeclaration(P::RecordDeclarationContext *c) {
    StatementPtr result = start(StatementKind::Record, c);
    name(*result, c->name());
    if (c->sizes())
      for (auto *size : c->sizes()->name())
        result->sizes.push_back({normalizedName(size->getText()), e.place(size)});
    for (auto *field : c->typed())
      result->parameters.push_back(parameter(field));
    result->doc = doc(c->doc());
    return result;
  }

  StatementPtr enumerationDeclaration(P::EnumerationDeclarationContext *c) {
    StatementPtr result = start(StatementKind::Enumeration, c);
    std::vector<P::NameContext *> names = c->name();
    name(*result, names[0]);
    for (size_t k = 1; k < names.size(); ++k)
      result->names.push_back({normalizedName(names[k]->getText()), e.place(names[k])});
    result->doc = doc(c->doc());
    return result;
  }

  void resultType(Statement &s, P::TypeContext *context) {
    if (!context->arrayType())
      return e.report(errors::functionResult(e.place(context)));
    ArrayType type = arrayType(context->arrayType());
    s.typeName = type.name;
    s.typePlace = type.place;
    s.typeSizes = std::move(type.sizes);
  }

  ArrayType arrayType(P::ArrayTypeContext *context) {
    ArrayType result{normalizedName(context->name()->getText()), e.place(context), {}};
    for (auto *size : context->expr())
      result.sizes.push_back(e.expr(size));
    return result;
  }

  std::unique_ptr<FunctionType> functionType(P::FunctionTypeContext *context) {
    auto result = std::make_unique<FunctionType>();
    result->place = e.place(context);
    std::vector<P::ArrayTypeContext *> types = context->arrayType();
    for (auto *type : types)
      (type == types.back() ? result->result : result->parameters.emplace_back()) = arrayType(type);
    return result;
  }

  Parameter parameter(P::TypedContext *context) {
    Parameter result;
    result.name = normalizedName(context->name()->getText());
    result.place = e.place(context->name());
    if (context->type() && context->type()->PROBLEM()) {
      result.isProblem = true;
      result.typePlace = e.place(context->type());
    } else if (context->type() && context->type()->functionType()) {
      result.functionType = functionType(context->type()->functionType());
      result.typePlace = result.functionType->place;
    } else if (context->type()) {
      ArrayType type = arrayType(context->type()->arrayType());
      result.typeName = type.name;
      result.typePlace = type.place;
      result.typeSizes = std::move(type.sizes);
    }
    if (context->expr())
      result.fallback = e.expr(context->expr());
    return result;
  }

  Parameter parameter(P::ParameterContext *context) {
    Parameter result;
    result.name = normalizedName(context->name(0)->getText());
    result.place = e.place(context->name(0));
    result.indexing = e.indexing(context->indexing());
    if (context->COLON()) {
      result.typeName = normalizedName(context->name(1)->getText());
      result.typePlace = e.place(context->name(1));
    }
    if (context->expr())
      result.fallback = e.expr(context->expr());
    return result;
  }

  // ---- clauses of declarations ----

  /// Each clause may come once, in any order.
  using Clauses = std::map<std::string, SourcePlace>;
  void once(Clauses &seen, const std::string &clause, antlr4::ParserRuleContext *context) {
    auto [first, isNew] = seen.emplace(clause, e.place(context));
    if (!isNew)
      e.report(errors::repeatedClause(e.place(context), clause, first->second));
  }

  StatementPtr paramDeclaration(P::ParamDeclarationContext *c) {
    StatementPtr result = start(StatementKind::Param, c);
    name(*result, c->name());
    result->indexing = e.indexing(c->indexing());
    Clauses seen;
    for (auto *clause : c->paramClause())
      paramClause(*result, clause, seen);
    return result;
  }

  void paramClause(Statement &s, P::ParamClauseContext *context, Clauses &seen) {
    if (auto *c = dynamic_cast<P::ParamKindContext *>(context)) {
      once(seen, "the kind", c);
      type(s, c->name());
    } else if (auto *c = dynamic_cast<P::ParamDomainContext *>(context)) {
      once(seen, "the domain", c);
      s.interval = interval(c->interval());
    } else if (auto *c = dynamic_cast<P::ParamValueContext *>(context)) {
      once(seen, "the value", c);
      s.value = e.expr(c->expr());
    } else if (auto *c = dynamic_cast<P::ParamDefaultContext *>(context)) {
      once(seen, "the default", c);
      s.fallback = e.sumExpr(c->sumExpr());
    } else if (auto *c = dynamic_cast<P::ParamRandomContext *>(context)) {
      once(seen, "the value", c);
      s.random = e.expr(c->expr());
    } else if (auto *c = dynamic_cast<P::ParamDocContext *>(context)) {
      once(seen, "the description", c);
      s.doc = doc(c->doc());
    }
  }

  StatementPtr varDeclaration(P::VarDeclarationContext *c) {
    StatementPtr result = start(StatementKind::Var, c);
    name(*result, c->name());
    result->indexing = e.indexing(c->indexing());
    Clauses seen;
    for (auto *clause : c->varClause())
      varClause(*result, clause, seen);
    return result;
  }

  void varClause(Statement &s, P::VarClauseContext *context, Clauses &seen) {
    if (auto *c = dynamic_cast<P::VarKindContext *>(context)) {
      once(seen, "the kind", c);
      type(s, c->name());
    } else if (auto *c = dynamic_cast<P::VarDomainContext *>(context)) {
      once(seen, "the domain", c);
      s.interval = interval(c->interval());
    } else if (auto *c = dynamic_cast<P::VarBoundContext *>(context)) {
      once(seen, fmt::format("the bound `{}`", c->side->getText()), c);
      s.bounds.push_back({c->side->getText(), e.placeOf(*c->side), e.sumExpr(c->sumExpr())});
    } else if (auto *c = dynamic_cast<P::VarStartContext *>(context)) {
      once(seen, "the start", c);
      s.start = e.sumExpr(c->sumExpr());
    } else if (auto *c = dynamic_cast<P::VarDocContext *>(context)) {
      once(seen, "the description", c);
      s.doc = doc(c->doc());
    }
  }

  Interval interval(P::IntervalContext *context) {
    Interval result;
    NodePtr first = e.sumExpr(context->sumExpr(0));
    if (context->DOTDOT()) {
      result.low = std::move(first);
      if (context->sumExpr().size() > 1)
        result.high = e.sumExpr(context->sumExpr(1));
      return result;
    }
    if (first->kind != Kind::ArrayLiteral || first->children.size() != 2) {
      e.report(errors::badInterval(e.place(context), e.quoted(e.place(context))));
      return result;
    }
    result.low = std::move(first->children[0]);
    result.high = std::move(first->children[1]);
    return result;
  }

  // ---- commands ----

  StatementPtr command(P::ItemContext *context) {
    if (auto *c = dynamic_cast<P::SolveCommandContext *>(context))
      return solve(c->solving());
    if (auto *c = dynamic_cast<P::PrintCommandContext *>(context))
      return items(start(StatementKind::Print, c), c->expr());
    if (auto *c = dynamic_cast<P::WriteCommandContext *>(context)) {
      StatementPtr result = items(start(StatementKind::Write, c), c->expr());
      result->path = unquoted(c->STRING()->getText());
      return result;
    }
    if (auto *c = dynamic_cast<P::AssertCommandContext *>(context)) {
      StatementPtr result = start(StatementKind::Assert, c);
      result->value = e.expr(c->expr());
      return result;
    }
    if (auto *c = dynamic_cast<P::CheckCommandContext *>(context)) {
      StatementPtr result = start(StatementKind::Check, c);
      name(*result, c->name());
      result->hasArguments = c->LPAREN() != nullptr;
      result->arguments = e.arguments(c->arguments());
      return result;
    }
    if (auto *c = dynamic_cast<P::ImportCommandContext *>(context)) {
      StatementPtr result = start(StatementKind::Import, c);
      result->path = unquoted(c->STRING()->getText());
      return result;
    }
    return change(context);
  }

  StatementPtr change(P::ItemContext *context) {
    if (auto *c = dynamic_cast<P::FixCommandContext *>(context)) {
      StatementPtr result = start(StatementKind::Fix, c);
      result->items.push_back(e.target(c->target()));
      result->value = e.expr(c->expr());
      return result;
    }
    if (auto *c = dynamic_cast<P::DropCommandContext *>(context))
      return targets(start(StatementKind::Drop, c), c->target());
    if (auto *c = dynamic_cast<P::RestoreCommandContext *>(context))
      return targets(start(StatementKind::Restore, c), c->target());
    return start(StatementKind::Time, context);
  }

  StatementPtr items(StatementPtr result, const std::vector<P::ExprContext *> &parts) {
    for (auto *part : parts)
      result->items.push_back(e.expr(part));
    return result;
  }

  StatementPtr targets(StatementPtr result, const std::vector<P::TargetContext *> &parts) {
    for (auto *part : parts)
      result->items.push_back(e.target(part));
    return result;
  }

  /// `let r = solve ridge(0.1)`
  StatementPtr namedSolve(P::LetDeclarationContext *c) {
    if (!c->name() || c->indexing())
      e.report(errors::namedSolve(e.place(c->solving())));
    StatementPtr result = solve(c->solving());
    result->place = e.place(c);
    if (c->name())
      result->names.push_back({normalizedName(c->name()->getText()), e.place(c->name())});
    return result;
  }

  StatementPtr solve(P::SolvingContext *c) {
    StatementPtr result = start(StatementKind::Solve, c);
    name(*result, c->name());
    result->hasArguments = c->LPAREN() != nullptr;
    result->arguments = e.arguments(c->arguments());
    for (auto *method : c->method())
      result->methods.push_back(
          {normalizedName(method->name()->getText()), e.place(method), e.arguments(method->arguments())});
    return result;
  }

  ExpressionBuilder &e;
};

} // namespace

ast::StatementPtr buildAst(P::TopStatementContext *context, ExpressionBuilder &expressions) {
  ast::StatementPtr result = Builder(expressions).any(context);
  return expressions.isBroken ? nullptr : std::move(result);
}

ast::StatementPtr buildAst(P::InnerStatementContext *context, ExpressionBuilder &expressions) {
  Builder builder(expressions);
  ast::StatementPtr result = context->freeRow() ? builder.freeRow(context->freeRow()) : builder.any(context);
  return expressions.isBroken ? nullptr : std::move(result);
}

} // namespace costate
