// Binders to spaces: a small query planner. Sets and memberships are atoms; equal indices and equal data join
// by grouping, bounds on ranges become loop bounds, the rest filters as soon as its indices are bound. The
// product of two sets is built only where nothing connects them.
#include "frontend/lower/Lowering.h"
#include "frontend/lower/MayFail.h"
#include "frontend/sema/FreeIndices.h"

using namespace mlir;

namespace costate::lower {
namespace {

using sema::Expr;
using sema::Index;

void splitConjuncts(const Expr *where, llvm::SmallVectorImpl<const Expr *> &out) {
  if (!where)
    return;
  if (where->kind == sema::ExprKind::Binary && where->op == "and") {
    for (auto &arg : where->args)
      splitConjuncts(arg.get(), out);
    return;
  }
  out.push_back(where);
}

/// One relation the indices must satisfy: a generator or a membership condition.
struct Relation {
  llvm::SmallVector<const Index *> fresh; // per component, null where not an index of this binder
  llvm::SmallVector<const Expr *> bound;  // per component, the value it must equal
  llvm::SmallVector<const Expr *> later;  // per component, such a value of indices this relation binds itself
  const sema::SetExpr *set = nullptr;
  bool isGenerator = true;
  const Expr *condition = nullptr; // of a membership
  SourcePlace place;
};

bool isRange(const sema::SetExpr &set) {
  if (set.kind == sema::SetExpr::Kind::Named)
    return isRange(*set.set->value);
  return set.kind == sema::SetExpr::Kind::Range;
}

} // namespace

/// Plans and builds one binder.
class BinderPlan {
public:
  using EmitSet = std::function<SetColumns(const sema::SetExpr &, const Env &)>;
  using EmitColumn = std::function<Value(const Expr &, const Env &)>;
  using EmitCode = std::function<Value(const Index *, const Env &)>;

  BinderPlan(const sema::Binders &binders, const Env &outer, Columns &columns, EmitSet set, EmitColumn column,
             EmitCode code)
      : binders(binders), outer(outer), columns(columns), emitSet(std::move(set)),
        emitColumn(std::move(column)), emitCode(std::move(code)) {
    for (auto &index : binders.indices)
      own.insert(index.get());
    collect();
  }

  Space build(bool ordered) {
    applyFilters();
    while (!relations.empty())
      step();
    assert(conditions.empty() && "every condition has its indices bound at the end");
    if (ordered && outOfOrder)
      sort();
    for (auto &index : binders.indices)
      partial.order.push_back(index.get());
    return std::move(partial);
  }

private:
  void collect() {
    for (auto &atom : binders.atoms) {
      Relation relation;
      relation.set = atom.set.get();
      relation.place = atom.place;
      for (auto &term : atom.terms)
        relation.fresh.push_back(term.kind == sema::Term::Kind::Fresh ? term.index : nullptr);
      for (auto &term : atom.terms) {
        const Expr *value = term.kind == sema::Term::Kind::Bound ? term.value.get() : nullptr;
        bool isLater = value && llvm::any_of(freeIndices(*value), [&](auto *index) {
                         return llvm::is_contained(relation.fresh, index);
                       });
        relation.bound.push_back(isLater ? nullptr : value);
        relation.later.push_back(isLater ? value : nullptr);
      }
      relations.push_back(std::move(relation));
    }
    splitConjuncts(binders.where.get(), parts);
    for (const Expr *part : parts)
      if (!asRelation(*part))
        conditions.push_back(part);
  }

  /// `(i, j) in S` over plain indices binds like a generator; a set's tuples are distinct, so rows stay
  /// distinct.
  bool asRelation(const Expr &part) {
    if (part.kind != sema::ExprKind::In)
      return false;
    Relation relation;
    relation.set = part.set.get();
    relation.isGenerator = false;
    relation.condition = &part;
    relation.place = part.place;
    for (auto &arg : part.args) {
      bool plain = arg->kind == sema::ExprKind::IndexRef && own.contains(arg->index);
      if (plain ? llvm::is_contained(relation.fresh, arg->index) : mentionsOwn(*arg))
        return false;
      relation.fresh.push_back(plain ? arg->index : nullptr);
      relation.bound.push_back(plain ? nullptr : arg.get());
    }
    if (isRange(*relation.set) ||
        llvm::any_of(freeIndices(*relation.set), [&](auto *i) { return own.contains(i); }))
      return false;
    relations.push_back(std::move(relation));
    return true;
  }

