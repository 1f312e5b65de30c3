// Functions of the model. A call is the function's body, checked once more with what the call gives in the
// place of the parameters: sizes, index sets and dependence on variables are those of the call.
#include "frontend/sema/Checker.h"

#include "frontend/diagnose/NearestName.h"
#include "frontend/sema/FreeIndices.h"
#include "frontend/sema/IntegerExpressions.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace costate::sema {

using ast::StatementKind;

namespace {

/// A call is its body written there: what a program may become by that.
constexpr size_t mostCalls = 100'000, deepestCall = 500;

constexpr Type real{Base::Real, nullptr}, integer{Base::Int, nullptr}, boolean{Base::Bool, nullptr};

std::string indexText(size_t rank) {
  return rank == 0 ? "a number" : fmt::format("an array with {} {}", rank, rank == 1 ? "index" : "indices");
}

} // namespace

void Checker::functionDeclaration(const ast::Statement &s) {
  auto symbol = std::make_unique<UserFunction>();
  UserFunction &function = *symbol;
  declareTop(std::move(symbol), s);
  std::vector<Symbol *> examples;
  for (auto &parameter : s.parameters) {
    if (parameter.isProblem)
      report(errors::methodForm(parameter.typePlace, "a function takes no problem",
                                "give it what it needs, as in `f: (real[n]) -> real` for `p.objective`"));
    examples.push_back(example(parameter));
  }
  Value value = instantiate(function, examples, {});
  if (!isGood(value))
    return;
  function.rank = sema::rankOf(symbolOf(value, s.namePlace));
  function.record = value.record ? value.record->record : nullptr;
}

/// The type of the entries of a parameter, field or result.
Type Checker::functionType(const std::string &name, SourcePlace place) {
  if (name.empty() || name == "real")
    return real;
  if (name == "int")
    return integer;
  if (name == "bool")
    return boolean;
  if (name == "text")
    return {Base::Text, &program.text};
  if (name == "complex")
    return {Base::Record, nullptr, &complexRecord()};
  if (isSparseName(name))
    return {Base::Record, nullptr, &sparseRecord()};
  Symbol *symbol = scope.find(name);
  if (auto *record = dynamic_cast<const Record *>(symbol))
    return {Base::Record, nullptr, record};
  if (auto *enumeration = dynamic_cast<const Enumeration *>(symbol))
    return {Base::Case, enumeration->root};
  if (symbol || !place.isValid()) {
    if (place.isValid())
      report(errors::notAvailable(place, fmt::format("`{}` in a function", name)));
    return {};
  }
  errors::Names known{"real", "int", "bool", "complex", "text", "sparse"};
  for (auto &[own, declared] : scope.top)
    if (declared->kind == Symbol::Kind::Record || declared->kind == Symbol::Kind::Enumeration)
      known.push_back(own);
  if (auto later = laterNames.find(name); later != laterNames.end())
    report(errors::usedBeforeDeclared(place, name, later->second));
  else
    report(errors::unknownName(place, name, nearestName(name, known)));
  return {};
}

/// What stands for a parameter while the declaration itself is checked.
Symbol *Checker::example(const ast::Parameter &parameter) {
  if (parameter.functionType) {
    FunctionValue &function = keepFunction(parameter.name, parameter.place);
    function.form = FunctionValue::Form::Example;
    function.example = parameter.functionType.get();
    return &function;
  }
  Type type = functionType(parameter.typeName, parameter.typePlace);
  return exampleOf(type, ownRank(type, parameter.typeSizes.size()), parameter.name, parameter.place);
}

Family &Checker::exampleFamily(const Type &type, size_t rank, const std::string &name, SourcePlace place) {
  auto one = std::make_unique<Expr>();
  one->type = type;
  one->place = place;
  one->number = 1, one->integer = 1;
  if (type.base == Base::Case)
    one->number = 0, one->integer = 0;
  if (type.base == Base::Bool)
    one->kind = ExprKind::Boolean;
  if (type.base == Base::Text)
    one->kind = ExprKind::Text;
  Let &value = local(name, place, std::move(one), type);
  if (!rank)
    return value;
  Let &array = local(name, place, use(value, place), type);
  for (size_t k = 0; k < rank; ++k) {
    auto size = std::make_unique<Expr>();
    size->type = integer;
    size->number = 1, size->integer = 1;
    addRange(array.domain, use(local("", place, std::move(size), integer), place), k);
  }
  return array;
}

