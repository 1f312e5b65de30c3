// One small function per rule of the grammar.
#include "frontend/syntax/BuildAst.h"

namespace costate {
namespace {

using P = grammar::CostateParser;
using namespace ast;

class Builder {
public:
  Builder(const TokenPlaces &places, const Files &files) : places(places), files(files) {}

  StatementPtr item(P::ItemContext *context) {
    auto result = std::make_unique<Statement>();
    Statement &s = *result;
    s.place = place(context);
    if (auto *c = dynamic_cast<P::SetDeclarationContext *>(context)) {
      declare(s, StatementKind::Set, c->name(), c->doc());
      s.within = c->setLevel() ? setLevel(c->setLevel()) : nullptr;
      s.value = expr(c->expr());
    } else if (auto *c = dynamic_cast<P::DataDeclarationContext *>(context)) {
      declare(s, StatementKind::Data, c->name(0), c->doc());
      s.typeName = c->name(1)->getText();
      s.typePlace = place(c->name(1));
      s.arguments = arguments(c->arguments());
    } else if (auto *c = dynamic_cast<P::ParamDeclarationContext *>(context)) {
      declare(s, StatementKind::Param, c->name(), nullptr);
      s.indexing = indexing(c->indexing());
      for (auto *clause : c->paramClause())
        paramClause(s, clause);
    } else if (auto *c = dynamic_cast<P::VarDeclarationContext *>(context)) {
      declare(s, StatementKind::Var, c->name(), nullptr);
      s.indexing = indexing(c->indexing());
      for (auto *clause : c->varClause())
        varClause(s, clause);
    } else if (auto *c = dynamic_cast<P::LetDeclarationContext *>(context)) {
      declare(s, StatementKind::Let, c->name(), c->doc());
      s.indexing = indexing(c->indexing());
      s.value = expr(c->expr());
    } else if (auto *c = dynamic_cast<P::ProblemDeclarationContext *>(context)) {
      declare(s, StatementKind::Problem, c->name(), nullptr);
      s.hasArguments = c->LPAREN() != nullptr;
      for (auto *inner : c->problemItem())
        s.body.push_back(problemItem(inner));
    } else {
      command(s, context);
    }
    return result;
  }

private:
  SourcePlace place(antlr4::ParserRuleContext *context) const {
    return places.place(context->getStart()->getStartIndex(), context->getStop()->getStopIndex() + 1);
  }

  void declare(Statement &s, StatementKind kind, P::NameContext *name, P::DocContext *doc) {
    s.kind = kind;
    s.name = name->getText();
    s.namePlace = place(name);
    if (doc)
      s.doc = unquote(doc->getText());
  }

  static std::string unquote(const std::string &text) {
    std::string result;
    for (size_t k = 1; k + 1 < text.size(); ++k) {
      if (text[k] != '\\') {
        result += text[k];
        continue;
      }
      char c = text[++k];
      result += c == 'n' ? '\n' : c == 't' ? '\t' : c;
    }
    return result;
  }

  std::unique_ptr<Binders> indexing(P::IndexingContext *context) { return context ? binders(context->binders()) : nullptr; }

  void paramClause(Statement &s, P::ParamClauseContext *context) {
    if (auto *c = dynamic_cast<P::ParamKindContext *>(context)) {
      s.typeName = c->name()->getText();
      s.typePlace = place(c->name());
    } else if (auto *c = dynamic_cast<P::ParamDomainContext *>(context)) {
      s.interval = interval(c->interval());
    } else if (auto *c = dynamic_cast<P::ParamValueContext *>(context)) {
      s.value = expr(c->expr());
    } else if (auto *c = dynamic_cast<P::ParamDefaultContext *>(context)) {
      s.fallback = expr(c->expr());
    } else if (auto *c = dynamic_cast<P::ParamRandomContext *>(context)) {
      s.random = expr(c->expr());
    } else if (auto *c = dynamic_cast<P::ParamDocContext *>(context)) {
      s.doc = unquote(c->doc()->getText());
    }
  }

