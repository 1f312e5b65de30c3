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

/// `normal(seed, i, ord(city))`
ast::NodePtr drawn(const Param &param, const std::string &name, bool isSeeded, SourcePlace place) {
  ast::NodePtr call = newNode(ast::Kind::Call, place);
  auto add = [&](ast::NodePtr node) {
    call->children.push_back(std::move(node));
    call->names.emplace_back();
  };
  call->children.push_back(newNode(ast::Kind::Name, place, name));
  add(isSeeded ? newNode(ast::Kind::Name, place, "seed") : newNode(ast::Kind::Number, place, "0"));
  for (auto &index : param.domain.indices) {
    ast::NodePtr value = newNode(ast::Kind::Name, place, index->name);
    if (index->type.base != Base::Int) {
      ast::NodePtr ord = newNode(ast::Kind::Call, place);
      ord->children.push_back(newNode(ast::Kind::Name, place, "ord"));
      ord->children.push_back(std::move(value));
      ord->names.emplace_back();
      value = std::move(ord);
    }
    add(std::move(value));
  }
  return call;
}

} // namespace

/// `param z[i in I] ~ normal(mean, deviation)`, `~ uniform(low, high)`: numbers named by the parameter
/// `seed`, which is 0 where there is none, this place and the indices.
ExprPtr Checker::randomValue(const Param &param, const ast::Node &distribution) {
  bool isCall = distribution.kind == ast::Kind::Call && distribution.children.size() == 3;
  const std::string name = isCall ? distribution.children[0]->text : "";
  if (name != "normal" && name != "uniform") {
    report(errors::randomForm(distribution.place));
    return nullptr;
  }
  auto *seed = dynamic_cast<Param *>(scope.find("seed"));
  bool isSeeded = seed && seed->domain.empty() && seed->type.base == Base::Int;
  ExprPtr number = expr(*drawn(param, name, isSeeded, distribution.place));
  std::string what = fmt::format("an argument of `{}`", name);
  auto side = [&](size_t k) { return dataSide(distribution.children[k], {Base::Real, nullptr}, what); };
  ExprPtr first = side(1), second = side(2);
  if (!first || !second)
    return nullptr;
  auto combined = [](const char *op, ExprPtr x, ExprPtr y) {
    ExprPtr result = binary(op, std::move(x), std::move(y));
    result->type = {Base::Real, nullptr};
    return result;
  };
  if (name == "normal")
    return combined("+", std::move(first), combined("*", std::move(second), std::move(number)));
  ExprPtr width = combined("-", std::move(second), side(1));
  return combined("+", std::move(first), combined("*", std::move(width), std::move(number)));
}

} // namespace costate::sema
