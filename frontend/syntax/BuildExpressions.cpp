// Precedence climbing over flat lists. Depth is counted on the way down, so that no tree gets deeper than the
// limit.
#include "frontend/syntax/BuildExpressions.h"
#include "frontend/diagnose/SyntaxErrors.h"
#include "frontend/syntax/Letters.h"

#include <fmt/format.h>

namespace costate {

using P = grammar::CostateParser;
using namespace ast;

namespace {

/// Adds to a counter while it lives.
class Deeper {
public:
  Deeper(int &depth, int levels) : depth(depth), levels(levels) { depth += levels; }
  ~Deeper() { depth -= levels; }

private:
  int &depth, levels;
};

} // namespace

/// Precedence, low to high. `not` takes an operand of the level of relations.
enum ExpressionBuilder::Level : int {
  OrLevel,
  AndLevel,
  RelationLevel,
  SetLevel,
  RangeLevel,
  SumLevel,
  ProductLevel
};

/// `operands[k] ops[k] operands[k + 1]`, and how far it has been read: the operand `at`, without its first
/// `prefix` prefixes.
struct ExpressionBuilder::Flat {
  std::vector<P::OperandContext *> operands;
  struct Op {
    int level;
    std::string text;
  };
  std::vector<Op> ops;
  size_t at = 0, prefix = 0;
  std::vector<P::PrefixContext *> prefixes; // of the operand `at`

