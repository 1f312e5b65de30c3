// Entries of tables: by the table's own elements, by its key, or by row number; defaults for what is missing.
#include "frontend/lower/Lowering.h"

#include "llvm/ADT/ScopeExit.h"

using namespace mlir;

namespace costate::lower {

using sema::Base;
using sema::Expr;

namespace {

/// Whether rows are found by comparing the arguments with the key columns.
bool isByKey(const Expr &expr) {
  const sema::Type &first = expr.args[0]->type;
  bool isOwn = first.base == Base::Element && first.root->table == expr.table;
  return expr.args.size() > 1 || (!isOwn && !expr.table->key.empty());
}

bool fits(const sema::Type &value, const sema::Type &wanted) {
  return value == wanted || (wanted.base == Base::Real && value.base == Base::Int);
}

} // namespace

/// The key of each row as elements of the given types; labels must exist and keys be distinct.
SetColumns Lowering::keyTuples(const sema::Table &table, ArrayRef<sema::Type> types) {
  SetColumns result;
  Value data = tables.lookup(&table);
  for (auto [column, type] : llvm::zip_equal(table.key, types)) {
    bool isElement = type.base == Base::Element;
    result.roots.push_back(isElement ? type.root : &program.integer);
    result.columns.push_back(isElement
                                 ? columns.foreign(data, column, type.root->id)
                                 : columns.toCode(columns.tableColumn(data, column, Columns::Type::Integer)));
  }
  return distinct(std::move(result), /*isError=*/true);
}

/// The row of each entry of `expr` in its table; -1 where the key is missing and that is allowed.
Value Lowering::tableRow(const Expr &expr, const Env &env, bool mayMiss) {
  SmallVector<Value> query;
  SmallVector<sema::Type> types;
  for (auto &arg : expr.args) {
    query.push_back(columns.asIndex(column(*arg, env)));
    types.push_back(arg->type);
  }
  columns.setPlace(expr.place);
  if (isByKey(expr)) {
    SetColumns known = keyTuples(*expr.table, types);
    if (mayMiss)
      return columns.find(query, known.columns);
    const sema::Set *set = expr.table->keySet;
    return columns.locate(query, known.columns, false, rootIds(known.roots), expr.table->name,
                          set ? set->name : "keys(" + expr.table->name + ")");
  }
  if (types[0].base != Base::Int)
    return query[0];
  return columns.locate({columns.addConstant(query[0], -1)}, {columns.rows(tables.lookup(expr.table), -1)},
                        false, rootIds({&program.integer}), expr.table->name, "");
}

Value Lowering::wholeColumn(const Expr &expr, Value needed) {
  Value table = tables.lookup(expr.table);
  columns.setPlace(expr.place);
  switch (expr.type.base) {
  case Base::Element:
    return columns.foreign(table, expr.text, expr.type.root->id, needed);
  case Base::Case:
    return columns.toInteger(columns.foreign(table, expr.text, expr.type.root->id, needed));
  case Base::Int:
    return columns.tableColumn(table, expr.text, Columns::Type::Integer, needed);
  case Base::Bool:
    return columns.tableColumn(table, expr.text, Columns::Type::Boolean, needed);
  case Base::Text:
    return columns.tableColumn(table, expr.text, Columns::Type::Text, needed);
  default:
    return columns.tableColumn(table, expr.text, Columns::Type::Real, needed);
  }
}

Value Lowering::tableColumn(const Expr &expr, const Env &env) {
  if (expr.args.empty()) { // one row, by definition of the language
    Value whole = wholeColumn(expr, {});
    Value only = columns.requireOneRow(whole, expr.table->name, expr.table->name + "." + expr.text);
    return spread(only, global, env);
  }
  return fallback && fits(fallback->type, expr.type) ? cellsOrDefault(expr, env) : cells(expr, env);
}

/// Cells are read where they are needed; all of them are where the rows are the table's own.
Value Lowering::cells(const Expr &expr, const Env &env) {
  Value rows = tableRow(expr, env, /*mayMiss=*/false);
  bool isAll = rows.getDefiningOp<RowsOp>() || rows.getDefiningOp<KeysOp>();
  return columns.gather(wholeColumn(expr, isAll ? Value() : rows), rows);
}

/// The default stands for cells that are empty and for keys that are not there.
Value Lowering::cellsOrDefault(const Expr &expr, const Env &env) {
  const Expr *own = std::exchange(fallback, nullptr);
  auto restore = llvm::make_scope_exit([&] { fallback = own; });
  auto missing = [&](const Env &inner) { return convert(column(*own, inner), own->type, expr.type); };
  auto cell = [&](const Env &inner) { return cells(expr, inner); };
  auto found = [&](const Env &inner) {
    Value rows = tableRow(expr, inner, /*mayMiss=*/false);
    Value present = columns.present(tables.lookup(expr.table), expr.text, expr.type.base == Base::Text);
    return chosen(columns.gather(present, rows), inner, cell, missing);
  };
  if (!isByKey(expr))
    return found(env);
  return chosen(columns.isFound(tableRow(expr, env, /*mayMiss=*/true)), env, found, missing);
}

} // namespace costate::lower
