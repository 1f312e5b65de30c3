// Free indices by one walk that removes what inner binders bind.
#include "frontend/lower/FreeIndices.h"

namespace costate::lower {
namespace {

void collect(const sema::Expr &expr, IndexSet &out);
void collect(const sema::SetExpr &set, IndexSet &out);

/// Adds what the binders and `inside` mention, less the binders' own indices.
template <class Inside> void collectBound(const sema::Binders &binders, IndexSet &out, Inside inside) {
  IndexSet inner;
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
    inner.remove(index.get());
  out.insert(inner.begin(), inner.end());
}

void collect(const sema::Expr &expr, IndexSet &out) {
  if (expr.index)
    out.insert(expr.index);
  if (expr.set)
    collect(*expr.set, out);
  auto args = [&](IndexSet &into) {
    for (auto &arg : expr.args)
      if (arg)
        collect(*arg, into);
  };
  if (expr.binders)
    collectBound(*expr.binders, out, args);
  else
    args(out);
}

void collect(const sema::SetExpr &set, IndexSet &out) {
  if (set.low)
    collect(*set.low, out);
  if (set.high)
    collect(*set.high, out);
  for (auto &part : set.parts)
    collect(*part, out);
  if (set.binders)
    collectBound(*set.binders, out, [&](IndexSet &into) {
      for (auto &component : set.tuple)
        collect(*component, into);
    });
}

} // namespace

IndexSet freeIndices(const sema::Expr &expr) {
  IndexSet out;
  collect(expr, out);
  return out;
}

IndexSet freeIndices(const sema::SetExpr &set) {
  IndexSet out;
  collect(set, out);
  return out;
}

} // namespace costate::lower