/// What a parameter of function type gives.
Value Checker::exampleOf(const ast::ArrayType &type) {
  ast::Parameter like;
  like.place = like.typePlace = type.place;
  like.typeName = type.name;
  like.typeSizes.resize(type.sizes.size());
  return valueOf(*example(like), type.place);
}

/// A value inside of an instance of a function, computed where it is used.
Let &Checker::local(const std::string &name, SourcePlace place, ExprPtr value, Type type) {
  auto let = std::make_unique<Let>();
  Let &result = *let;
  result.name = name;
  result.place = shown(place);
  result.isLocal = true;
  keep(std::move(let));
  setLocal(result, std::move(value), type);
  return result;
}

void Checker::setLocal(Let &let, ExprPtr value, Type type) {
  let.type = type;
  let.usesVariables = value->usesVariables;
  let.usesSolution = value->usesSolution;
  let.around = freePlaceholders(*value);
  let.captured = freeIndices(*value);
  for (auto &index : let.domain.indices)
    std::erase(let.captured, index.get());
  let.value = std::move(value);
}

ExprPtr Checker::use(const Let &let, SourcePlace place) {
  if (ExprPtr written = writtenInteger(let, shown(place)))
    return written;
  auto result = std::make_unique<Expr>();
  result->kind = ExprKind::Access;
  result->place = shown(place);
  result->type = let.type;
  result->symbol = const_cast<Let *>(&let);
  result->usesVariables = let.usesVariables;
  result->usesSolution = let.usesSolution;
  return result;
}

/// What a function of the prelude sees is the prelude, not the file.
Checker::PreludeFrame::PreludeFrame(Checker &checker, SourcePlace declared, SourcePlace call)
    : checker(checker), isFirst(declared.file == checker.preludeFile && !checker.inPrelude) {
  if (isFirst)
    enter(call);
}

Checker::PreludeFrame::~PreludeFrame() {
  if (isFirst)
    enter({});
}

void Checker::PreludeFrame::enter(SourcePlace call) {
  std::swap(checker.scope.top, checker.prelude);
  checker.inPrelude = !checker.inPrelude;
  checker.preludeCall = call;
}

/// A function is called again inside of its own call where other functions are given to it.
bool Checker::isRecursive(const ActiveCall &call) const {
  return std::find(calls.begin(), calls.end(), call) != calls.end();
}

Value Checker::instantiate(UserFunction &function, const Symbols &arguments, SourcePlace place) {
  const ast::Statement &s = *statements.at(&function);
  ActiveCall call{&function, {}};
  for (Symbol *argument : arguments)
    if (dynamic_cast<FunctionValue *>(argument))
      call.functions.push_back(argument->name);
  bool isKnown = isRecursive(call);
  numCalls = calls.empty() ? 0 : numCalls;
  calls.push_back(std::move(call));
  Value result;
  if (++numCalls > mostCalls || calls.size() > deepestCall) {
    if (!std::exchange(tooManyCalls, true))
      report(errors::tooManyCalls(place, function.name, numCalls > mostCalls ? mostCalls : deepestCall,
                                  numCalls > mostCalls ? "in all" : "inside of each other"));
  } else if (isKnown) {
    errors::Names chain;
    for (auto &each : calls)
      chain.push_back(each.function->name);
    report(errors::recursiveFunction(place, chain));
  } else {
    FunctionFrame frame(scope);
    PreludeFrame own(*this, s.place, place);
    bindParameters(s, arguments);
    result = s.value ? value(*s.value) : block(s);
    checkResult(s, result);
  }
  calls.pop_back();
  if (!result.scalar && !result.array && !result.record)
    result.scalar = poisonAt(place);
  return result;
}

void Checker::bindParameters(const ast::Statement &s, const Symbols &arguments) {
  Locals &own = *scope.locals;
  auto declareLocal = [&](const std::string &name, Symbol *symbol, SourcePlace place) {
    if (auto [known, isNew] = own.emplace(name, symbol); !isNew)
      report(errors::duplicateName(place, name, known->second->place));
  };
  for (size_t k = 0; k < arguments.size(); ++k)
    declareLocal(s.parameters[k].name, arguments[k], s.parameters[k].place);
  for (size_t k = 0; k < arguments.size(); ++k) {
    if (auto *record = asRecord(arguments[k])) {
      bindRecordSizes(s, s.parameters[k], *record);
      continue;
    }
    for (size_t dimension = 0; dimension < s.parameters[k].typeSizes.size(); ++dimension)
      bindSize(s, s.parameters[k], dimension, static_cast<Family &>(*arguments[k]), dimension);
  }
  for (auto &size : s.sizes)
    if (!own.count(size.text))
      report(errors::functionBody(size.place,
                                  fmt::format("no parameter of `{}` has the size `{}`", s.name, size.text)));
}

