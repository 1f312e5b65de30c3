// The addends that are absolute values, and a walk through all else.
#include "frontend/lower/AbsoluteParts.h"

#include <algorithm>
#include <map>
#include <set>

namespace costate::lower {
namespace {

using sema::Expr;
using sema::ExprKind;

bool isAbsolute(const Expr &expr) {
  return expr.kind == ExprKind::Call && expr.text == "abs" && expr.usesVariables;
}

bool isSum(const Expr &expr) {
  return expr.kind == ExprKind::Reduce && (expr.text == "sum" || expr.text == "mean");
}

bool isLinear(const Expr &expr) {
  if (!expr.usesVariables)
    return true;
  if (auto *let = letOf(expr))
    return isLinear(*let->value);
  auto all = [&] {
    return std::all_of(expr.args.begin(), expr.args.end(), [](auto &a) { return isLinear(*a); });
  };
  auto varying = std::count_if(expr.args.begin(), expr.args.end(), [](auto &a) { return a->usesVariables; });
  switch (expr.kind) {
  case ExprKind::Access:
    return dynamic_cast<const sema::Variable *>(expr.symbol);
  case ExprKind::Unary:
    return all();
  case ExprKind::Binary:
    return (expr.op == "+" || expr.op == "-" || (expr.op == "*" && varying == 1) ||
            (expr.op == "/" && varying == 1 && expr.args[0]->usesVariables)) &&
           all();
  case ExprKind::Reduce:
    return isSum(expr) && all();
  default:
    return false;
  }
}

class Walk {
public:
  explicit Walk(const Expr *sampled) : sampled(sampled) {}

  std::vector<SumPart> run(const Expr &whole) {
    auto isWhole = [&](const Expr &expr) { return &expr == sampled || !holds(expr); };
    std::vector<SumPart> parts;
    for (SumPart &part : sumParts(whole, isWhole))
      if (isAbsolute(*part.addend) && isLinear(*part.addend->args[0]))
        parts.push_back(std::move(part));
      else
        through(*part.addend);
    std::erase_if(parts, [&](const SumPart &part) { return elsewhere.count(part.addend); });
    return parts;
  }

private:
  /// Whether there is any absolute value in the expression.
  bool holds(const Expr &expr) {
    if (!expr.usesVariables)
      return false;
    auto *let = letOf(expr);
    auto below = [&] {
      return std::any_of(expr.args.begin(), expr.args.end(), [&](auto &arg) { return arg && holds(*arg); });
    };
    if (!let)
      return isAbsolute(expr) || below();
    auto [known, isNew] = holding.try_emplace(let, false);
    if (isNew)
      known->second = holds(*let->value);
    return known->second || below();
  }

  /// What else is read.
  void through(const Expr &expr) {
    if (!holds(expr) || !seen.insert(&expr).second)
      return;
    if (isAbsolute(expr))
      elsewhere.insert(&expr);
    if (auto *let = letOf(expr))
      through(*let->value);
    for (auto &arg : expr.args)
      if (arg)
        through(*arg);
  }

  const Expr *sampled;
  std::set<const Expr *> seen, elsewhere;
  std::map<const sema::Let *, bool> holding;
};

} // namespace

std::vector<SumPart> absoluteParts(const Expr &whole, const Expr *sampled) {
  return Walk(sampled).run(whole);
}

} // namespace costate::lower
