// Reductions over binders, and of whole arrays: `sum(x)` => `sum(i in 1..n) x[i]`.
#include "frontend/sema/Checker.h"

#include "frontend/sema/ArrayExpression.h"
#include "frontend/sema/Functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace costate::sema {

using ast::Kind;

namespace {

constexpr Type real{Base::Real, nullptr}, integer{Base::Int, nullptr}, boolean{Base::Bool, nullptr};

bool isLogical(const std::string &text) { return text == "any" || text == "all"; }

bool givesIndex(const std::string &text) { return text == "argmin" || text == "argmax"; }

std::vector<ExprPtr> list(ExprPtr first, ExprPtr second = nullptr) {
  std::vector<ExprPtr> result;
  result.push_back(std::move(first));
  if (second)
    result.push_back(std::move(second));
  return result;
}

} // namespace

ExprPtr Checker::reduction(const ast::Node &node) {
  return node.text == "logsumexp" ? logSumExp(node) : reduced(node, node.text, nullptr);
}

/// With a shift the body is exp(body - shift).
ExprPtr Checker::reduced(const ast::Node &node, const std::string &text, const Let *shift) {
  ExprPtr result = make(ExprKind::Reduce, node, real);
  result->text = text, result->op = node.text;
  result->binders = std::make_unique<Binders>();
  IndexFrame frame(scope);
  binders(*node.binders, *result->binders);
  ExprPtr body = expr(*node.children[0]);
  std::string what = fmt::format("the body of `{}`", node.text);
  bool isGood = isLogical(text) ? needBool(*body, what) : needNumber(*body, what);
  if (body->usesVariables && (isLogical(text) || givesIndex(text))) {
    report(errors::variableReduction(node.place, text));
    isGood = false;
  }
  if (givesIndex(text) && result->binders->indices.size() != 1) {
    report(errors::notAvailable(node.place,
                                fmt::format("`{}` over {} indices", text, result->binders->indices.size())));
    isGood = false;
  }
  if (!isGood)
    result->type = {};
  else if (isLogical(text))
    result->type = boolean;
  else if (givesIndex(text))
    result->type = result->binders->indices[0]->type;
  else if (body->type.base == Base::Int && text != "mean" && !shift)
    result->type = integer;
  if (shift && isGood) {
    ExprPtr gap = arithmeticOf("-", std::move(body), use(*shift, node.place));
    body = elementaryCall(*findFunction("exp"), list(std::move(gap)), node.place);
  }
  result->args.push_back(std::move(body));
  inherit(*result);
  return result;
}

/// `log(sum(i in I) exp(e))` with exponents that are at most 0; the shift has no part in the derivative, and
/// is left out where the greatest exponent is infinite.
ExprPtr Checker::logSumExp(const ast::Node &node) {
  ExprPtr greatest = reduced(node, "max", nullptr);
  if (greatest->type.base == Base::Poison)
    return greatest;
  ExprPtr constant = elementaryCall(*findFunction("stop"), list(std::move(greatest)), node.place);
  Let &most = local("", node.place, std::move(constant), real);
  auto number = [&](double value) {
    ExprPtr result = make(ExprKind::Number, node, real);
    result->number = value;
    return result;
  };
  ExprPtr isFinite = make(ExprKind::Compare, node, boolean);
  isFinite->op = "<";
  isFinite->args = list(elementaryCall(*findFunction("abs"), list(use(most, node.place)), node.place),
                        number(std::numeric_limits<double>::infinity()));
  inherit(*isFinite);
  ExprPtr finite = make(ExprKind::If, node, real);
  finite->args = list(std::move(isFinite), use(most, node.place));
  finite->args.push_back(number(0));
  inherit(*finite);
  Let &shift = local("", node.place, std::move(finite), real);
  ExprPtr total = reduced(node, "sum", &shift);
  return arithmeticOf("+", use(shift, node.place),
                      elementaryCall(*findFunction("log"), list(std::move(total)), node.place));
}

ExprPtr Checker::arithmeticOf(const char *op, ExprPtr left, ExprPtr right) {
  auto result = std::make_unique<Expr>();
  result->kind = ExprKind::Binary;
  result->place = left->place;
  result->type = real;
  result->op = op;
  result->args = list(std::move(left), std::move(right));
  inherit(*result);
  return result;
}

// ---- whole arrays --------------------------------------------------------------------------------------

bool Checker::isReducer(const ast::Node &callee) {
  static const char *words[] = {"sum", "prod", "min", "max", "mean", "any", "all", "argmin", "argmax"};
  return callee.kind == Kind::Name &&
         std::find(std::begin(words), std::end(words), callee.text) != std::end(words) &&
         !scope.findIndex(callee.text) && !scope.find(callee.text);
}

/// `sum(x)`, but not `max(x, y)`.
bool Checker::isWholeReduction(const ast::Node &node) {
  return node.kind == Kind::Call && node.children.size() == 2 && isReducer(*node.children[0]) &&
         hasIndices(*node.children[1]);
}

ExprPtr Checker::wholeReduction(const ast::Node &node) {
  ExprPtr result = std::move(wholeReduced(node).scalar);
  return result ? std::move(result) : poison(node);
}

/// Of an array, also of records.
Value Checker::wholeReduced(const ast::Node &node) {
  Symbol *array = arrayOperand(*node.children[1]);
  if (!array)
    return {poison(node)};
  ArrayExpression expression(scope, node.place);
  std::vector<std::string> indices;
  std::vector<ast::Binder> binders;
  for (size_t k = 0; k < rankOf(*array); ++k) {
    indices.push_back(fmt::format("$k{}", k + 1)); // `$i1` is an index of fields that are arrays
    binders.push_back(expression.binder(indices.back(), sizeOf(firstLeaf(*array), k, node.place)));
  }
  ast::NodePtr all =
      ArrayExpression::with(newNode(Kind::Reduce, node.place, node.children[0]->text), std::move(binders));
  all->children.push_back(expression.operand(*array, indices));
  return value(*all);
}

} // namespace costate::sema
