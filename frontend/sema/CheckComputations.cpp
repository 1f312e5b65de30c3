// What loops, derivatives and library calls have in common: placeholders, results, and what they depend on.
#include "frontend/sema/Checker.h"

#include "frontend/sema/FreeIndices.h"

namespace costate::sema {

namespace {

constexpr Type real{Base::Real, nullptr};

} // namespace

/// Stands for a value with the sizes of `like`, which the computation around it gives.
Let &Checker::placeholderLike(const Family &like, Type type, SourcePlace place) {
  Let &result = resultOver({&like}, like.name, type, place);
  result.isPlaceholder = true;
  result.usesVariables = uses(like).variables;
  result.usesSolution = uses(like).solution;
  return result;
}

/// Without value, over the indices of all these families.
Let &Checker::resultOver(const std::vector<const Family *> &families, const std::string &name, Type type,
                         SourcePlace place) {
  auto owner = std::make_unique<Let>();
  Let &result = *owner;
  result.name = name, result.place = place, result.type = type, result.isLocal = true;
  keep(std::move(owner));
  for (const Family *each : families)
    addRanges(result.domain, each->domain);
  return result;
}

Checker::Uses Checker::uses(const Family &family) const {
  auto *let = dynamic_cast<const Let *>(&family);
  return {family.kind == Symbol::Kind::Variable || (let && let->usesVariables), let && let->usesSolution};
}

void Checker::dependOn(Computation &computation, const Family &part) {
  computation.usesVariables |= uses(part).variables;
  computation.usesSolution |= uses(part).solution;
}

/// Gives the results their origin, and what they depend on where it is not known yet.
void Checker::finish(std::unique_ptr<Computation> computation, const std::vector<Let *> &results) {
  for (Let *result : results) {
    result->computed = computation.get();
    result->usesVariables |= computation->usesVariables;
    result->usesSolution |= computation->usesSolution;
  }
  computation->results = results;
  setCaptured(*computation);
  program.computations.push_back(std::move(computation));
}

/// A number, or an array itself.
Value Checker::valueOf(Family &family, SourcePlace place) {
  if (family.arity())
    return {nullptr, &family};
  return {use(static_cast<Let &>(family), place), nullptr};
}

/// The value under a name: a number as a local, which then is what the value refers to.
Family &Checker::family(Value &value, SourcePlace place) {
  if (value.array)
    return *value.array;
  Type type = value.scalar->type;
  Let &result = local("", place, std::move(value.scalar), type);
  value.scalar = use(result, place);
  return result;
}

/// Integers as reals.
Value Checker::asReal(Value value, SourcePlace place) {
  if (value.array && value.array->type.base == Base::Int) {
    Let &entries = fromOne(*value.array, place);
    entries.type = real;
    return {nullptr, &entries};
  }
  if (value.scalar && value.scalar->type.base == Base::Int)
    return {use(local("", place, std::move(value.scalar), real), place), nullptr};
  return value;
}

ExprPtr Checker::poisonAt(SourcePlace place) {
  auto result = std::make_unique<Expr>();
  result->place = place;
  return result;
}

} // namespace costate::sema