  void varClause(Statement &s, P::VarClauseContext *context) {
    if (auto *c = dynamic_cast<P::VarKindContext *>(context)) {
      s.typeName = c->name()->getText();
      s.typePlace = place(c->name());
    } else if (auto *c = dynamic_cast<P::VarDomainContext *>(context)) {
      s.interval = interval(c->interval());
    } else if (auto *c = dynamic_cast<P::VarBoundContext *>(context)) {
      s.bounds.push_back({c->side->getText(), places.place(*c->side), rangeLevel(c->rangeLevel())});
    } else if (auto *c = dynamic_cast<P::VarStartContext *>(context)) {
      s.start = expr(c->expr());
    } else if (auto *c = dynamic_cast<P::VarDocContext *>(context)) {
      s.doc = unquote(c->doc()->getText());
    }
  }

  Interval interval(P::IntervalContext *context) {
    Interval result;
    if (context->LBRACK()) {
      result.low = expr(context->expr(0));
      result.high = expr(context->expr(1));
      return result;
    }
    result.low = sumLevel(context->sumLevel(0));
    if (context->sumLevel().size() > 1)
      result.high = sumLevel(context->sumLevel(1));
    return result;
  }

  StatementPtr problemItem(P::ProblemItemContext *context) {
    if (auto *c = dynamic_cast<P::InnerItemContext *>(context))
      return item(c->item());
    if (auto *c = dynamic_cast<P::ConstraintSectionContext *>(context))
      return constraint(c->constraint());
    if (auto *c = dynamic_cast<P::InnerConstraintContext *>(context))
      return constraint(c->constraint());
    auto *c = dynamic_cast<P::ObjectiveDeclarationContext *>(context);
    auto result = std::make_unique<Statement>();
    result->kind = StatementKind::Objective;
    result->place = result->namePlace = place(c);
    result->sense = c->sense->getText();
    if (c->name())
      declare(*result, StatementKind::Objective, c->name(), c->doc());
    result->value = expr(c->expr());
    return result;
  }

  StatementPtr constraint(P::ConstraintContext *context) {
    auto result = std::make_unique<Statement>();
    result->kind = StatementKind::Constraint;
    result->place = result->namePlace = place(context);
    if (context->name())
      declare(*result, StatementKind::Constraint, context->name(), context->doc());
    result->indexing = indexing(context->indexing());
    result->value = expr(context->expr());
    return result;
  }

  void command(Statement &s, P::ItemContext *context) {
    if (auto *c = dynamic_cast<P::SolveCommandContext *>(context)) {
      declare(s, StatementKind::Solve, c->name(), nullptr);
      s.hasArguments = c->arguments() != nullptr;
      for (auto *method : c->method())
        s.methods.push_back({method->name()->getText(), place(method), arguments(method->arguments())});
    } else if (auto *c = dynamic_cast<P::PrintCommandContext *>(context)) {
      s.kind = StatementKind::Print;
      for (auto *e : c->expr())
        s.items.push_back(expr(e));
    } else if (auto *c = dynamic_cast<P::WriteCommandContext *>(context)) {
      s.kind = StatementKind::Write;
      for (auto *e : c->expr())
        s.items.push_back(expr(e));
      s.path = unquote(c->STRING()->getText());
    } else if (auto *c = dynamic_cast<P::AssertCommandContext *>(context)) {
      s.kind = StatementKind::Assert;
      s.value = expr(c->expr());
    } else if (auto *c = dynamic_cast<P::CheckCommandContext *>(context)) {
      declare(s, StatementKind::Check, c->name(), nullptr);
    } else if (auto *c = dynamic_cast<P::ImportCommandContext *>(context)) {
      s.kind = StatementKind::Import;
      s.path = unquote(c->STRING()->getText());
    }
  }

  std::vector<Argument> arguments(P::ArgumentsContext *context) {
    std::vector<Argument> result;
    if (context)
      for (auto *a : context->argument())
        result.push_back({a->name() ? a->name()->getText() : "", place(a), expr(a->expr())});
    return result;
  }

