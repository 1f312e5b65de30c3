// Functions that the language comes with: those written in it, and operations of the runtime's library.
#include "frontend/sema/Checker.h"

#include "frontend/sema/IntegerExpressions.h"
#include "frontend/sema/Prelude.h"

#include <fmt/format.h>

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
    auto owner = std::make_unique<UserFunction>();
    owner->name = s->name, owner->place = s->namePlace;
    owner->rank = s->typeSizes.size();
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

Parameter Checker::parameterOf(const LibraryArray &array) const {
  Parameter result;
  result.name = array.name, result.type = real;
  result.rank = leastRank(array), result.orRank = mostRank(array);
  result.text = "real";
  for (char letter : sizeLetters(array))
    result.text += (result.text.size() == 4 ? '[' : ',') + std::string(1, letter);
  result.text = result.text.size() == 4 ? "a number" : result.text + "]";
  return result;
}

/// The values of all results; none after an error.
std::vector<Value> Checker::libraryResults(const LibraryOperation &row, const Symbols &arguments,
                                           SourcePlace place) {
  auto owner = std::make_unique<LibraryCall>();
  LibraryCall &call = *owner;
  call.name = row.name, call.place = place;
  Sizes sizes;
  for (size_t k = 0; k < row.takes.size(); ++k) {
    auto *array = librarySized(static_cast<Family &>(*arguments[k]), row, row.takes[k], sizes, place);
    if (!array)
      return {};
    call.arguments.push_back(asReal(valueOf(*array, place), place));
    dependOn(call, *array);
  }
  std::vector<Let *> results;
  std::vector<Value> values;
  for (auto &gives : row.gives) {
    Let &result = resultOver({}, fmt::format("{}", gives.name), gives.isInteger ? integer : real, place);
    for (char letter : sizeLetters(gives))
      if (sizes.count(letter) || letter == 'k')
        addRange(result.domain, sizeNamed(letter, sizes, place), result.domain.indices.size());
    results.push_back(&result);
  }
  finish(std::move(owner), results);
  for (Let *result : results)
    values.push_back(valueOf(*result, place));
  return values;
}

/// The array, whose sizes take the letters that are free and are compared with the others. Null after an
/// error.
Family *Checker::librarySized(Family &array, const LibraryOperation &row, const LibraryArray &takes,
                              Sizes &sizes, SourcePlace place) {
  std::string letters = sizeLetters(takes);
  Let *compared = nullptr;
  for (size_t k = 0; k < array.arity(); ++k) {
    auto [known, isNew] = sizes.emplace(letters[k], std::pair(&array, k));
    if (isNew)
      continue;
    std::string what = fmt::format("`{}` of `{}`", takes.name, row.name);
    Let &size = sizeOf(*known->second.first, known->second.second, place);
    if (auto written = requireEqual(size, array, k, place, "a size of " + what)) {
      report(errors::unequalSizes(place, what, written->first, written->second));
      return nullptr;
    }
    if (size.value->kind != ExprKind::Same)
      continue;
    if (!compared)
      compared = &fromOne(array, place);
    compared->domain.atoms[k].set->high = use(size, place);
  }
  return compared ? compared : &array;
}

ExprPtr Checker::sizeNamed(char letter, const Sizes &sizes, SourcePlace place) {
  if (letter != 'k' || sizes.count('k'))
    return lengthAt(*sizes.at(letter).first, sizes.at(letter).second);
  std::vector<ExprPtr> both;
  both.push_back(sizeNamed('m', sizes, place));
  both.push_back(sizeNamed('n', sizes, place));
  bool isWritten = both[0]->kind == ExprKind::Number && both[1]->kind == ExprKind::Number;
  if (isWritten || isSame(*both[0], *both[1]))
    return both[0]->integer <= both[1]->integer ? std::move(both[0]) : std::move(both[1]);
  return elementaryCall(*sema::findFunction("min"), std::move(both), place);
}

/// `let (w, V) = eigh(A)`
std::vector<std::pair<ast::Word, Family *>> Checker::severalResults(const ast::Statement &s) {
  const FunctionValue *function = nullptr;
  if (s.value->kind == ast::Kind::Call)
    if (auto known = callee(*s.value, /*says=*/true))
      function = *known;
  size_t numGiven =
      function && function->form == FunctionValue::Form::Library ? function->library->gives.size() : 1;
  std::vector<std::pair<ast::Word, Family *>> names;
  if (numGiven != s.names.size()) {
    report(errors::resultCount(s.names[0].place, setText(*s.value), numGiven, s.names.size()));
    return names;
  }
  Symbols arguments, directions;
  if (!evaluateArguments(*s.value, *function, arguments, directions))
    return names;
  std::vector<Value> values = libraryResults(*function->library, arguments, s.value->place);
  for (size_t k = 0; k < values.size(); ++k)
    names.push_back({s.names[k], &family(values[k], s.value->place)});
  return names;
}

} // namespace costate::sema
