// Random numbers: what names them, and parameters that are drawn.
#include "frontend/sema/Checker.h"

#include "frontend/diagnose/NearestName.h"
#include "frontend/sema/ArrayExpression.h"
#include "frontend/sema/Distributions.h"
#include "frontend/sema/FreeIndices.h"
#include "frontend/sema/IntegerExpressions.h"

#include <fmt/format.h>

namespace costate::sema {

bool Checker::needInteger(const Expr &expr, const std::string &what) {
  if (expr.type.base == Base::Int)
    return true;
  report(errors::typeMismatch(expr.place, what, "an integer", typeText(expr.type)));
  return false;
}

/// A number for a place of the source: what stands before its declaration does not change it.
int64_t Checker::streamOf(SourcePlace place) const {
  std::string name = "@";
  for (const ast::Statement *s : topLevel)
    if (s && s->place.file == place.file && s->place.begin <= place.begin && place.end <= s->place.end)
      name = fmt::format("{}@{}", s->name, place.begin - s->place.begin);
  uint64_t hash = 0xcbf29ce484222325; // FNV-1a
  for (char c : name)
    hash = (hash ^ uint8_t(c)) * 0x100000001b3;
  return int64_t(hash);
}

namespace {

constexpr Type real{Base::Real, nullptr};

void add(ast::Node &call, ast::NodePtr argument) {
  call.children.push_back(std::move(argument));
  call.names.emplace_back();
}

/// The index as an integer.
ast::NodePtr numberOf(const Index &index, SourcePlace place) {
  ast::NodePtr value = newNode(ast::Kind::Name, place, index.name);
  if (index.type.base == Base::Int)
    return value;
  ast::NodePtr ord = newNode(ast::Kind::Call, place);
  ord->children.push_back(newNode(ast::Kind::Name, place, "ord"));
  add(*ord, std::move(value));
  return ord;
}

ExprPtr combined(const char *op, ExprPtr x, ExprPtr y) {
  ExprPtr result = binary(op, std::move(x), std::move(y));
  result->type = real;
  for (auto &arg : result->args)
    result->usesVariables |= arg->usesVariables, result->usesSolution |= arg->usesSolution;
  return result;
}

} // namespace

/// Null after an error.
const Distribution *Checker::distributionOf(const ast::Node &node) {
  bool isCall = node.kind == ast::Kind::Call && node.children[0]->kind == ast::Kind::Name;
  const std::string name = isCall ? node.children[0]->text : "";
  const Distribution *row = findDistribution(name);
  std::vector<std::string> known = distributionNames();
  if (!isCall)
    report(errors::randomForm(node.place));
  else if (!row)
    report(errors::unknownDistribution(node.children[0]->place, name, known, nearestName(name, known)));
  else if (node.children.size() == row->parameters.size() + 1)
    return row;
  else
    report(errors::distributionArguments(node.place, name, {row->parameters.begin(), row->parameters.end()},
                                         node.children.size() - 1));
  return nullptr;
}

/// `normal(seed, draw, i, ord(city))`: named by the parameter `seed`, which is 0 where there is none, the
/// place of the distribution, the draw and the indices.
ExprPtr Checker::standardNumber(const Distribution &row, SourcePlace place, const Index *draw,
                                const Binders &domain) {
  auto *seed = dynamic_cast<Param *>(scope.find("seed"));
  bool isSeeded = seed && seed->domain.empty() && seed->type.base == Base::Int;
  ast::NodePtr call = newNode(ast::Kind::Call, place);
  call->children.push_back(newNode(ast::Kind::Name, place, row.standard));
  add(*call, isSeeded ? newNode(ast::Kind::Name, place, "seed") : newNode(ast::Kind::Number, place, "0"));
  if (draw)
    add(*call, numberOf(*draw, place));
  for (auto &index : domain.indices)
    add(*call, numberOf(*index, place));
  return expr(*call);
}

/// What is drawn, made of a standard number; null after an error.
ExprPtr Checker::drawn(const Distribution &row, const ast::Node &node, ExprPtr number,
                       const std::function<ExprPtr(const ast::NodePtr &)> &side) {
  const std::string name = row.name;
  if (name == "normal" || name == "uniform") {
    ExprPtr first = side(node.children[1]), second = side(node.children[2]);
    if (!first || !second)
      return nullptr;
    if (name == "uniform")
      second = combined("-", std::move(second), side(node.children[1]));
    return combined("+", std::move(first), combined("*", std::move(second), std::move(number)));
  }
  Symbols arguments{&local("", node.place, std::move(number), real)};
  for (size_t k = 1; k < node.children.size(); ++k) {
    Symbol *argument = name == "categorical" ? weights(*node.children[k]) : nullptr;
    if (ExprPtr value = name == "categorical" ? nullptr : side(node.children[k]))
      argument = &local("", node.place, std::move(value), real);
    if (!argument)
      return nullptr;
    arguments.push_back(argument);
  }
  return instantiate(*preludeFunction("drawn_" + name), arguments, node.place).scalar;
}

/// An array of numbers; null after an error.
Family *Checker::weights(const ast::Node &node) {
  Family *array = isArray(node) ? arrayValue(node) : nullptr;
  if (array && array->arity() == 1 && array->type.isNumber())
    return array;
  if (array || !isArray(node))
    report(errors::typeMismatch(node.place, "the argument of `categorical`", "an array of numbers",
                                array ? arrayText(*array, real) : shapeText(node)));
  return nullptr;
}

/// `param z[i in I] ~ normal(mean, deviation)`, `~ uniform(low, high)`
ExprPtr Checker::randomValue(const Param &param, const ast::Node &distribution) {
  const Distribution *row = distributionOf(distribution);
  if (!row)
    return nullptr;
  bool fits = param.type.base == Base::Real || (row->isDiscrete && param.type.base == Base::Int);
  if (!fits) {
    report(errors::typeMismatch(distribution.place, fmt::format("what `{}` gives", row->name),
                                typeText(param.type), row->isDiscrete ? "an integer" : "a number"));
    return nullptr;
  }
  ExprPtr number = standardNumber(*row, distribution.place, nullptr, param.domain);
  return drawn(*row, distribution, std::move(number), [&](const ast::NodePtr &node) {
    return dataSide(node, real, fmt::format("an argument of `{}`", row->name));
  });
}

// ---- expectations --------------------------------------------------------------------------------------

/// Whether all values of what is drawn are taken, each with its probability.
static bool isEnumerated(const ast::Node &node) {
  const ast::Node &distribution = *node.children[0];
  bool isCall = distribution.kind == ast::Kind::Call && distribution.children[0]->kind == ast::Kind::Name;
  const Distribution *row = isCall ? findDistribution(distribution.children[0]->text) : nullptr;
  return row && row->isDiscrete && !node.binders;
}

/// `expect(z ~ normal(0, 1)) f(z)` => `mean(draw in 1..samples) f(normal(seed, draw))`, and
/// `expect(z ~ bernoulli(p)) f(z)` => `sum(z in 0..1) (if z == 1 then p else 1 - p)*f(z)`
ExprPtr Checker::expectation(const ast::Node &node) {
  bool isSampled = std::any_of(node.children.begin() + 1, node.children.end(),
                               [](auto &drawn) { return drawn->ops[0] == "~" && !isEnumerated(*drawn); });
  Let *samples = numberOfSamples(node);
  if (!samples)
    return poison(node);
  ExprPtr result = make(ExprKind::Reduce, node, real);
  result->text = "mean", result->op = "expect", result->isExpectation = true;
  result->binders = std::make_unique<Binders>();
  IndexFrame frame(scope);
  if (isSampled)
    bindDraw(node.place, *samples, *result->binders);
  Locals *around = scope.locals, own = around ? *around : Locals();
  scope.locals = &own;
  ExprPtr body = expected(node, 1, isSampled ? result->binders->indices[0].get() : nullptr);
  scope.locals = around;
  if (body->type.base == Base::Poison || !isSampled)
    return body;
  result->args.push_back(std::move(body));
  inherit(*result);
  return result;
}

/// The body, with what is drawn from number `k` on.
ExprPtr Checker::expected(const ast::Node &node, size_t k, const Index *draw) {
  if (k == node.children.size()) {
    ExprPtr body = expr(*node.children[0]);
    return needNumber(*body, "the body of `expect`") ? std::move(body) : poison(node);
  }
  const ast::Node &drawn = *node.children[k];
  if (drawn.ops[0] != "~")
    return expected(node, k + 1, draw);
  Symbol *known = scope.find(drawn.text);
  Index *index = scope.findIndex(drawn.text);
  bool isNew = !known && !index;
  if (!isNew)
    report(errors::duplicateName(drawn.place, drawn.text, known ? known->place : index->place));
  else if (isEnumerated(drawn))
    return enumerated(node, k, draw);
  Let *let = isNew ? drawnLet(drawn, *draw) : nullptr;
  Let &value = let ? *let : local(drawn.text, drawn.place, poisonAt(drawn.place), {});
  scope.locals->emplace(drawn.text, &value);
  ExprPtr rest = expected(node, k + 1, draw);
  return let ? std::move(rest) : poison(node);
}

/// The sum over all values, with their probabilities.
ExprPtr Checker::enumerated(const ast::Node &node, size_t k, const Index *draw) {
  const ast::Node &drawn = *node.children[k];
  const Distribution *row = distributionOf(*drawn.children[0]);
  Family *parameter = row ? chanceParameter(*row, *drawn.children[0]->children[1]) : nullptr;
  if (!parameter)
    return poison(node);
  ExprPtr total = make(ExprKind::Reduce, drawn, real);
  total->text = total->op = "sum";
  total->binders = std::make_unique<Binders>();
  IndexFrame frame(scope);
  bindValues(drawn, *parameter, *total->binders);
  Let &value =
      local("", drawn.place, indexRef(*total->binders->indices[0], drawn.place), {Base::Int, nullptr});
  UserFunction *chance = preludeFunction(std::string("chance_") + row->name);
  ExprPtr probability = instantiate(*chance, {&value, parameter}, drawn.place).scalar;
  ExprPtr rest = expected(node, k + 1, draw);
  if (rest->type.base == Base::Poison)
    return rest;
  total->args.push_back(combined("*", std::move(probability), std::move(rest)));
  inherit(*total);
  return total;
}

/// The probability or the weights; null after an error.
Family *Checker::chanceParameter(const Distribution &row, const ast::Node &node) {
  if (std::string(row.name) == "categorical")
    return weights(node);
  ExprPtr probability = expr(node);
  bool isGood = needNumber(*probability, fmt::format("an argument of `{}`", row.name));
  return isGood ? &local("", node.place, std::move(probability), real) : nullptr;
}

/// `k in 1..n` for n weights, `k in 0..1` for a probability
void Checker::bindValues(const ast::Node &drawn, Family &parameter, Binders &out) {
  ArrayExpression expression(scope, drawn.place);
  bool isArray = parameter.arity() > 0;
  Let &last = isArray ? sizeOf(parameter, 0, drawn.place)
                      : local("", drawn.place, integerNumber(1, drawn.place), {Base::Int, nullptr});
  std::vector<ast::Binder> list;
  list.push_back(expression.binder(drawn.text, last));
  if (!isArray)
    list[0].set->children[0]->text = "0";
  ast::NodePtr over = ArrayExpression::with(newNode(ast::Kind::Reduce, drawn.place), std::move(list));
  binders(*over->binders, out);
}

/// `draw in 1..samples`
void Checker::bindDraw(SourcePlace place, Let &samples, Binders &out) {
  ArrayExpression expression(scope, place);
  std::vector<ast::Binder> list;
  list.push_back(expression.binder(fmt::format("$draw{}", scope.indices.size()), samples));
  ast::NodePtr over = ArrayExpression::with(newNode(ast::Kind::Reduce, place), std::move(list));
  binders(*over->binders, out);
}

/// The option `samples`, else the parameter of that name, else 1000; null after an error.
Let *Checker::numberOfSamples(const ast::Node &node) {
  const ast::Node *given = nullptr;
  for (size_t k = 1; k < node.children.size(); ++k) {
    const ast::Node &drawn = *node.children[k];
    if (drawn.ops[0] == "~")
      continue;
    if (drawn.text != "samples" || given) {
      report(errors::expectationOption(drawn.place, drawn.text));
      return nullptr;
    }
    given = drawn.children[0].get();
  }
  auto *param = dynamic_cast<Param *>(scope.find("samples"));
  bool isGiven = param && param->domain.empty() && param->type.base == Base::Int;
  ast::NodePtr own = isGiven ? newNode(ast::Kind::Name, node.place, "samples")
                             : newNode(ast::Kind::Number, node.place, "1000");
  ExprPtr number = expr(given ? *given : *own);
  bool isGood = needNumber(*number, "`samples`") && needInteger(*number, "`samples`");
  return isGood ? &local("", node.place, std::move(number), {Base::Int, nullptr}) : nullptr;
}

/// What is drawn, as a value that depends on the number of the draw; null after an error.
Let *Checker::drawnLet(const ast::Node &node, const Index &draw) {
  auto owner = std::make_unique<Let>();
  Let &let = *owner;
  let.name = node.text, let.place = node.place, let.isLocal = true;
  keep(std::move(owner));
  IndexFrame frame(scope);
  if (node.binders)
    binders(*node.binders, let.domain);
  if (!requireFixedDomain(let.domain, node.place))
    return nullptr;
  const ast::Node &distribution = *node.children[0];
  const Distribution *row = distributionOf(distribution);
  if (!row)
    return nullptr;
  ExprPtr number = standardNumber(*row, distribution.place, &draw, let.domain);
  ExprPtr value = drawn(*row, distribution, std::move(number), [&](const ast::NodePtr &argument) {
    ExprPtr side = expr(*argument);
    return needNumber(*side, fmt::format("an argument of `{}`", row->name)) ? std::move(side) : nullptr;
  });
  if (!value || value->type.base == Base::Poison)
    return nullptr;
  if (row->isDiscrete && (value->usesVariables || !freePlaceholders(*value).empty())) {
    report(errors::discreteDraw(distribution.place, node.text, row->name, row->parameters[0]));
    return nullptr;
  }
  Type type = row->isDiscrete ? Type{Base::Int, nullptr} : real;
  setLocal(let, std::move(value), type);
  return &let;
}

} // namespace costate::sema
