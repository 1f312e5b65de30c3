// `iterate` and `scan`: the body is checked with placeholders for what is carried, and once more where it
// shows that a carried value has another type or depends on more than its start does.
#include "frontend/sema/Checker.h"

#include "frontend/sema/FreeIndices.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace costate::sema {

using ast::StatementKind;

namespace {

constexpr Type real{Base::Real, nullptr};

/// The names inside of a loop's braces.
class BodyFrame {
public:
  explicit BodyFrame(Scope &scope)
      : scope(scope), outer(scope.locals), own(outer ? *outer : Locals()), indices(scope) {
    scope.locals = &own;
  }
  ~BodyFrame() { scope.locals = outer; }
  BodyFrame(const BodyFrame &) = delete;

private:
  Scope &scope;
  Locals *outer, own;
  IndexFrame indices;
};

} // namespace

/// What is known of a value that a loop carries, by its parts.
struct Checker::Carried {
  struct Part {
    Family *start = nullptr;
    Type type;
    Uses uses;
    Let *placeholder = nullptr;
    Family *next = nullptr;
  };
  const ast::Argument *written = nullptr;
  Symbol *start = nullptr;
  std::vector<Part> parts;
  Symbol *placeholder = nullptr;
  bool becomesComplex = false;
};

/// The names that the loop leaves, in order; empty after an error.
Checker::Names Checker::loop(const ast::Statement &s) {
  auto names = checkLoop(s);
  if (names.empty())
    for (auto *left : {&s.arguments, &s.collected})
      for (auto &argument : *left)
        brokenNames.insert(argument.name);
  return names;
}

Checker::Names Checker::checkLoop(const ast::Statement &s) {
  std::vector<Carried> carried;
  if (!carriedStarts(s, carried))
    return {};
  size_t known = diagnostics.size();
  for (;;) {
    diagnostics.resize(known);
    auto owner = std::make_unique<Loop>();
    owner->place = s.place;
    owner->form = s.kind == StatementKind::Scan    ? Loop::Form::Scan
                  : s.kind == StatementKind::Root  ? Loop::Form::Root
                  : s.kind == StatementKind::Fixed ? Loop::Form::Fixed
                                                   : Loop::Form::Iterate;
    std::vector<Symbol *> collected;
    bool isGood = loopBody(s, carried, *owner, collected);
    bool becomesComplex =
        std::any_of(carried.begin(), carried.end(), [](auto &each) { return each.becomesComplex; });
    if (!isGood && !becomesComplex)
      return {};
    if (!widen(carried))
      return finishLoop(s, carried, std::move(owner), collected);
  }
}

bool Checker::carriedStarts(const ast::Statement &s, std::vector<Carried> &carried) {
  bool isUnknown = s.kind == StatementKind::Root || s.kind == StatementKind::Fixed;
  for (auto &argument : s.arguments) {
    if (!mayDeclare(argument.name, argument.place))
      return false;
    for (auto &other : carried)
      if (other.written->name == argument.name)
        return report(errors::duplicateName(argument.place, argument.name, other.written->place)), false;
    if (!addStart(argument, isUnknown, carried.emplace_back()))
      return false;
  }
  return true;
}

bool Checker::addStart(const ast::Argument &argument, bool isUnknown, Carried &carried) {
  SourcePlace place = argument.value->place;
  Value start = value(*argument.value);
  if (!isGood(start))
    return false;
  std::string what = fmt::format("the start of `{}`", argument.name);
  carried.written = &argument;
  setStart(carried, symbolOf(start, place));
  if (start.record && isUnknown)
    return report(errors::notAvailable(place, "an unknown that is a record")), false;
  for (auto &part : carried.parts) {
    Base base = part.type.base;
    bool isCarried = part.type.isNumber() || base == Base::Bool || part.type.isWord();
    if (!isCarried || (isUnknown && !part.type.isNumber()))
      return report(errors::typeMismatch(place, what, isUnknown ? "a number" : "a number or condition",
                                         typeText(part.type))),
             false;
    part.type = isUnknown ? real : part.type;
  }
  return true;
}

void Checker::setStart(Carried &carried, Symbol &start) {
  carried.start = &start;
  carried.parts.clear();
  for (Family *leaf : leavesOf(start))
    carried.parts.push_back({leaf, leaf->type, uses(*leaf)});
}

