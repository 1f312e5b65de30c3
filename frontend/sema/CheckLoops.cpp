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

/// What is known of a value that a loop carries.
struct Checker::Carried {
  const ast::Argument *written = nullptr;
  Family *start = nullptr;
  Type type;
  Uses uses;
  Let *placeholder = nullptr;
  Family *next = nullptr;
};

/// The names that the loop leaves, in order; empty after an error.
std::vector<std::pair<ast::Word, Let *>> Checker::loop(const ast::Statement &s) {
  auto names = checkLoop(s);
  if (names.empty())
    for (auto *left : {&s.arguments, &s.collected})
      for (auto &argument : *left)
        brokenNames.insert(argument.name);
  return names;
}

std::vector<std::pair<ast::Word, Let *>> Checker::checkLoop(const ast::Statement &s) {
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
    std::vector<Family *> collected;
    if (!loopBody(s, carried, *owner, collected))
      return {};
    if (!widen(carried))
      return finishLoop(s, carried, std::move(owner), collected);
  }
}

bool Checker::carriedStarts(const ast::Statement &s, std::vector<Carried> &carried) {
  for (auto &argument : s.arguments) {
    if (!mayDeclare(argument.name, argument.place))
      return false;
    for (auto &other : carried)
      if (other.written->name == argument.name)
        return report(errors::duplicateName(argument.place, argument.name, other.written->place)), false;
    Value start = value(*argument.value);
    Type type = start.array ? start.array->type : start.scalar ? start.scalar->type : Type{};
    if (type.base == Base::Poison)
      return false;
    if (!type.isNumber() && type.base != Base::Bool)
      return report(errors::typeMismatch(argument.value->place,
                                         fmt::format("the start of `{}`", argument.name),
                                         "a number or condition", typeText(type))),
             false;
    Family &family = this->family(start, argument.value->place);
    bool isUnknown = s.kind == StatementKind::Root || s.kind == StatementKind::Fixed;
    if (isUnknown && type.base == Base::Bool)
      return report(errors::typeMismatch(argument.value->place,
                                         fmt::format("the start of `{}`", argument.name), "a number",
                                         typeText(type))),
             false;
    carried.push_back({&argument, &family, isUnknown ? real : type, uses(family)});
  }
  return true;
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
                       std::vector<Family *> &collected) {
  BodyFrame frame(scope);
  size_t known = diagnostics.size();
  if (s.kind == StatementKind::Scan && !scanRange(s, carried, loop))
    return false;
  for (Carried &each : carried) {
    each.placeholder = &placeholderLike(*each.start, each.type, each.written->place);
    each.placeholder->name = each.written->name;
    each.placeholder->usesVariables = each.uses.variables;
    each.placeholder->usesSolution = each.uses.solution;
    loop.carried.push_back(each.placeholder);
    (*scope.locals)[each.written->name] = each.placeholder;
  }
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
  for (Carried &each : carried)
    each.next = static_cast<Family *>((*scope.locals)[each.written->name]);
  for (auto &argument : s.collected)
    if (Family *family = collectedValue(argument, loop))
      collected.push_back(family);
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
  Type type = next.array ? next.array->type : next.scalar ? next.scalar->type : Type{};
  if (type.base == Base::Poison)
    return;
  std::string what = fmt::format("the next `{}`", s.name);
  bool isCondition = known->type.base == Base::Bool;
  if (!type.isNumber() && !isCondition)
    return report(errors::typeMismatch(s.value->place, what, "a number", typeText(type)));
  if (isCondition && type.base != Base::Bool)
    return report(errors::typeMismatch(s.value->place, what, "a condition", typeText(type)));
  Family *array = next.array;
  if (!array || !known->start->arity()) {
    if (array || known->start->arity())
      return report(
          errors::rankMismatch(s.value->place, what, known->start->arity(), array ? array->arity() : 0));
    (*scope.locals)[s.name] = &local(s.name, s.namePlace, std::move(next.scalar), type);
    return;
  }
  if ((array = sizedLike(*array, *known->placeholder, s.value->place, what)))
    (*scope.locals)[s.name] = array;
}

