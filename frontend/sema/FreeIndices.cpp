// Free indices by one walk that removes what inner binders bind.
#include "frontend/sema/FreeIndices.h"

#include <algorithm>

namespace costate::sema {
namespace {

void add(const Index *index, IndexList &out) {
  if (std::find(out.begin(), out.end(), index) == out.end())
    out.push_back(index);
}

void collect(const Expr &expr, IndexList &out);
void collect(const SetExpr &set, IndexList &out);

/// Adds what the binders and `inside` mention, less the binders' own indices.
template <class Inside> void collectBound(const Binders &binders, IndexList &out, Inside inside) {
  IndexList inner;
  for (auto &atom : binders.atoms) {
    collect(*atom.set, inner);
    for (auto &term : atom.terms)
      if (term.value)
        collect(*term.value, inner);
  }
  if (binders.where)
    collect(*binders.where, inner);
  inside(inner);
  for (auto &index : binders.indices)
    std::erase(inner, index.get());
  for (const Index *index : inner)
    add(index, out);
}

void collect(const Expr &expr, IndexList &out) {
  if (expr.index)
    add(expr.index, out);
  if (auto *let = dynamic_cast<const Let *>(expr.symbol))
    for (const Index *index : let->captured)
      add(index, out);
  if (expr.set)
    collect(*expr.set, out);
  auto args = [&](IndexList &into) {
    for (auto &arg : expr.args)
      if (arg)
        collect(*arg, into);
  };
  if (expr.binders)
    collectBound(*expr.binders, out, args);
  else
    args(out);
}

void collect(const SetExpr &set, IndexList &out) {
  if (set.low)
    collect(*set.low, out);
  if (set.high)
    collect(*set.high, out);
  for (auto &part : set.parts)
    collect(*part, out);
  if (set.binders)
    collectBound(*set.binders, out, [&](IndexList &into) {
      for (auto &component : set.tuple)
        collect(*component, into);
    });
}

} // namespace

IndexList freeIndices(const Expr &expr) {
  IndexList out;
  collect(expr, out);
  return out;
}

IndexList freeIndices(const SetExpr &set) {
  IndexList out;
  collect(set, out);
  return out;
}

} // namespace costate::sema