/// Placeholders for what is carried, under its names.
void Checker::bindCarried(std::vector<Carried> &carried, Loop &loop) {
  for (Carried &each : carried) {
    std::vector<Family *> leaves;
    for (auto &part : each.parts) {
      part.placeholder = &placeholderLike(*part.start, part.type, each.written->place);
      part.placeholder->name = each.written->name;
      part.placeholder->usesVariables = part.uses.variables;
      part.placeholder->usesSolution = part.uses.solution;
      loop.carried.push_back(part.placeholder);
      leaves.push_back(part.placeholder);
    }
    each.placeholder = regrouped(*each.start, leaves);
    (*scope.locals)[each.written->name] = each.placeholder;
  }
}

/// An index hides whatever has its name.
bool Checker::mayDeclare(const std::string &name, SourcePlace place) {
  Index *index = scope.findIndex(name);
  if (index)
    report(errors::reboundIndex(place, name, index->place));
  return !index;
}

/// One pass over head and body; false after an error.
bool Checker::loopBody(const ast::Statement &s, std::vector<Carried> &carried, Loop &loop,
                       std::vector<Symbol *> &collected) {
  BodyFrame frame(scope);
  size_t known = diagnostics.size();
  if (s.kind == StatementKind::Scan && !scanRange(s, carried, loop))
    return false;
  bindCarried(carried, loop);
  if (s.kind == StatementKind::Iterate) {
    loop.condition = expr(*s.value);
    if (!needBool(*loop.condition, "the condition of `iterate`"))
      return false;
  }
  for (auto &inner : s.body)
    loopStatement(*inner, carried);
  if (loop.form == Loop::Form::Root || loop.form == Loop::Form::Fixed)
    assignment(s, carried);
  if (diagnostics.size() > known)
    return false;
  for (Carried &each : carried) {
    std::vector<Family *> next = leavesOf(*(*scope.locals)[each.written->name]);
    for (size_t k = 0; k < each.parts.size(); ++k)
      each.parts[k].next = next[k];
  }
  for (auto &argument : s.collected)
    if (Symbol *value = collectedValue(argument, loop))
      collected.push_back(value);
  reportedValues(s, loop);
  return diagnostics.size() == known;
}

/// `t in 1..n`
bool Checker::scanRange(const ast::Statement &s, const std::vector<Carried> &carried, Loop &loop) {
  binders(*s.indexing, loop.domain);
  for (auto &each : carried)
    if (!mayDeclare(each.written->name, each.written->place))
      return false;
  bool isRange = loop.domain.indices.size() == 1 && isRangeOf(*loop.domain.indices[0]);
  auto isPoison = [](auto &index) { return index->type.base == Base::Poison; };
  bool isSaid = std::any_of(loop.domain.indices.begin(), loop.domain.indices.end(), isPoison);
  if (!isRange && !isSaid)
    report(errors::scanRange(s.indexing->list[0].place, setText(*s.indexing->list[0].set)));
  return isRange;
}

void Checker::loopStatement(const ast::Statement &s, std::vector<Carried> &carried) {
  switch (s.kind) {
  case StatementKind::Let:
    return localLet(s);
  case StatementKind::Iterate:
  case StatementKind::Scan:
  case StatementKind::Root:
  case StatementKind::Fixed:
    return localLoop(s);
  case StatementKind::Assign:
    return assignment(s, carried);
  default:
    return report(errors::loopBody(s.place, s.kind == StatementKind::Return));
  }
}

void Checker::assignment(const ast::Statement &s, std::vector<Carried> &carried) {
  auto known = std::find_if(carried.begin(), carried.end(),
                            [&](const Carried &each) { return each.written->name == s.name; });
  if (known == carried.end())
    return report(errors::notCarried(s.namePlace, s.name, scope.find(s.name), /*inLoop=*/true));
  Value next = value(*s.value);
  if (!isGood(next))
    return;
  std::string what = fmt::format("the next `{}`", s.name);
  SourcePlace place = s.value->place;
  if (next.record || asRecord(known->start)) {
    if (Symbol *record = nextRecord(*known, symbolOf(next, place), place))
      (*scope.locals)[s.name] = record;
    return;
  }
  Type type = next.array ? next.array->type : next.scalar->type, wanted = known->parts[0].type;
  if (!type.isNumber() && wanted.isNumber())
    return report(errors::typeMismatch(place, what, "a number", typeText(type)));
  if (!wanted.isNumber() && type != wanted)
    return report(errors::typeMismatch(place, what, typeText(wanted), typeText(type)));
  Family *array = next.array;
  size_t rank = rankOf(*known->start);
  if (!array || !rank) {
    if (array || rank)
      return report(errors::rankMismatch(place, what, rank, array ? array->arity() : 0));
    (*scope.locals)[s.name] = &local(s.name, s.namePlace, std::move(next.scalar), type);
    return;
  }
  if ((array = sizedLike(*array, *known->parts[0].placeholder, place, what)))
    (*scope.locals)[s.name] = array;
}

