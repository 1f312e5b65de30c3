#include "frontend/lower/RangeProof.h"

#include <algorithm>
#include <map>
#include <optional>

namespace costate::lower {
namespace {

using sema::Expr;
using sema::ExprKind;

/// constant + sum of factor * name, where names are numbers that have one value all over a function.
struct Linear {
  int64_t constant = 0;
  std::map<const void *, int64_t> factors;
  std::map<const sema::Index *, int64_t> indices;

  void add(const Linear &other, int64_t times) {
    constant += times * other.constant;
    for (auto [name, factor] : other.factors)
      factors[name] += times * factor;
    for (auto [index, factor] : other.indices)
      indices[index] += times * factor;
  }
  /// The value, where it depends on no name.
  std::optional<int64_t> number() const {
    bool isNumber = std::all_of(factors.begin(), factors.end(), [](auto &f) { return f.second == 0; }) &&
                    std::all_of(indices.begin(), indices.end(), [](auto &f) { return f.second == 0; });
    return isNumber ? std::optional(constant) : std::nullopt;
  }
};

std::optional<Linear> linear(const Expr &expr);

std::optional<Linear> linearName(const Expr &expr) {
  auto *let = dynamic_cast<const sema::Let *>(expr.symbol);
  if (!expr.args.empty() || expr.type.base != sema::Base::Int)
    return std::nullopt;
  if (let && let->isLocal && let->value)
    if (auto inner = linear(*let->value))
      return inner;
  Linear name;
  name.factors[expr.symbol] = 1;
  return name;
}

std::optional<Linear> linearBinary(const Expr &expr) {
  if (expr.op != "+" && expr.op != "-" && expr.op != "*")
    return std::nullopt;
  auto sum = linear(*expr.args[0]);
  for (size_t k = 1; sum && k < expr.args.size(); ++k) {
    auto next = linear(*expr.args[k]);
    if (!next)
      return std::nullopt;
    if (expr.op != "*") {
      sum->add(*next, expr.op == "+" ? 1 : -1);
      continue;
    }
    auto left = sum->number(), right = next->number();
    if (!left && !right)
      return std::nullopt;
    Linear product;
    product.add(left ? *next : *sum, left ? *left : *right);
    sum = product;
  }
  return sum;
}

std::optional<Linear> linear(const Expr &expr) {
  Linear result;
  switch (expr.kind) {
  case ExprKind::Number:
    if (expr.type.base != sema::Base::Int)
      return std::nullopt;
    result.constant = expr.integer;
    return result;
  case ExprKind::IndexRef:
    if (expr.type.base != sema::Base::Int)
      return std::nullopt;
    result.indices[expr.index] = 1;
    return result;
  case ExprKind::Access:
    return linearName(expr);
  case ExprKind::Same:
    return linear(*expr.args[0]);
  case ExprKind::Unary:
    if (auto inner = expr.op == "-" ? linear(*expr.args[0]) : std::nullopt) {
      result.add(*inner, -1);
      return result;
    }
    return std::nullopt;
  case ExprKind::Binary:
    return linearBinary(expr);
  default:
    return std::nullopt;
  }
}

const sema::SetExpr *rangeOf(const sema::SetExpr *set) {
  while (set && set->kind == sema::SetExpr::Kind::Named)
    set = set->set->value.get();
  return set && set->kind == sema::SetExpr::Kind::Range ? set : nullptr;
}

/// With indices at the end of their ranges that makes the value greatest (or least).
std::optional<Linear> extreme(Linear value, bool greatest) {
  constexpr int deepest = 8; // ranges that depend on indices
  for (int depth = 0; depth < deepest; ++depth) {
    auto mentioned =
        std::find_if(value.indices.begin(), value.indices.end(), [](auto &i) { return i.second != 0; });
    if (mentioned == value.indices.end())
      return value;
    auto [index, factor] = *mentioned;
    const sema::SetExpr *range = rangeOf(index->set);
    if (!range)
      return std::nullopt;
    auto end = linear((factor > 0) == greatest ? *range->high : *range->low);
    if (!end)
      return std::nullopt;
    value.indices.erase(mentioned);
    value.add(*end, factor);
  }
  return std::nullopt;
}

/// a - b where that is a number.
std::optional<int64_t> difference(const std::optional<Linear> &a, const std::optional<Linear> &b) {
  if (!a || !b)
    return std::nullopt;
  Linear result = *a;
  result.add(*b, -1);
  return result.number();
}

/// What a comparison of integers says, as forms that are at most 0.
void collectComparison(const Expr &left, const std::string &op, const Expr &right,
                       std::vector<Linear> &known) {
  auto a = linear(left), b = linear(right);
  if (!a || !b)
    return;
  auto isAtMost = [&](const Linear &less, const Linear &more, int64_t gap) {
    Linear form = less;
    form.add(more, -1);
    form.constant += gap;
    known.push_back(form);
  };
  if (op == "<" || op == "<=" || op == "==")
    isAtMost(*a, *b, op == "<" ? 1 : 0);
  if (op == ">" || op == ">=" || op == "==")
    isAtMost(*b, *a, op == ">" ? 1 : 0);
}

std::string negated(const std::string &op) {
  static const std::map<std::string, std::string> others{
      {"<", ">="}, {"<=", ">"}, {">", "<="}, {">=", "<"}, {"!=", "=="}};
  auto found = others.find(op);
  return found == others.end() ? "" : found->second;
}

void collect(const Expr &condition, bool holds, std::vector<Linear> &known) {
  if (condition.kind == ExprKind::Unary && condition.op == "not")
    return collect(*condition.args[0], !holds, known);
  if (condition.kind == ExprKind::Compare && condition.args.size() == 2)
    return collectComparison(*condition.args[0], holds ? condition.op : negated(condition.op),
                             *condition.args[1], known);
  bool isList = condition.kind == ExprKind::Binary && condition.op == (holds ? "and" : "or");
  for (size_t k = 0; isList && k < condition.args.size(); ++k)
    collect(*condition.args[k], holds, known);
}

/// By the ends of the indices' ranges, or by one of the forms that are known.
bool isAtMostZero(const Linear &form, const std::vector<Linear> &known) {
  auto greatest = extreme(form, true);
  if (auto number = greatest ? greatest->number() : std::nullopt; number && *number <= 0)
    return true;
  return std::any_of(known.begin(), known.end(), [&](const Linear &other) {
    auto gap = difference(form, other);
    return gap && *gap <= 0;
  });
}

bool isPosition(const Expr &expr) {
  switch (expr.kind) {
  case ExprKind::Number:
  case ExprKind::IndexRef:
    return true;
  case ExprKind::Access:
    return expr.args.empty();
  case ExprKind::Binary:
    return (expr.op == "+" || expr.op == "-") &&
           std::all_of(expr.args.begin(), expr.args.end(), [](auto &arg) { return isPosition(*arg); });
  default:
    return false;
  }
}

} // namespace

bool isSameRange(const sema::SetExpr &a, const sema::SetExpr &b) {
  return &a == &b || (difference(linear(*a.low), linear(*b.low)) == 0 &&
                      difference(linear(*a.high), linear(*b.high)) == 0);
}

bool staysWithin(const Expr &value, const sema::SetExpr &range, const std::vector<Assumption> &assumed) {
  auto form = linear(value), high = linear(*range.high), low = linear(*range.low);
  if (!form || !high || !low)
    return false;
  std::vector<Linear> known; // each at most 0
  for (const Assumption &assumption : assumed)
    collect(*assumption.condition, assumption.holds, known);
  Linear above = *form, below = *low;
  above.add(*high, -1);
  below.add(*form, -1);
  return isAtMostZero(above, known) && isAtMostZero(below, known);
}

bool isView(const Expr &value) {
  return value.kind == ExprKind::Access && !value.args.empty() &&
         std::all_of(value.args.begin(), value.args.end(), [](auto &arg) { return isPosition(*arg); });
}

} // namespace costate::lower