/// A value of every step; null after an error.
Family *Checker::collectedValue(const ast::Argument &argument, const Loop &loop) {
  Value each = value(*argument.value);
  Type type = each.array ? each.array->type : each.scalar ? each.scalar->type : Type{};
  if (type.base == Base::Poison)
    return nullptr;
  if (!type.isNumber() && type.base != Base::Bool) {
    report(errors::typeMismatch(argument.value->place, "what is collected", "a number or condition",
                                typeText(type)));
    return nullptr;
  }
  return requireFixedDomain(loop.domain, argument.place) ? &family(each, argument.value->place) : nullptr;
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
    Uses now = uses(*each.next);
    Uses both{each.uses.variables || now.variables, each.uses.solution || now.solution};
    bool becomesReal = each.type.base == Base::Int && each.next->type.base == Base::Real;
    isWider |= becomesReal || both.variables != each.uses.variables || both.solution != each.uses.solution;
    each.uses = both;
    if (becomesReal)
      each.type = real;
  }
  return isWider;
}

std::vector<std::pair<ast::Word, Let *>> Checker::finishLoop(const ast::Statement &s,
                                                             std::vector<Carried> &carried,
                                                             std::unique_ptr<Loop> loop,
                                                             const std::vector<Family *> &collected) {
  std::vector<std::pair<ast::Word, Let *>> names;
  std::vector<Let *> results;
  auto leave = [&](const std::string &name, SourcePlace place, Let &result) {
    result.name = name;
    results.push_back(&result);
    names.push_back({{name, place}, &result});
  };
  auto asCarried = [&](Family &family, const Carried &each) {
    Value value = valueOf(family, family.place);
    return each.type.base == Base::Real ? asReal(std::move(value), family.place) : std::move(value);
  };
  for (Carried &each : carried) {
    loop->starts.push_back(asCarried(*each.start, each));
    loop->next.push_back(asCarried(*each.next, each));
    dependOn(*loop, *each.start);
    dependOn(*loop, *each.next);
    leave(each.written->name, each.written->place,
          resultOver({each.start}, each.written->name, each.type, each.written->place));
  }
  if (loop->condition) {
    loop->usesVariables |= loop->condition->usesVariables;
    loop->usesSolution |= loop->condition->usesSolution;
  }
  for (size_t k = 0; k < collected.size(); ++k) {
    loop->collected.push_back(valueOf(*collected[k], collected[k]->place));
    dependOn(*loop, *collected[k]);
    Let &result = resultOver({}, s.collected[k].name, collected[k]->type, s.collected[k].place);
    addRanges(result.domain, loop->domain);
    addRanges(result.domain, collected[k]->domain);
    leave(s.collected[k].name, s.collected[k].place, result);
  }
  if (loop->isCounted)
    runs.back()->loops.push_back(loop.get());
  finish(std::move(loop), results);
  return names;
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
  for (auto &[word, result] : loop(s))
    setResult(let, *result, word.place);
}

void Checker::setResult(Let &let, Family &value, SourcePlace place) {
  if (value.arity())
    setEntries(let, value, place);
  else
    setLocal(let, use(static_cast<Let &>(value), place), value.type);
  let.captured.clear();
}

void Checker::topLet(const ast::Word &word, Family &value) {
  auto owner = std::make_unique<Let>();
  Let &let = *owner;
  let.name = word.text, let.place = word.place;
  setResult(let, value, word.place);
  if (auto [known, isNew] = scope.top.emplace(word.text, &let); !isNew)
    report(errors::duplicateName(word.place, word.text, known->second->place));
  program.steps.push_back({&let, nullptr});
  keep(std::move(owner));
}

} // namespace costate::sema
