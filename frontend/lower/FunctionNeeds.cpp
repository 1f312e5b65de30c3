#include "frontend/lower/FunctionNeeds.h"
#include "frontend/lower/RangeProof.h"
#include "frontend/sema/FreeIndices.h"

#include <algorithm>

namespace costate::lower {

using sema::ExprKind;

namespace {

bool isRange(const sema::SetExpr *set) {
  while (set && set->kind == sema::SetExpr::Kind::Named)
    set = set->set->value.get();
  return set && set->kind == sema::SetExpr::Kind::Range;
}

bool isOverRanges(const sema::Binders &domain) {
  return std::all_of(domain.atoms.begin(), domain.atoms.end(), [](auto &atom) {
    return atom.terms.size() == 1 && atom.terms[0].kind == sema::Term::Kind::Fresh && isRange(atom.set.get());
  });
}

bool isArrayOfBody(const sema::Let &let) {
  return let.isLocal && !let.domain.empty() && let.value && !isView(*let.value);
}

template <class Predicate> bool anyArgument(const sema::Expr &expr, Predicate holds) {
  return std::any_of(expr.args.begin(), expr.args.end(), [&](auto &arg) { return arg && holds(*arg); });
}

/// The answer for a let, asked once.
template <class Key, class Ask> bool once(std::map<Key, bool> &known, const Key &key, Ask ask) {
  if (auto found = known.find(key); found != known.end())
    return found->second;
  return known[key] = ask();
}

/// Whether the value is a constant times each of its operands, and a constant, where the operands are not
/// bent.
bool isLinear(const sema::Expr &expr) {
  if (expr.kind == ExprKind::Unary)
    return true;
  if (expr.kind != ExprKind::Binary)
    return false;
  bool isSum = expr.op == "+" || expr.op == "-";
  bool isScaled = (expr.op == "*" && !(expr.args[0]->usesVariables && expr.args[1]->usesVariables)) ||
                  (expr.op == "/" && !expr.args[1]->usesVariables);
  return isSum || isScaled;
}

} // namespace

bool FunctionNeeds::needsFunction(const sema::Expr &expr) {
  if (expr.kind == ExprKind::Call && expr.text == "stop" && expr.usesVariables)
    return true;
  auto *let = dynamic_cast<const sema::Let *>(expr.symbol);
  bool isNeeded = let && let->usesVariables && once(needing, let, [&] {
                    return let->computed || (let->value && needsFunction(*let->value));
                  });
  return isNeeded || anyArgument(expr, [&](auto &arg) { return needsFunction(arg); });
}

bool FunctionNeeds::readsComputed(const sema::Expr &expr) {
  if (expr.kind == ExprKind::Solution) // known before
    return anyArgument(expr, [&](auto &arg) { return readsComputed(arg); });
  auto *let = dynamic_cast<const sema::Let *>(expr.symbol);
  bool isComputed =
      let && once(computing, let, [&] {
        return (let->computed && let->computed->usesVariables) || (let->value && readsComputed(*let->value));
      });
  return isComputed || anyArgument(expr, [&](auto &arg) { return readsComputed(arg); });
}

bool FunctionNeeds::bendsSums(const sema::Expr &expr, bool isBent) {
  if (!expr.usesVariables)
    return false;
  auto *let = dynamic_cast<const sema::Let *>(expr.symbol);
  if (let && let->value)
    return once(bending, std::pair(let, isBent), [&] { return bendsSums(*let->value, isBent); });
  bool isSum = expr.kind == ExprKind::Reduce && (expr.text == "sum" || expr.text == "mean");
  if (expr.kind == ExprKind::Reduce && (isBent || !isSum))
    return true;
  bool bends = isBent || !(isSum || isLinear(expr));
  return anyArgument(expr, [&](auto &arg) { return bendsSums(arg, bends); });
}

bool FunctionNeeds::readsArrays(const sema::Expr &expr) {
  auto *let = dynamic_cast<const sema::Let *>(expr.symbol);
  bool isRead = let && let->isLocal && once(reading, let, [&] {
                  return isArrayOfBody(*let) || (let->value && readsArrays(*let->value));
                });
  return isRead || anyArgument(expr, [&](auto &arg) { return readsArrays(arg); });
}

bool FunctionNeeds::isPlainAccess(const sema::Expr &expr) {
  auto &family = static_cast<const sema::Family &>(*expr.symbol);
  if (!isOverRanges(family.domain) || family.domain.where)
    return false;
  auto *let = dynamic_cast<const sema::Let *>(expr.symbol);
  return !let || !let->isLocal || once(plain, let, [&] { return !let->value || isPlain(*let->value); });
}

/// Ranges, no tables and texts, nothing that must be checked when data is bound.
bool FunctionNeeds::isPlain(const sema::Expr &expr) {
  switch (expr.kind) {
  case ExprKind::Number:
  case ExprKind::Boolean:
  case ExprKind::IndexRef:
  case ExprKind::Unary:
  case ExprKind::Binary:
  case ExprKind::Compare:
  case ExprKind::If:
  case ExprKind::Call:
  case ExprKind::Close:
  case ExprKind::Same:
  case ExprKind::Written:
  case ExprKind::Solution:
    break;
  case ExprKind::Access:
    if (!isPlainAccess(expr))
      return false;
    break;
  case ExprKind::Reduce:
    if (!isOverRanges(*expr.binders) || (expr.binders->where && !isPlain(*expr.binders->where)))
      return false;
    break;
  default:
    return false;
  }
  return !anyArgument(expr, [&](auto &arg) { return !isPlain(arg); });
}

bool FunctionNeeds::canCompute(const sema::Let &array) {
  return isArrayOfBody(array) && array.captured.empty() && !array.usesVariables &&
         isOverRanges(array.domain) && !array.domain.where && isPlain(*array.value);
}

bool FunctionNeeds::isPositionOrOfArrays(const sema::Expr &number) {
  if (number.kind != ExprKind::Reduce || number.usesVariables)
    return false;
  if (number.text == "argmin" || number.text == "argmax")
    return isOverRanges(*number.binders);
  return number.type.base == sema::Base::Real && readsArrays(number) && isPlain(number);
}

bool FunctionNeeds::canCompute(const sema::Expr &number) {
  return isPositionOrOfArrays(number) && freeIndices(number).empty();
}

bool FunctionNeeds::holdsComputation(const sema::Expr &expr) {
  auto *let = dynamic_cast<const sema::Let *>(expr.symbol);
  bool holds = let && once(holding, let,
                           [&] { return let->computed || (let->value && holdsComputation(*let->value)); });
  return holds || anyArgument(expr, [&](auto &arg) { return holdsComputation(arg); });
}

bool FunctionNeeds::canChoose(const sema::Expr &choice) {
  if (choice.usesVariables || choice.type.base == sema::Base::Text || !isPlain(choice))
    return false;
  return std::any_of(choice.args.begin() + 1, choice.args.end(),
                     [&](auto &arg) { return holdsComputation(*arg); });
}

bool FunctionNeeds::canComputeRows(const sema::Expr &number) {
  return isPositionOrOfArrays(number) && freePlaceholders(number).empty();
}

} // namespace costate::lower
