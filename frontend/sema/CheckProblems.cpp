// Problems: declarations in any order, each checked when first needed.
#include "frontend/sema/Checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace costate::sema {

using ast::Kind;
using ast::StatementKind;

void Checker::problemDeclaration(const ast::Statement &s) {
  if (!s.parameters.empty())
    return exampleProblem(s);
  auto owner = std::make_unique<Problem>();
  owner->name = s.name;
  stateProblem(*owner, s);
  declareTop(std::move(owner), s);
}

void Checker::stateProblem(Problem &problem, const ast::Statement &s) {
  problem.isSingle = s.typeName == "float32";
  if (!s.typeName.empty() && !problem.isSingle && s.typeName != "float64")
    report(errors::unknownPrecision(s.typePlace, s.name, s.typeName));
  std::vector<Symbol *> inner;
  int unnamed = 0;
  for (auto &item : s.body) {
    std::unique_ptr<Symbol> symbol;
    switch (item->kind) {
    case StatementKind::Set:
      symbol = std::make_unique<Set>();
      break;
    case StatementKind::Param:
      symbol = std::make_unique<Param>();
      break;
    case StatementKind::Let:
      if (!item->names.empty()) {
        report(errors::insideProblem(item->place));
        continue;
      }
      symbol = std::make_unique<Let>();
      break;
    case StatementKind::Root:
    case StatementKind::Fixed:
      symbol = std::make_unique<Let>();
      break;
    case StatementKind::Var:
      symbol = std::make_unique<Variable>();
      break;
    case StatementKind::Constraint:
      symbol = std::make_unique<Constraint>();
      break;
    case StatementKind::Objective:
      symbol = std::make_unique<Objective>();
      break;
    default:
      report(errors::insideProblem(item->place));
      continue;
    }
    symbol->name = item->name;
    if (symbol->name.empty() && item->kind == StatementKind::Constraint)
      symbol->name = fmt::format("row{}", ++unnamed);
    symbol->place = item->namePlace;
    symbol->doc = item->doc;
    statements[symbol.get()] = item.get();
    if (!symbol->name.empty()) {
      auto [known, isNew] = problem.names.emplace(symbol->name, symbol.get());
      auto outside = scope.top.find(symbol->name);
      if (!isNew)
        report(errors::duplicateName(item->namePlace, symbol->name, known->second->place));
      else if (outside != scope.top.end() && item->kind != StatementKind::Constraint)
        report(errors::duplicateName(item->namePlace, symbol->name, outside->second->place));
    }
    unchecked.insert(symbol.get());
    inner.push_back(symbol.get());
    keep(std::move(symbol));
  }
  scope.problem = &problem;
  for (Symbol *symbol : inner)
    ensureChecked(*symbol);
  scope.problem = nullptr;
}

void Checker::ensureChecked(Symbol &symbol) {
  if (inProgress.count(&symbol)) {
    auto first = std::find(underWay.begin(), underWay.end(), &symbol);
    errors::Names cycle;
    for (auto at = first; at != underWay.end(); ++at)
      cycle.push_back((*at)->name);
    cycle.push_back(symbol.name);
    return report(errors::cyclicLet(symbol.place, cycle));
  }
  if (!unchecked.erase(&symbol))
    return;
  inProgress.insert(&symbol);
  underWay.push_back(&symbol);
  std::vector<Index *> outer;
  std::swap(outer, scope.indices);
  Family *outerDefining = std::exchange(defining, nullptr);
  fillInner(symbol, *statements[&symbol]);
  defining = outerDefining;
  std::swap(outer, scope.indices);
  underWay.pop_back();
  inProgress.erase(&symbol);
  auto named = scope.problem->names.find(symbol.name);
  bool isRecord = named != scope.problem->names.end() && asRecord(named->second);
  if (!isRecord) // whose parts are there
    scope.problem->order.push_back(&symbol);
}

void Checker::fillInner(Symbol &symbol, const ast::Statement &s) {
  switch (symbol.kind) {
  case Symbol::Kind::Set:
    return fillSet(static_cast<Set &>(symbol), s);
  case Symbol::Kind::Param:
    return fillParam(static_cast<Param &>(symbol), s);
  case Symbol::Kind::Let:
    return isLoop(s) ? fillEquation(static_cast<Let &>(symbol), s) : fillLet(static_cast<Let &>(symbol), s);
  case Symbol::Kind::Variable:
    return fillVariable(static_cast<Variable &>(symbol), s);
  case Symbol::Kind::Constraint:
    return fillConstraint(static_cast<Constraint &>(symbol), s);
  default:
    return fillObjective(static_cast<Objective &>(symbol), s);
  }
}

