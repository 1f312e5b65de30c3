// One walk that removes what inner binders bind.
#include "frontend/sema/FreeIndices.h"

#include <algorithm>

namespace costate::sema {
namespace {

template <class T> void add(const T *each, std::vector<const T *> &out) {
  if (std::find(out.begin(), out.end(), each) == out.end())
    out.push_back(each);
}

struct Free {
  IndexList indices;
  PlaceholderList placeholders;

  void add(const Let &let) {
    if (let.isPlaceholder)
      sema::add(&let, placeholders);
    for (const Index *index : let.captured)
      sema::add(index, indices);
    for (const Let *placeholder : let.around)
      sema::add(placeholder, placeholders);
  }

  void add(const Expr &expr) {
    if (expr.index)
      sema::add(expr.index, indices);
    if (auto *let = dynamic_cast<const Let *>(expr.symbol))
      add(*let);
    if (expr.set)
      add(*expr.set);
    auto args = [&](Free &into) {
      for (auto &arg : expr.args)
        if (arg)
          into.add(*arg);
    };
    if (expr.binders)
      addBound(*expr.binders, args);
    else
      args(*this);
  }

  void add(const SetExpr &set) {
    if (set.low)
      add(*set.low);
    if (set.high)
      add(*set.high);
    for (auto &part : set.parts)
      add(*part);
    if (set.binders)
      addBound(*set.binders, [&](Free &into) {
        for (auto &component : set.tuple)
          into.add(*component);
      });
  }

  void add(const Value &value) {
    if (value.scalar)
      add(*value.scalar);
    if (auto *let = dynamic_cast<const Let *>(value.array))
      add(*let);
  }

  void add(const std::vector<Value> &values) {
    for (auto &value : values)
      add(value);
  }

  /// What the binders and `inside` mention, less the binders' own indices.
  template <class Inside> void addBound(const Binders &binders, Inside inside) {
    Free inner;
    for (auto &atom : binders.atoms) {
      inner.add(*atom.set);
      for (auto &term : atom.terms)
        if (term.value)
          inner.add(*term.value);
    }
    if (binders.where)
      inner.add(*binders.where);
    inside(inner);
    for (auto &index : binders.indices)
      std::erase(inner.indices, index.get());
    for (const Index *index : inner.indices)
      sema::add(index, indices);
    for (const Let *placeholder : inner.placeholders)
      sema::add(placeholder, placeholders);
  }

  void remove(const std::vector<Let *> &own) {
    for (const Let *placeholder : own)
      std::erase(placeholders, placeholder);
  }
};

Free freeIn(const Loop &loop) {
  Free inside;
  inside.addBound(loop.domain, [&](Free &into) {
    into.add(loop.next);
    into.add(loop.collected);
    into.add(loop.reported);
    if (loop.condition)
      into.add(*loop.condition);
  });
  inside.remove(loop.carried);
  inside.add(loop.starts);
  return inside;
}

Free freeIn(const Derivative &derivative) {
  Free inside;
  inside.add(derivative.values);
  inside.remove(derivative.arguments);
  inside.add(derivative.at);
  inside.add(derivative.directions);
  return inside;
}

Free freeIn(const RuledCall &call) {
  Free inside;
  inside.add(call.value);
  inside.add(call.change);
  inside.remove(call.arguments);
  inside.remove(call.directions);
  inside.add(call.at);
  return inside;
}

} // namespace

IndexList freeIndices(const Expr &expr) {
  Free free;
  free.add(expr);
  return free.indices;
}

IndexList freeIndices(const SetExpr &set) {
  Free free;
  free.add(set);
  return free.indices;
}

PlaceholderList freePlaceholders(const Expr &expr) {
  Free free;
  free.add(expr);
  return free.placeholders;
}

PlaceholderList freePlaceholders(const SetExpr &set) {
  Free free;
  free.add(set);
  return free.placeholders;
}

std::vector<const Value *> partsOf(const Computation &computation) {
  std::vector<const Value *> parts;
  auto add = [&](const std::vector<Value> &values) {
    for (auto &value : values)
      parts.push_back(&value);
  };
  if (auto *loop = dynamic_cast<const Loop *>(&computation)) {
    add(loop->starts), add(loop->next), add(loop->collected), add(loop->reported);
  } else if (auto *derivative = dynamic_cast<const Derivative *>(&computation)) {
    add(derivative->at), add(derivative->directions), add(derivative->values);
  } else if (auto *ruled = dynamic_cast<const RuledCall *>(&computation)) {
    add(ruled->at);
    parts.push_back(&ruled->value), parts.push_back(&ruled->change);
  } else if (auto *call = dynamic_cast<const ProblemCall *>(&computation)) {
    parts.push_back(&call->at);
  } else {
    add(static_cast<const LibraryCall &>(computation).arguments);
  }
  return parts;
}

void setCaptured(Computation &computation) {
  Free free;
  if (auto *loop = dynamic_cast<Loop *>(&computation))
    free = freeIn(*loop);
  else if (auto *derivative = dynamic_cast<Derivative *>(&computation))
    free = freeIn(*derivative);
  else if (auto *ruled = dynamic_cast<RuledCall *>(&computation))
    free = freeIn(*ruled);
  else if (auto *call = dynamic_cast<ProblemCall *>(&computation))
    free.add(call->at);
  else
    free.add(static_cast<LibraryCall &>(computation).arguments);
  for (Let *result : computation.results)
    result->captured = free.indices, result->around = free.placeholders;
}

} // namespace costate::sema
