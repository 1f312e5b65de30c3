// Proofs by form: an index stays in the set it ranges over; an element lies in the set that declares its
// type.
#include "frontend/lower/MayFail.h"

#include <algorithm>

namespace costate::lower {
namespace {

using sema::Expr;
using sema::ExprKind;
using sema::SetExpr;

bool sameExpr(const Expr *a, const Expr *b) {
  bool isNumber = a->kind == ExprKind::Number && b->kind == ExprKind::Number;
  bool isScalar =
      a->kind == ExprKind::Access && b->kind == ExprKind::Access && a->args.empty() && b->args.empty();
  return isNumber ? a->number == b->number : isScalar && a->symbol == b->symbol;
}

} // namespace

bool isSameSet(const SetExpr *a, const SetExpr *b) {
  if (a == b)
    return true;
  if (!a || !b || a->kind != b->kind)
    return false;
  if (a->kind == SetExpr::Kind::Named)
    return a->set == b->set;
  if (a->kind == SetExpr::Kind::Range)
    return sameExpr(a->low.get(), b->low.get()) && sameExpr(a->high.get(), b->high.get());
  return (a->kind == SetExpr::Kind::Keys || a->kind == SetExpr::Kind::Rows) && a->root && a->root == b->root;
}

namespace {

/// A set that holds all elements of its type.
bool declaresType(const SetExpr &set) {
  if (set.kind == SetExpr::Kind::Named)
    return declaresType(*set.set->value);
  bool declares = set.kind == SetExpr::Kind::Keys || set.kind == SetExpr::Kind::Rows ||
                  (set.kind == SetExpr::Kind::Literal && !set.takesKind);
  return declares && set.arity() == 1 && set.components[0].base == sema::Base::Element;
}

const sema::Index *indexOf(const Expr &e) { return e.kind == ExprKind::IndexRef ? e.index : nullptr; }

bool isWithin(const sema::Atom &atom, const sema::ExprPtr *args) {
  if (atom.terms.size() == 1) {
    const sema::Index *index = indexOf(*args[0]);
    return declaresType(*atom.set) || (index && isSameSet(index->set, atom.set.get()));
  }
  for (size_t k = 0; k < atom.terms.size(); ++k) {
    const sema::Index *index = indexOf(*args[k]);
    if (!index || index->component != k || !isSameSet(index->tuples, atom.set.get()) ||
        index->tuples != indexOf(*args[0])->tuples)
      return false;
  }
  return true;
}

bool anyMayFail(const Expr &expr) {
  return std::any_of(expr.args.begin(), expr.args.end(), [](auto &arg) { return mayFail(*arg); });
}

bool bindersMayFail(const sema::Binders &binders) {
  for (auto &atom : binders.atoms) {
    for (auto *side : {atom.set->low.get(), atom.set->high.get()})
      if (side && mayFail(*side))
        return true;
    for (auto &term : atom.terms)
      if (term.value && mayFail(*term.value))
        return true;
  }
  return binders.where && mayFail(*binders.where);
}

bool accessMayFail(const Expr &expr) {
  if (!expr.symbol || expr.args.empty())
    return anyMayFail(expr);
  auto &family = static_cast<const sema::Family &>(*expr.symbol);
  auto *let = dynamic_cast<const sema::Let *>(expr.symbol);
  if (let && let->computed)
    return true;
  bool isInlined = let && let->usesVariables && let->value;
  return !isWithinDomain(family, expr.args) || anyMayFail(expr) || (isInlined && mayFail(*let->value));
}

} // namespace

bool isWithinDomain(const sema::Family &family, const std::vector<sema::ExprPtr> &args) {
  if (args.empty())
    return true;
  if (family.domain.where)
    return false;
  size_t next = 0;
  for (auto &atom : family.domain.atoms) {
    bool isPlain = std::all_of(atom.terms.begin(), atom.terms.end(),
                               [](auto &term) { return term.kind == sema::Term::Kind::Fresh; });
    if (!isPlain || !isWithin(atom, &args[next]))
      return false;
    next += atom.terms.size();
  }
  return true;
}

bool mayFail(const Expr &expr) {
  switch (expr.kind) {
  case ExprKind::Access:
  case ExprKind::Solution:
    return accessMayFail(expr);
  case ExprKind::Column:
  case ExprKind::Ends:
  case ExprKind::Neighbour:
    return true;
  case ExprKind::Ord: {
    const sema::Index *index = indexOf(*expr.args[0]);
    return !declaresType(*expr.set) && !(index && isSameSet(index->set, expr.set.get()));
  }
  case ExprKind::Reduce: {
    bool needsRows = expr.text == "min" || expr.text == "max" || expr.text == "mean";
    return needsRows || bindersMayFail(*expr.binders) || anyMayFail(expr);
  }
  case ExprKind::Binary: {
    bool divides = expr.op == "div" || expr.op == "mod";
    for (size_t k = 1; divides && k < expr.args.size(); ++k)
      if (expr.args[k]->kind != ExprKind::Number || expr.args[k]->number == 0)
        return true;
    return anyMayFail(expr);
  }
  default:
    return anyMayFail(expr);
  }
}

} // namespace costate::lower
