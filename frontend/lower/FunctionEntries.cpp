// Entries of arrays of functions, and where they stand.
#include "frontend/lower/FunctionBuilder.h"
#include "frontend/lower/MayFail.h"
#include "frontend/lower/RangeProof.h"

#include <fmt/format.h>

using namespace mlir;

namespace costate::lower {

using sema::Base;
using sema::ExprKind;
using FunctionBuilder = Lowering::FunctionBuilder;

/// Of an access, what belongs to a set of the family's domain.
ArrayRef<sema::ExprPtr> FunctionBuilder::argumentsOf(const sema::Family &family, const sema::Expr &access,
                                                     const sema::Atom &atom) {
  size_t first = 0;
  for (auto *before = &family.domain.atoms[0]; before != &atom; ++before)
    first += before->terms.size();
  return ArrayRef(access.args).slice(first, atom.terms.size());
}

Value FunctionBuilder::indexValue(const sema::Expr &expr) {
  Scope *scope = nullptr;
  const BoundIndex *index = bound(expr.index, current, scope);
  if (!index)
    return unavailable(expr.place, "a loop or derivative that depends on an index around it",
                       elementOf(expr.type));
  if (const sema::SetExpr *range = index->position ? rangeOf(index->atom->set.get()) : nullptr) {
    Value position = b().create<arith::IndexCastOp>(loc, b().getI64Type(), index->position);
    return b().createOrFold<arith::AddIOp>(loc, position, lowOf(*range));
  }
  if (!index->argument)
    return dataAt(expr, *ahead(expr));
  Scope *here = std::exchange(current, scope->outer);
  Value value = scalar(*index->argument);
  current = here;
  return value;
}

Value FunctionBuilder::access(const sema::Expr &expr) {
  auto &family = static_cast<const sema::Family &>(*expr.symbol);
  auto *let = dynamic_cast<const sema::Let *>(&family);
  bool isVariable = family.kind == sema::Symbol::Kind::Variable;
  if (!family.domain.empty()) {
    if (Value slice = let && isOwn(*let) ? sampledEntry(*let, expr) : Value())
      return slice;
    if (let && isOwn(*let))
      return let->value && isView(*let->value) && isProduct(let->domain) ? inlinedEntry(*let, expr)
                                                                         : entry(family, expr);
    if (!isVariable && isLocated(family, expr))
      if (auto known = ahead(expr); known && known->isWanted)
        return dataAt(expr, *known);
    return entry(family, expr);
  }
  if (let && isOwn(*let))
    return scalarLet(*let);
  if (Value values = boundVariable(family))
    return b().create<AtOp>(loc, values, constant(0));
  Value value;
  placed({}, false, [&](Scope &) {
    Value column = input(isVariable ? low.familyColumn(family) : low.column(expr, low.global));
    value = b().create<AtOp>(loc, column, constant(0));
  });
  return value;
}

Value FunctionBuilder::scalarLet(const sema::Let &let) {
  if (let.computed)
    ensure(*let.computed);
  Value value = known(let);
  if (!value && isChoice(let))
    return placedChoice(let);
  if (!value)
    placed(freeOf(let), mayFailOrWait(*let.value), [&](Scope &scope) {
      value = let.type.base == Base::Real ? real(*let.value) : scalar(*let.value);
      scope.lets[&let] = value;
    });
  return value;
}

/// The value of an array, one entry per set of arguments, where these are.
Value FunctionBuilder::inlinedEntry(const sema::Let &let, const sema::Expr &access) {
  Scope view;
  view.builder = current->builder;
  view.outer = current;
  for (auto &atom : let.domain.atoms) {
    if (const sema::SetExpr *range = rangeOf(atom.set.get()))
      sizeOf(*range); // compares sizes that must be equal
    Value position = this->position(let, access, atom);
    for (auto [term, arg] : llvm::zip(atom.terms, argumentsOf(let, access, atom))) {
      view.indices[term.index] = {position, &atom, nullptr, arg.get()};
      view.bound.insert(term.index);
    }
  }
  Scope *outer = std::exchange(current, &view);
  Value value = let.type.base == Base::Real ? real(*let.value) : scalar(*let.value);
  current = outer;
  return value;
}

Value FunctionBuilder::entry(const sema::Family &family, const sema::Expr &access) {
  Value array = tensor(family);
  SmallVector<Value> positions;
  if (isProduct(family.domain))
    for (auto &atom : family.domain.atoms)
      positions.push_back(position(family, access, atom));
  else
    positions.push_back(located(family, access, nullptr));
  return b().create<AtOp>(loc, cast<RankedTensorType>(array.getType()).getElementType(), array, positions);
}

// ---- positions -----------------------------------------------------------------------------------------

Value FunctionBuilder::samePosition(const sema::Atom &atom, ArrayRef<sema::ExprPtr> args) {
  SmallVector<const sema::Expr *> exprs;
  for (auto &arg : args)
    exprs.push_back(arg.get());
  return samePosition(atom, exprs);
}

/// Where the arguments are the indices bound by one set, in order, and that is the atom's.
Value FunctionBuilder::samePosition(const sema::Atom &atom, ArrayRef<const sema::Expr *> args) {
  const BoundIndex *first = nullptr;
  for (auto [k, arg] : llvm::enumerate(args)) {
    Scope *scope = nullptr;
    const BoundIndex *index = arg->kind == ExprKind::IndexRef ? bound(arg->index, current, scope) : nullptr;
    first = k == 0 ? index : first;
    if (!index || !index->position || index->position != first->position || index->atom != first->atom ||
        index->atom->terms.size() != args.size() || index->atom->terms[k].index != arg->index)
      return {};
  }
  const sema::SetExpr *mine = first->atom->set.get(), *other = atom.set.get();
  const sema::SetExpr *range = rangeOf(mine), *otherRange = rangeOf(other);
  bool isSame = range && otherRange ? isSameRange(*range, *otherRange) : isSameSet(mine, other);
  return isSame ? first->position : Value();
}

/// Whether the program can look an argument up, and its indices are no mere ranges of the function.
bool FunctionBuilder::isByRow(const sema::Expr &arg) {
  auto levels = levelsOf({&arg});
  return levels && llvm::any_of(*levels, [](const Level *level) {
           return !level->atom || !rangeOf(level->atom->set.get());
         });
}

/// Whether an entry must be looked up by the program.
bool FunctionBuilder::isLocated(const sema::Family &family, const sema::Expr &access) {
  return !isProduct(family.domain) || llvm::any_of(family.domain.atoms, [&](auto &atom) {
    auto args = argumentsOf(family, access, atom);
    return !samePosition(atom, args) && (!rangeOf(atom.set.get()) || isByRow(*args[0]));
  });
}

/// Where an index points to, checked unless it cannot be outside.
Value FunctionBuilder::position(const sema::Family &family, const sema::Expr &access,
                                const sema::Atom &atom) {
  auto args = argumentsOf(family, access, atom);
  if (Value same = samePosition(atom, args))
    return same;
  const sema::SetExpr *range = rangeOf(atom.set.get());
  if (!range || isByRow(*args[0]))
    return located(family, access, &atom);
  Value label = scalar(*args[0]);
  Value place = b().createOrFold<arith::SubIOp>(loc, label, lowOf(*range));
  place = b().create<arith::IndexCastOp>(loc, b().getIndexType(), place);
  if (staysWithin(*args[0], *range, assumptions()))
    return place;
  return b().create<WithinOp>(loc, place, sizeOf(*range), placeNumber(access.place));
}

/// A position that the program looks up: in a set of the domain, or among all rows. What is missing is an
/// error of the program; where other things than data decide whether it is wanted, one of the function.
Value FunctionBuilder::located(const sema::Family &family, const sema::Expr &access, const sema::Atom *atom) {
  auto args = atom ? argumentsOf(family, access, *atom) : ArrayRef(access.args);
  SmallVector<const sema::Expr *> exprs;
  SmallVector<const sema::Root *> roots;
  for (auto &arg : args) {
    exprs.push_back(arg.get());
    roots.push_back(arg->type.base == Base::Int ? &low.program.integer : arg->type.root);
  }
  auto known = ahead(exprs, mayFail(access));
  if (!known) {
    unavailable(
        access.place,
        fmt::format("an entry of `{}` by a value of a loop or derivative, over a set that is no range",
                    family.name),
        b().getI64Type());
    return constant(0);
  }
  const Domain &domain = low.domain(family);
  SmallVector<Value> members;
  if (atom)
    members = domain.atoms[size_t(atom - &family.domain.atoms[0])].columns;
  else
    for (auto &index : family.domain.indices)
      members.push_back(domain.space.codes.lookup(index.get()));
  std::string set = domain.atoms.size() == 1 ? domain.atoms[0].name : "";
  auto look = [&](const Env &env) {
    SmallVector<Value> query;
    for (const sema::Expr *arg : exprs)
      query.push_back(low.columns.asIndex(low.column(*arg, env)));
    low.columns.setPlace(access.place);
    return known->isWanted ? low.columns.locate(query, members, false, low.rootIds(roots), family.name, set)
                           : low.columns.find(query, members);
  };
  auto missing = [&](const Env &env) { return low.columns.fill(low.likeOf(env), 0); };
  Value column = load(whereWanted(known->env, known->conditions, look, missing), *known->rows);
  Value position = b().create<arith::IndexCastOp>(loc, b().getIndexType(), column);
  if (known->isWanted)
    return position;
  return b().create<WithinOp>(loc, position, atom ? sizeOf(*atom) : sizeOfColumn(domain.space.rows),
                              placeNumber(access.place));
}

} // namespace costate::lower
