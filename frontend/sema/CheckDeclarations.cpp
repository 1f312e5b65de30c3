// Files, imports and top-level declarations.
#include "frontend/sema/Checker.h"

#include <fmt/format.h>

namespace costate::sema {

using ast::StatementKind;

void Checker::readFile(int file, std::vector<ast::StatementPtr> &into) {
  ParsedFile parsed = parseFile(files, file, diagnostics);
  into = std::move(parsed.statements);
  for (auto &name : parsed.brokenNames)
    brokenNames.insert(name);
}

void Checker::run(const std::vector<int> &fileNumbers) {
  std::vector<ast::StatementPtr> model, data;
  readFile(fileNumbers[0], model);
  for (size_t k = 1; k < fileNumbers.size(); ++k) {
    std::vector<ast::StatementPtr> more;
    readFile(fileNumbers[k], more);
    for (auto &s : more)
      data.push_back(std::move(s));
  }
  attachValues(model, data);
  for (auto *list : {&data, &model})
    for (auto &s : *list) {
      topLevel.push_back(s.get());
      if (s && (s->kind == StatementKind::Let || s->kind == StatementKind::Solve))
        for (auto &word : s->names)
          laterNames.emplace(word.text, word.place);
      if (s && !s->name.empty() && s->kind <= StatementKind::Problem)
        laterNames.emplace(s->name, s->namePlace);
      else if (s && isLoop(*s))
        for (auto *left : {&s->arguments, &s->collected})
          for (auto &argument : *left)
            laterNames.emplace(argument.name, argument.place);
    }
  for (auto *list : {&data, &model})
    for (auto &s : *list)
      if (s)
        statement(*s);
  sources.push_back(std::move(model));
  sources.push_back(std::move(data));
  if (!program.hasCommands)
    for (auto &symbol : program.symbols)
      if (auto *problem = dynamic_cast<Problem *>(symbol.get()); problem && !problem->isExample) {
        auto solve = std::make_unique<Command>();
        solve->kind = Command::Kind::Solve;
        solve->place = problem->place;
        solve->problem = problem;
        solve->methods.emplace_back();
        program.steps.push_back({nullptr, std::move(solve)});
      }
}

/// A second file gives values to parameters the model declares without one.
void Checker::attachValues(std::vector<ast::StatementPtr> &model, std::vector<ast::StatementPtr> &data) {
  for (auto &given : data) {
    if (given->kind != StatementKind::Param || !given->value)
      continue;
    for (auto &declared : model) {
      bool same = declared->kind == StatementKind::Param && declared->name == given->name && !declared->value;
      if (!same)
        continue;
      declared->value = std::move(given->value);
      if (given->indexing)
        declared->indexing = std::move(given->indexing);
      given.reset();
      break;
    }
  }
  std::erase(data, nullptr);
}

void Checker::statement(const ast::Statement &s) {
  switch (s.kind) {
  case StatementKind::Set:
    return setDeclaration(s);
  case StatementKind::Data:
    return dataDeclaration(s);
  case StatementKind::Param:
    return paramDeclaration(s);
  case StatementKind::Let:
    return letDeclaration(s);
  case StatementKind::Function:
    return functionDeclaration(s);
  case StatementKind::Rule:
    return ruleDeclaration(s);
  case StatementKind::Method:
    return methodDeclaration(s);
  case StatementKind::Record:
    return recordDeclaration(s);
  case StatementKind::Enumeration:
    return enumerationDeclaration(s);
  case StatementKind::Return:
    return report(errors::functionBody(s.place, "`return` stands outside of a function"));
  case StatementKind::Problem:
    return problemDeclaration(s);
  case StatementKind::Iterate:
  case StatementKind::Scan:
  case StatementKind::Root:
  case StatementKind::Fixed:
    return topLoop(s);
  case StatementKind::Import:
    return importFile(s);
  case StatementKind::Fix:
    return report(errors::notAvailable(s.place, "`fix`"));
  case StatementKind::Drop:
    return report(errors::notAvailable(s.place, "`drop`"));
  case StatementKind::Restore:
    return report(errors::notAvailable(s.place, "`restore`"));
  case StatementKind::Time:
    return report(errors::notAvailable(s.place, "`time`"));
  case StatementKind::Var:
    return report(errors::outsideProblem(s.place, "a variable"));
  case StatementKind::Objective:
    return report(errors::outsideProblem(s.place, "an objective"));
  case StatementKind::Constraint:
    return report(errors::outsideProblem(s.place, "a constraint"));
  default:
    return command(s);
  }
}

void Checker::declareTop(std::unique_ptr<Symbol> symbol, const ast::Statement &s) {
  symbol->name = s.name;
  symbol->place = s.namePlace;
  symbol->doc = s.doc;
  statements[symbol.get()] = &s;
  auto [known, isNew] = scope.top.emplace(s.name, symbol.get());
  if (!isNew)
    report(errors::duplicateName(s.namePlace, s.name, known->second->place));
  program.steps.push_back({symbol.get(), nullptr});
  keep(std::move(symbol));
}

void Checker::setDeclaration(const ast::Statement &s) {
  auto symbol = std::make_unique<Set>();
  symbol->name = s.name;
  fillSet(*symbol, s);
  declareTop(std::move(symbol), s);
}

void Checker::fillSet(Set &symbol, const ast::Statement &s) {
  if (s.within)
    symbol.within = set(*s.within);
  symbol.value = symbol.within ? keysWithin(symbol, *s.value) : nullptr;
  if (symbol.value)
    return;
  symbol.value = openSet(*s.value);
  takeKind(*symbol.value,
           symbol.within && symbol.within->arity() == 1 ? symbol.within->components[0] : Type{});
  SetExpr &value = *symbol.value;
  if (value.root && value.root->kind == Root::Kind::Elements && !value.takesKind)
    const_cast<Root *>(value.root)->name = s.name;
  bool ownsRoot = value.kind == SetExpr::Kind::Keys || value.kind == SetExpr::Kind::Rows;
  if (ownsRoot && value.root && value.root->name == value.table->name)
    const_cast<Root *>(value.root)->name = s.name;
  if (symbol.within && value.components[0].base != Base::Poison &&
      (symbol.within->components != value.components))
    report(errors::foreignSubset(s.value->place, setText(*s.value), setText(*s.within)));
}

/// `set S in A * B = keys(t)`: the keys are elements of A and B. Null where the value is something else.
SetPtr Checker::keysWithin(Set &symbol, const ast::Node &node) {
  Table *table = keysOf(node);
  if (!table)
    return nullptr;
  auto result = std::make_unique<SetExpr>();
  result->kind = SetExpr::Kind::Keys;
  result->place = node.place;
  result->table = table;
  result->keys = table->key;
  result->components = symbol.within->components;
  if (table->key.empty()) {
    report(errors::keysNeedKey(node.place, table->name, table->place));
    return badSet(node);
  }
  if (result->arity() != table->key.size()) {
    report(errors::keysNeedSets(node.place, table->name, table->key.size()));
    return badSet(node);
  }
  table->keySet = &symbol;
  return result;
}

void Checker::dataDeclaration(const ast::Statement &s) {
  auto table = std::make_unique<Table>();
  static const std::vector<std::string> formats{"csv", "tsv", "json", "npy", "npz", "mtx"};
  if (std::find(formats.begin(), formats.end(), s.typeName) == formats.end())
    report(errors::notAvailable(s.typePlace, fmt::format("reading `{}`", s.typeName)));
  table->format = s.typeName;
  for (auto &argument : s.arguments) {
    const ast::Node &value = *argument.value;
    if (argument.name.empty() && value.kind == ast::Kind::Text) {
      table->path = value.text;
    } else if (argument.name == "key") {
      std::vector<const ast::Node *> parts{&value};
      if (value.kind == ast::Kind::Tuple) {
        parts.clear();
        for (auto &child : value.children)
          parts.push_back(child.get());
      }
      for (const ast::Node *part : parts) {
        if (part->kind == ast::Kind::Name || part->kind == ast::Kind::Text)
          table->key.push_back(part->text);
        else
          report(errors::typeMismatch(part->place, "a key", "the name of a column", "an expression"));
      }
    } else {
      report(errors::badOption(argument.place,
                               fmt::format("`{}` takes the name of a file and `key`", s.typeName)));
    }
  }
  if (table->path.empty())
    report(errors::typeMismatch(s.place, "the data", "the name of a file in quotes", "without one"));
  declareTop(std::move(table), s);
}

Type Checker::paramType(Param &param, const ast::Statement &s) {
  const std::string &kind = s.typeName;
  if (kind == "real" || kind.empty())
    return {Base::Real, nullptr};
  if (kind == "int")
    return {Base::Int, nullptr};
  if (kind == "bool")
    return {Base::Bool, nullptr};
  if (kind == "text")
    return {Base::Text, &program.text};
  if (auto *enumeration = dynamic_cast<Enumeration *>(find(kind)))
    return {Base::Case, enumeration->root};
  if (kind == "complex" || dynamic_cast<Record *>(find(kind))) {
    report(errors::notAvailable(s.typePlace, fmt::format("a parameter of kind `{}`", kind)));
    return {};
  }
  auto *set = dynamic_cast<Set *>(find(kind));
  if (!set) {
    report(errors::unknownName(s.typePlace, kind, ""));
    return {};
  }
  if (set->value->arity() != 1) {
    report(errors::tupleArity(s.typePlace, 1, kind, set->value->arity()));
    return {};
  }
  param.valueSet = set;
  return set->value->components[0];
}

/// A side of a domain, bound or start: free of variables, of the given type.
ExprPtr Checker::dataSide(const ast::NodePtr &node, Type type, const std::string &what) {
  if (!node)
    return nullptr;
  ExprPtr value = expr(*node);
  settle(*value, type);
  if (value->usesVariables) {
    report(errors::variableInData(node->place, what, variableName(*value)));
    return nullptr;
  }
  asLabel(*value, type);
  bool fits = value->type == type || (type.base == Base::Real && value->type.base == Base::Int) ||
              value->type.base == Base::Poison || type.base == Base::Poison;
  if (!fits) {
    if (type.base == Base::Real && value->type.base == Base::Element)
      report(errors::elementArithmetic(node->place, value->type.root->name));
    else
      report(errors::typeMismatch(node->place, what, typeText(type), typeText(value->type)));
    return nullptr;
  }
  return value;
}

void Checker::paramDeclaration(const ast::Statement &s) {
  auto symbol = std::make_unique<Param>();
  symbol->name = s.name;
  fillParam(*symbol, s);
  declareTop(std::move(symbol), s);
}

void Checker::fillParam(Param &param, const ast::Statement &s) {
  IndexFrame frame(scope);
  if (s.indexing)
    binders(*s.indexing, param.domain);
  param.type = paramType(param, s);
  defining = &param;
  std::string what = fmt::format("the value of `{}`", s.name);
  bool isOfArray = s.value && isArray(*s.value);
  if (isOfArray)
    takeEntries(param, s);
  else if (s.typeName.empty() && s.value) { // the kind follows from the value
    ExprPtr probe = expr(*s.value);
    if (probe->type.base != Base::Column && probe->type.base != Base::Poison)
      param.type = probe->type;
  }
  if (s.random)
    param.value = randomValue(param, *s.random);
  else if (!isOfArray)
    param.value = dataSide(s.value, param.type, what);
  param.fallback = dataSide(s.fallback, param.type, fmt::format("the default of `{}`", s.name));
  if (s.interval) {
    Type side = param.type.base == Base::Int ? param.type : Type{Base::Real, nullptr};
    param.low = dataSide(s.interval->low, side, "the domain");
    param.high = dataSide(s.interval->high, side, "the domain");
  }
  defining = nullptr;
  if (!s.value && !s.random && !s.fallback && !param.domain.empty())
    report(errors::missingValue(s.namePlace, s.name));
}

/// `param rate = [0.1, 0.2]`: the entries, by the parameter's own indices or, where it has none, from 1 on.
void Checker::takeEntries(Param &param, const ast::Statement &s) {
  Family *array = arrayValue(*s.value);
  if (!array)
    return;
  std::string what = fmt::format("the value of `{}`", s.name);
  Type type = s.typeName.empty() ? array->type : param.type;
  if (uses(*array).variables)
    return report(errors::variableInData(s.value->place, what, array->name));
  if (type != array->type && !(type.base == Base::Real && array->type.base == Base::Int))
    return report(errors::typeMismatch(s.value->place, what, typeText(type), typeText(array->type)));
  param.type = type;
  if (param.domain.empty()) {
    param.value = entryAt(*array, param.domain, s.value->place);
    return;
  }
  if (!isOverRanges(param.domain))
    return report(errors::arrayOfRanges(s.namePlace, s.name, s.namePlace));
  if (!(array = sizedLike(*array, param, s.value->place, what)))
    return;
  param.value = entryOf(*array, s.value->place);
  for (auto &index : param.domain.indices)
    param.value->args.push_back(countedFromOne(*index, s.value->place));
}

void Checker::letDeclaration(const ast::Statement &s) {
  if (!s.names.empty()) {
    for (auto &[word, result] : severalResults(s))
      topLet(word, *result);
    return;
  }
  if (shapeOf(*s.value).record) {
    RecordValue *record =
        s.indexing ? recordEntries(*s.indexing, *s.value, s.name, s.namePlace) : recordValue(*s.value);
    if (record)
      return topRecord({s.name, s.namePlace}, *record);
    laterNames.erase(s.name);
    brokenNames.insert(s.name);
    return;
  }
  auto symbol = std::make_unique<Let>();
  symbol->name = s.name;
  fillLet(*symbol, s);
  declareTop(std::move(symbol), s);
}

void Checker::fillLet(Let &let, const ast::Statement &s) {
  if (!s.indexing && isArray(*s.value)) {
    if (Family *array = arrayValue(*s.value)) {
      setEntries(let, *array, s.value->place);
      let.captured.clear();
    }
    return;
  }
  if (shapeOf(*s.value).record)
    return problemRecord(s);
  IndexFrame frame(scope);
  if (s.indexing)
    binders(*s.indexing, let.domain);
  let.value = expr(*s.value);
  settle(*let.value, {Base::Real, nullptr});
  let.type = let.value->type;
  let.usesVariables = let.value->usesVariables;
}

void Checker::importFile(const ast::Statement &s) {
  std::string reason;
  int file = import(s.path, s.place.file, reason);
  if (file < 0)
    return report(errors::importFailed(s.place, s.path, reason));
  const std::string &path = files[file].path;
  if (std::find(importing.begin(), importing.end(), path) != importing.end())
    return report(errors::importCycle(s.place, s.path));
  if (!imported.insert(path).second)
    return;
  importing.push_back(path);
  std::vector<ast::StatementPtr> inner;
  readFile(file, inner);
  for (auto &statement : inner)
    this->statement(*statement);
  importing.pop_back();
  sources.push_back(std::move(inner));
}

std::unique_ptr<Program> check(Files &files, const std::vector<int> &fileNumbers, const MethodTable &methods,
                               const Importer &import, Diagnostics &diagnostics) {
  auto program = std::make_unique<Program>();
  Checker(*program, files, methods, import, diagnostics).run(fileNumbers);
  return program;
}

} // namespace costate::sema
