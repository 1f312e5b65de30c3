// `derivative of f is g`: from there on calls of `f` carry the rule `g` with them.
#include "frontend/sema/Checker.h"

#include <algorithm>

namespace costate::sema {

namespace {

constexpr Type realType{Base::Real, nullptr};

bool takesReals(const Parameter &parameter) {
  return !parameter.function && parameter.type.base == Base::Real;
}

bool isRecord(const Parameter &parameter) { return !parameter.function && parameter.type.record; }

bool isAlike(const Parameter &a, const Parameter &b) {
  return !a.function == !b.function && a.rank == b.rank && (a.function || a.type == b.type);
}

} // namespace

void Checker::ruleDeclaration(const ast::Statement &s) {
  auto named = [&](const ast::Word &word) {
    auto *function = dynamic_cast<UserFunction *>(find(word.text));
    if (!function && scope.find(word.text))
      report(errors::notAFunctionName(word.place, "", "derivative of", word.text));
    return function;
  };
  UserFunction *function = named(s.names[0]), *rule = named(s.names[1]);
  if (!function || !rule)
    return;
  if (rules.count(function))
    return report(errors::ruleForm(s.names[0].place, function->name, "it has a rule already"));
  std::vector<Parameter> takes = parametersOf(valueOf(*function)), given = parametersOf(valueOf(*rule));
  if (std::any_of(takes.begin(), takes.end(), isRecord))
    return report(
        errors::ruleForm(s.names[0].place, function->name, "it takes or gives records or complex numbers"));
  std::vector<Parameter> directions;
  std::copy_if(takes.begin(), takes.end(), std::back_inserter(directions), takesReals);
  bool isGradient = given.size() == takes.size() && directions.size() == 1;
  if (!isGradient)
    takes.insert(takes.end(), directions.begin(), directions.end());
  if (directions.empty() || takes.size() != given.size() ||
      !std::equal(takes.begin(), takes.end(), given.begin(), isAlike))
    return report(
        errors::ruleForm(s.names[1].place, function->name, "`" + rule->name + "` takes other arguments"));
  size_t rank = rankOf(valueOf(*function)), wanted = isGradient ? rank + directions[0].rank : rank;
  if (rankOf(valueOf(*rule)) != wanted || (isGradient && rank > 0 && directions[0].rank > 0))
    return report(
        errors::ruleForm(s.names[1].place, function->name, "`" + rule->name + "` has another value"));
  rules[function] = {rule, isGradient};
}

const Checker::Rule *Checker::ruleOf(const UserFunction &function) const {
  auto known = rules.find(&function);
  return known == rules.end() || inRules.count(&function) ? nullptr : &known->second;
}

/// The value with its rule. Inside of the rule the function is its plain body.
Value Checker::ruled(UserFunction &function, const Rule &rule, Symbols arguments, SourcePlace place) {
  auto owner = std::make_unique<RuledCall>();
  RuledCall &call = *owner;
  call.place = place, call.isGradient = rule.isGradient;
  std::vector<Parameter> parameters = parametersOf(valueOf(function));
  std::vector<Family *> at;
  for (size_t k = 0; k < parameters.size(); ++k) {
    if (!takesReals(parameters[k]))
      continue;
    at.push_back(static_cast<Family *>(arguments[k]));
    arguments[k] = &placeholderLike(*at.back(), realType, place);
    call.arguments.push_back(static_cast<Let *>(arguments[k]));
    call.directions.push_back(&placeholderLike(*at.back(), realType, place));
  }
  Value value = instantiate(function, arguments, place);
  if (!rule.isGradient)
    arguments.insert(arguments.end(), call.directions.begin(), call.directions.end());
  inRules.insert(&function);
  Value change = instantiate(*rule.function, arguments, place);
  inRules.erase(&function);
  if (value.record || change.record)
    report(errors::ruleForm(place, function.name, "it takes or gives records or complex numbers"));
  if (isPoison(value) || isPoison(change) || value.record || change.record)
    return {poisonAt(place), nullptr};
  call.value = asReal(std::move(value), place);
  call.change = asReal(std::move(change), place);
  Family &of = family(call.value, place), &slope = family(call.change, place);
  const Family &like = rule.isGradient && !of.arity() ? *at[0] : of;
  Family *sized = sizedLike(slope, like, place, "the value of `" + rule.function->name + "`");
  if (!sized)
    return {poisonAt(place), nullptr};
  call.change = valueOf(*sized, place);
  dependOn(call, of), dependOn(call, *sized);
  for (Family *each : at) {
    dependOn(call, *each);
    call.at.push_back(asReal(valueOf(*each, place), place));
  }
  Let &result = resultOver({&of}, function.name, realType, place);
  finish(std::move(owner), {&result});
  return valueOf(result, place);
}

bool Checker::isPoison(const Value &value) { return value.scalar && value.scalar->type.base == Base::Poison; }

} // namespace costate::sema
