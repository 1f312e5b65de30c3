// Functions of the model. A call is the function's body, checked once more with what the call gives in the
// place of the parameters: sizes, index sets and dependence on variables are those of the call.
#include "frontend/sema/Checker.h"

#include "frontend/diagnose/NearestName.h"
#include "frontend/sema/FreeIndices.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace costate::sema {

using ast::StatementKind;

namespace {

/// A call is its body written there: what a program may become by that.
constexpr size_t mostCalls = 100'000, deepestCall = 500;

constexpr Type real{Base::Real, nullptr}, integer{Base::Int, nullptr}, boolean{Base::Bool, nullptr};

/// The scope of a function's body: its parameters and lets, and what the file declares.
class FunctionFrame {
public:
  explicit FunctionFrame(Scope &scope)
      : scope(scope), problem(std::exchange(scope.problem, nullptr)),
        locals(std::exchange(scope.locals, &own)) {
    std::swap(indices, scope.indices);
  }
  ~FunctionFrame() {
    scope.problem = problem;
    scope.locals = locals;
    std::swap(indices, scope.indices);
  }
  FunctionFrame(const FunctionFrame &) = delete;

  Locals own;

private:
  Scope &scope;
  Problem *problem;
  Locals *locals;
  std::vector<Index *> indices;
};

std::string parameterText(const ast::Parameter &parameter) {
  std::string name = parameter.typeName.empty() ? "real" : parameter.typeName;
  if (parameter.typeSizes.empty())
    return "a number";
  for (size_t k = 0; k < parameter.typeSizes.size(); ++k)
    name += (k ? "," : "[") + parameter.typeSizes[k]->text;
  return name + "]";
}

std::string indexText(size_t rank) {
  return rank == 0 ? "a number" : fmt::format("an array with {} {}", rank, rank == 1 ? "index" : "indices");
}

} // namespace

void Checker::functionDeclaration(const ast::Statement &s) {
  auto symbol = std::make_unique<UserFunction>();
  UserFunction &function = *symbol;
  declareTop(std::move(symbol), s);
  std::vector<Symbol *> examples;
  for (auto &parameter : s.parameters)
    examples.push_back(example(parameter));
  instantiate(function, examples, {});
}

/// The type of the entries of a parameter or result.
Type Checker::functionType(const std::string &name, SourcePlace place) {
  if (name.empty() || name == "real")
    return real;
  if (name == "int")
    return integer;
  if (name == "bool")
    return boolean;
  report(errors::notAvailable(place, fmt::format("`{}` in a function", name)));
  return {};
}

/// What stands for a parameter while the declaration itself is checked.
Symbol *Checker::example(const ast::Parameter &parameter) {
  Type type = functionType(parameter.typeName, parameter.typePlace);
  auto one = std::make_unique<Expr>();
  one->type = type;
  one->place = parameter.place;
  one->number = 1, one->integer = 1;
  if (type.base == Base::Bool)
    one->kind = ExprKind::Boolean;
  Let &value = local(parameter.name, parameter.place, std::move(one), type);
  if (parameter.typeSizes.empty())
    return &value;
  Let &array = local(parameter.name, parameter.place, use(value, parameter.place), type);
  for (size_t k = 0; k < parameter.typeSizes.size(); ++k) {
    auto size = std::make_unique<Expr>();
    size->type = integer;
    size->number = 1, size->integer = 1;
    addRange(array.domain, use(local("", parameter.place, std::move(size), integer), parameter.place), k);
  }
  return &array;
}

/// A value inside of an instance of a function, computed where it is used.
Let &Checker::local(const std::string &name, SourcePlace place, ExprPtr value, Type type) {
  auto let = std::make_unique<Let>();
  Let &result = *let;
  result.name = name;
  result.place = place;
  result.isLocal = true;
  keep(std::move(let));
  setLocal(result, std::move(value), type);
  return result;
}

void Checker::setLocal(Let &let, ExprPtr value, Type type) {
  let.type = type;
  let.usesVariables = value->usesVariables;
  let.usesSolution = value->usesSolution;
  let.captured = freeIndices(*value);
  for (auto &index : let.domain.indices)
    std::erase(let.captured, index.get());
  let.value = std::move(value);
}

ExprPtr Checker::use(const Let &let, SourcePlace place) {
  auto result = std::make_unique<Expr>();
  result->kind = ExprKind::Access;
  result->place = place;
  result->type = let.type;
  result->symbol = const_cast<Let *>(&let);
  result->usesVariables = let.usesVariables;
  result->usesSolution = let.usesSolution;
  return result;
}

