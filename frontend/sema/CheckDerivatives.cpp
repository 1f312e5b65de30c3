// Derivative operators: `gradient(f)`, `jvp(f, wrt = w)` are functions; a call of one is the body of `f`,
// checked with a placeholder for the argument that it is differentiated by.
#include "frontend/sema/Checker.h"

#include "frontend/diagnose/NearestName.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace costate::sema {

using ast::Kind;
using Form = FunctionValue::Form;
using Operator = Derivative::Operator;

namespace {

constexpr std::pair<const char *, Operator> operators[] = {
    {"gradient", Operator::Gradient}, {"jacobian", Operator::Jacobian}, {"hessian", Operator::Hessian},
    {"jvp", Operator::Jvp},           {"vjp", Operator::Vjp},           {"hvp", Operator::Hvp}};

constexpr Type real{Base::Real, nullptr};

bool isReal(const Parameter &parameter) { return !parameter.function && parameter.type.base == Base::Real; }

/// How `wrt` names a parameter: those of a function's type have only positions.
std::string wrtText(const std::vector<Parameter> &parameters, size_t k) {
  return parameters[k].name.empty() ? std::to_string(k + 1) : parameters[k].name;
}

bool needsNumber(Operator op) {
  return op == Operator::Gradient || op == Operator::Hessian || op == Operator::Hvp;
}

} // namespace

std::optional<Operator> derivativeOperator(const std::string &word) {
  for (auto &[name, op] : operators)
    if (word == name)
      return op;
  return std::nullopt;
}

const char *operatorName(Operator op) {
  return std::find_if(std::begin(operators), std::end(operators), [&](auto &row) { return row.second == op; })
      ->first;
}

std::vector<std::string> operatorNames() {
  std::vector<std::string> names;
  for (auto &[name, op] : operators)
    names.push_back(name);
  return names;
}

bool Checker::isDerivativeOperator(const std::string &word) {
  return derivativeOperator(word) && !scope.findIndex(word) && !scope.find(word);
}

// ---- functions as values -------------------------------------------------------------------------------

/// The function that is written where one is needed; null where there is none, with an error if `says`.
const FunctionValue *Checker::functionValue(const ast::Node &node, bool says, const std::string &parameter,
                                            const std::string &taker) {
  if (node.kind == Kind::Call && node.children[0]->kind == Kind::Name &&
      isDerivativeOperator(node.children[0]->text))
    return derivativeValue(node, says);
  if (const FunctionValue *viewed = viewedFunction(node))
    return viewed;
  if (node.kind == Kind::Name && !scope.findIndex(node.text)) {
    Symbol *symbol = says ? find(node.text) : scope.find(node.text);
    if (auto *value = dynamic_cast<FunctionValue *>(symbol))
      return value;
    if (auto *function = symbol ? dynamic_cast<UserFunction *>(symbol) : preludeFunction(node.text))
      return &valueOf(*function);
    if (const FunctionValue *function = symbol ? nullptr : libraryFunction(node.text))
      return function;
    const Function *row = symbol || node.text == "close" ? nullptr : findFunction(node.text);
    if (row && !row->isRandom) {
      FunctionValue &value = keepFunction(node.text, node.place);
      value.form = Form::Elementary, value.elementary = row;
      return &value;
    }
  }
  if (says)
    report(errors::notAFunctionName(node.place, parameter, taker, setText(node)));
  return nullptr;
}

/// `gradient(f)`, `gradient(f, wrt = w)`
const FunctionValue *Checker::derivativeValue(const ast::Node &node, bool says) {
  const std::string &word = node.children[0]->text;
  bool hasForm = node.children.size() >= 2 && node.children.size() <= 3 && node.names[0].empty() &&
                 (node.children.size() < 3 || node.names[1] == "wrt");
  if (!hasForm) {
    if (says)
      report(errors::derivativeForm(node.place, word));
    return nullptr;
  }
  const FunctionValue *of = functionValue(*node.children[1], says, "", word);
  if (!of)
    return nullptr;
  FunctionValue &value = keepFunction("", node.place);
  value.form = Form::Derivative;
  value.op = *derivativeOperator(word);
  value.of = of;
  if (!takeParameters(value, node.children.size() == 3 ? node.children[2].get() : nullptr,
                      node.children[1]->place, says))
    return nullptr;
  nameDerivative(value, parametersOf(*of));
  return &value;
}

/// Which parameters to differentiate by: those that `wrt` names, else the first.
bool Checker::takeParameters(FunctionValue &value, const ast::Node *wrt, SourcePlace place, bool says) {
  std::vector<const ast::Node *> names{wrt};
  if (wrt && wrt->kind == Kind::Tuple) {
    names.clear();
    for (auto &child : wrt->children)
      names.push_back(child.get());
  }
  for (const ast::Node *name : names) {
    auto found = parameterFor(*value.of, name, place, says);
    if (!found)
      return false;
    value.wrt.push_back(*found);
  }
  bool isOfMatrices = value.op == Operator::Jacobian || value.op == Operator::Hessian;
  if (names.size() > 1 && isOfMatrices && says)
    report(
        errors::notAvailable(wrt->place, fmt::format("`{}` by several parameters", operatorName(value.op))));
  return names.size() == 1 || !isOfMatrices;
}

