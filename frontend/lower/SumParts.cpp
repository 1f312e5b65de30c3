// A walk down the sums.
#include "frontend/lower/SumParts.h"

#include <algorithm>

namespace costate::lower {
namespace {

using sema::Expr;
using sema::ExprKind;
using Kind = SumPart::Step::Kind;

constexpr size_t mostParts = 64;

bool isSum(const Expr &expr) {
  return expr.kind == ExprKind::Reduce && (expr.text == "sum" || expr.text == "mean");
}

class Walk {
public:
  explicit Walk(const std::function<bool(const Expr &)> &isWhole) : isWhole(isWhole) {}

  std::vector<SumPart> run(const Expr &whole) {
    down(whole, {});
    return parts.size() > mostParts ? std::vector<SumPart>() : std::move(parts);
  }

private:
  /// Through what keeps sums as they are.
  void down(const Expr &expr, SumPart part) {
    if (!expr.usesVariables || parts.size() > mostParts)
      return;
    auto further = [&](const Expr &next, Kind kind) {
      part.way.push_back({kind, &expr});
      down(next, std::move(part));
    };
    if (isWhole && isWhole(expr))
      end(expr, std::move(part));
    else if (auto *let = letOf(expr))
      further(*let->value, Kind::Let);
    else if (isSum(expr))
      further(*expr.args[0], Kind::Sum);
    else if (expr.kind == ExprKind::Unary || expr.op == "+" || expr.op == "-")
      terms(expr, part);
    else if (expr.kind == ExprKind::Binary && (expr.op == "*" || expr.op == "/"))
      product(expr, std::move(part));
    else
      end(expr, std::move(part));
  }

  void end(const Expr &expr, SumPart part) {
    part.addend = &expr;
    parts.push_back(std::move(part));
  }

  void terms(const Expr &expr, const SumPart &part) {
    for (size_t k = 0; k < expr.args.size(); ++k) {
      SumPart term = part;
      bool isTaken = expr.op == "-" && (k > 0 || expr.kind == ExprKind::Unary);
      term.isNegative ^= isTaken;
      down(*expr.args[k], std::move(term));
    }
  }

  /// Of one expression with variables and factors that are data.
  void product(const Expr &expr, SumPart part) {
    SumPart longer = part;
    const Expr *rest = nullptr;
    for (size_t k = 0; k < expr.args.size(); ++k) {
      const Expr *arg = expr.args[k].get();
      bool isDivisor = k > 0 && expr.op == "/";
      if (!arg->usesVariables) {
        for (; arg->kind == ExprKind::Unary && arg->op == "-"; arg = arg->args[0].get())
          longer.isNegative ^= true;
        longer.way.push_back({isDivisor ? Kind::Divisor : Kind::Factor, arg});
      } else if (rest || isDivisor) {
        return end(expr, std::move(part));
      } else {
        rest = arg;
      }
    }
    down(*rest, std::move(longer));
  }

  const std::function<bool(const Expr &)> &isWhole;
  std::vector<SumPart> parts;
};

} // namespace

const sema::Let *letOf(const Expr &expr) {
  auto *let = expr.kind == ExprKind::Access ? dynamic_cast<const sema::Let *>(expr.symbol) : nullptr;
  return let && let->value ? let : nullptr;
}

std::vector<SumPart> sumParts(const Expr &whole, const std::function<bool(const Expr &)> &isWhole) {
  return Walk(isWhole).run(whole);
}

/// The same number or entry, as it is written.
static bool isSame(const Expr &one, const Expr &other) {
  bool isRead = one.kind == ExprKind::Access || one.kind == ExprKind::IndexRef ||
                (one.kind == ExprKind::Number && one.number == other.number);
  return isRead && one.kind == other.kind && one.symbol == other.symbol && one.index == other.index &&
         std::equal(one.args.begin(), one.args.end(), other.args.begin(), other.args.end(),
                    [](auto &a, auto &b) { return a && b && isSame(*a, *b); });
}

std::pair<const Expr *, int64_t> squareRoot(const Expr &expr) {
  if (expr.op == "*" && expr.args.size() == 2 && isSame(*expr.args[0], *expr.args[1]))
    return {expr.args[0].get(), 1};
  if (expr.kind != ExprKind::Binary || expr.op != "^" || expr.args[1]->kind != ExprKind::Number)
    return {};
  double power = expr.args[1]->number;
  bool isEven = power >= 2 && power == double(int64_t(power)) && int64_t(power) % 2 == 0;
  return isEven ? std::pair<const Expr *, int64_t>{expr.args[0].get(), int64_t(power) / 2}
                : std::pair<const Expr *, int64_t>{};
}

} // namespace costate::lower