// ---- calls ---------------------------------------------------------------------------------------------

/// By parameter what the call gives; null where it gives nothing. No list after an error.
std::optional<std::vector<const ast::Node *>> Checker::givenArguments(const ast::Node &node,
                                                                      const ast::Statement &declared) {
  auto &parameters = declared.parameters;
  std::vector<const ast::Node *> given(parameters.size());
  size_t next = 0;
  for (size_t k = 1; k < node.children.size(); ++k) {
    const std::string &name = node.names[k - 1];
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
    if (at >= parameters.size() || given[at]) {
      report(errors::argumentCount(node.place, declared.name, parameters.size(), false,
                                   node.children.size() - 1));
      return std::nullopt;
    }
    given[at] = node.children[k].get();
  }
  for (size_t k = 0; k < parameters.size(); ++k)
    if (!given[k] && !parameters[k].fallback) {
      report(errors::argumentCount(node.place, declared.name, parameters.size(), false,
                                   node.children.size() - 1));
      return std::nullopt;
    }
  return given;
}

Value Checker::functionCall(const ast::Node &node, UserFunction &function) {
  const ast::Statement &declared = *statements.at(&function);
  auto given = givenArguments(node, declared);
  if (!given)
    return {poison(node), nullptr};
  std::vector<Symbol *> arguments;
  for (size_t k = 0; k < given->size(); ++k) {
    auto &parameter = declared.parameters[k];
    if ((*given)[k]) {
      arguments.push_back(argument(parameter, *(*given)[k], function));
      continue;
    }
    FunctionFrame frame(scope); // a default knows nothing of the place of the call
    arguments.push_back(argument(parameter, *parameter.fallback, function));
  }
  if (std::find(arguments.begin(), arguments.end(), nullptr) != arguments.end())
    return {poison(node), nullptr};
  size_t known = diagnostics.size();
  Value result = instantiate(function, arguments, node.place);
  constexpr size_t mostNotes = 4; // the innermost calls
  for (size_t k = known; k < diagnostics.size(); ++k)
    if (diagnostics[k].notes.size() < mostNotes)
      diagnostics[k].notes.push_back({node.place, "in this call"});
  return result;
}

/// Null after an error.
Symbol *Checker::argument(const ast::Parameter &parameter, const ast::Node &node, UserFunction &function) {
  Type type = functionType(parameter.typeName, parameter.typePlace);
  if (!parameter.typeSizes.empty() || isArray(node)) {
    if (!isArray(node) && expr(node)->type.base == Base::Poison)
      return nullptr; // what is wrong in it has been said
    Family *array = isArray(node) ? arrayValue(node) : nullptr;
    bool fits = array && array->arity() == parameter.typeSizes.size() &&
                (array->type == type || (type.base == Base::Real && array->type.base == Base::Int));
    if (!fits && !(isArray(node) && !array))
      report(errors::arrayArgument(node.place, parameter.name, function.name, parameterText(parameter),
                                   array ? array->arity() : 0, parameter.place));
    return fits ? array : nullptr;
  }
  ExprPtr value = expr(node);
  std::string what = fmt::format("`{}` of `{}`", parameter.name, function.name);
  bool isGood = type.base == Base::Bool ? needBool(*value, what) : needNumber(*value, what);
  if (isGood && type.base == Base::Int && value->type.base != Base::Int) {
    report(errors::typeMismatch(node.place, what, typeText(type), typeText(value->type)));
    isGood = false;
  }
  return isGood ? &local(parameter.name, node.place, std::move(value), type) : nullptr;
}

Value Checker::instantiate(UserFunction &function, const std::vector<Symbol *> &arguments,
                                    SourcePlace place) {
  const ast::Statement &s = *statements.at(&function);
  bool isRecursive = std::find(calls.begin(), calls.end(), &function) != calls.end();
  numCalls = calls.empty() ? 0 : numCalls;
  calls.push_back(&function);
  Value result;
  if (++numCalls > mostCalls || calls.size() > deepestCall) {
    if (!std::exchange(tooManyCalls, true))
      report(errors::tooManyCalls(place, function.name, numCalls > mostCalls ? mostCalls : deepestCall,
                                  numCalls > mostCalls ? "in all" : "inside of each other"));
  } else if (isRecursive) {
    errors::Names chain;
    for (auto *call : calls)
      chain.push_back(call->name);
    report(errors::recursiveFunction(place, chain));
  } else {
    FunctionFrame frame(scope);
    bindParameters(s, arguments);
    result = s.value ? value(*s.value) : block(s);
    checkResult(s, result);
  }
  calls.pop_back();
  if (!result.scalar && !result.array) {
    result.scalar = std::make_unique<Expr>();
    result.scalar->place = place;
  }
  return result;
}

