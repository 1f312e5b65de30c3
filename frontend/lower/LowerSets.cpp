// Set expressions to columns of element codes.
#include "frontend/lower/Lowering.h"
#include "frontend/sema/FreeIndices.h"

using namespace mlir;

namespace costate::lower {

using Kind = sema::SetExpr::Kind;

SetColumns Lowering::set(const sema::SetExpr &expr, const Env &env) {
  columns.setPlace(expr.place);
  switch (expr.kind) {
  case Kind::Named:
    return namedSet(*expr.set);
  case Kind::Range: {
    SetColumns result;
    result.low = columns.toInteger(single(*expr.low));
    result.high = columns.toInteger(single(*expr.high));
    columns.setPlace(expr.place);
    result.columns.push_back(columns.range(result.low, result.high));
    result.roots.push_back(&program.integer);
    return result;
  }
  case Kind::Keys:
    return keys(expr);
  case Kind::Rows: {
    SetColumns result;
    result.columns.push_back(columns.rows(tables.lookup(expr.table), expr.root->id));
    result.roots.push_back(expr.root);
    return result;
  }
  case Kind::Literal:
    return labels(expr);
  case Kind::Cross: {
    std::vector<SetColumns> parts;
    for (auto &part : expr.parts)
      parts.push_back(set(*part, env));
    return cross(std::move(parts));
  }
  case Kind::Union:
  case Kind::Inter:
  case Kind::Diff:
    return combine(expr, env);
  case Kind::Comprehension:
    return comprehension(expr, env);
  }
  llvm_unreachable("all kinds of sets are listed");
}

/// Labels declare their kind, or are looked up in the one they have.
SetColumns Lowering::labels(const sema::SetExpr &expr) {
  SetColumns result;
  result.roots.push_back(expr.root);
  bool declares = expr.root != &program.integer && !expr.takesKind;
  if (declares) {
    result.columns.push_back(columns.elements(expr.labels, expr.textLabels, expr.root->id));
    return result;
  }
  Value codes = columns.codes(expr.takesKind ? ArrayRef<std::string>() : ArrayRef(expr.labels));
  for (size_t k = 0; expr.takesKind && k < expr.labels.size(); ++k) {
    int64_t number = expr.textLabels ? 0 : std::stoll(expr.labels[k]);
    codes = columns.concat(codes, columns.label(expr.root->id, expr.textLabels, expr.labels[k], number));
  }
  result.columns.push_back(codes);
  return distinct(std::move(result), /*isError=*/true);
}

SetColumns Lowering::namedSet(const sema::Set &symbol) {
  assert(sets.contains(&symbol) && "a set is declared before its use");
  SetColumns result = sets[&symbol];
  result.name = symbol.name;
  return result;
}

void Lowering::declareSet(const sema::Set &symbol) {
  SetColumns value = set(*symbol.value, global);
  value.name = symbol.name;
  if (symbol.within) {
    SetColumns within = set(*symbol.within, global);
    columns.setPlace(symbol.place);
    bool factors = !within.factors.empty(); // the product itself is not needed
    SmallVector<Value> members = within.columns;
    for (size_t k = 0; k < within.factors.size(); ++k)
      members[k] = within.factors[k].columns[0];
    value.columns = columns.requireSubset(value.columns, members, factors, rootIds(value.roots), symbol.name,
                                          symbol.within->kind == Kind::Named ? within.name : "");
  }
  sets[&symbol] = std::move(value);
}

/// `keys(t)`: the table's own labels, or tuples of elements of the sets given by `in`.
SetColumns Lowering::keys(const sema::SetExpr &expr) {
  if (!expr.root)
    return keyTuples(*expr.table, expr.components);
  SetColumns result;
  result.columns.push_back(columns.keys(tables.lookup(expr.table), expr.keys[0], expr.root->id));
  result.roots.push_back(expr.root);
  return result;
}

namespace {
/// The one-component sets whose dense product a product of sets is; empty where it is not.
std::vector<SetColumns> factorsOf(const std::vector<SetColumns> &parts) {
  std::vector<SetColumns> factors;
  for (auto &part : parts) {
    if (part.arity() > 1 && part.factors.empty())
      return {};
    if (part.arity() == 1)
      factors.push_back(part);
    else
      factors.insert(factors.end(), part.factors.begin(), part.factors.end());
  }
  return factors;
}
} // namespace

SetColumns Lowering::cross(std::vector<SetColumns> parts) {
  SetColumns result = parts[0];
  for (auto &part : llvm::drop_begin(parts)) {
    auto [left, right] = columns.product(result.columns[0], part.columns[0]);
    for (Value &column : result.columns)
      column = columns.gather(column, left);
    for (Value column : part.columns)
      result.columns.push_back(columns.gather(column, right));
    result.roots.append(part.roots.begin(), part.roots.end());
  }
  result.low = result.high = Value();
  result.factors = factorsOf(parts);
  return result;
}

SetColumns Lowering::distinct(SetColumns set, bool isError) {
  Value rows = columns.unique(set.columns, isError, rootIds(set.roots));
  for (Value &column : set.columns)
    column = columns.gather(column, rows);
  set.factors.clear();
  return set;
}

SetColumns Lowering::combine(const sema::SetExpr &expr, const Env &env) {
  SetColumns result = set(*expr.parts[0], env);
  result.low = result.high = Value();
  for (auto &part : llvm::drop_begin(expr.parts)) {
    SetColumns next = set(*part, env);
    columns.setPlace(expr.place);
    if (expr.kind == Kind::Union) {
      for (auto [mine, other] : llvm::zip_equal(result.columns, next.columns))
        mine = columns.concat(mine, other);
      result = distinct(std::move(result), /*isError=*/false);
      continue;
    }
    Value rows = columns.membership(result.columns, next.columns, /*isMember=*/expr.kind == Kind::Inter);
    for (Value &column : result.columns)
      column = columns.gather(column, rows);
  }
  result.factors.clear();
  return result;
}

SetColumns Lowering::comprehension(const sema::SetExpr &expr, const Env &env) {
  Space space = bind(*expr.binders, env, /*ordered=*/true);
  Env inner{&space, &env, {}};
  SetColumns result;
  for (auto [component, type] : llvm::zip_equal(expr.tuple, expr.components)) {
    Value value = column(*component, inner);
    columns.setPlace(component->place);
    result.columns.push_back(type.base == sema::Base::Int ? columns.toCode(value) : value);
    result.roots.push_back(type.base == sema::Base::Int ? &program.integer : type.root);
  }
  columns.setPlace(expr.place);
  return distinct(std::move(result), /*isError=*/false);
}

} // namespace costate::lower
