// Derivative operators: `gradient(f)`, `jvp(f, wrt = w)` are functions; a call of one is the body of `f`,
// checked with a placeholder for the argument that it is differentiated by.
#include "frontend/sema/Checker.h"

#include "frontend/diagnose/NearestName.h"

#include <fmt/format.h>

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
  if (node.kind == Kind::Name && !scope.findIndex(node.text)) {
    Symbol *symbol = says ? find(node.text) : scope.find(node.text);
    if (auto *value = dynamic_cast<FunctionValue *>(symbol))
      return value;
    if (auto *function = symbol ? dynamic_cast<UserFunction *>(symbol) : preludeFunction(node.text))
      return &valueOf(*function);
    if (const FunctionValue *function = symbol ? nullptr : libraryFunction(node.text))
      return function;
    const Function *row = symbol || node.text == "close" ? nullptr : findFunction(node.text);
    if (row) {
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
  auto wrt = parameterFor(*of, node.children.size() == 3 ? node.children[2].get() : nullptr,
                          node.children[1]->place, says);
  if (!wrt)
    return nullptr;
  FunctionValue &value = keepFunction("", node.place);
  value.form = Form::Derivative;
  value.op = *derivativeOperator(word);
  value.of = of, value.wrt = *wrt;
  value.name = *wrt == 0 ? fmt::format("{}({})", word, of->name)
                         : fmt::format("{}({}, wrt = {})", word, of->name, wrtText(parametersOf(*of), *wrt));
  return &value;
}

/// Which parameter to differentiate by: the one that `wrt` names, else the first.
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

Value Checker::differentiate(const FunctionValue &function, Symbols arguments, Symbols directions,
                             SourcePlace place) {
  auto owner = std::make_unique<Derivative>();
  Derivative &derivative = *owner;
  derivative.op = function.op, derivative.place = place;
  auto &at = static_cast<Family &>(*arguments[function.wrt]);
  Let &argument = placeholderLike(at, real, place);
  derivative.arguments.push_back(&argument);
  derivative.at.push_back(valueOf(at, place));
  Family *direction = nullptr;
  if (function.takesDirection()) {
    direction = static_cast<Family *>(directions.back());
    directions.pop_back();
  }
  arguments[function.wrt] = &argument;
  Value value = apply(*function.of, std::move(arguments), std::move(directions), place);
  if (!isDifferentiable(function, value, place))
    return {poisonAt(place), nullptr};
  derivative.value = asReal(std::move(value), place);
  Family &of = family(derivative.value, place);
  if (direction && !(direction = sizedLike(*direction, function.op == Operator::Vjp ? of : at, place,
                                           fmt::format("the direction of `{}`", function.name))))
    return {poisonAt(place), nullptr};
  if (direction)
    derivative.directions.push_back(valueOf(*direction, place));
  std::vector<const Family *> domains;
  switch (function.op) {
  case Operator::Jacobian:
    domains = {&of, &at};
    break;
  case Operator::Hessian:
    domains = {&at, &at};
    break;
  case Operator::Jvp:
    domains = {&of};
    break;
  default:
    domains = {&at};
  }
  Let &result = resultOver(domains, function.name, real, place);
  for (const Family *part : {static_cast<const Family *>(&of), static_cast<const Family *>(&at),
                             static_cast<const Family *>(direction)})
    if (part)
      dependOn(derivative, *part);
  finish(std::move(owner), {&result});
  return valueOf(result, place);
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
