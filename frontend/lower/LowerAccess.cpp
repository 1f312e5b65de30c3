// Leaves of expressions over a space: indices, entries of families and tables, set queries, reductions of
// data.
#include "frontend/diagnose/ModelErrors.h"
#include "frontend/lower/Body.h"
#include "frontend/lower/FunctionBuilder.h"
#include "frontend/lower/Lowering.h"
#include "frontend/lower/MayFail.h"
#include "frontend/sema/FreeIndices.h"

#include <fmt/format.h>

using namespace mlir;

namespace costate::lower {

using sema::Base;
using sema::ExprKind;

namespace {
std::string setText(const SetColumns &set) { return set.name.empty() ? "a set" : "`" + set.name + "`"; }
} // namespace

/// The farthest environment in which everything the expression mentions is known: there it is computed once.
/// What may fail stays inside the branch that needs it.
const Env &Lowering::outermost(const sema::Expr &expr, const Env &env) const {
  sema::IndexList mentioned = freeIndices(expr);
  const Env *found = &env;
  while (found->outer && llvm::none_of(mentioned, [&](auto *i) { return found->binds(i); }) &&
         !(found->isBranch && mayFail(expr)))
    found = found->outer;
  return *found;
}

Value Lowering::zeros(const Space &space) {
  return space.single() ? columns.code(0) : columns.fill(space.rows, 0);
}

Value Lowering::likeOf(const Env &env) { return env.space->single() ? columns.code(0) : env.space->rows; }

/// A column over the space of `from`, repeated along the nested space of `to`.
Value Lowering::spread(Value value, const Env &from, const Env &to) {
  if (from.space == to.space)
    return value;
  if (from.space->single())
    return columns.gather(value, zeros(*to.space));
  llvm::SmallVector<const Env *> path;
  for (const Env *env = &to; env && env->space != from.space; env = env->outer)
    if (path.empty() || path.back()->space != env->space)
      path.push_back(env);
  for (const Env *env : llvm::reverse(path))
    value = columns.gather(value, env->space->parentRow ? env->space->parentRow : zeros(*env->space));
  return value;
}

Value Lowering::code(const sema::Index *index, const Env &env) {
  for (const Env *at = &env; at; at = at->outer) {
    if (auto bound = at->bound.find(index); bound != at->bound.end())
      return spread(bound->second, *at, env);
    auto own = at->beginsSpace() ? at->space->codes.find(index) : at->space->codes.end();
    if (own != at->space->codes.end())
      return spread(own->second, *at, env);
  }
  llvm_unreachable("sema bound every index");
}

bool Lowering::isLeaf(const sema::Expr &expr) const {
  switch (expr.kind) {
  case ExprKind::Text:
  case ExprKind::Label:
  case ExprKind::IndexRef:
  case ExprKind::Column:
  case ExprKind::Reduce:
  case ExprKind::In:
  case ExprKind::Card:
  case ExprKind::Ends:
  case ExprKind::Neighbour:
  case ExprKind::Ord:
  case ExprKind::Solution:
  case ExprKind::Access:
  case ExprKind::Same:
    return true;
  case ExprKind::Written:
    return isTable(expr);
  default:
    return isLazy(expr);
  }
}

/// Whether the entries of a written array are the same for all indices, and data.
bool Lowering::isTable(const sema::Expr &written) const {
  return llvm::all_of(llvm::drop_begin(written.args),
                      [](auto &entry) { return !entry->usesVariables && freeIndices(*entry).empty(); });
}

/// All entries of a written array.
Value Lowering::writtenTable(const sema::Expr &expr) {
  Value &table = writtenTables[&expr];
  if (table)
    return table;
  Value all;
  for (auto &entry : llvm::drop_begin(expr.args)) {
    Value next = convert(single(*entry), entry->type, expr.type);
    all = all ? columns.concat(all, next) : next;
  }
  return writtenTables[&expr] = all;
}

/// Found by its position.
Value Lowering::writtenEntry(const sema::Expr &expr, const Env &env, Body &body) {
  Value position = scalar(*expr.args[0], env, body), value;
  for (auto [k, entry] : llvm::enumerate(llvm::drop_begin(expr.args))) {
    Value next = expr.type.base == Base::Real ? real(*entry, env, body) : scalar(*entry, env, body);
    if (!value) {
      value = next;
      continue;
    }
    Value number = body.make<arith::ConstantOp>(body.builder.getI64IntegerAttr(int64_t(k)));
    Value isHere = body.make<arith::CmpIOp>(arith::CmpIPredicate::eq, position, number);
    value = body.make<arith::SelectOp>(isHere, next, value);
  }
  return value;
}

Value Lowering::leaf(const sema::Expr &expr, const Env &env) {
  columns.setPlace(expr.place);
  switch (expr.kind) {
  case ExprKind::Text:
    return spread(columns.text(expr.text), global, env);
  case ExprKind::Label:
    return spread(columns.label(expr.type.root->id, expr.textLabel, expr.text, expr.integer), global, env);
  case ExprKind::IndexRef:
    return expr.type.base == Base::Int ? columns.toInteger(code(expr.index, env)) : code(expr.index, env);
  case ExprKind::Access:
    return access(expr, env);
  case ExprKind::Column:
    return tableColumn(expr, env);
  case ExprKind::Reduce:
    return reduction(expr, env);
  case ExprKind::In:
    return membership(expr, env);
  case ExprKind::Same: {
    Value first = column(*expr.args[0], env), second = column(*expr.args[1], env);
    columns.setPlace(expr.place);
    return columns.requireEqual(second, first, expr.text);
  }
  case ExprKind::Card:
    if (auto *report = dynamic_cast<const sema::Report *>(expr.symbol))
      return spread(columns.count(solved(*report->problem, report->name, "report")), global, env);
    if (!expr.set) {
      Value rows = domain(static_cast<const sema::Family &>(*expr.symbol)).space.rows;
      return spread(rows ? columns.count(rows) : columns.integer(1), global, env);
    }
    return spread(columns.count(set(*expr.set, global).columns[0]), global, env);
  case ExprKind::Ends: {
    SetColumns members = set(*expr.set, global);
    columns.setPlace(expr.place);
    Value at = expr.text == "element" ? columns.addConstant(columns.toInteger(column(*expr.args[0], env)), -1)
               : expr.text == "last"
                   ? spread(columns.addConstant(columns.count(members.columns[0]), -1), global, env)
                   : spread(columns.integer(0), global, env);
    std::string sentence = expr.text == "element"
                               ? fmt::format("{} has no element of this number", setText(members))
                               : fmt::format("{} is empty and has no `{}`", setText(members), expr.text);
    Value position = columns.positionIn(at, members.columns[0], sentence);
    Value end = columns.gather(members.columns[0], position);
    return expr.type.base == Base::Int ? columns.toInteger(end) : end;
  }
  case ExprKind::Neighbour:
  case ExprKind::Ord:
    return neighbour(expr, env);
  case ExprKind::Solution:
    return solution(expr, env);
  case ExprKind::Written:
    return columns.gather(writtenTable(expr), columns.toCode(column(*expr.args[0], env)));
  case ExprKind::If:
  case ExprKind::Binary:
    return lazy(expr, env);
  default:
    llvm_unreachable("isLeaf lists the kinds");
  }
}

/// All rows of a family of data, in the order of its domain.
Value Lowering::familyColumn(const sema::Family &family) {
  auto *let = dynamic_cast<const sema::Let *>(&family);
  bool isKnown = values.contains(&family);
  if (family.kind == sema::Symbol::Kind::Variable && !inProblem)
    return solved(*read, family.name, "value");
  if (isKnown || !let)
    return familyValue(family);
  const Domain &known = domain(family);
  Env env{&known.space, &global, {}};
  Value value = column(*let->value, env);
  return values[&family] = let->type.base == Base::Real ? columns.toReal(value) : value;
}

Value Lowering::familyValue(const sema::Family &family) {
  assert(values.contains(&family) && "a family is declared before its use");
  return values.lookup(&family);
}

Value Lowering::access(const sema::Expr &expr, const Env &env) {
  if (auto *let = dynamic_cast<const sema::Let *>(expr.symbol); let && !values.contains(let)) {
    bool isOnce = read && !let->isLocal && let->value && sumsWithinSums(*let->value) > 0;
    if (!isOnce)
      return letColumn(*let, expr, env);
    familyColumn(*let);
  }
  auto &family = static_cast<const sema::Family &>(*expr.symbol);
  bool isVariable = family.kind == sema::Symbol::Kind::Variable;
  Value rows = expr.args.empty() ? Value() : position(family, expr.args, env);
  columns.setPlace(expr.place);
  Value value = isVariable ? solved(*read, family.name, "value") : familyValue(family);
  return rows ? columns.gather(value, rows) : spread(value, global, env);
}

/// The values of a `let` that is computed where it is used; a local one without indices once.
Value Lowering::letColumn(const sema::Let &let, const sema::Expr &expr, const Env &env) {
  bool isOnce = let.isLocal && expr.args.empty();
  if (Value known = isOnce ? env.localColumns.lookup(&let) : Value())
    return known;
  if (let.computed && !let.captured.empty()) {
    Value value = FunctionBuilder(*this, let.computed->place).compute(expr, env);
    if (isOnce)
      env.localColumns[&let] = value;
    return value;
  }
  if (let.computed) {
    FunctionBuilder(*this, let.computed->place).compute(*let.computed);
    return access(expr, env);
  }
  if (needs.canCompute(let)) { // once, not wherever it is read
    values[&let] = FunctionBuilder(*this, let.place).compute(let);
    return access(expr, env);
  }
  Env inner = inlineLet(expr, env);
  Value value = convert(column(*let.value, inner), let.value->type, let.type);
  if (isOnce)
    env.localColumns[&let] = value;
  return value;
}

Value Lowering::position(const sema::Family &family, llvm::ArrayRef<sema::ExprPtr> args, const Env &env) {
  if (args.empty())
    return zeros(*env.space);
  SourcePlace place = args.front()->place;
  llvm::SmallVector<Value> query;
  for (auto &arg : args)
    query.push_back(columns.asIndex(column(*arg, env)));
  const Domain &known = domain(family);
  columns.setPlace(place);
  llvm::SmallVector<Value> members;
  llvm::SmallVector<const sema::Root *> roots;
  bool factors = known.dense && known.atoms.size() > 1 &&
                 llvm::all_of(known.atoms, [](auto &atom) { return atom.arity() == 1; });
  for (auto &index : family.domain.indices)
    roots.push_back(index->type.base == Base::Int ? &program.integer : index->type.root);
  if (factors)
    for (auto &atom : known.atoms)
      members.push_back(atom.columns[0]);
  else
    for (auto &index : family.domain.indices)
      members.push_back(known.space.codes.lookup(index.get()));
  std::string setName = known.atoms.size() == 1 ? known.atoms[0].name : "";
  return columns.locate(query, members, factors, rootIds(roots), family.name, setName);
}

Value Lowering::membership(const sema::Expr &expr, const Env &env) {
  bool isRange = expr.set->kind == sema::SetExpr::Kind::Range;
  SetColumns members = isRange ? SetColumns() : set(*expr.set, global); // first: it may declare the labels
  llvm::SmallVector<Value> query;
  for (auto &arg : expr.args)
    query.push_back(columns.asIndex(column(*arg, env)));
  if (isRange) {
    Value low = columns.toInteger(column(*expr.set->low, env)),
          high = columns.toInteger(column(*expr.set->high, env));
    columns.setPlace(expr.place);
    return columns.between(columns.toInteger(query[0]), low, high);
  }
  columns.setPlace(expr.place);
  return columns.isFound(columns.find(query, members.columns));
}

/// `prev(i, I)`, `next(i, I)` and `ord(i, I)` through the position of `i` in `I`.
Value Lowering::neighbour(const sema::Expr &expr, const Env &env) {
  SetColumns members = set(*expr.set, global);
  Value query = columns.asIndex(column(*expr.args[0], env));
  columns.setPlace(expr.place);
  auto roots = rootIds(members.roots);
  Value position = columns.locate({query}, {members.columns[0]}, false, roots, expr.text, members.name);
  if (expr.kind == ExprKind::Ord)
    return columns.addConstant(columns.toInteger(position), 1);
  Value moved = columns.addConstant(columns.toInteger(position), expr.text == "prev" ? -1 : 1);
  std::string sentence = fmt::format("the {} element of {} has no `{}`",
                                     expr.text == "prev" ? "first" : "last", setText(members), expr.text);
  Value code = columns.gather(members.columns[0], columns.positionIn(moved, members.columns[0], sentence));
  return expr.type.base == Base::Int ? columns.toInteger(code) : code;
}

/// `sum(...) e` over data: one kernel that accumulates into the rows of the enclosing space.
Value Lowering::reduction(const sema::Expr &expr, const Env &env) {
  if (env.space->single() && needs.canCompute(expr))
    return FunctionBuilder(*this, expr.place).compute(expr);
  if (!env.space->single() && needs.canComputeRows(expr))
    return FunctionBuilder(*this, expr.place).compute(expr, env);
  Space inner = bind(*expr.binders, env, /*ordered=*/false);
  inner.parentRow = inner.parentRow ? inner.parentRow : zeros(inner);
  return reduceRows(expr, env, inner);
}

Value Lowering::reduceRows(const sema::Expr &expr, const Env &env, const Space &inner) {
  if (expr.text == "argmin" || expr.text == "argmax") {
    report(errors::notAvailable(expr.place, fmt::format("`{}` over a set that is no range", expr.text)));
    return zeros(*env.space);
  }
  Env nested{&inner, &env, {}};
  Value body = column(*expr.args[0], nested);
  columns.setPlace(expr.place);
  Value like = likeOf(env);
  if (expr.text == "mean") {
    Value parent = columns.requireRows(inner.parentRow, like, expr.op);
    Value total = columns.reduce(Columns::Reduction::Sum, columns.toReal(body), parent, like);
    return columns.divide(total, columns.childCount(parent, like));
  }
  if (expr.text == "min" || expr.text == "max") {
    Value parent = columns.requireRows(inner.parentRow, like, expr.op);
    return columns.reduce(expr.text == "min" ? Columns::Reduction::Min : Columns::Reduction::Max, body,
                          parent, like);
  }
  if (expr.text == "any" || expr.text == "all")
    return columns.reduce(expr.text == "any" ? Columns::Reduction::Any : Columns::Reduction::All, body,
                          inner.parentRow, like);
  return columns.reduce(expr.text == "prod" ? Columns::Reduction::Product : Columns::Reduction::Sum, body,
                        inner.parentRow, like);
}

/// An error, when data is bound, where a `let` is used outside its index set.
void Lowering::requireEntry(const sema::Let &let, const sema::Expr &use, const Env &env) {
  if (isWithinDomain(let, use.args))
    return;
  const Env &at = outermost(use, env);
  Value rows = position(let, use.args, at);
  columns.requireComputed(rows);
}

/// The environment of a `let`'s body: its indices are the arguments, over the space where it is used.
Env Lowering::inlineLet(const sema::Expr &expr, const Env &env) {
  auto &let = static_cast<const sema::Let &>(*expr.symbol);
  requireEntry(let, expr, env);
  Env inner{env.space, &env, {}};
  inner.use = let.isLocal ? nullptr : &expr;
  for (auto [index, arg] : llvm::zip_equal(let.domain.indices, expr.args)) {
    Value code = columns.asIndex(column(*arg, env));
    inner.bound[index.get()] = index->type.base == Base::Int ? columns.toCode(code) : code;
  }
  return inner;
}

} // namespace costate::lower
