// Values with indices: families over ranges, comprehensions, results of functions. As an array each counts
// from 1.
#include "frontend/sema/Checker.h"

#include "frontend/sema/FreeIndices.h"
#include "frontend/sema/IntegerExpressions.h"

#include <fmt/format.h>

namespace costate::sema {

using ast::Kind;

namespace {

constexpr Type integer{Base::Int, nullptr};

/// The range that an index of a family goes through; null where it is something else.
const SetExpr *rangeOf(const Index &index) {
  const SetExpr *set = index.set;
  while (set && set->kind == SetExpr::Kind::Named)
    set = set->set->value.get();
  return set && set->kind == SetExpr::Kind::Range ? set : nullptr;
}

/// `high - low + 1`
ExprPtr lengthOf(const SetExpr &range) {
  ExprPtr high = copyOf(*range.high);
  if (isLiteral(*range.low, 1))
    return high;
  if (range.low->kind == ExprKind::Number && range.high->kind == ExprKind::Number)
    return integerNumber(range.high->integer - range.low->integer + 1, high->place);
  SourcePlace place = high->place;
  return binary("+", binary("-", std::move(high), copyOf(*range.low)), integerNumber(1, place));
}

} // namespace

/// One more index, over 1..size.
void Checker::addRange(Binders &domain, ExprPtr size, size_t number) {
  auto range = std::make_unique<SetExpr>();
  range->kind = SetExpr::Kind::Range;
  range->place = size->place;
  range->components = {integer};
  range->low = integerNumber(1, size->place);
  range->high = std::move(size);
  auto index = std::make_unique<Index>();
  index->name = fmt::format("i{}", number + 1);
  index->type = integer;
  index->set = range.get();
  index->setName = "1.." + (range->high->text.empty() ? "the size" : range->high->text);
  index->place = range->place;
  Atom atom;
  atom.place = range->place;
  atom.terms.emplace_back();
  atom.terms.back().index = index.get();
  atom.set = std::move(range);
  domain.atoms.push_back(std::move(atom));
  domain.indices.push_back(std::move(index));
}

bool Checker::isRangeOf(const Index &index) const { return rangeOf(index); }

bool Checker::isOverRanges(const Binders &domain) const {
  return !domain.where && std::all_of(domain.indices.begin(), domain.indices.end(), [](auto &index) {
    const SetExpr *range = rangeOf(*index);
    return range && copyOf(*range->low) && copyOf(*range->high);
  });
}

/// The same ranges, counted from 1.
void Checker::addRanges(Binders &domain, const Binders &like) {
  for (auto &index : like.indices)
    addRange(domain, sema::lengthOf(*rangeOf(*index)), domain.indices.size());
}

/// The family with indices that `p.x` names; null for everything else.
Family *Checker::solvedFamily(const ast::Node &node) {
  if (Report *report = reported(node))
    return report;
  if (node.children[0]->kind != Kind::Name)
    return nullptr;
  auto *problem = dynamic_cast<Problem *>(scope.find(node.children[0]->text));
  if (!problem)
    return nullptr;
  auto member = problem->names.find(node.text);
  auto *family = member == problem->names.end() ? nullptr : dynamic_cast<Family *>(member->second);
  return family && family->arity() > 0 ? family : nullptr;
}

/// By its declared type, else by the form of its value.
bool Checker::givesArray(const UserFunction &function) {
  const ast::Statement &s = *statements.at(&function);
  if (!s.typeName.empty())
    return !s.typeSizes.empty();
  const ast::Node *result = s.value.get();
  if (!result && !s.body.empty() && s.body.back()->kind == ast::StatementKind::Return)
    result = s.body.back()->value.get();
  return result && (result->kind == Kind::ArrayOf || result->kind == Kind::ArrayLiteral);
}

/// The family of what isArray() holds for; null after an error.
Family *Checker::arrayValue(const ast::Node &node) {
  if (node.kind == Kind::ArrayOf)
    return comprehensionArray(node);
  if (node.kind == Kind::ArrayLiteral)
    return writtenArray(node);
  if (isSlice(node))
    return sliced(node);
  if (node.kind == Kind::Match)
    return matched(node).array;
  if (isFieldOfRecord(node))
    return static_cast<Family *>(fieldOf(node));
  if (isArrayOperation(node))
    return static_cast<Family *>(arrayOperation(node));
  if (node.kind == Kind::Call && isSparseSolve(node)) {
    Symbol *matrix = arrayOperand(*node.children[1]), *right = arrayOperand(*node.children[2]);
    return matrix && right ? static_cast<Family *>(sparseProduct(node, "\\", *matrix, *right)) : nullptr;
  }
  if (node.kind == Kind::Call)
    return functionCall(node, **callee(node, /*says=*/true)).array;
  if (Family *viewed = viewedArray(node))
    return viewed;
  Family &family = node.kind == Kind::Field ? *solvedFamily(node) : static_cast<Family &>(*find(node.text));
  if (!isOverRanges(family.domain)) {
    report(errors::arrayOfRanges(node.place, family.name, family.place));
    return nullptr;
  }
  if (node.kind == Kind::Field) {
    const ast::Node *base = &node;
    while (base->kind == Kind::Field)
      base = base->children[0].get();
    return solutionArray(node, static_cast<Problem &>(*scope.find(base->text)), family);
  }
  return &countedFromOne(family, node.place);
}

/// The family, or the same entries counted from 1.
Family &Checker::countedFromOne(Family &family, SourcePlace place) {
  bool isCounted = std::all_of(family.domain.indices.begin(), family.domain.indices.end(),
                               [](auto &index) { return isLiteral(*rangeOf(*index)->low, 1); });
  return isCounted ? family : fromOne(family, place);
}

/// The values of a family of a solved problem.
Family *Checker::solutionArray(const ast::Node &node, Problem &problem, Family &family) {
  if (!inCommand || !solved.count(&problem)) {
    report(inCommand ? errors::unsolvedProblem(node.place, problem.name)
                     : errors::solutionOutsideCommand(node.place, problem.name, setText(node)));
    return nullptr;
  }
  Let &let = fromOne(family, node.place);
  auto *own = dynamic_cast<Let *>(&family);
  if (family.kind == Symbol::Kind::Param || (own && !own->usesVariables))
    return &let;
  let.value->kind = ExprKind::Solution;
  let.value->problem = &problem;
  let.value->text = family.kind == Symbol::Kind::Report ? "report" : "value";
  let.value->usesSolution = let.usesSolution = true;
  let.value->usesVariables = let.usesVariables = false;
  return &let;
}

/// `[e for i in 1..n, j in 1..m]`
Family *Checker::comprehensionArray(const ast::Node &node) {
  auto owner = std::make_unique<Let>();
  Let &let = *owner;
  let.name = setText(node), let.place = node.place, let.isLocal = true;
  keep(std::move(owner));
  IndexFrame frame(scope);
  binders(*node.binders, let.domain);
  if (!requireFixedDomain(let.domain, node.place))
    return nullptr;
  ExprPtr value = comprehensionEntry(*node.children[0], let);
  Type type = value ? value->type : Type{};
  if (type.base == Base::Poison)
    return nullptr;
  setLocal(let, std::move(value), type);
  if (!isOverRanges(let.domain)) {
    report(errors::arrayOfRanges(node.place, let.name, node.place));
    return nullptr;
  }
  return &countedFromOne(let, node.place);
}

/// A number, or the entry of an array, whose indices come after those of the comprehension. Null after an
/// error.
ExprPtr Checker::comprehensionEntry(const ast::Node &node, Let &let) {
  if (!isArray(node)) {
    ExprPtr value = expr(node);
    settle(*value, {Base::Real, nullptr});
    return value;
  }
  Family *array = arrayValue(node);
  if (!array || !requireFixedDomain(array->domain, node.place))
    return nullptr;
  size_t own = let.domain.indices.size();
  addRanges(let.domain, array->domain);
  ExprPtr value = entryOf(*array, node.place);
  for (size_t k = own; k < let.domain.indices.size(); ++k)
    value->args.push_back(indexRef(*let.domain.indices[k], node.place));
  return value;
}

/// The index sets of local families are made once, not for every index of the call or step of a loop.
bool Checker::requireFixedDomain(const Binders &domain, SourcePlace place) {
  for (auto &atom : domain.atoms) {
    if (auto placeholders = freePlaceholders(*atom.set); !placeholders.empty()) {
      report(errors::notAvailable(
          place, fmt::format("an array whose size depends on the value `{}`", placeholders[0]->name)));
      return false;
    }
    for (const Index *index : freeIndices(*atom.set)) {
      bool isOwn = std::any_of(domain.indices.begin(), domain.indices.end(),
                               [&](auto &own) { return own.get() == index; });
      if (isOwn)
        continue;
      report(errors::notAvailable(place,
                                  fmt::format("an array whose size depends on the index `{}`", index->name)));
      return false;
    }
  }
  return true;
}

/// The same entries, counted from 1.
Let &Checker::fromOne(Family &family, SourcePlace place) {
  auto owner = std::make_unique<Let>();
  Let &let = *owner;
  let.name = family.name, let.place = family.place, let.isLocal = true;
  keep(std::move(owner));
  let.usesVariables = let.usesSolution = false;
  setEntries(let, family, place);
  return let;
}

void Checker::setEntries(Let &let, Family &family, SourcePlace place) {
  ExprPtr entry = entryAt(family, let.domain, place);
  setLocal(let, std::move(entry), family.type);
}

/// An entry of the family, still without indices.
ExprPtr Checker::entryOf(Family &family, SourcePlace place) {
  auto entry = std::make_unique<Expr>();
  entry->kind = ExprKind::Access;
  entry->place = place;
  entry->type = family.type;
  entry->symbol = &family;
  entry->usesVariables = uses(family).variables;
  entry->usesSolution = uses(family).solution;
  return entry;
}

/// Makes a domain over 1..n, ..., and the entry of the family there.
ExprPtr Checker::entryAt(Family &family, Binders &domain, SourcePlace place) {
  ExprPtr entry = entryOf(family, place);
  for (size_t k = 0; k < family.arity(); ++k) {
    const SetExpr &range = *rangeOf(*family.domain.indices[k]);
    addRange(domain, sema::lengthOf(range), k);
    ExprPtr index = indexRef(*domain.indices[k], place);
    if (!isLiteral(*range.low, 1))
      index = binary("-", binary("+", std::move(index), copyOf(*range.low)), integerNumber(1, place));
    entry->args.push_back(std::move(index));
  }
  return entry;
}

/// `i - low + 1`
ExprPtr Checker::countedFromOne(Index &index, SourcePlace place) const {
  const SetExpr &range = *rangeOf(index);
  ExprPtr ref = indexRef(index, place);
  if (isLiteral(*range.low, 1))
    return ref;
  return binary("+", binary("-", std::move(ref), copyOf(*range.low)), integerNumber(1, place));
}

ExprPtr Checker::lengthAt(const Family &array, size_t dimension) const {
  return sema::lengthOf(*rangeOf(*array.domain.indices[dimension]));
}

/// The size of a dimension, as a local.
Let &Checker::sizeOf(const Family &array, size_t dimension, SourcePlace place) {
  return local("", place, sema::lengthOf(*rangeOf(*array.domain.indices[dimension])), integer);
}

Let &Checker::lengthOf(Let &low, Let &high) {
  SetExpr range;
  range.low = copyOf(*low.value), range.high = copyOf(*high.value);
  bool isWritten = range.low && range.high;
  if (!isWritten)
    range.low = use(low, low.place), range.high = use(high, high.place);
  return local("", low.place, sema::lengthOf(range), integer);
}

/// A name in the type of a parameter is the size of the argument; the same name twice, or a number, must
/// agree.
void Checker::bindSize(const ast::Statement &s, const ast::Parameter &parameter, size_t which,
                       Family &argument, size_t dimension) {
  const ast::Node &size = *parameter.typeSizes[which];
  if (size.kind != Kind::Name && size.kind != Kind::Number)
    return report(errors::notAvailable(size.place, "a size that is neither a name nor a number"));
  auto requireSize = [&](Let &expected) {
    std::string sentence = errors::sizeSentence(s.name, parameter.name, size.text);
    if (auto written = requireEqual(expected, argument, dimension, size.place, sentence))
      report(errors::sizeMismatch(size.place, sentence, written->first, written->second));
  };
  if (size.kind == Kind::Name) {
    auto [known, isNew] = scope.locals->emplace(size.text, nullptr);
    if (isNew) {
      known->second = &sizeOf(argument, dimension, size.place);
      known->second->name = size.text;
      return;
    }
    auto *let = dynamic_cast<Let *>(known->second);
    if (!let || !let->isLocal || let->type.base != Base::Int || let->arity())
      return report(errors::duplicateName(size.place, size.text, known->second->place));
    return requireSize(*let);
  }
  Let &wanted = local(size.text, size.place, number(size), integer);
  requireSize(wanted);
  if (wanted.value->kind != ExprKind::Same || asRecord((*scope.locals)[parameter.name]))
    return;
  Let &checked = fromOne(argument, parameter.place); // reading it compares the sizes
  checked.domain.atoms[dimension].set->high = use(wanted, size.place);
  (*scope.locals)[parameter.name] = &checked;
}

/// False after an error: the sizes are written and differ.
bool Checker::equalSizes(Let &size, Family &array, size_t dimension, const ast::Node &node) {
  auto written = requireEqual(size, array, dimension, node.place,
                              fmt::format("sizes {{expected}} and {{}} meet in `{}`", setText(node)));
  if (!written)
    return true;
  report(errors::arrayOperation(
      node.place, fmt::format("sizes {} and {} meet in one operation", written->first, written->second),
      "the arrays of an operation must fit"));
  return false;
}

/// The same for a size that arrays of a call or loop share. `compared` becomes the array that compares sizes
/// when it is read, where only data tells.
bool Checker::sharesSize(Family &array, size_t dimension, Let &size, Let *&compared, SourcePlace place,
                         const std::string &what) {
  if (auto written =
          requireEqual(size, array, dimension, place, what + " has size {}, expected {expected}")) {
    report(errors::unequalSizes(place, what, written->first, written->second));
    return false;
  }
  if (size.value->kind != ExprKind::Same)
    return true;
  if (!compared)
    compared = &fromOne(array, place);
  compared->domain.atoms[dimension].set->high = use(size, place);
  return true;
}

/// The array, whose sizes are compared with those of `like` where only data tells; null after an error.
Family *Checker::sizedLike(Family &array, const Family &like, SourcePlace place, const std::string &what) {
  if (array.arity() != like.arity()) {
    report(errors::rankMismatch(place, what, like.arity(), array.arity()));
    return nullptr;
  }
  Let *compared = nullptr;
  for (size_t k = 0; k < like.arity(); ++k)
    if (!sharesSize(array, k, sizeOf(like, k, place), compared, place, what))
      return nullptr;
  return compared ? compared : &array;
}

/// Gives both where they are written and differ; where only data tells, the size compares them when it is
/// read. In the sentence of the error `{}` is the array's size and `{expected}` the other one.
std::optional<std::pair<int64_t, int64_t>> Checker::requireEqual(Let &size, Family &array, size_t dimension,
                                                                 SourcePlace place,
                                                                 const std::string &sentence) {
  ExprPtr length = sema::lengthOf(*rangeOf(*array.domain.indices[dimension]));
  const Expr *first = size.value.get();
  while (first->kind == ExprKind::Same)
    first = first->args[0].get();
  if (isSame(*first, *length))
    return std::nullopt;
  if (first->kind == ExprKind::Number && length->kind == ExprKind::Number)
    return std::pair(first->integer, length->integer);
  auto same = std::make_unique<Expr>();
  same->kind = ExprKind::Same;
  same->type = integer;
  same->place = shown(place);
  same->text = sentence;
  same->args.push_back(std::move(size.value));
  same->args.push_back(std::move(length));
  size.value = std::move(same);
  return std::nullopt;
}

} // namespace costate::sema
