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
    if (expr->usesVariables)
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
  if (rows.last->atom)
    fillSet(rows);
  else
    rows.space = low.bind(*rows.last->binders, rows.outer->env, rows.last->isOrdered);
  rows.env = Env{&rows.space, &rows.outer->env, {}};
  return rows;
}

static bool dependsOnIndices(const sema::Atom &atom) { return !sema::freeIndices(*atom.set).empty(); }

/// The elements of a set, or of one range per row, below each row around.
void FunctionBuilder::fillSet(Rows &rows) {
  const sema::Atom &atom = *rows.last->atom;
  const Env &outer = rows.outer->env;
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

std::optional<FunctionBuilder::Ahead> FunctionBuilder::ahead(ArrayRef<const sema::Expr *> exprs) {
  SmallVector<BoundIndex> views;
  auto levels = levelsOf(exprs, &views);
  if (!levels)
    return std::nullopt;
  Rows &rows = rowsOf(*levels);
  Ahead known{&rows, Env{rows.env.space, &rows.env, {}}};
  for (const BoundIndex &view : views) {
    Value code = low.columns.asIndex(low.column(*view.argument, known.env));
    low.columns.setPlace(view.argument->place);
    known.env.bound[view.index] = view.index->type.base == sema::Base::Int ? low.columns.toCode(code) : code;
  }
  return known;
}

Value FunctionBuilder::dataAt(const sema::Expr &expr, const Ahead &known) {
  low.columns.setPlace(expr.place);
  return load(low.column(expr, known.env), *known.rows);
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