  /// A condition that may fail is tested only where the ones written before it are true.
  bool mayTest(const Expr &condition) const {
    if (!mayFail(condition))
      return true;
    for (const Expr *part : parts) {
      if (part == &condition)
        return true;
      if (llvm::is_contained(conditions, part) ||
          llvm::any_of(relations, [&](const Relation &relation) { return relation.condition == part; }))
        return false;
    }
    return true;
  }

  bool mentionsOwn(const Expr &expr) const {
    return llvm::any_of(freeIndices(expr), [&](auto *index) { return own.contains(index); });
  }
  bool isBound(const Index *index) const { return !own.contains(index) || partial.codes.contains(index); }
  bool isReady(const Expr &expr) const {
    return llvm::all_of(freeIndices(expr), [&](auto *index) { return isBound(index); });
  }
  bool isReady(const Relation &relation) const {
    for (const Expr *value : relation.bound)
      if (value && !isReady(*value))
        return false;
    for (const Expr *value : relation.later)
      if (value && llvm::any_of(freeIndices(*value), [&](auto *index) {
            return !isBound(index) && !llvm::is_contained(relation.fresh, index);
          }))
        return false;
    return llvm::all_of(freeIndices(*relation.set), [&](auto *index) { return isBound(index); });
  }
  Env here() const { return started ? Env{&partial, &outer, {}} : Env{outer.space, &outer, {}}; }

  /// Relations with more components already known come first; then larger tuples, then the order written.
  void step() {
    size_t best = relations.size();
    int bestScore = -1;
    for (auto [k, relation] : llvm::enumerate(relations)) {
      if (!isReady(relation))
        continue;
      int score = priority(relation);
      if (score > bestScore)
        best = k, bestScore = score;
    }
    assert(best < relations.size() && "binders refer to each other only backwards");
    outOfOrder |= best != 0 || !relations[best].isGenerator;
    Relation relation = relations[best];
    relations.erase(relations.begin() + best);
    extend(relation);
    applyFilters();
  }

  int priority(const Relation &relation) const {
    int known = 0, open = 0;
    for (size_t k = 0; k < relation.fresh.size(); ++k) {
      if (relation.bound[k] || (relation.fresh[k] && partial.codes.contains(relation.fresh[k])))
        ++known;
      else if (relation.fresh[k])
        ++open;
    }
    int equalities = isDependentRange(relation) ? 0 : int(keyConditions(relation).size());
    if (open == 0)
      return 1'000'000;
    if (known + equalities > 0)
      return 1000 * (known + equalities) + int(relation.fresh.size());
    return int(relation.fresh.size());
  }

  bool isDependentRange(const Relation &relation) const {
    return relation.set->kind == sema::SetExpr::Kind::Range && !freeIndices(*relation.set).empty();
  }

  void extend(const Relation &relation) {
    columns.setPlace(relation.place);
    if (relation.fresh.size() == 1 && relation.fresh[0] && !partial.codes.contains(relation.fresh[0]) &&
        isRange(*relation.set) && extendRange(relation))
      return;
    if (isDependentRange(relation)) // a bound index tested against a range that depends on indices
      return filterRange(relation);
    SetColumns set = emitSet(*relation.set, outer);
    llvm::SmallVector<Value> left, right;
    Env env = here();
    for (size_t k = 0; k < set.arity(); ++k) {
      const Index *index = relation.fresh[k];
      if (relation.bound[k])
        left.push_back(emitColumn(*relation.bound[k], env)), right.push_back(set.columns[k]);
      else if (index && partial.codes.contains(index))
        left.push_back(emitCode(index, env)), right.push_back(set.columns[k]);
    }
    takeKeyConditions(relation, set, left, right);
    Value leftRow, rightRow;
    if (!left.empty())
      std::tie(leftRow, rightRow) = columns.join(left, right);
    else if (started || !outer.space->single())
      std::tie(leftRow, rightRow) =
          columns.product(started ? partial.rows : outer.space->rows, set.columns[0]);
    if (leftRow)
      select(leftRow);
    for (size_t k = 0; k < set.arity(); ++k)
      if (const Index *index = relation.fresh[k]; index && !partial.codes.contains(index))
        partial.codes[index] = rightRow ? columns.gather(set.columns[k], rightRow) : set.columns[k];
    if (!leftRow)
      partial.rows = set.columns[0];
    started = true;
    selectEqual(relation, set, rightRow);
  }

