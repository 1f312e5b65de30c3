// A walk down the sums of an objective, and one through all else.
#include "frontend/lower/AbsoluteParts.h"

#include <algorithm>
#include <map>
#include <set>

namespace costate::lower {
namespace {

using sema::Expr;
using sema::ExprKind;
using Kind = AbsolutePart::Step::Kind;

constexpr size_t mostParts = 64; // of one objective's text; each becomes a family

const sema::Let *letOf(const Expr &expr) {
  auto *let = expr.kind == ExprKind::Access ? dynamic_cast<const sema::Let *>(expr.symbol) : nullptr;
  return let && let->value ? let : nullptr;
}

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

  std::vector<AbsolutePart> run(const Expr &objective) {
    down(objective, {});
    std::erase_if(parts, [&](const AbsolutePart &part) { return elsewhere.count(part.call); });
    return parts.size() > mostParts ? std::vector<AbsolutePart>() : std::move(parts);
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

  /// Through what keeps sums as they are.
  void down(const Expr &expr, AbsolutePart part) {
    if (!holds(expr) || parts.size() > mostParts)
      return;
    auto further = [&](const Expr &next, Kind kind, const Expr &step) {
      AbsolutePart longer = part;
      longer.way.push_back({kind, &step});
      down(next, std::move(longer));
    };
    if (&expr == sampled)
      return through(expr);
    if (isAbsolute(expr) && isLinear(*expr.args[0])) {
      part.call = &expr;
      parts.push_back(std::move(part));
    } else if (auto *let = letOf(expr)) {
      further(*let->value, Kind::Let, expr);
    } else if (isSum(expr)) {
      further(*expr.args[0], Kind::Sum, expr);
    } else if (expr.kind == ExprKind::Unary || expr.op == "+" || expr.op == "-") {
      terms(expr, part);
    } else if (expr.kind == ExprKind::Binary && (expr.op == "*" || expr.op == "/")) {
      product(expr, std::move(part));
    } else {
      through(expr);
    }
  }

  void terms(const Expr &expr, const AbsolutePart &part) {
    for (size_t k = 0; k < expr.args.size(); ++k) {
      AbsolutePart term = part;
      bool isTaken = expr.op == "-" && (k > 0 || expr.kind == ExprKind::Unary);
      term.isNegative ^= isTaken;
      down(*expr.args[k], std::move(term));
    }
  }

  /// Of one expression with variables and factors that are data.
  void product(const Expr &expr, AbsolutePart part) {
    const Expr *rest = nullptr;
    for (size_t k = 0; k < expr.args.size(); ++k) {
      const Expr &arg = *expr.args[k];
      bool isDivisor = k > 0 && expr.op == "/";
      if (!arg.usesVariables)
        part.way.push_back({isDivisor ? Kind::Divisor : Kind::Factor, &arg});
      else if (rest || isDivisor)
        return through(expr);
      else
        rest = &arg;
    }
    down(*rest, std::move(part));
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
  std::vector<AbsolutePart> parts;
  std::set<const Expr *> seen, elsewhere;
  std::map<const sema::Let *, bool> holding;
};

} // namespace

std::vector<AbsolutePart> absoluteParts(const Expr &objective, const Expr *sampled) {
  return Walk(sampled).run(objective);
}

} // namespace costate::lower