Value Checker::value(const ast::Node &node) {
  Shape shape = shapeOf(node);
  if (shape.record)
    return {nullptr, nullptr, recordValue(node)};
  if (shape.isArray)
    return {nullptr, arrayValue(node)};
  ExprPtr result = expr(node);
  settle(*result, real);
  return {std::move(result), nullptr};
}

/// `let`, loops and `return` of a function's braces.
Value Checker::block(const ast::Statement &s) {
  Value result;
  bool isOver = false;
  for (auto &inner : s.body) {
    if (isOver)
      report(errors::functionBody(inner->place, "nothing that stands after `return` is reached"));
    else if (inner->kind == StatementKind::Return)
      result = value(*inner->value), isOver = true;
    else if (inner->kind == StatementKind::Let)
      localLet(*inner);
    else if (isLoop(*inner))
      localLoop(*inner);
    else if (inner->kind == StatementKind::Assign)
      report(errors::notCarried(inner->namePlace, inner->name, scope.find(inner->name), /*inLoop=*/false));
    else
      report(errors::functionBody(inner->place, fmt::format("a {} holds `let`, loops and `return` only",
                                                            runs.empty() ? "function" : "method")));
  }
  if (!isOver && !s.isBodyBroken)
    report(errors::functionBody(s.namePlace, fmt::format("`{}` ends without `return`", s.name)));
  return result;
}

void Checker::localLet(const ast::Statement &s) {
  if (!s.names.empty())
    return localPattern(s);
  if (!mayDeclare(s.name, s.namePlace))
    return;
  Symbol *symbol = nullptr;
  Shape shape = shapeOf(*s.value);
  if (shape.record) {
    symbol = s.indexing ? recordEntries(*s.indexing, *s.value, s.name, s.namePlace) : recordValue(*s.value);
  } else if (!s.indexing && shape.isArray) {
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
  if (!symbol) {
    brokenNames.insert(s.name);
    return;
  }
  if (auto [known, isNew] = scope.locals->emplace(s.name, symbol); !isNew)
    report(errors::duplicateName(s.namePlace, s.name, known->second->place));
}

/// `let (w, V) = eigh(A)`
void Checker::localPattern(const ast::Statement &s) {
  for (auto &[word, result] : severalResults(s))
    if (!mayDeclare(word.text, word.place))
      return;
    else if (auto [known, isNew] = scope.locals->emplace(word.text, result); !isNew)
      report(errors::duplicateName(word.place, word.text, known->second->place));
}

/// The declared type of a result.
void Checker::checkResult(const ast::Statement &s, Value &result) {
  if (s.typeName.empty())
    return;
  Type type = functionType(s.typeName, s.typePlace);
  std::string what = fmt::format("the value of `{}`", s.name);
  if (!isGood(result))
    return;
  Symbol &value = symbolOf(result, s.typePlace);
  if (type.record && type.record->isComplex() && typeOf(value).isNumber())
    result = valueOf(complexOf(value, s.typePlace), s.typePlace);
  size_t rank = sema::rankOf(value), declared = ownRank(type, s.typeSizes.size());
  const Record *record = result.record ? result.record->record : nullptr;
  if (type.base != Base::Poison && record != type.record)
    return report(errors::typeMismatch(s.typePlace, what, typeText(type), typeText(typeOf(value))));
  if (rank != declared)
    return report(errors::typeMismatch(s.typePlace, what, indexText(declared), indexText(rank)));
  if (!result.scalar)
    return;
  SourcePlace place = result.scalar->place;
  if (type.isWord()) {
    if (result.scalar->type != type)
      report(errors::typeMismatch(place, what, typeText(type), typeText(result.scalar->type)));
    return;
  }
  bool isGood = type.base == Base::Bool ? needBool(*result.scalar, what) : needNumber(*result.scalar, what);
  if (isGood && type.base == Base::Int && result.scalar->type.base != Base::Int)
    report(errors::typeMismatch(place, what, typeText(type), typeText(result.scalar->type)));
  else if (isGood && type.base == Base::Real && result.scalar->type.base == Base::Int)
    result.scalar = use(local(s.name, place, std::move(result.scalar), type), place);
}

} // namespace costate::sema
