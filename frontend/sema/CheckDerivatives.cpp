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

/// A number or array of numbers, or a record of nothing else.
bool Checker::isReal(const Parameter &parameter) {
  std::function<bool(const Type &)> isOfReals = [&](const Type &type) {
    return type.record ? std::all_of(type.record->fields.begin(), type.record->fields.end(),
                                     [&](auto &field) { return isOfReals(field.type); })
                       : type.base == Base::Real;
  };
  return !parameter.function && isOfReals(parameter.type);
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
  std::vector<Parameter> parameters = parametersOf(*value.of);
  for (size_t k : value.wrt)
    if (const Record *record = isOfMatrices ? parameters[k].type.record : nullptr) {
      if (says)
        report(errors::matrixByRecord(place, operatorName(value.op), value.of->name, wrtText(parameters, k),
                                      recordText(*record, parameters[k].rank > 0), record->isComplex()));
      return false;
    }
  return true;
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
  Symbols givenAt;
  for (size_t k : function.wrt) {
    std::vector<Family *> own;
    for (Family *leaf : leavesOf(*arguments[k])) {
      at.push_back(leaf);
      derivative.arguments.push_back(&placeholderLike(*leaf, real, place));
      own.push_back(derivative.arguments.back());
    }
    givenAt.push_back(arguments[k]);
    arguments[k] = regrouped(*arguments[k], own);
  }
  Symbols own(directions.end() - function.numOwnDirections(), directions.end());
  directions.resize(directions.size() - own.size());
  Value value = apply(*function.of, std::move(arguments), std::move(directions), place);
  if (!isDifferentiable(function, value, place))
    return {};
  Symbol &valueSymbol = symbolOf(value, place);
  std::vector<Family *> of = addParts(derivative.values, valueSymbol, derivative, place), directed;
  for (Symbol *each : givenAt)
    addParts(derivative.at, *each, derivative, place);
  for (Symbol *each : own)
    for (Family *leaf : leavesOf(*each))
      directed.push_back(leaf);
  const std::vector<Family *> &like = function.op == Operator::Vjp ? of : at;
  for (size_t k = 0; k < directed.size(); ++k) {
    Family *direction =
        sizedLike(*directed[k], *like[k], place, fmt::format("the direction of `{}`", function.name));
    if (!direction)
      return {};
    addParts(derivative.directions, *direction, derivative, place);
  }
  std::vector<Let *> results = derivativeResults(function, of, at, place);
  finish(std::move(owner), results);
  std::vector<Family *> leaves(results.begin(), results.end());
  bool isOfMatrices = function.op == Operator::Jacobian || function.op == Operator::Hessian;
  if (isOfMatrices)
    return regroupedResults(Symbols(results.begin(), results.end()), leaves, place);
  return regroupedResults(function.op == Operator::Jvp ? Symbols{&valueSymbol} : givenAt, leaves, place);
}

/// One value per symbol, of its form.
std::vector<Value> Checker::regroupedResults(const Symbols &like, const std::vector<Family *> &leaves,
                                             SourcePlace place) {
  std::vector<Value> values;
  size_t next = 0;
  for (Symbol *each : like)
    values.push_back(valueOf(*regrouped(*each, leaves, next), place));
  return values;
}

/// The numbers of a value, as reals; gives the families.
std::vector<Family *> Checker::addParts(std::vector<Value> &into, Symbol &value, Computation &computation,
                                        SourcePlace place) {
  std::vector<Family *> families;
  for (Family *leaf : leavesOf(value)) {
    dependOn(computation, *leaf);
    into.push_back(asReal(valueOf(*leaf, place), place));
    families.push_back(leaf);
  }
  return families;
}

std::vector<Let *> Checker::derivativeResults(const FunctionValue &function, const std::vector<Family *> &of,
                                              const std::vector<Family *> &at, SourcePlace place) {
  auto over = [&](const std::vector<const Family *> &families) {
    return &resultOver(families, function.name, real, place);
  };
  std::vector<Let *> results;
  if (function.op == Operator::Jacobian || function.op == Operator::Hessian) {
    for (const Family *row : function.op == Operator::Jacobian ? std::vector{of[0]} : at)
      for (const Family *column : at)
        results.push_back(over({row, column}));
    return results;
  }
  for (const Family *each : function.op == Operator::Jvp ? of : at)
    results.push_back(over({each}));
  return results;
}

/// Numbers for `gradient`, `hessian`, `hvp`; numbers or arrays of them for the others.
bool Checker::isDifferentiable(const FunctionValue &function, const Value &value, SourcePlace place) {
  if (!isGood(value))
    return false;
  Type type = value.scalar  ? value.scalar->type
              : value.array ? value.array->type
                            : Type{Base::Record, nullptr, value.record->record};
  const FunctionValue &of = *function.of;
  bool isOfMatrices = function.op == Operator::Jacobian || function.op == Operator::Hessian;
  if (type.record && !isOfMatrices && !needsNumber(function.op))
    return hasNumbers(*type.record, place);
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