  /// `(i, i + 1) in P`: of the rows just made, those whose components have the values that follow from
  /// others.
  void selectEqual(const Relation &relation, const SetColumns &set, Value row) {
    for (auto [component, value] : llvm::zip(set.columns, relation.later)) {
      if (!value)
        continue;
      Value mine = row ? columns.gather(component, row) : component;
      Value wanted = emitColumn(*value, here());
      columns.setPlace(relation.place);
      Value kept = columns.filter(
          columns.between(columns.toInteger(mine), columns.toInteger(wanted), columns.toInteger(wanted)));
      select(kept);
      row = row ? columns.gather(row, kept) : kept;
    }
  }

  /// An unbound index over a range: conditions that bound it become the loop's bounds.
  bool extendRange(const Relation &relation) {
    const Index *index = relation.fresh[0];
    llvm::SmallVector<std::pair<const Expr *, std::string>> limits;
    if (keyConditions(relation).empty())
      for (const Expr *condition : conditions)
        if (auto limit = limitOn(index, *condition); limit.first)
          limits.push_back(limit);
    if (limits.empty() && !isDependentRange(relation))
      return false;
    Env env = here();
    auto [low, high] = rangeColumns(*relation.set, env);
    for (auto &[value, op] : limits) {
      Value bound = columns.toInteger(emitColumn(*value, env));
      if (op == "<" || op == "<=")
        high = columns.integerMin(high, op == "<" ? columns.addConstant(bound, -1) : bound);
      if (op == ">" || op == ">=")
        low = columns.integerMax(low, op == ">" ? columns.addConstant(bound, 1) : bound);
    }
    llvm::erase_if(conditions,
                   [&](const Expr *condition) { return limitOn(index, *condition).first != nullptr; });
    auto [parent, value] = columns.expand(low, high);
    select(parent);
    partial.codes[index] = value;
    if (!partial.rows)
      partial.rows = value;
    started = true;
    return true;
  }

  /// The other side of a comparison `index op value`, if that value is known now; null otherwise.
  std::pair<const Expr *, std::string> limitOn(const Index *index, const Expr &condition) const {
    if (condition.kind != sema::ExprKind::Compare || condition.op == "==" || condition.op == "!=")
      return {nullptr, ""};
    if (!mayTest(condition))
      return {nullptr, ""};
    const Expr *left = condition.args[0].get(), *right = condition.args[1].get();
    auto isIndex = [&](const Expr *e) { return e->kind == sema::ExprKind::IndexRef && e->index == index; };
    auto isKnownInteger = [&](const Expr *e) { return e->type.base == sema::Base::Int && isReady(*e); };
    if (isIndex(left) && isKnownInteger(right))
      return {right, condition.op};
    if (isIndex(right) && isKnownInteger(left))
      return {left, condition.op[0] == '<' ? (condition.op == "<" ? ">" : ">=")
                                           : (condition.op == ">" ? "<" : "<=")};
    return {nullptr, ""};
  }

  std::pair<Value, Value> rangeColumns(const sema::SetExpr &set, const Env &env) {
    const sema::SetExpr &range = set.kind == sema::SetExpr::Kind::Named ? *set.set->value : set;
    if (set.kind == sema::SetExpr::Kind::Named) {
      SetColumns named = emitSet(set, outer);
      Value rows = env.space->rows;
      if (!rows)
        return {named.low, named.high};
      Value zero = columns.fill(rows, 0);
      return {columns.gather(named.low, zero), columns.gather(named.high, zero)};
    }
    return {columns.toInteger(emitColumn(*range.low, env)), columns.toInteger(emitColumn(*range.high, env))};
  }

  void filterRange(const Relation &relation) {
    Env env = here();
    auto [low, high] = rangeColumns(*relation.set, env);
    Value value = relation.bound[0] ? emitColumn(*relation.bound[0], env) : emitCode(relation.fresh[0], env);
    select(columns.filter(columns.between(columns.toInteger(value), low, high)));
    started = true;
  }

  /// Conditions `e(new indices) == e(known indices)` over whole elements or integers: keys of a join.
  llvm::SmallVector<std::pair<const Expr *, const Expr *>> keyConditions(const Relation &relation) const {
    llvm::SmallVector<std::pair<const Expr *, const Expr *>> keys;
    for (const Expr *condition : conditions)
      if (auto key = keyOf(relation, *condition); key.first)
        keys.push_back(key);
    return keys;
  }

