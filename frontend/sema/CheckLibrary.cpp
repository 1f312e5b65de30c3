// Functions that the language comes with: those written in it, and operations of the runtime's library.
#include "frontend/sema/Checker.h"

#include "frontend/sema/IntegerExpressions.h"
#include "frontend/sema/Prelude.h"

#include <fmt/format.h>

#include <cstring>
#include <map>

namespace costate::sema {

namespace {

constexpr Type real{Base::Real, nullptr}, integer{Base::Int, nullptr};

} // namespace

// ---- written in the language ---------------------------------------------------------------------------

/// A function of the prelude that no name of the model hides.
UserFunction *Checker::preludeFunction(const std::string &name) {
  if (scope.find(name) || scope.findIndex(name) || laterNames.count(name))
    return nullptr;
  static const std::vector<std::string> names = preludeNames();
  if (std::find(names.begin(), names.end(), name) == names.end())
    return nullptr;
  if (prelude.empty())
    readPrelude();
  return static_cast<UserFunction *>(prelude.at(name));
}

void Checker::readPrelude() {
  for (int file = 0; file < int(files.size()); ++file)
    if (files.name(file) == "prelude")
      preludeFile = file;
  if (preludeFile < 0)
    preludeFile = files.add("prelude", "", preludeText());
  std::vector<ast::StatementPtr> declarations;
  readFile(preludeFile, declarations);
  for (auto &s : declarations) {
    topLevel.push_back(s.get());
    if (s->kind == ast::StatementKind::Record) {
      prelude.emplace(s->name, &sparseRecord(*s));
      continue;
    }
    auto owner = std::make_unique<UserFunction>();
    bool isOfComplex = s->name.starts_with(complexPrefix);
    owner->name = isOfComplex ? s->name.substr(strlen(complexPrefix)) : s->name;
    owner->place = s->namePlace;
    owner->rank = s->typeSizes.size();
    owner->record = s->typeName == "complex"  ? &complexRecord()
                    : s->typeName == "sparse" ? sparseType
                                              : nullptr;
    statements[owner.get()] = s.get();
    prelude.emplace(s->name, owner.get());
    keep(std::move(owner));
  }
  sources.push_back(std::move(declarations));
}

/// What is said of the inside of such a function is said of its call.
SourcePlace Checker::shown(SourcePlace place) const {
  return preludeFile >= 0 && place.file == preludeFile ? preludeCall : place;
}

// ---- of the runtime's library --------------------------------------------------------------------------

/// An operation that no name of the model hides.
const FunctionValue *Checker::libraryFunction(const std::string &name) {
  const LibraryOperation *row = findLibraryOperation(name);
  if (!row || scope.find(name) || scope.findIndex(name) || laterNames.count(name))
    return nullptr;
  FunctionValue *&known = libraryValues[row];
  if (!known) {
    known = &keepFunction(name, {});
    known->form = FunctionValue::Form::Library;
    known->library = row;
  }
  return known;
}

Parameter Checker::parameterOf(const LibraryArray &array) {
  Parameter result;
  result.name = array.name;
  result.type = array.isComplex   ? Type{Base::Record, nullptr, &complexRecord()}
                : array.isInteger ? integer
                                  : real;
  result.rank = leastRank(array), result.orRank = mostRank(array);
  std::string sizes;
  for (char letter : sizeLetters(array))
    sizes += (sizes.empty() ? "[" : ",") + std::string(1, letter);
  const char *element = array.isInteger ? "int" : array.isComplex ? "complex" : "real";
  result.text = !sizes.empty() ? element + sizes + "]" : array.isInteger ? "an integer" : "a number";
  return result;
}

/// The values of all results; none after an error.
std::vector<Value> Checker::libraryResults(const LibraryOperation &row, const Symbols &arguments,
                                           SourcePlace place) {
  auto owner = std::make_unique<LibraryCall>();
  LibraryCall &call = *owner;
  call.name = row.name, call.place = shown(place);
  Sizes sizes;
  for (size_t k = 0; k < row.takes.size(); ++k)
    if (!addLibraryArgument(*arguments[k], row, row.takes[k], sizes, call))
      return {};
  std::vector<Let *> results;
  Symbols given;
  for (auto &gives : row.gives)
    given.push_back(libraryResult(gives, sizes, results, place));
  finish(std::move(owner), results);
  std::vector<Value> values;
  for (Symbol *result : given)
    values.push_back(valueOf(*result, place));
  return values;
}

/// Complex numbers as two arrays. False after an error.
bool Checker::addLibraryArgument(Symbol &argument, const LibraryOperation &row, const LibraryArray &takes,
                                 Sizes &sizes, LibraryCall &call) {
  for (Family *leaf : leavesOf(argument)) {
    auto *array = librarySized(*leaf, row, takes, sizes, call.place);
    if (!array)
      return false;
    Value value = valueOf(*array, call.place);
    call.arguments.push_back(takes.isInteger ? std::move(value) : asReal(std::move(value), call.place));
    dependOn(call, *array);
  }
  return true;
}

Symbol *Checker::libraryResult(const LibraryArray &gives, const Sizes &sizes, std::vector<Let *> &results,
                               SourcePlace place) {
  auto part = [&] {
    Let &result = resultOver({}, gives.name, gives.isInteger ? integer : real, place);
    for (char letter : sizeLetters(gives))
      if (sizes.count(letter) || std::strchr("kfh", letter))
        addRange(result.domain, sizeNamed(letter, sizes, place), result.domain.indices.size());
    results.push_back(&result);
    return &result;
  };
  if (!gives.isComplex)
    return part();
  Let *re = part(), *im = part();
  return &makeComplex(*re, *im, place);
}

/// The array, whose sizes take the letters that are free and are compared with the others. Null after an
/// error.
Family *Checker::librarySized(Family &array, const LibraryOperation &row, const LibraryArray &takes,
                              Sizes &sizes, SourcePlace place) {
  std::string letters = sizeLetters(takes);
  if (letters.empty() && takes.isInteger)
    sizes.emplace(takes.name[0], std::pair(&array, 0));
  Let *compared = nullptr;
  for (size_t k = 0; k < array.arity(); ++k) {
    auto [known, isNew] = sizes.emplace(letters[k], std::pair(&array, k));
    if (isNew)
      continue;
    Let &size = sizeAt(*known->second.first, known->second.second, place);
    if (!sharesSize(array, k, size, compared, place, fmt::format("`{}` of `{}`", takes.name, row.name)))
      return nullptr;
  }
  return compared ? compared : &array;
}

/// Of an array, or the number that is a size.
Let &Checker::sizeAt(Family &holder, size_t dimension, SourcePlace place) {
  return holder.arity() ? sizeOf(holder, dimension, place)
                        : local("", place, std::move(valueOf(holder, place).scalar), integer);
}

ExprPtr Checker::sizeNamed(char letter, const Sizes &sizes, SourcePlace place) {
  if (auto known = sizes.find(letter); known != sizes.end()) {
    auto [array, dimension] = known->second;
    return array->arity() ? lengthAt(*array, dimension) : valueOf(*array, place).scalar;
  }
  auto number = [&](int64_t value) { return integerNumber(value, place); };
  if (letter == 'h')
    return binary("+", binary("div", sizeNamed('n', sizes, place), number(2)), number(1));
  ExprPtr m = sizeNamed('m', sizes, place), n = sizeNamed('n', sizes, place);
  if (letter == 'f')
    return binary("-", binary("+", std::move(m), std::move(n)), number(1));
  bool isWritten = m->kind == ExprKind::Number && n->kind == ExprKind::Number;
  if (isWritten || isSame(*m, *n))
    return m->integer <= n->integer ? std::move(m) : std::move(n);
  std::vector<ExprPtr> both;
  both.push_back(std::move(m));
  both.push_back(std::move(n));
  return elementaryCall(*sema::findFunction("min"), std::move(both), place);
}

/// Of `let (w, V) = eigh(A)`, `let (gw, gb) = gradient(f, wrt = (w, b))(w, b)`.
std::vector<std::pair<ast::Word, Symbol *>> Checker::severalResults(const ast::Statement &s) {
  bool isCall = s.value->kind == ast::Kind::Call;
  auto known = isCall ? callee(*s.value, /*says=*/true) : std::nullopt;
  const FunctionValue *function = known.value_or(nullptr);
  size_t numGiven = function ? function->numResults() : 1;
  std::vector<std::pair<ast::Word, Symbol *>> names;
  Symbols arguments, directions;
  std::vector<Value> values;
  bool isSaid = known && !function;
  if (!isSaid && numGiven != s.names.size())
    report(errors::resultCount(s.names[0].place, setText(*s.value), numGiven, s.names.size()));
  else if (function && evaluateArguments(*s.value, *function, arguments, directions))
    values = applyAll(*function, std::move(arguments), std::move(directions), s.value->place);
  if (values.empty())
    for (auto &word : s.names)
      brokenNames.insert(word.text), laterNames.erase(word.text);
  for (size_t k = 0; k < values.size(); ++k)
    names.push_back({s.names[k], &symbolOf(values[k], s.value->place)});
  return names;
}

} // namespace costate::sema