void Checker::bindParameters(const ast::Statement &s, const std::vector<Symbol *> &arguments) {
  Locals &own = *scope.locals;
  auto declareLocal = [&](const std::string &name, Symbol *symbol, SourcePlace place) {
    if (auto [known, isNew] = own.emplace(name, symbol); !isNew)
      report(errors::duplicateName(place, name, known->second->place));
  };
  for (size_t k = 0; k < arguments.size(); ++k)
    declareLocal(s.parameters[k].name, arguments[k], s.parameters[k].place);
  for (size_t k = 0; k < arguments.size(); ++k)
    for (size_t dimension = 0; dimension < s.parameters[k].typeSizes.size(); ++dimension)
      bindSize(s, s.parameters[k], dimension, static_cast<Family &>(*arguments[k]));
  for (auto &size : s.sizes)
    if (!own.count(size.text))
      report(errors::functionBody(size.place,
                                  fmt::format("no parameter of `{}` has the size `{}`", s.name, size.text)));
}

Value Checker::value(const ast::Node &node) {
  if (isArray(node))
    return {nullptr, arrayValue(node)};
  ExprPtr result = expr(node);
  settle(*result, real);
  return {std::move(result), nullptr};
}

/// `let` and `return` of a function's braces.
Value Checker::block(const ast::Statement &s) {
  Value result;
  for (auto &inner : s.body) {
    if (result.scalar || result.array)
      report(errors::functionBody(inner->place, "nothing that stands after `return` is reached"));
    else if (inner->kind == StatementKind::Return)
      result = value(*inner->value);
    else if (inner->kind == StatementKind::Let)
      localLet(*inner);
    else
      report(errors::functionBody(inner->place, "a function holds `let` and `return` only"));
  }
  if (!result.scalar && !result.array)
    report(errors::functionBody(s.namePlace, fmt::format("`{}` ends without `return`", s.name)));
  return result;
}

void Checker::localLet(const ast::Statement &s) {
  Symbol *symbol = nullptr;
  if (!s.indexing && isArray(*s.value)) {
    symbol = arrayValue(*s.value);
  } else {
    auto owner = std::make_unique<Let>();
    Let &let = *owner;
    let.name = s.name, let.place = s.namePlace, let.isLocal = true;
    keep(std::move(owner));
    IndexFrame frame(scope);
    if (s.indexing)
      binders(*s.indexing, let.domain);
    requireFixedDomain(let.domain, s.namePlace);
    ExprPtr value = expr(*s.value);
    settle(*value, real);
    Type type = value->type;
    setLocal(let, std::move(value), type);
    symbol = &let;
  }
  if (!symbol)
    return;
  if (auto [known, isNew] = scope.locals->emplace(s.name, symbol); !isNew)
    report(errors::duplicateName(s.namePlace, s.name, known->second->place));
}

/// The declared type of a result.
void Checker::checkResult(const ast::Statement &s, Value &result) {
  if (s.typeName.empty())
    return;
  Type type = functionType(s.typeName, s.typePlace);
  std::string what = fmt::format("the value of `{}`", s.name);
  size_t rank = result.array ? result.array->arity() : 0;
  if (rank != s.typeSizes.size() &&
      (result.array || (result.scalar && result.scalar->type.base != Base::Poison)))
    return report(errors::typeMismatch(s.typePlace, what, indexText(s.typeSizes.size()), indexText(rank)));
  if (!result.scalar)
    return;
  SourcePlace place = result.scalar->place;
  bool isGood = type.base == Base::Bool ? needBool(*result.scalar, what) : needNumber(*result.scalar, what);
  if (isGood && type.base == Base::Int && result.scalar->type.base != Base::Int)
    report(errors::typeMismatch(place, what, typeText(type), typeText(result.scalar->type)));
  else if (isGood && type.base == Base::Real && result.scalar->type.base == Base::Int)
    result.scalar = use(local(s.name, place, std::move(result.scalar), type), place);
}

} // namespace costate::sema
