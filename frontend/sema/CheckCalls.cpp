// Calls of functions of the model, of parameters that are functions, and of derivatives: what is called, and
// what is given to it.
#include "frontend/sema/Checker.h"

#include "frontend/diagnose/NearestName.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace costate::sema {

using ast::Kind;
using Form = FunctionValue::Form;

namespace {

constexpr Type real{Base::Real, nullptr};

std::string writtenType(const std::string &name, const std::vector<ast::NodePtr> &sizes) {
  std::string text = name.empty() ? "real" : name;
  if (sizes.empty())
    return name == "bool"                   ? "a condition"
           : name == "int"                  ? "an integer"
           : name == "complex"              ? "a complex number"
           : name == "text"                 ? "a text"
           : name == "real" || name.empty() ? "a number"
                                            : "`" + name + "`";
  for (size_t k = 0; k < sizes.size(); ++k)
    text += (k ? "," : "[") + sizes[k]->text;
  return text + "]";
}

} // namespace

/// The function that a call calls: nothing where it is none that has a value, null after an error.
std::optional<const FunctionValue *> Checker::callee(const ast::Node &node, bool says) {
  const ast::Node &called = *node.children[0];
  bool isOperator = called.kind == Kind::Call && called.children[0]->kind == Kind::Name &&
                    isDerivativeOperator(called.children[0]->text);
  if (isOperator)
    return derivativeValue(called, says);
  if (const FunctionValue *viewed = viewedFunction(called))
    return viewed;
  if (called.kind != Kind::Name || scope.findIndex(called.text))
    return std::nullopt;
  Symbol *symbol = says ? find(called.text) : scope.find(called.text);
  if (auto *value = dynamic_cast<FunctionValue *>(symbol))
    return value;
  if (auto *record = dynamic_cast<Record *>(symbol))
    return &valueOf(*record);
  if (isSparseName(called.text))
    return &valueOf(const_cast<Record &>(sparseRecord()));
  if (UserFunction *function = !symbol || inPrelude ? complexOverload(node) : nullptr)
    return &valueOf(*function);
  if (auto *function = symbol ? dynamic_cast<UserFunction *>(symbol) : preludeFunction(called.text))
    return &valueOf(*function);
  if (const FunctionValue *function = symbol ? nullptr : libraryFunction(called.text))
    return function;
  return std::nullopt;
}

FunctionValue &Checker::valueOf(UserFunction &function) {
  FunctionValue *&known = functionValues[&function];
  if (known)
    return *known;
  known = &keepFunction(function.name, function.place);
  known->declared = &function;
  return *known;
}

FunctionValue &Checker::keepFunction(const std::string &name, SourcePlace place) {
  auto owner = std::make_unique<FunctionValue>();
  FunctionValue &result = *owner;
  result.name = name, result.place = place;
  keep(std::move(owner));
  return result;
}

// ---- what a function takes and gives -------------------------------------------------------------------

Parameter Checker::parameterOf(const ast::Parameter &declared) {
  Parameter result;
  result.name = declared.name, result.place = declared.place;
  result.function = declared.functionType.get();
  result.fallback = declared.fallback.get();
  result.text = writtenType(declared.typeName, declared.typeSizes);
  if (!result.function)
    result.type = functionType(declared.typeName, declared.typePlace);
  result.rank = ownRank(result.type, declared.typeSizes.size());
  return result;
}

Parameter Checker::parameterOf(const ast::ArrayType &type) {
  Parameter result;
  result.place = type.place;
  result.text = writtenType(type.name, type.sizes);
  result.type = functionType(type.name, type.place);
  result.rank = ownRank(result.type, type.sizes.size());
  return result;
}

/// Without the directions of derivatives.
std::vector<Parameter> Checker::parametersOf(const FunctionValue &function) {
  const FunctionValue &inner = function.innermost();
  std::vector<Parameter> result;
  if (inner.form == Form::Declared || inner.form == Form::Record) {
    bool isRecord = inner.form == Form::Record;
    for (auto &parameter : (isRecord ? inner.record->written : statements.at(inner.declared))->parameters)
      result.push_back(parameterOf(parameter));
  } else if (inner.form == Form::Example || inner.form == Form::Problem) {
    for (auto &type : inner.example->parameters)
      result.push_back(parameterOf(type));
  } else if (inner.form == Form::Library) {
    for (auto &array : inner.library->takes)
      result.push_back(parameterOf(array));
  } else {
    Parameter number;
    number.text = "a number", number.type = real, number.place = function.place;
    result.assign(inner.elementary->arguments, number);
  }
  return result;
}

