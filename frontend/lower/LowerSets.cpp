// Set expressions to columns of element codes.
#include "frontend/lower/FreeIndices.h"
#include "frontend/lower/Lowering.h"

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
  case Kind::Literal: {
    SetColumns result;
    bool integers = expr.root == &program.integer;
    result.columns.push_back(integers ? columns.codes(expr.labels)
                                      : columns.elements(expr.labels, expr.textLabels, expr.root->id));
    result.roots.push_back(expr.root);
    return integers ? distinct(std::move(result), /*isError=*/true) : result;
  }
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

SetColumns Lowering::namedSet(const sema::Set &symbol) {
  assert(sets.contains(&symbol) && "a set is declared before its use");
  SetColumns result = sets[&symbol];
  result.name = symbol.name;
  return result;
}

void Lowering::declareSet(const sema::Set &symbol) {
  SetColumns value = set(*symbol.value, global);
  value.name = symbol.name;
  if (symbol.within && symbol.value->kind != Kind::Keys) {
    SetColumns within = set(*symbol.within, global);
    columns.setPlace(symbol.place);
    columns.requireSubset(value.columns, within.columns, rootIds(value.roots), symbol.name);
  }
  sets[&symbol] = std::move(value);
}

/// `keys(t)`: the table's own labels; with several key columns, tuples of elements of the sets given by `in`.
SetColumns Lowering::keys(const sema::SetExpr &expr) {
  Value table = tables.lookup(expr.table);
  SetColumns result;
  if (expr.keys.size() == 1 && expr.parts.empty()) {
    result.columns.push_back(columns.keys(table, expr.keys[0], expr.root->id));
    result.roots.push_back(expr.root);
    return result;
  }
  for (auto [column, part] : llvm::zip_equal(expr.keys, expr.parts)) {
    SetColumns component = set(*part, global);
    columns.setPlace(expr.place);
    result.columns.push_back(keyColumn(table, column, component));
    result.roots.push_back(component.roots[0]);
  }
  return distinct(std::move(result), /*isError=*/true);
}

/// A key column read as elements of a component set, checked to lie in it.
Value Lowering::keyColumn(Value table, const std::string &column, const SetColumns &component) {
  const sema::Root *root = component.roots[0];
  if (root != &program.integer)
    return columns.foreign(table, column, root->id);
  Value codes = columns.toCode(columns.tableColumn(table, column, Columns::Type::Integer));
  columns.requireSubset({codes}, {component.columns[0]}, rootIds({root}), column);
  return codes;
}

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
  if (llvm::all_of(parts, [](auto &part) { return part.arity() == 1; }))
    result.factors = std::move(parts);
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
