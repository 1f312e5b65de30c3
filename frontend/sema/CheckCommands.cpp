// Commands, in the order they run.
#include "frontend/sema/Checker.h"

#include "frontend/diagnose/NearestName.h"
#include "frontend/sema/IntegerExpressions.h"

#include <fmt/format.h>

#include <cctype>

namespace costate::sema {

using ast::Kind;
using ast::StatementKind;

Problem *Checker::problemNamed(const ast::Statement &s) {
  Symbol *symbol = scope.find(s.name);
  auto *problem = dynamic_cast<Problem *>(symbol);
  if (!symbol)
    report(errors::unknownName(s.namePlace, s.name, nearestName(s.name, scope.names())));
  else if (!problem)
    report(errors::notAProblem(s.namePlace, s.name, s.kind == StatementKind::Check));
  return problem;
}

void Checker::command(const ast::Statement &s) {
  program.hasCommands = true;
  inCommand = true;
  auto command = std::make_unique<Command>();
  command->place = s.place;
  switch (s.kind) {
  case StatementKind::Solve:
    command->kind = Command::Kind::Solve;
    solveCommand(s, *command);
    break;
  case StatementKind::Check:
    if (s.hasArguments) {
      checkFunction(s, *command);
      break;
    }
    command->kind = Command::Kind::CheckDerivatives;
    command->problem = problemNamed(s);
    if (command->problem && command->problem->isExample)
      report(errors::unsolvedProblem(s.namePlace, s.name));
    else if (command->problem && command->problem->isSingle)
      report(errors::notAvailable(s.namePlace, "a comparison of derivatives in float32 with differences"));
    break;
  case StatementKind::Assert:
    command->kind = Command::Kind::Assert;
    assertCommand(s, *command);
    break;
  default:
    command->kind = s.kind == StatementKind::Print ? Command::Kind::Print : Command::Kind::Write;
    command->path = s.path;
    for (auto &node : s.items)
      addItems(*node, *command);
    nameColumns(*command);
  }
  inCommand = false;
  program.steps.push_back({nullptr, std::move(command)});
}

void Checker::solveCommand(const ast::Statement &s, Command &command) {
  command.problem = problemFor(s);
  if (s.methods.empty())
    command.methods.emplace_back();
  for (auto &method : s.methods)
    command.methods.push_back(solver(method, command.problem));
  if (command.problem) {
    solved.insert(command.problem);
    setReports(*command.problem, command.methods.back(), s.place);
  }
}

/// A method of the model, or a solver of the runtime, which it hides.
Method Checker::solver(const ast::Method &written, Problem *problem) {
  Method result;
  result.name = written.name;
  errors::Names known;
  if (auto *method = dynamic_cast<UserMethod *>(scope.find(written.name))) {
    if (problem)
      result.run = methodRun(*method, *problem, written, result);
    return result;
  }
  for (auto &row : methods.methods) {
    known.push_back(row.name);
    if (row.name != written.name)
      continue;
    result.takesEntries = row.takesEntries;
    for (auto &argument : written.options)
      option(row, argument, problem, result);
    return result;
  }
  for (auto &[name, symbol] : scope.top)
    if (symbol->kind == Symbol::Kind::Method)
      known.push_back(name);
  if (auto later = laterNames.find(written.name); later != laterNames.end())
    report(errors::usedBeforeDeclared(written.place, written.name, later->second));
  else
    report(errors::unknownMethod(written.place, written.name, known, nearestName(written.name, known)));
  return result;
}

void Checker::option(const MethodTable::Row &row, const ast::Argument &argument, Problem *problem,
                     Method &method) {
  if (argument.name.empty())
    return report(errors::badOption(
        argument.place, fmt::format("an option of `{}` needs its name, as in `tol = 1e-8`", row.name)));
  const ast::Node *value = argument.value.get();
  if (value->kind == Kind::Name || value->kind == Kind::Text) {
    auto &check = value->kind == Kind::Name ? row.checkWord : row.checkFile;
    if (std::string sentence = check(argument.name, value->text); !sentence.empty())
      return report(errors::badOption(argument.place, sentence));
    method.options.push_back({argument.name, 0, value->text, true, argument.place});
    if (problem && row.takesQuantity && row.takesQuantity(argument.name))
      method.monitor = quantity(*value, argument.name, *problem);
    return;
  }
  double sign = 1;
  if (value->kind == Kind::Negate) {
    sign = -1;
    value = value->children[0].get();
  }
  bool isConstant = value->kind == Kind::Number || value->kind == Kind::Constant;
  if (!isConstant)
    return report(
        errors::badOption(argument.place, fmt::format("option `{}` needs a number", argument.name)));
  ExprPtr parsed = expr(*value);
  Option option{argument.name, sign * parsed->number, "", false, argument.place};
  if (std::string sentence = row.check(option.name, option.number); !sentence.empty())
    return report(errors::badOption(argument.place, sentence));
  method.options.push_back(std::move(option));
}

/// A record is shown by its parts, a complex number as one value where it is printed.
void Checker::addItems(const ast::Node &node, Command &command) {
  bool isRecord = node.kind != Kind::Text && shapeOf(node).record;
  if (!isRecord)
    return command.items.push_back(item(node));
  RecordValue *value = recordValue(node);
  if (!value)
    return;
  bool isOperand = node.kind == Kind::Name || node.kind == Kind::Call || node.kind == Kind::Index ||
                   node.kind == Kind::Field;
  bool isWhole = value->record->isComplex() && command.kind == Command::Kind::Print;
  std::string text = setText(node);
  addParts(isOperand || isWhole ? text : "(" + text + ")", *value, command, node.place);
}

void Checker::addParts(const std::string &label, Symbol &value, Command &command, SourcePlace place) {
  auto *record = asRecord(&value);
  if (!record)
    return command.items.push_back(leafItem(label, static_cast<Family &>(value), place));
  if (record->record->isComplex() && command.kind == Command::Kind::Print) {
    Item item = leafItem(label, static_cast<Family &>(*record->fields[0]), place);
    auto &im = static_cast<Family &>(*record->fields[1]);
    item.imaginary = entryOf(im, place);
    for (auto &index : item.domain.indices)
      item.imaginary->args.push_back(indexRef(*index, place));
    return command.items.push_back(std::move(item));
  }
  for (size_t k = 0; k < record->fields.size(); ++k)
    addParts(label + "." + record->record->fields[k].name, *record->fields[k], command, place);
}

/// A number, or all entries of an array.
Item Checker::leafItem(const std::string &label, Family &family, SourcePlace place) {
  Item item;
  item.label = label;
  item.domain = cloneOf(family.domain);
  item.value = entryOf(family, place);
  for (auto &index : item.domain.indices)
    item.value->args.push_back(indexRef(*index, place));
  return item;
}

/// A `let` of the problem that is one number and depends on variables; null after an error.
ExprPtr Checker::quantity(const ast::Node &node, const std::string &option, const Problem &problem) {
  errors::Names known;
  for (auto &[name, symbol] : problem.names)
    if (auto *let = dynamic_cast<Let *>(symbol); let && let->arity() == 0 && let->usesVariables)
      known.push_back(name);
  auto refuse = [&](const std::string &what) {
    std::string nearest = nearestName(node.text, known);
    report(
        errors::badOption(node.place, fmt::format("option `{}` is `{}`, {}", option, node.text, what),
                          nearest.empty() || nearest == node.text ? "" : fmt::format("write `{}`", nearest)));
    return nullptr;
  };
  auto found = problem.names.find(node.text);
  auto *let = found == problem.names.end() ? nullptr : dynamic_cast<Let *>(found->second);
  if (!let)
    return refuse(fmt::format("which is no `let` of `{}`", problem.name));
  if (let->type.base == Base::Poison)
    return nullptr;
  if (let->arity() > 0 || !let->type.isNumber())
    return refuse("which is not one number");
  if (!let->usesVariables)
    return refuse(fmt::format("which does not depend on variables of `{}`", problem.name));
  return use(*let, node.place);
}

/// A text prints as it is, a family with all its entries, everything else as one value.
Item Checker::item(const ast::Node &node) {
  Item result;
  result.label = setText(node);
  if (node.kind == Kind::Text) {
    result.label = node.text;
    return result;
  }
  if (familyItem(node, result))
    return result;
  if (isArray(node)) {
    Family *array = arrayValue(node);
    result.value = array ? entryAt(*array, result.domain, node.place) : poison(node);
    return result;
  }
  result.value = expr(node);
  settle(*result.value, {Base::Real, nullptr});
  return result;
}

namespace {
/// What is no letter or digit becomes `_`, so that a table with this head can be read.
std::string asName(std::string_view text) {
  std::string name;
  for (unsigned char c : text) {
    bool isLetter = std::isalnum(c) || c >= 0x80;
    if (isLetter)
      name += char(c);
    else if (!name.empty() && name.back() != '_')
      name += '_';
  }
  while (!name.empty() && name.back() == '_')
    name.pop_back();
  return name.empty() || std::isdigit((unsigned char)name[0]) ? "value_" + name : name;
}
} // namespace

/// `p.x` becomes `x`, or `p_x` where the command writes the `x` of another problem too.
void Checker::nameColumns(Command &command) {
  std::map<std::string, int> uses;
  auto shortName = [&](const Item &item) {
    bool isOfProblem = item.value && item.value->problem;
    size_t point = item.label.find('.');
    return asName(isOfProblem && point != std::string::npos ? item.label.substr(point + 1) : item.label);
  };
  for (auto &item : command.items)
    ++uses[shortName(item)];
  for (auto &item : command.items) {
    std::string name = shortName(item);
    item.column = uses[name] > 1 ? asName(item.label) : name;
  }
}

bool Checker::familyItem(const ast::Node &node, Item &item) {
  Symbol *symbol = nullptr;
  Problem *problem = nullptr;
  std::string fieldName = "value";
  if (node.kind == Kind::Name) {
    symbol = scope.find(node.text);
  } else if (node.kind == Kind::Field && !isFieldOfRecord(node)) {
    const ast::Node *base = &node;
    while (base->kind == Kind::Field)
      base = base->children[0].get();
    if (base->kind != Kind::Name || !dynamic_cast<Problem *>(scope.find(base->text)))
      return false;
    std::vector<const ast::Node *> args;
    if (!path(node, problem, symbol, fieldName, args))
      return false;
  }
  auto *family = dynamic_cast<Family *>(symbol);
  if (!family || family->arity() == 0 || !statements.count(family) || !statements[family]->indexing)
    return false;
  if (problem && !solved.count(problem)) {
    report(errors::unsolvedProblem(node.place, problem->name));
    return true;
  }
  IndexFrame frame(scope);
  scope.problem = problem;
  binders(*statements[family]->indexing, item.domain);
  scope.problem = nullptr;
  auto *let = dynamic_cast<Let *>(symbol);
  bool isSolution = problem && symbol->kind != Symbol::Kind::Param && !(let && !let->usesVariables);
  item.value = make(isSolution ? ExprKind::Solution : ExprKind::Access, node, family->type);
  item.value->symbol = family;
  item.value->problem = problem;
  item.value->text = fieldName;
  item.value->usesSolution = isSolution;
  for (auto &index : item.domain.indices) {
    ExprPtr ref = make(ExprKind::IndexRef, node, index->type);
    ref->index = index.get();
    item.value->args.push_back(std::move(ref));
  }
  return true;
}

void Checker::assertCommand(const ast::Statement &s, Command &command) {
  command.text = setText(*s.value);
  Item claim;
  claim.label = command.text;
  claim.value = expr(*s.value);
  needBool(*claim.value, "a claim");
  bool shows = claim.value->kind == ExprKind::Close || claim.value->kind == ExprKind::Compare;
  std::vector<std::string> labels;
  if (shows)
    for (auto &arg : claim.value->args)
      labels.push_back(std::string(files.text(arg->place)));
  command.items.push_back(std::move(claim));
  for (auto &label : labels) {
    Item shown;
    shown.label = label;
    command.items.push_back(std::move(shown));
  }
}

} // namespace costate::sema
