// Data that functions read by indices over sets: columns of the program over the rows of these indices. An
// expression is computed over the rows of the indices in it alone, not of all indices around it.
#include "frontend/lower/FunctionBuilder.h"
#include "frontend/lower/MayFail.h"
#include "frontend/sema/FreeIndices.h"

using namespace mlir;

namespace costate::lower {

using sema::ExprKind;
using FunctionBuilder = Lowering::FunctionBuilder;

// ---- levels --------------------------------------------------------------------------------------------

static bool dependsOnIndices(const sema::Atom &atom) { return !sema::freeIndices(*atom.set).empty(); }

FunctionBuilder::Level &FunctionBuilder::newLevel() {
  size_t number = levels.size();
  Level &level = levels.emplace_back();
  level.number = number;
  return level;
}

FunctionBuilder::Level &FunctionBuilder::newLevel(const sema::Binders &binders, bool isOrdered) {
  Level &level = newLevel();
  level.binders = &binders, level.isOrdered = isOrdered;
  return level;
}

void FunctionBuilder::bindAtom(const sema::Atom &atom, Value position, Scope &scope) {
  Level &level = newLevel();
  level.atom = &atom, level.position = position, level.scope = &scope;
  if (dependsOnIndices(atom)) {
    Free free;
    Levels needed;
    collect(*atom.set, free);
    addLevels(free, &scope, needed, &level.views);
  }
  for (auto &term : atom.terms)
    if (term.index) {
      scope.bound.insert(term.index);
      scope.indices[term.index] = {position, &atom, &level};
    }
}

void FunctionBuilder::bindRows(Level &level, Value position, Scope &scope) {
  level.position = position, level.scope = &scope;
  for (auto &index : level.binders->indices) {
    scope.bound.insert(index.get());
    scope.indices[index.get()] = {Value(), nullptr, &level};
  }
}

/// All indices that rows of the program know.
void FunctionBuilder::bindGiven(const Env &env, Value row, Scope &scope) {
  Level &level = newLevel();
  level.given = &env, level.position = row, level.scope = &scope;
  auto bind = [&](auto &codes) {
    for (auto &[index, code] : codes) {
      scope.bound.insert(index);
      scope.indices[index] = {Value(), nullptr, &level};
    }
  };
  for (const Env *at = &env; at; at = at->outer)
    bind(at->bound), bind(at->space->codes);
}

const FunctionBuilder::BoundIndex *FunctionBuilder::bound(const void *index, Scope *from, Scope *&found) {
  for (found = from; found; found = found->outer)
    if (auto known = found->indices.find(static_cast<const sema::Index *>(index));
        known != found->indices.end())
      return &known->second;
  return nullptr;
}

/// Adds the levels of the indices in `free`, and those that these levels depend on; false where something is
/// not known before the function runs. `views` are the indices that stand for arguments, outer ones first.
bool FunctionBuilder::addLevels(const Free &free, Scope *from, Levels &needed,
                                SmallVectorImpl<BoundIndex> *views) {
  for (const void *name : free) {
    Scope *scope = nullptr;
    const BoundIndex *index = bound(name, from, scope);
    if (!index)
      return false;
    Free inner, own;
    if (index->argument) {
      if (index->argument->usesVariables)
        return false;
      collect(*index->argument, inner);
      if (!addLevels(inner, scope->outer, needed, views))
        return false;
      if (views)
        views->push_back(
            {Value(), nullptr, nullptr, index->argument, static_cast<const sema::Index *>(name)});
      continue;
    }
    const Level *level = index->level;
    if (llvm::is_contained(needed, level))
      continue;
    if (level->atom)
      collect(*level->atom->set, inner);
    else if (level->binders)
      collect(*level->binders, inner, own);
    for (const void *bound : own)
      inner.erase(bound);
    if (!addLevels(inner, scope, needed, views))
      return false;
    needed.push_back(level);
  }
  return true;
}

std::optional<FunctionBuilder::Levels> FunctionBuilder::levelsOf(ArrayRef<const sema::Expr *> exprs,
                                                                 SmallVectorImpl<BoundIndex> *views) {
  Free free;
  for (const sema::Expr *expr : exprs) {
    if (expr->usesVariables || low.needs.readsComputed(*expr))
      return std::nullopt;
    collect(*expr, free);
  }
  Levels needed;
  if (!addLevels(free, current, needed, views))
    return std::nullopt;
  llvm::sort(needed, [](const Level *a, const Level *b) { return a->number < b->number; });
  return needed;
}

// ---- rows ----------------------------------------------------------------------------------------------

/// The same rows, where indices that stand for arguments have their codes.
Env FunctionBuilder::withArguments(const Env &env, ArrayRef<BoundIndex> views) {
  Env inner{env.space, &env, {}};
  for (const BoundIndex &view : views) {
    Value code = low.columns.asIndex(low.column(*view.argument, inner));
    low.columns.setPlace(view.argument->place);
    inner.bound[view.index] = view.index->type.base == sema::Base::Int ? low.columns.toCode(code) : code;
  }
  return inner;
}

FunctionBuilder::Rows &FunctionBuilder::rowsOf(ArrayRef<const Level *> levels) {
  auto [known, isNew] = rowsOfLevels.try_emplace(std::vector(levels.begin(), levels.end()));
  Rows &rows = known->second;
  if (!isNew)
    return rows;
  if (levels.empty()) {
    rows.env = low.global;
    return rows;
  }
  rows.outer = &rowsOf(levels.drop_back());
  rows.last = levels.back();
  if (rows.last->given) {
    rows.env = *rows.last->given;
    return rows;
  }
  rows.around = withArguments(rows.outer->env, rows.last->views);
  if (rows.last->atom)
    fillSet(rows);
  else
    rows.space = low.bind(*rows.last->binders, rows.around, rows.last->isOrdered);
  rows.env = Env{&rows.space, &rows.around, {}};
  return rows;
}

/// The elements of a set, or of one range per row, below each row around.
void FunctionBuilder::fillSet(Rows &rows) {
  const sema::Atom &atom = *rows.last->atom;
  const Env &outer = rows.around;
  low.columns.setPlace(atom.place);
  if (dependsOnIndices(atom)) {
    const sema::SetExpr &range = *rangeOf(atom.set.get());
    Value from = low.columns.toInteger(low.column(*range.low, outer)),
          to = low.columns.toInteger(low.column(*range.high, outer));
    auto [parent, value] = low.columns.expand(from, to);
    rows.space.rows = rows.space.parentRow = parent;
    rows.space.codes[atom.terms[0].index] = value;
    return;
  }
  SetColumns set = low.set(*atom.set, low.global);
  Value member;
  rows.space.rows = set.columns[0];
  if (!outer.space->single()) {
    std::tie(rows.space.rows, member) = low.columns.product(outer.space->rows, set.columns[0]);
    rows.space.parentRow = rows.space.rows;
  }
  for (auto [term, column] : llvm::zip(atom.terms, set.columns))
    if (term.index)
      rows.space.codes[term.index] = member ? low.columns.gather(column, member) : column;
}

/// The number of the first row below each row around.
Value FunctionBuilder::firstBelow(Rows &rows) {
  Value parent = rows.space.parentRow;
  if (!rows.first)
    rows.first =
        low.columns.reduce(Columns::Reduction::Min, low.columns.toInteger(low.columns.rowNumbers(parent)),
                           parent, low.likeOf(rows.outer->env));
  return rows.first;
}

/// How many rows there are below the row around.
Value FunctionBuilder::sizeBelow(Rows &rows) {
  Value parent = rows.space.parentRow;
  if (rows.outer->env.space->single())
    return sizeOfColumn(parent ? parent : rows.space.rows);
  if (!rows.count)
    rows.count =
        low.columns.reduce(Columns::Reduction::Sum, low.columns.toInteger(low.columns.fill(parent, 1)),
                           parent, low.likeOf(rows.outer->env));
  return b().create<arith::IndexCastOp>(loc, b().getIndexType(), load(rows.count, *rows.outer));
}

/// The row that the function is at. Rows below one row stand side by side, in the order of the level.
Value FunctionBuilder::rowIn(Rows &rows) {
  if (!rows.last)
    return constant(0);
  if (rows.row)
    return rows.row;
  const Level &level = *rows.last;
  Scope *here = std::exchange(current, level.scope);
  if (rows.outer->env.space->single()) {
    rows.row = level.position;
  } else {
    Value first;
    if (level.atom && !dependsOnIndices(*level.atom)) {
      Value outer = rowIn(*rows.outer);
      first = b().create<arith::MulIOp>(loc, outer, sizeOf(*level.atom));
    } else {
      first = b().create<arith::IndexCastOp>(loc, b().getIndexType(), load(firstBelow(rows), *rows.outer));
    }
    rows.row = b().create<arith::AddIOp>(loc, first, level.position);
  }
  current = here;
  return rows.row;
}

Value FunctionBuilder::load(Value column, Rows &rows) {
  Value &entry = rows.entries[column];
  if (entry)
    return entry;
  Scope *here = std::exchange(current, rows.last ? rows.last->scope : &root);
  Value row = rowIn(rows);
  entry = b().create<AtOp>(loc, input(column), row);
  current = here;
  return entry;
}

// ---- expressions ---------------------------------------------------------------------------------------

/// What may fail is computed where the branches around it are taken, as far as data decides that.
std::optional<FunctionBuilder::Ahead> FunctionBuilder::ahead(ArrayRef<const sema::Expr *> exprs,
                                                             bool mayFail) {
  Ahead known;
  SmallVector<const sema::Expr *> all(exprs);
  if (!levelsOf(exprs))
    return std::nullopt;
  for (Scope *scope = current; mayFail && scope; scope = scope->outer) {
    if (!scope->isBranch)
      continue;
    const sema::Expr *condition = scope->assumed.condition;
    if (condition && levelsOf({condition})) {
      known.conditions.insert(known.conditions.begin(), scope->assumed);
      all.push_back(condition);
    } else {
      known.isWanted = false;
    }
  }
  SmallVector<BoundIndex> views;
  known.rows = &rowsOf(*levelsOf(all, &views));
  known.env = withArguments(known.rows->env, views);
  return known;
}

std::optional<FunctionBuilder::Ahead> FunctionBuilder::ahead(const sema::Expr &expr) {
  return ahead({&expr}, mayFail(expr));
}

/// A column over the rows of `env`, `missing` where a condition does not hold.
Value FunctionBuilder::whereWanted(const Env &env, ArrayRef<Assumption> conditions, const EmitColumn &make,
                                   const EmitColumn &missing) {
  if (conditions.empty())
    return make(env);
  Value mask = low.column(*conditions[0].condition, env);
  EmitColumn inner = [&](const Env &taken) {
    return whereWanted(taken, conditions.drop_front(), make, missing);
  };
  return conditions[0].holds ? low.chosen(mask, env, inner, missing) : low.chosen(mask, env, missing, inner);
}

Value FunctionBuilder::dataAt(const sema::Expr &expr, const Ahead &known) {
  Type type = elementOf(expr.type);
  auto make = [&](const Env &env) {
    low.columns.setPlace(expr.place);
    return low.column(expr, env);
  };
  auto missing = [&](const Env &env) {
    Value rows = low.likeOf(env);
    if (type.isInteger(1))
      return low.columns.fill(rows, false);
    Value zeros = low.columns.fill(rows, 0);
    return type.isF64()         ? low.columns.toReal(zeros)
           : type.isInteger(64) ? low.columns.toInteger(zeros)
                                : zeros;
  };
  return load(whereWanted(known.env, known.conditions, make, missing), *known.rows);
}

/// Whether an expression of data reads what only the program knows.
bool FunctionBuilder::needsRows(const sema::Expr &expr) {
  switch (expr.kind) {
  case ExprKind::Column:
  case ExprKind::In:
  case ExprKind::Neighbour:
  case ExprKind::Ord:
  case ExprKind::Label:
  case ExprKind::Text:
    return true;
  case ExprKind::Access:
    if (!expr.args.empty() && isLocated(static_cast<const sema::Family &>(*expr.symbol), expr))
      return true;
    break;
  case ExprKind::Reduce:
    return isByRows(*expr.binders) || !isOverRanges(*expr.binders);
  default:
    break;
  }
  return llvm::any_of(expr.args, [&](auto &arg) { return arg && needsRows(*arg); });
}

} // namespace costate::lower