/// The number of indices of its value.
size_t Checker::rankOf(const FunctionValue &function) {
  using Operator = Derivative::Operator;
  switch (function.form) {
  case Form::Declared:
    return function.declared->rank ? *function.declared->rank : givesArray(*function.declared);
  case Form::Elementary:
  case Form::Record:
    return 0;
  case Form::Example:
  case Form::Problem:
    return ownRank(functionType(function.example->result.name, {}), function.example->result.sizes.size());
  case Form::Library:
    return leastRank(function.library->gives[0]);
  case Form::Derivative:
    break;
  }
  size_t argument = parametersOf(function)[function.wrt[0]].rank;
  switch (function.op) {
  case Operator::Jacobian:
    return rankOf(*function.of) + argument;
  case Operator::Hessian:
    return 2 * argument;
  case Operator::Jvp:
    return rankOf(*function.of);
  default:
    return argument;
  }
}

/// What an operator's own directions must be like: the arguments, or the value of the function.
std::vector<Parameter> Checker::directionsOf(const FunctionValue &function) {
  std::vector<Parameter> parameters = parametersOf(function), result;
  for (size_t k = 0; k < function.numOwnDirections(); ++k) {
    Parameter &direction = result.emplace_back(parameters[function.wrt[k]]);
    direction.name = "v";
    if (function.op != Derivative::Operator::Vjp)
      continue;
    direction.name = "w";
    direction.rank = direction.orRank = rankOf(*function.of);
    const Record *record = recordOf(*function.of);
    direction.type = record ? Type{Base::Record, nullptr, record} : real;
    direction.text = direction.rank ? fmt::format("an array like the value of `{}`", function.of->name)
                                    : typeText(direction.type);
  }
  return result;
}

/// Those of all operators, in the order of a call's arguments.
std::vector<Parameter> Checker::allDirectionsOf(const FunctionValue &function) {
  if (function.form != Form::Derivative)
    return {};
  std::vector<Parameter> result = allDirectionsOf(*function.of);
  for (auto &own : directionsOf(function))
    result.push_back(own);
  return result;
}

// ---- arguments -----------------------------------------------------------------------------------------

Value Checker::functionCall(const ast::Node &node, const FunctionValue &function) {
  Symbols arguments, directions;
  if (!evaluateArguments(node, function, arguments, directions))
    return {poison(node), nullptr};
  size_t known = diagnostics.size();
  Value result = apply(function, std::move(arguments), std::move(directions), node.place);
  bool isOfPrelude = result.array && preludeFile >= 0 && result.array->place.file == preludeFile;
  if (isOfPrelude && !inPrelude)
    result.array->name = setText(node), result.array->place = node.place;
  constexpr size_t mostNotes = 4; // the innermost calls
  for (size_t k = known; k < diagnostics.size(); ++k)
    if (diagnostics[k].notes.size() < mostNotes && diagnostics[k].place != node.place)
      diagnostics[k].notes.push_back({node.place, "in this call"});
  return result;
}

/// False after an error.
bool Checker::evaluateArguments(const ast::Node &node, const FunctionValue &function, Symbols &arguments,
                                Symbols &directions) {
  std::vector<Parameter> parameters = parametersOf(function);
  auto given = givenArguments(node, function, parameters);
  if (!given)
    return false;
  for (size_t k = 0; k < parameters.size(); ++k) {
    if ((*given)[k]) {
      arguments.push_back(argument(parameters[k], *(*given)[k], function.name));
      continue;
    }
    FunctionFrame frame(scope); // a default knows nothing of the place of the call
    arguments.push_back(argument(parameters[k], *parameters[k].fallback, function.name));
  }
  for (auto &direction : allDirectionsOf(function))
    directions.push_back(
        argument(direction, *(*given)[parameters.size() + directions.size()], function.name));
  auto isNull = [](Symbol *symbol) { return !symbol; };
  return std::none_of(arguments.begin(), arguments.end(), isNull) &&
         std::none_of(directions.begin(), directions.end(), isNull);
}