/// A record, whose parts are like those of the start; a number that becomes a complex one is checked once
/// more. Null after an error.
Symbol *Checker::nextRecord(Carried &carried, Symbol &next, SourcePlace place) {
  std::string what = fmt::format("the next `{}`", carried.written->name);
  auto *start = asRecord(carried.start), *record = asRecord(&next);
  bool isStart = start ? start->record->isComplex() : carried.parts[0].type.isNumber();
  if (!start && isStart && record->record->isComplex()) {
    carried.becomesComplex = true;
    return &next;
  }
  if (start && !record && isStart && typeOf(next).isNumber())
    record = &complexOf(next, place);
  if (!start || !record || start->record != record->record) {
    report(errors::typeMismatch(place, what, typeText(typeOf(*carried.start)), typeText(typeOf(next))));
    return nullptr;
  }
  std::vector<Family *> leaves = leavesOf(*record);
  for (size_t k = 0; k < leaves.size(); ++k) {
    auto &part = carried.parts[k];
    const Type &type = leaves[k]->type;
    bool fits = type == part.type || (part.type.base == Base::Real && type.base == Base::Int);
    if (!fits)
      report(errors::typeMismatch(place, what, typeText(part.type), typeText(leaves[k]->type)));
    leaves[k] = fits ? sizedLike(*leaves[k], *part.placeholder, place, what) : nullptr;
    if (!leaves[k])
      return nullptr;
  }
  return regrouped(*carried.start, leaves);
}

/// A value of every step; null after an error.
Symbol *Checker::collectedValue(const ast::Argument &argument, const Loop &loop) {
  Value each = value(*argument.value);
  if (!isGood(each))
    return nullptr;
  Symbol &value = symbolOf(each, argument.value->place);
  for (Family *leaf : leavesOf(value)) {
    if (leaf->type.isNumber() || leaf->type.base == Base::Bool || leaf->type.isWord())
      continue;
    report(errors::typeMismatch(argument.value->place, "what is collected", "a number or condition",
                                typeText(leaf->type)));
    return nullptr;
  }
  return requireFixedDomain(loop.domain, argument.place) ? &value : nullptr;
}

/// Numbers of every step that a method shows.
void Checker::reportedValues(const ast::Statement &s, Loop &loop) {
  bool hasSteps = loop.form == Loop::Form::Iterate || loop.form == Loop::Form::Scan;
  loop.isCounted = hasSteps && isOfMethod(s);
  if (!loop.isCounted && !s.reported.empty())
    return report(errors::reportOutside(s.reported[0].place));
  for (auto &argument : s.reported) {
    if (isArray(*argument.value)) {
      report(errors::missingIndex(argument.value->place, setText(*argument.value), "its array",
                                  argument.value->place));
      continue;
    }
    ExprPtr value = expr(*argument.value);
    if (!needNumber(*value, "what is reported"))
      continue;
    loop.reportedNames.push_back(argument.name);
    loop.reported.push_back(asReal({std::move(value), nullptr}, argument.value->place));
  }
}

/// Whether a carried value must be more than it was taken for.
bool Checker::widen(std::vector<Carried> &carried) {
  bool isWider = false;
  for (Carried &each : carried) {
    if (std::exchange(each.becomesComplex, false)) {
      setStart(each, complexOf(*each.start, each.written->value->place));
      isWider = true;
      continue;
    }
    for (auto &part : each.parts) {
      if (!part.next)
        continue;
      Uses now = uses(*part.next);
      Uses both{part.uses.variables || now.variables, part.uses.solution || now.solution};
      bool becomesReal = part.type.base == Base::Int && part.next->type.base == Base::Real;
      isWider |= becomesReal || both.variables != part.uses.variables || both.solution != part.uses.solution;
      part.uses = both;
      if (becomesReal)
        part.type = real;
    }
  }
  return isWider;
}