  std::unique_ptr<Binders> binders(P::BindersContext *context) {
    auto result = std::make_unique<Binders>();
    for (auto *b : context->binder())
      result->list.push_back(binder(b));
    if (context->expr())
      result->where = expr(context->expr());
    return result;
  }

  Binder binder(P::BinderContext *context) {
    Binder result;
    result.place = place(context);
    result.set = setLevel(context->setLevel());
    if (auto *pattern = context->pattern()) {
      result.isTuple = pattern->name() == nullptr;
      if (pattern->name())
        result.terms.push_back({place(pattern), nameNode(pattern->name())});
      for (auto *term : pattern->patternTerm())
        result.terms.push_back({place(term), term->setLevel() ? setLevel(term->setLevel()) : nullptr});
    }
    return result;
  }

  // ---- expressions ----

  NodePtr node(Kind kind, antlr4::ParserRuleContext *context) {
    auto result = std::make_unique<Node>();
    result->kind = kind;
    result->place = place(context);
    return result;
  }

  NodePtr nameNode(P::NameContext *context) {
    NodePtr result = node(Kind::Name, context);
    result->text = context->getText();
    return result;
  }

  /// One child stands for itself; several become a flat node.
  template <class Contexts, class Build>
  NodePtr chain(Kind kind, antlr4::ParserRuleContext *context, const Contexts &parts, Build build) {
    if (parts.size() == 1)
      return build(parts[0]);
    NodePtr result = node(kind, context);
    for (auto *part : parts)
      result->children.push_back(build(part));
    return result;
  }

  NodePtr expr(P::ExprContext *c) {
    return chain(Kind::Or, c, c->andLevel(), [this](auto *p) { return andLevel(p); });
  }
  NodePtr andLevel(P::AndLevelContext *c) {
    return chain(Kind::And, c, c->notLevel(), [this](auto *p) { return notLevel(p); });
  }
  NodePtr notLevel(P::NotLevelContext *c) {
    if (!c->notLevel())
      return relationLevel(c->relationLevel());
    NodePtr result = node(Kind::Not, c);
    result->children.push_back(notLevel(c->notLevel()));
    return result;
  }
  NodePtr relationLevel(P::RelationLevelContext *c) {
    NodePtr result = chain(Kind::Compare, c, c->setLevel(), [this](auto *p) { return setLevel(p); });
    for (auto *relation : c->relation())
      result->ops.push_back(relation->NOT() ? "not in" : relation->getText());
    return result;
  }
  NodePtr withOps(NodePtr result, const std::vector<antlr4::Token *> &ops) {
    for (auto *op : ops)
      result->ops.push_back(op->getText());
    return result;
  }
  NodePtr setLevel(P::SetLevelContext *c) {
    return withOps(chain(Kind::SetOperation, c, c->rangeLevel(), [this](auto *p) { return rangeLevel(p); }), c->operation);
  }
  NodePtr rangeLevel(P::RangeLevelContext *c) {
    return chain(Kind::Range, c, c->sumLevel(), [this](auto *p) { return sumLevel(p); });
  }
  NodePtr sumLevel(P::SumLevelContext *c) {
    return withOps(chain(Kind::Sum, c, c->productLevel(), [this](auto *p) { return productLevel(p); }), c->operation);
  }
  NodePtr productLevel(P::ProductLevelContext *c) {
    return withOps(chain(Kind::Product, c, c->unaryLevel(), [this](auto *p) { return unaryLevel(p); }), c->operation);
  }

  NodePtr unaryLevel(P::UnaryLevelContext *context) {
    if (auto *c = dynamic_cast<P::NegationContext *>(context)) {
      NodePtr result = node(Kind::Negate, c);
      result->children.push_back(unaryLevel(c->unaryLevel()));
      return result;
    }
    if (auto *c = dynamic_cast<P::ReductionContext *>(context)) {
      NodePtr result = node(Kind::Reduce, c);
      result->text = c->reducer()->getText();
      result->binders = binders(c->binders());
      result->children.push_back(productLevel(c->productLevel()));
      return result;
    }
    if (auto *c = dynamic_cast<P::ConditionalContext *>(context)) {
      NodePtr result = node(Kind::If, c);
      for (auto *part : c->expr())
        result->children.push_back(expr(part));
      return result;
    }
    auto *c = dynamic_cast<P::PowerContext *>(context);
    if (!c->unaryLevel())
      return postfixLevel(c->postfixLevel());
    NodePtr result = node(Kind::Power, c);
    result->ops.push_back(c->operation->getText());
    result->children.push_back(postfixLevel(c->postfixLevel()));
    result->children.push_back(unaryLevel(c->unaryLevel()));
    return result;
  }