  std::pair<const Expr *, const Expr *> keyOf(const Relation &relation, const Expr &condition) const {
    if (condition.kind != sema::ExprKind::Compare || condition.op != "==" ||
        condition.args[0]->type.base == sema::Base::Real ||
        condition.args[0]->type.base == sema::Base::Bool ||
        condition.args[1]->type.base == sema::Base::Real || !mayTest(condition))
      return {nullptr, nullptr};
    for (int side : {0, 1}) {
      const Expr *mine = condition.args[side].get(), *known = condition.args[1 - side].get();
      if (isFromRelation(relation, *mine) && isReady(*known))
        return {mine, known};
    }
    return {nullptr, nullptr};
  }

  /// Mentions at least one unbound index, and only ones this relation binds.
  bool isFromRelation(const Relation &relation, const Expr &expr) const {
    bool any = false;
    for (const Index *index : freeIndices(expr)) {
      if (!own.contains(index) || partial.codes.contains(index) || !llvm::is_contained(relation.fresh, index))
        return false;
      any = true;
    }
    return any;
  }

  void takeKeyConditions(const Relation &relation, const SetColumns &set, llvm::SmallVectorImpl<Value> &left,
                         llvm::SmallVectorImpl<Value> &right) {
    if (keyConditions(relation).empty())
      return;
    Space members; // the set's own rows, so that a key is computed once per element
    members.rows = set.columns[0];
    for (size_t k = 0; k < set.arity(); ++k)
      if (relation.fresh[k])
        members.codes[relation.fresh[k]] = set.columns[k];
    const Env global = outermostEnv();
    Env inSet{&members, &global, {}}, env = here();
    llvm::erase_if(conditions, [&](const Expr *condition) {
      auto [mine, known] = keyOf(relation, *condition);
      if (!mine)
        return false;
      right.push_back(emitColumn(*mine, inSet));
      left.push_back(emitColumn(*known, env));
      return true;
    });
  }

  Env outermostEnv() const {
    const Env *env = &outer;
    while (env->outer)
      env = env->outer;
    return *env;
  }

  void applyFilters() {
    for (size_t k = 0; k < conditions.size();) {
      if (!isReady(*conditions[k]) || !mayTest(*conditions[k])) {
        ++k;
        continue;
      }
      columns.setPlace(conditions[k]->place);
      Env env = here();
      select(columns.filter(emitColumn(*conditions[k], env)));
      conditions.erase(conditions.begin() + k);
      k = 0; // conditions that waited for this one
    }
  }

  /// Keeps or repeats rows: row r of the new space is row `rows[r]` of the old one.
  void select(Value rows) {
    for (auto &[index, code] : partial.codes)
      code = columns.gather(code, rows);
    partial.parentRow = started && partial.parentRow       ? columns.gather(partial.parentRow, rows)
                        : started && outer.space->single() ? Value()
                                                           : rows;
    partial.rows = rows;
    started = true;
  }

  void sort() {
    llvm::SmallVector<Value> keys;
    if (partial.parentRow)
      keys.push_back(partial.parentRow);
    for (auto &index : binders.indices)
      keys.push_back(partial.codes[index.get()]);
    if (!keys.empty())
      select(columns.sort(keys));
  }

  const sema::Binders &binders;
  const Env &outer;
  Columns &columns;
  EmitSet emitSet;
  EmitColumn emitColumn;
  EmitCode emitCode;
  llvm::SmallPtrSet<const Index *, 8> own;
  llvm::SmallVector<Relation> relations;
  llvm::SmallVector<const Expr *> parts; // of the filter, as written
  llvm::SmallVector<const Expr *> conditions;
  Space partial;
  bool started = false, outOfOrder = false;
};

Space Lowering::bind(const sema::Binders &binders, const Env &outer, bool ordered) {
  BinderPlan plan(
      binders, outer, columns, [this](const sema::SetExpr &s, const Env &e) { return set(s, e); },
      [this](const Expr &e, const Env &env) { return column(e, env); },
      [this](const Index *i, const Env &env) { return code(i, env); });
  return plan.build(ordered);
}

const Domain &Lowering::domain(const sema::Family &family) {
  if (auto known = domains.find(&family); known != domains.end())
    return known->second;
  Domain domain;
  domain.dense = !family.domain.where;
  for (auto &atom : family.domain.atoms) {
    domain.atoms.push_back(set(*atom.set, global));
    domain.dense &= llvm::all_of(atom.terms, [](auto &t) { return t.kind == sema::Term::Kind::Fresh; });
    domain.dense &= freeIndices(*atom.set).empty();
  }
  if (!family.domain.empty())
    domain.space = bind(family.domain, global, /*ordered=*/true);
  return domains.emplace(&family, std::move(domain)).first->second;
}

} // namespace costate::lower