void Checker::nameDerivative(FunctionValue &value, const std::vector<Parameter> &parameters) {
  errors::Names by;
  for (size_t k : value.wrt)
    by.push_back(wrtText(parameters, k));
  std::string names = fmt::format("{}", fmt::join(by, ", "));
  std::string wrt = by.size() > 1  ? fmt::format(", wrt = ({})", names)
                    : value.wrt[0] ? ", wrt = " + names
                                   : "";
  value.name = fmt::format("{}({}{})", operatorName(value.op), value.of->name, wrt);
}

/// The one that is named, else the first.
std::optional<size_t> Checker::parameterFor(const FunctionValue &of, const ast::Node *wrt, SourcePlace place,
                                            bool says) {
  std::vector<Parameter> parameters = parametersOf(of);
  size_t found = 0;
  if (wrt)
    for (; found < parameters.size(); ++found)
      if (wrtText(parameters, found) == wrt->text)
        break;
  if (found < parameters.size() && isReal(parameters[found]))
    return found;
  errors::Names possible;
  for (size_t k = 0; k < parameters.size(); ++k)
    if (isReal(parameters[k]))
      possible.push_back(wrtText(parameters, k));
  std::string tried = wrt ? setText(*wrt) : parameters.empty() ? "" : wrtText(parameters, 0);
  std::string kind = found == parameters.size()   ? ""
                     : parameters[found].function ? "a function"
                     : parameters[found].rank     ? "an array of " + parameters[found].text
                                                  : parameters[found].text;
  if (says)
    report(errors::derivativeParameter(wrt ? wrt->place : place, of.name, tried, kind, possible));
  return std::nullopt;
}

// ---- derivatives ---------------------------------------------------------------------------------------

/// The results; none after an error.
std::vector<Value> Checker::differentiate(const FunctionValue &function, Symbols arguments,
                                          Symbols directions, SourcePlace place) {
  auto owner = std::make_unique<Derivative>();
  Derivative &derivative = *owner;
  derivative.op = function.op, derivative.place = place;
  std::vector<Family *> at;
  for (size_t k : function.wrt) {
    at.push_back(static_cast<Family *>(arguments[k]));
    derivative.arguments.push_back(&placeholderLike(*at.back(), real, place));
    arguments[k] = derivative.arguments.back();
  }
  Symbols own(directions.end() - function.numOwnDirections(), directions.end());
  directions.resize(directions.size() - own.size());
  Value value = apply(*function.of, std::move(arguments), std::move(directions), place);
  if (!isDifferentiable(function, value, place))
    return {};
  derivative.value = asReal(std::move(value), place);
  Family &of = family(derivative.value, place);
  dependOn(derivative, of);
  for (Family *each : at) {
    dependOn(derivative, *each);
    derivative.at.push_back(asReal(valueOf(*each, place), place));
  }
  for (size_t k = 0; k < own.size(); ++k) {
    const Family &like = function.op == Operator::Vjp ? of : *at[k];
    Family *direction = sizedLike(static_cast<Family &>(*own[k]), like, place,
                                  fmt::format("the direction of `{}`", function.name));
    if (!direction)
      return {};
    dependOn(derivative, *direction);
    derivative.directions.push_back(asReal(valueOf(*direction, place), place));
  }
  std::vector<Let *> results = derivativeResults(function, of, at, place);
  finish(std::move(owner), results);
  std::vector<Value> values;
  for (Let *result : results)
    values.push_back(valueOf(*result, place));
  return values;
}

std::vector<Let *> Checker::derivativeResults(const FunctionValue &function, const Family &of,
                                              const std::vector<Family *> &at, SourcePlace place) {
  auto over = [&](const std::vector<const Family *> &families) {
    return &resultOver(families, function.name, real, place);
  };
  switch (function.op) {
  case Operator::Jacobian:
    return {over({&of, at[0]})};
  case Operator::Hessian:
    return {over({at[0], at[0]})};
  case Operator::Jvp:
    return {over({&of})};
  default:
    break;
  }
  std::vector<Let *> results;
  for (const Family *each : at)
    results.push_back(over({each}));
  return results;
}

/// Numbers for `gradient`, `hessian`, `hvp`; numbers or arrays of them for the others.
bool Checker::isDifferentiable(const FunctionValue &function, const Value &value, SourcePlace place) {
  Type type = value.scalar ? value.scalar->type : value.array->type;
  if (type.base == Base::Poison)
    return false;
  const FunctionValue &of = *function.of;
  if (!type.isNumber()) {
    report(
        errors::typeMismatch(place, fmt::format("the value of `{}`", of.name), "a number", typeText(type)));
    return false;
  }
  if (!value.array || !needsNumber(function.op))
    return true;
  report(errors::derivativeOfArray(place, operatorName(function.op), of.name, value.array->arity()));
  return false;
}

} // namespace costate::sema