  NodePtr postfixLevel(P::PostfixLevelContext *context) {
    NodePtr result = primary(context->primary());
    for (auto *suffix : context->suffix())
      result = apply(std::move(result), context, suffix);
    return result;
  }

  NodePtr apply(NodePtr base, P::PostfixLevelContext *whole, P::SuffixContext *suffix) {
    auto result = std::make_unique<Node>();
    result->place = places.place(whole->getStart()->getStartIndex(), suffix->getStop()->getStopIndex() + 1);
    result->children.push_back(std::move(base));
    if (auto *c = dynamic_cast<P::CallSuffixContext *>(suffix)) {
      result->kind = Kind::Call;
      for (auto &argument : arguments(c->arguments())) {
        result->children.push_back(std::move(argument.value));
        result->names.push_back(argument.name);
      }
    } else if (auto *c = dynamic_cast<P::IndexSuffixContext *>(suffix)) {
      result->kind = Kind::Index;
      for (auto *e : c->expr())
        result->children.push_back(expr(e));
    } else if (auto *c = dynamic_cast<P::FieldSuffixContext *>(suffix)) {
      result->kind = Kind::Field;
      result->text = c->name()->getText();
    } else {
      result->kind = Kind::Transpose;
    }
    return result;
  }

  NodePtr leaf(Kind kind, antlr4::ParserRuleContext *c, std::string text) {
    NodePtr result = node(kind, c);
    result->text = std::move(text);
    return result;
  }

  NodePtr primary(P::PrimaryContext *context) {
    if (auto *c = dynamic_cast<P::NumberContext *>(context)) {
      std::string digits = c->getText();
      std::erase(digits, '_');
      return leaf(Kind::Number, c, digits);
    }
    if (auto *c = dynamic_cast<P::TextContext *>(context))
      return leaf(Kind::Text, c, unquote(c->getText()));
    if (auto *c = dynamic_cast<P::NameUseContext *>(context))
      return nameNode(c->name());
    if (auto *c = dynamic_cast<P::ParenthesisContext *>(context)) {
      if (c->expr().size() == 1)
        return expr(c->expr(0));
      return list(Kind::Tuple, c, c->expr());
    }
    if (auto *c = dynamic_cast<P::SetLiteralContext *>(context))
      return list(Kind::SetLiteral, c, c->expr());
    if (auto *c = dynamic_cast<P::ArrayLiteralContext *>(context))
      return list(Kind::ArrayLiteral, c, c->expr());
    if (auto *c = dynamic_cast<P::SetComprehensionContext *>(context))
      return comprehension(Kind::SetOf, c, c->binders(), c->expr());
    if (auto *c = dynamic_cast<P::ArrayComprehensionContext *>(context))
      return comprehension(Kind::ArrayOf, c, c->binders(), c->expr());
    return leaf(Kind::Constant, context, context->getText());
  }

  NodePtr list(Kind kind, antlr4::ParserRuleContext *c, const std::vector<P::ExprContext *> &parts) {
    NodePtr result = node(kind, c);
    for (auto *part : parts)
      result->children.push_back(expr(part));
    return result;
  }

  NodePtr comprehension(Kind kind, antlr4::ParserRuleContext *c, P::BindersContext *b, P::ExprContext *e) {
    NodePtr result = node(kind, c);
    result->binders = binders(b);
    result->children.push_back(expr(e));
    return result;
  }

  const TokenPlaces &places;
  const Files &files;
};

} // namespace

ast::StatementPtr buildAst(P::ItemContext *item, const TokenPlaces &places, const Files &files) {
  return Builder(places, files).item(item);
}

} // namespace costate