/// By parameter what the call gives, null where it gives nothing; then the directions, which are the last
/// arguments without name. No list after an error.
std::optional<std::vector<const ast::Node *>>
Checker::givenArguments(const ast::Node &node, const FunctionValue &function,
                        const std::vector<Parameter> &parameters) {
  size_t numDirections = function.numDirections(), numGiven = node.children.size() - 1;
  auto wrongCount = [&]() -> std::optional<std::vector<const ast::Node *>> {
    report(
        errors::argumentCount(node.place, function.name, parameters.size() + numDirections, false, numGiven));
    return std::nullopt;
  };
  std::vector<const ast::Node *> given(parameters.size()), directions;
  for (size_t k = numGiven; k > 0 && directions.size() < numDirections; --k)
    if (node.names[k - 1].empty())
      directions.insert(directions.begin(), node.children[k].get());
  if (directions.size() < numDirections)
    return wrongCount();
  size_t next = 0;
  for (size_t k = 1; k <= numGiven; ++k) {
    const std::string &name = node.names[k - 1];
    if (std::find(directions.begin(), directions.end(), node.children[k].get()) != directions.end())
      continue;
    size_t at = next++;
    if (!name.empty())
      at =
          size_t(std::find_if(parameters.begin(), parameters.end(), [&](auto &p) { return p.name == name; }) -
                 parameters.begin());
    if (!name.empty() && at == parameters.size()) {
      std::vector<std::string> names;
      for (auto &parameter : parameters)
        names.push_back(parameter.name);
      report(errors::unknownName(node.children[k]->place, name, nearestName(name, names)));
      return std::nullopt;
    }
    if (at >= parameters.size() || given[at])
      return wrongCount();
    given[at] = node.children[k].get();
  }
  for (size_t k = 0; k < parameters.size(); ++k)
    if (!given[k] && !parameters[k].fallback)
      return wrongCount();
  given.insert(given.end(), directions.begin(), directions.end());
  return given;
}

/// What is given in the place of an array of the wanted type.
std::string Checker::arrayText(const Family &array, const Type &wanted) const {
  size_t rank = array.arity();
  Type type = array.type;
  bool isKnown = type.isNumber() && wanted.base == Base::Real;
  std::string entries = isKnown                   ? ""
                        : type.base == Base::Real ? " of reals"
                        : type.base == Base::Int  ? " of integers"
                        : type.base == Base::Bool ? " of conditions"
                        : type.base == Base::Text ? " of texts"
                        : type.base == Base::Case ? " of cases of `" + type.root->name + "`"
                                                  : "";
  return fmt::format("an array{} with {} {}", entries, rank, rank == 1 ? "index" : "indices");
}

/// Null after an error.
Symbol *Checker::argument(const Parameter &parameter, const ast::Node &node, const std::string &function) {
  if (parameter.function)
    return functionArgument(parameter, node, function);
  Type type = parameter.type;
  if (type.base == Base::Poison)
    return nullptr;
  if (type.record || shapeOf(node).record)
    return recordArgument(parameter, node, function);
  if (parameter.rank || isArray(node)) {
    if (!isArray(node) && expr(node)->type.base == Base::Poison)
      return nullptr; // what is wrong in it has been said
    Family *array = isArray(node) ? arrayValue(node) : nullptr;
    bool fits = array && array->arity() >= parameter.rank &&
                array->arity() <= std::max(parameter.rank, parameter.orRank) &&
                (array->type == type || (type.base == Base::Real && array->type.base == Base::Int));
    if (!fits && !(isArray(node) && !array))
      report(errors::arrayArgument(node.place, parameter.name, function, parameter.text,
                                   array ? arrayText(*array, type) : "a number", parameter.place));
    return fits ? array : nullptr;
  }
  ExprPtr value = expr(node);
  std::string what = fmt::format("`{}` of `{}`", parameter.name, function);
  settle(*value, type);
  if (type.isWord() && value->type != type) {
    if (value->type.base != Base::Poison)
      report(errors::typeMismatch(node.place, what, typeText(type), typeText(value->type)));
    return nullptr;
  }
  if (type.isWord())
    return &local(parameter.name, node.place, std::move(value), type);
  bool isGood = type.base == Base::Bool ? needBool(*value, what) : needNumber(*value, what);
  if (isGood && type.base == Base::Int && value->type.base != Base::Int) {
    report(errors::typeMismatch(node.place, what, typeText(type), typeText(value->type)));
    isGood = false;
  }
  return isGood ? &local(parameter.name, node.place, std::move(value), type) : nullptr;
}

