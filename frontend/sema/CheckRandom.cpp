// Random numbers: what names them, and parameters that are drawn.
#include "frontend/sema/Checker.h"

#include "frontend/sema/ArrayExpression.h"
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

/// From a number of mean 0 and deviation 1, or between 0 and 1, to the distribution; `side` makes an argument
/// anew. Null after an error.
template <class Side> ExprPtr scaled(const std::string &name, ExprPtr number, Side side) {
  ExprPtr first = side(1), second = side(2);
  if (!first || !second)
    return nullptr;
  if (name == "normal")
    return combined("+", std::move(first), combined("*", std::move(second), std::move(number)));
  ExprPtr width = combined("-", std::move(second), side(1));
  return combined("+", std::move(first), combined("*", std::move(width), std::move(number)));
}

} // namespace

/// `normal(seed, draw, i, ord(city))`: named by the parameter `seed`, which is 0 where there is none, the
/// place of the distribution, the draw and the indices. Null where the distribution is none.
ExprPtr Checker::standardNumber(const ast::Node &distribution, const Index *draw, const Binders &domain) {
  bool isCall = distribution.kind == ast::Kind::Call && distribution.children.size() == 3;
  const std::string name = isCall ? distribution.children[0]->text : "";
  if (name != "normal" && name != "uniform") {
    report(errors::randomForm(distribution.place));
    return nullptr;
  }
  SourcePlace place = distribution.place;
  auto *seed = dynamic_cast<Param *>(scope.find("seed"));
  bool isSeeded = seed && seed->domain.empty() && seed->type.base == Base::Int;
  ast::NodePtr call = newNode(ast::Kind::Call, place);
  call->children.push_back(newNode(ast::Kind::Name, place, name));
  add(*call, isSeeded ? newNode(ast::Kind::Name, place, "seed") : newNode(ast::Kind::Number, place, "0"));
  if (draw)
    add(*call, numberOf(*draw, place));
  for (auto &index : domain.indices)
    add(*call, numberOf(*index, place));
  return expr(*call);
}

/// `param z[i in I] ~ normal(mean, deviation)`, `~ uniform(low, high)`
ExprPtr Checker::randomValue(const Param &param, const ast::Node &distribution) {
  ExprPtr number = standardNumber(distribution, nullptr, param.domain);
  if (!number)
    return nullptr;
  const std::string &name = distribution.children[0]->text;
  return scaled(name, std::move(number), [&](size_t k) {
    return dataSide(distribution.children[k], real, fmt::format("an argument of `{}`", name));
  });
}

// ---- expectations --------------------------------------------------------------------------------------

/// `expect(z ~ normal(0, 1)) f(z)` => `mean(draw in 1..samples) f(normal(seed, draw))`
ExprPtr Checker::expectation(const ast::Node &node) {
  ExprPtr result = make(ExprKind::Reduce, node, real);
  result->text = "mean", result->isExpectation = true;
  result->binders = std::make_unique<Binders>();
  Let *samples = numberOfSamples(node);
  if (!samples)
    return poison(node);
  IndexFrame frame(scope);
  bindDraw(node.place, *samples, *result->binders);
  Locals *around = scope.locals, own = around ? *around : Locals();
  scope.locals = &own;
  bool isGood = true;
  for (size_t k = 1; k < node.children.size(); ++k) {
    const ast::Node &drawn = *node.children[k];
    if (drawn.ops[0] != "~")
      continue;
    Let *let = drawnLet(drawn, *result->binders->indices[0]);
    isGood &= let != nullptr;
    own.emplace(drawn.text, let ? let : &local(drawn.text, drawn.place, poisonAt(drawn.place), {}));
  }
  ExprPtr body = expr(*node.children[0]);
  scope.locals = around;
  if (!needNumber(*body, "the body of `expect`") || !isGood)
    return poison(node);
  result->args.push_back(std::move(body));
  inherit(*result);
  return result;
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
  Symbol *known = scope.find(node.text);
  Index *index = scope.findIndex(node.text);
  if (known || index) {
    report(errors::duplicateName(node.place, node.text, known ? known->place : index->place));
    return nullptr;
  }
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
  ExprPtr number = standardNumber(distribution, &draw, let.domain);
  if (!number)
    return nullptr;
  const std::string &name = distribution.children[0]->text;
  ExprPtr value = scaled(name, std::move(number), [&](size_t k) {
    ExprPtr side = expr(*distribution.children[k]);
    return needNumber(*side, fmt::format("an argument of `{}`", name)) ? std::move(side) : nullptr;
  });
  if (!value)
    return nullptr;
  setLocal(let, std::move(value), real);
  return &let;
}

} // namespace costate::sema