  void moveTo(size_t operand) {
    at = operand;
    prefix = 0;
    prefixes = at < operands.size() ? operands[at]->prefix() : std::vector<P::PrefixContext *>();
  }
  size_t begin() const {
    antlr4::Token *first =
        prefix < prefixes.size() ? prefixes[prefix]->getStart() : operands[at]->power()->getStart();
    return first->getStartIndex();
  }
  /// Behind the last operand read.
  size_t end() const { return operands[at - 1]->getStop()->getStopIndex() + 1; }
  /// The level of the operator behind it, or -1.
  int nextLevel() const { return at <= ops.size() ? ops[at - 1].level : -1; }
};

// ---- places and reports ----

SourcePlace ExpressionBuilder::place(antlr4::ParserRuleContext *context) const {
  return places.place(context->getStart()->getStartIndex(), context->getStop()->getStopIndex() + 1);
}

std::string ExpressionBuilder::quoted(SourcePlace place) const {
  std::string text(files.text(place));
  size_t end = text.find_first_of("\r\n");
  constexpr size_t longest = 40;
  if (end == std::string::npos && text.size() <= longest)
    return fmt::format("`{}`", text);
  end = std::min(end, longest);
  while (end > 0 && (text[end] & 0xC0) == 0x80)
    --end;
  return fmt::format("`{}...`", text.substr(0, end));
}

void ExpressionBuilder::report(Diagnostic diagnostic) {
  if (!isBroken)
    diagnostics.push_back(std::move(diagnostic));
  isBroken = true;
}

bool ExpressionBuilder::tooDeep(antlr4::ParserRuleContext *context) {
  if (depth <= nestingLimit)
    return false;
  report(errors::nestingLimit(place(context), nestingLimit));
  return true;
}

NodePtr ExpressionBuilder::node(Kind kind, antlr4::ParserRuleContext *context, std::string text) const {
  auto result = std::make_unique<Node>();
  result->kind = kind;
  result->place = place(context);
  result->text = std::move(text);
  return result;
}

// ---- flat lists ----

NodePtr ExpressionBuilder::expr(P::ExprContext *context) {
  Flat flat;
  flat.operands = context->operand();
  for (auto *infix : context->infix()) {
    int level = infix->OR()            ? OrLevel
                : infix->AND()         ? AndLevel
                : infix->relation()    ? RelationLevel
                : infix->setOperator() ? SetLevel
                : infix->DOTDOT()      ? RangeLevel
                : infix->sumOperator() ? SumLevel
                                       : ProductLevel;
    bool isNotIn = infix->relation() && infix->relation()->NOT();
    flat.ops.push_back({level, isNotIn ? "not in" : infix->getText()});
  }
  flat.moveTo(0);
  return climb(flat, OrLevel);
}

NodePtr ExpressionBuilder::setExpr(P::SetExprContext *context) {
  Flat flat;
  for (auto *child : context->children) {
    if (auto *operand = dynamic_cast<P::OperandContext *>(child))
      flat.operands.push_back(operand);
    else
      flat.ops.push_back({dynamic_cast<P::SetOperatorContext *>(child)       ? SetLevel
                          : dynamic_cast<P::SumOperatorContext *>(child)     ? SumLevel
                          : dynamic_cast<P::ProductOperatorContext *>(child) ? ProductLevel
                                                                             : RangeLevel,
                          child->getText()});
  }
  flat.moveTo(0);
  return climb(flat, OrLevel);
}

NodePtr ExpressionBuilder::sumExpr(P::SumExprContext *context) {
  Flat flat;
  for (auto *child : context->children) {
    if (auto *operand = dynamic_cast<P::OperandContext *>(child))
      flat.operands.push_back(operand);
    else
      flat.ops.push_back(
          {dynamic_cast<P::SumOperatorContext *>(child) ? SumLevel : ProductLevel, child->getText()});
  }
  flat.moveTo(0);
  return climb(flat, OrLevel);
}

/// The operands joined by operators of at least `lowest`. Several joined by operators of one level become one
/// flat node. A loop with a stack of unfinished nodes, one for each level: recursion would cost a frame for
/// each.
NodePtr ExpressionBuilder::climb(Flat &flat, int lowest) {
  static constexpr Kind kinds[] = {Kind::Or,    Kind::And, Kind::Compare, Kind::SetOperation,
                                   Kind::Range, Kind::Sum, Kind::Product};
  struct Unfinished {
    int level;
    size_t begin;
    NodePtr node;
  };
  std::vector<Unfinished> unfinished;
  size_t begin = flat.begin();
  NodePtr last = operand(flat);
  for (;;) {
    int level = flat.nextLevel();
    level = level < lowest ? -1 : level;
    for (; !unfinished.empty() && unfinished.back().level > level; unfinished.pop_back()) {
      unfinished.back().node->children.push_back(std::move(last));
      last = std::move(unfinished.back().node);
      begin = unfinished.back().begin;
      last->place = places.place(begin, flat.end());
    }
    if (level < 0)
      return last;
    if (unfinished.empty() || unfinished.back().level < level) {
      unfinished.push_back({level, begin, std::make_unique<Node>()});
      unfinished.back().node->kind = kinds[level];
    } else if (level == RangeLevel) {
      report(errors::rangeChain(place(flat.operands[flat.at])));
    }
    Node &node = *unfinished.back().node;
    node.children.push_back(std::move(last));
    if (level > AndLevel && level != RangeLevel)
      node.ops.push_back(flat.ops[flat.at - 1].text);
    begin = flat.begin();
    last = operand(flat);
  }
}

NodePtr ExpressionBuilder::operand(Flat &flat) {
  if (flat.prefix < flat.prefixes.size())
    return prefixed(flat, flat.prefixes[flat.prefix]);
  NodePtr result = power(flat.operands[flat.at]->power());
  flat.moveTo(flat.at + 1);
  return result;
}

NodePtr ExpressionBuilder::drawn(P::DrawnContext *context) {
  NodePtr result = node(Kind::Drawn, context, context->name()->getText());
  if (context->indexing())
    result->binders = indexing(context->indexing());
  result->ops.push_back(context->TILDE() ? "~" : "=");
  result->children.push_back(expr(context->expr()));
  return result;
}

/// A prefix takes what its level allows of all that follows it.
NodePtr ExpressionBuilder::prefixed(Flat &flat, P::PrefixContext *prefix) {
  Deeper deeper(depth, 1);
  if (tooDeep(prefix)) {
    flat.moveTo(flat.at + 1);
    return std::make_unique<Node>();
  }
  ++flat.prefix;
  auto result = std::make_unique<Node>();
  std::vector<NodePtr> drawn;
  int level = ProductLevel + 1;
  if (dynamic_cast<P::MinusContext *>(prefix)) {
    result->kind = Kind::Negate;
  } else if (dynamic_cast<P::NotContext *>(prefix)) {
    result->kind = Kind::Not;
    level = RelationLevel;
  } else if (auto *c = dynamic_cast<P::ReductionContext *>(prefix)) {
    result->kind = Kind::Reduce;
    result->text = c->REDUCER()->getText();
    result->binders = binders(c->binders());
    level = ProductLevel;
  } else if (auto *c = dynamic_cast<P::ExpectationContext *>(prefix)) {
    result->kind = Kind::Expect;
    for (auto *part : c->drawn())
      drawn.push_back(this->drawn(part));
    level = ProductLevel;
  } else if (auto *c = dynamic_cast<P::ConditionalContext *>(prefix)) {
    result->kind = Kind::If;
    for (auto *part : c->expr())
      result->children.push_back(expr(part));
    level = OrLevel;
  }
  result->children.push_back(climb(flat, level));
  for (NodePtr &part : drawn)
    result->children.push_back(std::move(part));
  result->place = places.place(prefix->getStart()->getStartIndex(), flat.end());
  return result;
}

NodePtr ExpressionBuilder::power(P::PowerContext *context) {
  return context->children.size() == 1 ? postfix(context->postfix()) : powers(context);
}

/// `a^b^c` is a^(b^c), and `a^-b^c` is a^(-(b^c)).
NodePtr ExpressionBuilder::powers(P::PowerContext *context) {
  std::vector<P::ExponentContext *> exponents = context->exponent();
  int levels = int(exponents.size());
  for (auto *e : exponents)
    levels += int(e->MINUS().size());
  Deeper deeper(depth, levels);
  if (tooDeep(context))
    return std::make_unique<Node>();
  NodePtr right = postfix(exponents.back()->postfix());
  size_t end = context->getStop()->getStopIndex() + 1;
  for (size_t k = exponents.size(); k-- > 0;) {
    auto minus = exponents[k]->MINUS();
    for (auto sign = minus.rbegin(); sign != minus.rend(); ++sign) {
      auto negation = std::make_unique<Node>();
      negation->kind = Kind::Negate;
      negation->place = places.place((*sign)->getSymbol()->getStartIndex(), end);
      negation->children.push_back(std::move(right));
      right = std::move(negation);
    }
    P::PostfixContext *base = k > 0 ? exponents[k - 1]->postfix() : context->postfix();
    auto result = std::make_unique<Node>();
    result->kind = Kind::Power;
    result->place = places.place(base->getStart()->getStartIndex(), end);
    result->ops.push_back(exponents[k]->operation->getText());
    result->children.push_back(postfix(base));
    result->children.push_back(std::move(right));
    right = std::move(result);
  }
  return right;
}

// ---- postfix ----

NodePtr ExpressionBuilder::postfix(P::PostfixContext *context) {
  return context->children.size() == 1 ? primary(context->primary()) : suffixed(context);
}

NodePtr ExpressionBuilder::suffixed(P::PostfixContext *context) {
  std::vector<P::SuffixContext *> suffixes = context->suffix();
  Deeper deeper(depth, int(suffixes.size()));
  if (tooDeep(context))
    return std::make_unique<Node>();
  return applied(primary(context->primary()), context, suffixes);
}

NodePtr ExpressionBuilder::target(P::TargetContext *context) {
  std::vector<P::SuffixContext *> suffixes = context->suffix();
  Deeper deeper(depth, int(suffixes.size()));
  if (!suffixes.empty() && tooDeep(context))
    return std::make_unique<Node>();
  return applied(node(Kind::Name, context->name(), normalizedName(context->name()->getText())), context,
                 suffixes);
}

NodePtr ExpressionBuilder::applied(NodePtr base, antlr4::ParserRuleContext *whole,
                                   const std::vector<P::SuffixContext *> &suffixes) {
  size_t begin = whole->getStart()->getStartIndex();
  for (auto *suffix : suffixes) {
    auto result = std::make_unique<Node>();
    result->place = places.place(begin, suffix->getStop()->getStopIndex() + 1);
    result->children.push_back(std::move(base));
    apply(*result, suffix);
    base = std::move(result);
  }
  return base;
}

void ExpressionBuilder::apply(Node &result, P::SuffixContext *suffix) {
  if (auto *c = dynamic_cast<P::CallSuffixContext *>(suffix)) {
    result.kind = Kind::Call;
    for (auto &argument : arguments(c->arguments())) {
      result.children.push_back(std::move(argument.value));
      result.names.push_back(argument.name);
    }
  } else if (auto *c = dynamic_cast<P::IndexSuffixContext *>(suffix)) {
    result.kind = Kind::Index;
    for (auto *part : c->indexPart())
      result.children.push_back(part->expr() ? expr(part->expr()) : node(Kind::Slice, part));
  } else if (auto *c = dynamic_cast<P::FieldSuffixContext *>(suffix)) {
    result.kind = Kind::Field;
    result.text = normalizedName(c->name()->getText());
  } else {
    result.kind = Kind::Transpose;
  }
}

std::vector<Argument> ExpressionBuilder::arguments(P::ArgumentsContext *context) {
  std::vector<Argument> result;
  if (!context)
    return result;
  for (auto *a : context->argument()) {
    bool isNamed = a->ASSIGN() != nullptr;
    std::string name;
    if (isNamed) {
      NodePtr written = expr(a->expr(0));
      if (written->kind != Kind::Name || written->place != place(a->expr(0)))
        report(errors::badArgumentName(place(a->expr(0)), quoted(place(a->expr(0)))));
      name = written->text;
    }
    result.push_back({name, place(a), expr(a->expr(isNamed ? 1 : 0))});
  }
  return result;
}

// ---- primaries ----

NodePtr ExpressionBuilder::primary(P::PrimaryContext *context) {
  size_t first = context->getStart()->getType();
  return isOpening(first) || first == P::MATCH ? bracketed(context) : leaf(context);
}

NodePtr ExpressionBuilder::leaf(P::PrimaryContext *context) {
  if (auto *c = dynamic_cast<P::NumberContext *>(context)) {
    std::string digits = c->getText();
    std::erase(digits, '_');
    return node(Kind::Number, c, digits);
  }
  if (auto *c = dynamic_cast<P::ImaginaryContext *>(context)) {
    std::string digits = c->getText();
    digits.pop_back();
    std::erase(digits, '_');
    return node(Kind::Imaginary, c, digits);
  }
  if (auto *c = dynamic_cast<P::TextContext *>(context))
    return node(Kind::Text, c, unquoted(c->getText()));
  if (auto *c = dynamic_cast<P::NameUseContext *>(context))
    return node(Kind::Name, c, normalizedName(c->getText()));
  if (auto *c = dynamic_cast<P::WildcardContext *>(context)) {
    report(errors::wildcard(place(c)));
    return node(Kind::Name, c);
  }
  return node(Kind::Constant, context, context->getText());
}

NodePtr ExpressionBuilder::bracketed(P::PrimaryContext *context) {
  Deeper deeper(depth, 1);
  if (tooDeep(context))
    return std::make_unique<Node>();
  if (auto *c = dynamic_cast<P::ParenthesisContext *>(context))
    return c->expr().size() == 1 ? expr(c->expr(0)) : list(Kind::Tuple, c, c->expr());
  if (auto *c = dynamic_cast<P::BracesContext *>(context))
    return c->binders() ? comprehension(Kind::SetOf, c, c->binders(), c->expr(0))
                        : list(Kind::SetLiteral, c, c->expr());
  if (auto *c = dynamic_cast<P::MatchContext *>(context))
    return match(c);
  auto *c = dynamic_cast<P::BracketsContext *>(context);
  return c->binders() ? comprehension(Kind::ArrayOf, c, c->binders(), c->expr(0))
                      : list(Kind::ArrayLiteral, c, c->expr());
}

NodePtr ExpressionBuilder::match(P::MatchContext *c) {
  NodePtr result = node(Kind::Match, c);
  result->children.push_back(expr(c->expr()));
  for (auto *each : c->matchCase()) {
    result->children.push_back(matchedValue(each));
    result->children.push_back(expr(each->expr()));
  }
  return result;
}

/// `fixed`, `"cubic"`, or `else`, which is no name of anything else.
NodePtr ExpressionBuilder::matchedValue(P::MatchCaseContext *c) {
  if (c->name())
    return node(Kind::Name, c->name(), normalizedName(c->name()->getText()));
  const antlr4::Token &token = *(c->STRING() ? c->STRING() : c->ELSE())->getSymbol();
  NodePtr result = node(c->STRING() ? Kind::Text : Kind::Name, c);
  result->place = placeOf(token);
  result->text = c->STRING() ? unquoted(token.getText()) : token.getText();
  return result;
}

NodePtr ExpressionBuilder::list(Kind kind, antlr4::ParserRuleContext *c,
                                const std::vector<P::ExprContext *> &parts) {
  NodePtr result = node(kind, c);
  for (auto *part : parts)
    result->children.push_back(expr(part));
  return result;
}

NodePtr ExpressionBuilder::comprehension(Kind kind, antlr4::ParserRuleContext *c, P::BindersContext *b,
                                         P::ExprContext *e) {
  NodePtr result = node(kind, c);
  result->binders = binders(b);
  result->children.push_back(expr(e));
  return result;
}

// ---- binders ----

std::unique_ptr<Binders> ExpressionBuilder::indexing(P::IndexingContext *context) {
  return context ? binders(context->binders()) : nullptr;
}

std::unique_ptr<Binders> ExpressionBuilder::binders(P::BindersContext *context) {
  auto result = std::make_unique<Binders>();
  for (auto *b : context->binder())
    result->list.push_back(binder(b));
  if (context->expr())
    result->where = expr(context->expr());
  return result;
}

namespace {

/// The primary that a list of operands consists of, or null.
template <class Context> P::PrimaryContext *onlyPrimary(Context *context) {
  if (context->operand().size() != 1)
    return nullptr;
  P::OperandContext *operand = context->operand(0);
  bool isPlain = operand->prefix().empty() && operand->power()->exponent().empty() &&
                 operand->power()->postfix()->suffix().empty();
  return isPlain ? operand->power()->postfix()->primary() : nullptr;
}

} // namespace

Binder ExpressionBuilder::binder(P::BinderContext *context) {
  Binder result;
  result.place = place(context);
  if (!context->IN()) {
    result.set = setExpr(context->setExpr(0));
    return result;
  }
  P::SetExprContext *pattern = context->setExpr(0);
  P::PrimaryContext *only = onlyPrimary(pattern);
  auto *tuple = dynamic_cast<P::ParenthesisContext *>(only);
  if (dynamic_cast<P::WildcardContext *>(only))
    result.terms.push_back({place(pattern), nullptr});
  else if (dynamic_cast<P::NameUseContext *>(only))
    result.terms.push_back({place(pattern), primary(only)});
  else if (!tuple)
    report(errors::badPattern(place(pattern), quoted(place(pattern))));
  if (tuple) {
    result.isTuple = tuple->expr().size() > 1;
    for (auto *term : tuple->expr())
      result.terms.push_back(patternTerm(term));
  }
  result.set = setExpr(context->setExpr(1));
  return result;
}

PatternTerm ExpressionBuilder::patternTerm(P::ExprContext *context) {
  if (dynamic_cast<P::WildcardContext *>(onlyPrimary(context)))
    return {place(context), nullptr};
  return {place(context), expr(context)};
}

std::string unquoted(const std::string &text) {
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

} // namespace costate