/// Where the parameter or what is given is a record. Null after an error.
Symbol *Checker::recordArgument(const Parameter &parameter, const ast::Node &node,
                                const std::string &function) {
  Shape shape = shapeOf(node);
  const Record *record = parameter.type.record;
  bool isPromoted = record && record->isComplex() && !shape.record;
  Symbol *value = nullptr;
  if (isPromoted) {
    Symbol *number = arrayOperand(node);
    value = number ? &complexOf(*number, node.place) : nullptr;
  } else if (record == shape.record) {
    value = recordValue(node);
  } else if (shape.record && shape.record->isSparse) {
    reportDense(node, fmt::format("`{}` takes no sparse matrix", function));
  } else {
    std::string text = shapeText(node);
    report(errors::typeMismatch(node.place, fmt::format("`{}` of `{}`", parameter.name, function),
                                parameter.text, text));
  }
  if (!value || rankOf(*value) == parameter.rank)
    return value;
  report(errors::typeMismatch(node.place, fmt::format("`{}` of `{}`", parameter.name, function),
                              parameter.text, shapeText(node)));
  return nullptr;
}

/// A function whose calls by the parameter's type mean something. Null after an error.
Symbol *Checker::functionArgument(const Parameter &parameter, const ast::Node &node,
                                  const std::string &function) {
  const FunctionValue *value = functionValue(node, /*says=*/true, parameter.name, function);
  if (!value)
    return nullptr;
  std::vector<Parameter> taken = parametersOf(*value), wanted;
  for (auto &direction : allDirectionsOf(*value))
    taken.push_back(direction);
  for (auto &type : parameter.function->parameters)
    wanted.push_back(parameterOf(type));
  if (taken.size() > wanted.size())
    std::erase_if(taken, [](auto &each) { return each.fallback; });
  bool fits = taken.size() == wanted.size();
  for (size_t k = 0; fits && k < taken.size(); ++k)
    fits = !taken[k].function && taken[k].rank == wanted[k].rank &&
           (taken[k].type == wanted[k].type ||
            (taken[k].type.base == Base::Real && wanted[k].type.base == Base::Int));
  Type result = functionType(parameter.function->result.name, {});
  fits &= rankOf(*value) == ownRank(result, parameter.function->result.sizes.size()) &&
          recordOf(*value) == result.record;
  if (!fits)
    report(errors::functionArgument(node.place, parameter.name, function,
                                    std::string(files.text(parameter.function->place)), value->name,
                                    parameter.place));
  return fits ? const_cast<FunctionValue *>(value) : nullptr;
}

// ---- application ---------------------------------------------------------------------------------------

Value Checker::apply(const FunctionValue &function, Symbols arguments, Symbols directions,
                     SourcePlace place) {
  switch (function.form) {
  case Form::Declared: {
    const Rule *rule = ruleOf(*function.declared);
    return rule ? ruled(*function.declared, *rule, std::move(arguments), place)
                : instantiate(*function.declared, arguments, place);
  }
  case Form::Elementary: {
    std::vector<ExprPtr> numbers;
    for (Symbol *argument : arguments)
      numbers.push_back(use(static_cast<Let &>(*argument), place));
    return {elementaryCall(*function.elementary, std::move(numbers), place), nullptr};
  }
  case Form::Record: {
    RecordValue *value = constructed(*function.record, arguments, place);
    return value ? Value{nullptr, nullptr, value} : Value{poisonAt(place), nullptr};
  }
  case Form::Example:
    return exampleOf(function.example->result);
  case Form::Problem:
    return ofProblem(function, static_cast<Family &>(*arguments[0]), place);
  case Form::Library:
  case Form::Derivative:
    break;
  }
  if (function.numResults() > 1) {
    report(errors::resultCount(place, function.name, function.numResults(), 1));
    return {poisonAt(place), nullptr};
  }
  std::vector<Value> results = applyAll(function, std::move(arguments), std::move(directions), place);
  return results.empty() ? Value{poisonAt(place), nullptr} : std::move(results[0]);
}

/// Of what may have several results, all; none after an error.
std::vector<Value> Checker::applyAll(const FunctionValue &function, Symbols arguments, Symbols directions,
                                     SourcePlace place) {
  return function.form == Form::Library
             ? libraryResults(*function.library, arguments, place)
             : differentiate(function, std::move(arguments), std::move(directions), place);
}

ExprPtr Checker::elementaryCall(const Function &function, std::vector<ExprPtr> numbers, SourcePlace place) {
  auto result = std::make_unique<Expr>();
  result->kind = ExprKind::Call;
  result->place = place;
  result->text = function.name;
  bool isInteger = function.keepsIntegers && std::all_of(numbers.begin(), numbers.end(), [](auto &number) {
                     return number->type.base == Base::Int;
                   });
  result->type = isInteger ? Type{Base::Int, nullptr} : real;
  result->args = std::move(numbers);
  inherit(*result);
  return result;
}

} // namespace costate::sema