Checker::Names Checker::finishLoop(const ast::Statement &s, std::vector<Carried> &carried,
                                   std::unique_ptr<Loop> loop, const std::vector<Symbol *> &collected) {
  std::vector<Let *> results;
  Names names = carriedResults(carried, *loop, results);
  if (loop->condition) {
    loop->usesVariables |= loop->condition->usesVariables;
    loop->usesSolution |= loop->condition->usesSolution;
  }
  for (size_t k = 0; k < collected.size(); ++k)
    names.push_back(collectedResult(s.collected[k], *collected[k], *loop, results));
  if (loop->isCounted)
    runs.back()->loops.push_back(loop.get());
  finish(std::move(loop), results);
  return names;
}

/// The last values.
Checker::Names Checker::carriedResults(std::vector<Carried> &carried, Loop &loop,
                                       std::vector<Let *> &results) {
  Names names;
  auto asPart = [&](Family &family, const Type &type) {
    Value value = valueOf(family, family.place);
    return type.base == Base::Real ? asReal(std::move(value), family.place) : std::move(value);
  };
  for (Carried &each : carried) {
    const ast::Word word{each.written->name, each.written->place};
    std::vector<Family *> leaves;
    for (auto &part : each.parts) {
      loop.starts.push_back(asPart(*part.start, part.type));
      loop.next.push_back(asPart(*part.next, part.type));
      dependOn(loop, *part.start);
      dependOn(loop, *part.next);
      results.push_back(&resultOver({part.start}, word.text, part.type, word.place));
      leaves.push_back(results.back());
    }
    names.push_back({word, regrouped(*each.start, leaves)});
  }
  return names;
}

/// The values of all steps.
std::pair<ast::Word, Symbol *> Checker::collectedResult(const ast::Argument &written, Symbol &collected,
                                                        Loop &loop, std::vector<Let *> &results) {
  std::vector<Family *> leaves;
  for (Family *leaf : leavesOf(collected)) {
    loop.collected.push_back(valueOf(*leaf, leaf->place));
    dependOn(loop, *leaf);
    Let &result = resultOver({}, written.name, leaf->type, written.place);
    addRanges(result.domain, loop.domain);
    addRanges(result.domain, leaf->domain);
    results.push_back(&result);
    leaves.push_back(&result);
  }
  return {{written.name, written.place}, regrouped(collected, leaves)};
}

// ---- where loops stand ---------------------------------------------------------------------------------

/// In a function or another loop: a carried name may be one that is known, which it replaces.
void Checker::localLoop(const ast::Statement &s) {
  for (auto &[word, result] : loop(s)) {
    bool isCollected = std::any_of(s.collected.begin(), s.collected.end(),
                                   [&, name = &word](auto &each) { return each.name == name->text; });
    auto [known, isNew] = scope.locals->emplace(word.text, result);
    if (!isNew && isCollected)
      report(errors::duplicateName(word.place, word.text, known->second->place));
    known->second = result;
  }
}

/// At top level: what the loop leaves are lets.
void Checker::topLoop(const ast::Statement &s) {
  for (auto &[word, result] : loop(s))
    topLet(word, *result);
}

/// `root` or `fixed` in a problem.
void Checker::fillEquation(Let &let, const ast::Statement &s) {
  for (auto &[word, result] : loop(s)) // of an equation one number or array
    setResult(let, static_cast<Family &>(*result), word.place);
}

void Checker::setResult(Let &let, Family &value, SourcePlace place) {
  if (value.arity())
    setEntries(let, value, place);
  else
    setLocal(let, use(static_cast<Let &>(value), place), value.type);
  let.captured.clear();
}

void Checker::topLet(const ast::Word &word, Symbol &value) {
  if (auto *record = asRecord(&value))
    return topRecord(word, *record);
  auto owner = std::make_unique<Let>();
  Let &let = *owner;
  let.name = word.text, let.place = word.place;
  setResult(let, static_cast<Family &>(value), word.place);
  if (auto [known, isNew] = scope.top.emplace(word.text, &let); !isNew)
    report(errors::duplicateName(word.place, word.text, known->second->place));
  program.steps.push_back({&let, nullptr});
  keep(std::move(owner));
}

} // namespace costate::sema