void Checker::fillVariable(Variable &variable, const ast::Statement &s) {
  IndexFrame frame(scope);
  variable.problem = scope.problem;
  variable.type = {Base::Real, nullptr};
  if (s.indexing)
    binders(*s.indexing, variable.domain);
  if (s.typeName == "int" || s.typeName == "binary")
    report(errors::discreteVariable(s.namePlace, s.name, s.typeName));
  else if (!s.typeName.empty() && s.typeName != "real")
    report(errors::notAvailable(s.typePlace, fmt::format("a variable of kind `{}`", s.typeName)));
  Type real{Base::Real, nullptr};
  std::string what = fmt::format("a bound of `{}`", s.name);
  if (s.interval) {
    variable.lower = dataSide(s.interval->low, real, what);
    variable.upper = dataSide(s.interval->high, real, what);
  }
  for (auto &bound : s.bounds) {
    if (bound.relation == "<" || bound.relation == ">") {
      report(errors::strictInequality(bound.place, bound.relation));
      continue;
    }
    if (bound.relation != "<=")
      variable.lower = dataSide(bound.value, real, what);
    if (bound.relation != ">=")
      variable.upper = dataSide(bound.value, real, what);
  }
  variable.start = dataSide(s.start, real, fmt::format("the start of `{}`", s.name));
  crossedLiterals(variable);
}

namespace {
/// The value of a literal, possibly negated.
std::optional<double> literal(const Expr *e) {
  if (e && e->kind == ExprKind::Unary && e->op == "-")
    if (auto inner = literal(e->args[0].get()))
      return -*inner;
  return e && e->kind == ExprKind::Number && e->type.base != Base::Poison ? std::optional(e->number)
                                                                          : std::nullopt;
}
} // namespace

void Checker::crossedLiterals(const Variable &variable) {
  auto low = literal(variable.lower.get()), high = literal(variable.upper.get());
  if (low && high && *low > *high)
    report(errors::crossedBounds(variable.lower->place, variable.name, *low, *high));
}

void Checker::fillConstraint(Constraint &constraint, const ast::Statement &s) {
  IndexFrame frame(scope);
  constraint.problem = scope.problem;
  constraint.type = {Base::Real, nullptr};
  if (s.indexing)
    binders(*s.indexing, constraint.domain);
  const ast::Node &relation = *s.value;
  bool allowed = relation.kind == Kind::Compare && relation.ops.size() <= 2;
  if (allowed)
    for (auto &op : relation.ops) {
      if (op == "<" || op == ">")
        return report(errors::strictInequality(relation.place, op));
      allowed &= op == "<=" || op == ">=" || op == "==";
    }
  if (allowed && relation.ops.size() == 2)
    allowed = relation.ops[0] == relation.ops[1] && relation.ops[0] != "==";
  if (!allowed && (s.nextOperator.empty() || s.nextOperator == "-")) // others are an error of their own
    return report(errors::constraintForm(relation.place, s.nextOperator));
  if (!allowed)
    return;
  if (relation.ops.size() == 2)
    chained(constraint, relation);
  else
    twoSided(constraint, relation);
}

/// A side free of variables is the bound; with variables on both sides their difference is bounded by zero.
void Checker::twoSided(Constraint &c, const ast::Node &relation) {
  ExprPtr left = expr(*relation.children[0]), right = expr(*relation.children[1]);
  bool good = needNumber(*left, "a side of a constraint");
  good &= needNumber(*right, "a side of a constraint");
  if (!good)
    return;
  if (!left->usesVariables && !right->usesVariables)
    return report(errors::noVariable(relation.place, "this constraint"));
  std::string op = relation.ops[0];
  if (!left->usesVariables) {
    std::swap(left, right);
    op = op == "<=" ? ">=" : op == ">=" ? "<=" : op;
  }
  if (!right->usesVariables) {
    size_t side = relation.children[0]->place == right->place ? 0 : 1;
    if (op != "<=")
      c.lower = expr(*relation.children[side]);
    if (op != ">=")
      c.upper = std::move(right);
    for (auto *bound : {c.lower.get(), c.upper.get()})
      if (bound)
        settle(*bound, {Base::Real, nullptr});
    c.body = std::move(left);
    return;
  }
  auto zero = [&] { return make(ExprKind::Number, relation, {Base::Real, nullptr}); };
  if (op != "<=")
    c.lower = zero();
  if (op != ">=")
    c.upper = zero();
  c.body = make(ExprKind::Binary, relation, {Base::Real, nullptr});
  c.body->op = "-";
  c.body->args.push_back(std::move(left));
  c.body->args.push_back(std::move(right));
  inherit(*c.body);
}

void Checker::chained(Constraint &c, const ast::Node &relation) {
  bool rising = relation.ops[0] == "<=";
  Type real{Base::Real, nullptr};
  c.lower = dataSide(relation.children[rising ? 0 : 2], real, "a side of a chain");
  c.body = expr(*relation.children[1]);
  c.upper = dataSide(relation.children[rising ? 2 : 0], real, "a side of a chain");
  if (needNumber(*c.body, "the middle of a chain") && !c.body->usesVariables)
    report(errors::noVariable(relation.place, "this constraint"));
  auto low = literal(c.lower.get()), high = literal(c.upper.get());
  if (low && high && *low > *high)
    report(errors::crossedBounds(relation.place, c.name, *low, *high));
}

void Checker::fillObjective(Objective &objective, const ast::Statement &s) {
  objective.problem = scope.problem;
  objective.maximize = s.sense == "maximize";
  if (scope.problem->objective)
    return report(
        errors::severalObjectives(s.namePlace, scope.problem->name, scope.problem->objective->place));
  scope.problem->objective = &objective;
  objective.body = expr(*s.value);
  needNumber(*objective.body, "the objective");
}

} // namespace costate::sema
