// Parts of one value are families of their own over the same indices.
#include "frontend/sema/Records.h"

namespace costate::sema {

ExprPtr cloneOf(const Expr &e) {
  auto result = std::make_unique<Expr>();
  result->kind = e.kind, result->type = e.type, result->place = e.place;
  result->usesVariables = e.usesVariables, result->usesSolution = e.usesSolution;
  result->number = e.number, result->integer = e.integer, result->isInteger = e.isInteger;
  result->textLabel = e.textLabel, result->text = e.text, result->op = e.op;
  result->index = e.index, result->symbol = e.symbol, result->table = e.table, result->problem = e.problem;
  if (e.set)
    result->set = cloneOf(*e.set);
  if (e.binders)
    result->binders = std::make_unique<Binders>(cloneOf(*e.binders));
  for (auto &arg : e.args)
    result->args.push_back(arg ? cloneOf(*arg) : nullptr);
  return result;
}

SetPtr cloneOf(const SetExpr &set) {
  auto result = std::make_unique<SetExpr>();
  result->kind = set.kind, result->place = set.place, result->components = set.components;
  result->set = set.set, result->table = set.table, result->keys = set.keys, result->labels = set.labels;
  result->textLabels = set.textLabels, result->takesKind = set.takesKind, result->root = set.root;
  if (set.low)
    result->low = cloneOf(*set.low);
  if (set.high)
    result->high = cloneOf(*set.high);
  for (auto &part : set.parts)
    result->parts.push_back(cloneOf(*part));
  if (set.binders)
    result->binders = std::make_unique<Binders>(cloneOf(*set.binders));
  for (auto &component : set.tuple)
    result->tuple.push_back(cloneOf(*component));
  return result;
}

Binders cloneOf(const Binders &binders) {
  Binders result;
  for (auto &atom : binders.atoms) {
    Atom &copy = result.atoms.emplace_back();
    copy.place = atom.place, copy.set = cloneOf(*atom.set);
    for (auto &term : atom.terms)
      copy.terms.push_back({term.kind, term.index, term.value ? cloneOf(*term.value) : nullptr});
  }
  if (binders.where)
    result.where = cloneOf(*binders.where);
  result.indices = binders.indices;
  return result;
}

} // namespace costate::sema
