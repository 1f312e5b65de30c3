// `derivative of f is g`: from there on calls of `f` carry the rule `g` with them.
#include "frontend/sema/Checker.h"

#include <algorithm>

namespace costate::sema {

namespace {

constexpr Type realType{Base::Real, nullptr};

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
  for (auto &parameter : takes)
    if (parameter.type.record && !isReal(parameter))
      return report(errors::ruleForm(s.names[0].place, function->name,
                                     "`" + parameter.name + "` has fields that are no real numbers"));
  std::vector<Parameter> directions;
  std::copy_if(takes.begin(), takes.end(), std::back_inserter(directions),
               [&](const Parameter &parameter) { return isReal(parameter); });
  bool isGradient = given.size() == takes.size() && directions.size() == 1;
  if (!isGradient)
    takes.insert(takes.end(), directions.begin(), directions.end());
  if (directions.empty() || takes.size() != given.size() ||
      !std::equal(takes.begin(), takes.end(), given.begin(), isAlike))
    return report(
        errors::ruleForm(s.names[1].place, function->name, "`" + rule->name + "` takes other arguments"));
  size_t rank = rankOf(valueOf(*function)), wanted = isGradient ? rank + directions[0].rank : rank;
  const Record *record = recordOf(valueOf(*function));
  bool isOfNumbers = !record && !directions[0].type.record;
  if (rankOf(valueOf(*rule)) != wanted || recordOf(valueOf(*rule)) != record ||
      (isGradient && (!isOfNumbers || (rank > 0 && directions[0].rank > 0))))
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
  RuledCall call;
  call.place = place, call.isGradient = rule.isGradient;
  std::vector<Parameter> parameters = parametersOf(valueOf(function));
  std::vector<Family *> at;
  Symbols directions;
  for (size_t k = 0; k < parameters.size(); ++k)
    if (isReal(parameters[k])) {
      std::vector<Family *> leaves = leavesOf(*arguments[k]);
      at.insert(at.end(), leaves.begin(), leaves.end());
      arguments[k] = &placeholdersLike(*arguments[k], call.arguments, place);
      directions.push_back(&placeholdersLike(*arguments[k], call.directions, place));
    }
  Value value = instantiate(function, arguments, place);
  if (!rule.isGradient)
    arguments.insert(arguments.end(), directions.begin(), directions.end());
  inRules.insert(&function);
  Value change = instantiate(*rule.function, arguments, place);
  inRules.erase(&function);
  if (!isGood(value) || !isGood(change))
    return {poisonAt(place), nullptr};
  return ruledParts(call, at, symbolOf(value, place), symbolOf(change, place),
                    "the value of `" + rule.function->name + "`");
}

/// A value of the same form whose parts are new placeholders, which are added to those before.
Symbol &Checker::placeholdersLike(const Symbol &value, std::vector<Let *> &all, SourcePlace place) {
  std::vector<Family *> own;
  for (Family *leaf : leavesOf(const_cast<Symbol &>(value))) {
    all.push_back(&placeholderLike(*leaf, realType, place));
    own.push_back(all.back());
  }
  return *regrouped(value, own);
}

/// A call for each part of the value, all with the same placeholders.
Value Checker::ruledParts(const RuledCall &call, const std::vector<Family *> &at, Symbol &value,
                          Symbol &change, const std::string &what) {
  std::vector<Family *> parts = leavesOf(value), slopes = leavesOf(change), results;
  for (size_t k = 0; k < parts.size(); ++k) {
    auto owner = std::make_unique<RuledCall>();
    RuledCall &own = *owner;
    own.place = call.place, own.isGradient = call.isGradient;
    own.arguments = call.arguments, own.directions = call.directions;
    own.value = asReal(valueOf(*parts[k], call.place), call.place);
    own.change = asReal(valueOf(*slopes[k], call.place), call.place);
    Family &of = family(own.value, call.place), &slope = family(own.change, call.place);
    Family *sized = sizedLike(slope, call.isGradient && !of.arity() ? *at[0] : of, call.place, what);
    if (!sized)
      return {poisonAt(call.place), nullptr};
    own.change = valueOf(*sized, call.place);
    dependOn(own, of), dependOn(own, *sized);
    for (Family *each : at) {
      dependOn(own, *each);
      own.at.push_back(asReal(valueOf(*each, call.place), call.place));
    }
    results.push_back(&resultOver({&of}, value.name, realType, call.place));
    finish(std::move(owner), {static_cast<Let *>(results.back())});
  }
  return valueOf(*regrouped(value, results), call.place);
}

} // namespace costate::sema
