// Problems with parameters. A declaration is checked with parameters that have no value; every list of
// arguments that a solve gives makes a problem of its own, which keeps its solution.
#include "frontend/sema/Checker.h"

#include "frontend/diagnose/NearestName.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace costate::sema {

void Checker::exampleProblem(const ast::Statement &s) {
  auto owner = std::make_unique<Problem>();
  owner->name = s.name, owner->isExample = true;
  for (const ast::Parameter &parameter : s.parameters) {
    auto value = std::make_unique<Param>();
    value->name = parameter.name, value->place = parameter.place;
    value->type = problemParameterType(parameter);
    if (auto [known, isNew] = owner->names.emplace(parameter.name, value.get()); !isNew)
      report(errors::duplicateName(parameter.place, parameter.name, known->second->place));
    keep(std::move(value));
  }
  size_t known = diagnostics.size();
  stateProblem(*owner, s);
  if (diagnostics.size() == known)
    withParameters[s.name] = &s;
  declareTop(std::move(owner), s);
  program.steps.pop_back();
}

Type Checker::problemParameterType(const ast::Parameter &parameter) {
  Type type = functionType(parameter.typeName, parameter.typePlace);
  if (parameter.indexing || !parameter.typeSizes.empty() || parameter.functionType)
    report(errors::notAvailable(parameter.place, "a parameter of a problem that is no single value"));
  else if (type.record)
    report(errors::notAvailable(parameter.typePlace,
                                fmt::format("a parameter of a problem that is {}", typeText(type))));
  return type.record ? Type() : type;
}

/// The problem that a solve names, with its arguments; null after an error.
Problem *Checker::problemFor(const ast::Statement &solve) {
  Problem *named = problemNamed(solve);
  auto declared = withParameters.find(solve.name);
  if (!named || (named->isExample && declared == withParameters.end()))
    return nullptr; // its errors have been reported
  if (declared == withParameters.end()) {
    if (!solve.arguments.empty())
      report(errors::problemArgument(solve.arguments[0].place,
                                     fmt::format("`{}` takes no arguments", solve.name)));
    if (solve.names.empty())
      return named;
    const ast::Statement &s = *statements.at(named);
    if (s.parameters.empty())
      return keptProblem(solve, s, {});
    report(errors::problemArgument(solve.namePlace,
                                   fmt::format("`{}` is a solution of `{}`", solve.name, s.name),
                                   fmt::format("write `solve {}(...)`", s.name)));
    return nullptr;
  }
  const ast::Statement &s = *declared->second;
  std::vector<const ast::Node *> nodes = problemArguments(solve, s);
  std::vector<Let *> values;
  std::vector<std::string> texts;
  for (size_t k = 0; k < nodes.size(); ++k) {
    values.push_back(problemArgument(s.parameters[k], *nodes[k]));
    texts.push_back(setText(*nodes[k]));
  }
  if (nodes.empty() || std::count(values.begin(), values.end(), nullptr) > 0)
    return nullptr;
  if (!solve.names.empty())
    return keptProblem(solve, s, values);
  std::string name = fmt::format("{}({})", s.name, fmt::join(texts, ", "));
  if (std::any_of(values.begin(), values.end(), [](Let *let) { return let->usesSolution; }))
    name += fmt::format(" #{}", instances.size() + 1); // other values every time
  Problem *&instance = instances[name];
  if (!instance)
    instance = &problemWith(solve, s, values, name);
  scope.top[s.name] = instance;
  return instance;
}

/// `let r = solve ridge(0.1)`: a problem of its own, whose name is that of its solution. Null after an error.
Problem *Checker::keptProblem(const ast::Statement &solve, const ast::Statement &s,
                              const std::vector<Let *> &values) {
  const ast::Word &word = solve.names[0];
  Problem &kept = problemWith(solve, s, values, word.text);
  statements[&kept] = &s;
  auto [known, isNew] = scope.top.emplace(word.text, &kept);
  if (!isNew)
    report(errors::duplicateName(word.place, word.text, known->second->place));
  kept.place = word.place;
  return isNew ? &kept : nullptr;
}

/// The problem with these values of its parameters.
Problem &Checker::problemWith(const ast::Statement &solve, const ast::Statement &s,
                              const std::vector<Let *> &values, const std::string &name) {
  auto owner = std::make_unique<Problem>();
  Problem &problem = *owner;
  problem.name = name, problem.place = s.namePlace, problem.doc = s.doc;
  for (Let *let : values)
    let->problem = &problem, problem.names.emplace(let->name, let);
  bool wasInCommand = std::exchange(inCommand, false);
  size_t known = diagnostics.size();
  stateProblem(problem, s);
  inCommand = wasInCommand;
  for (size_t k = known; k < diagnostics.size(); ++k)
    diagnostics[k].notes.push_back({solve.place, "in this solve"});
  program.steps.push_back({&problem, nullptr});
  keep(std::move(owner));
  return problem;
}

/// One per parameter, by name or in order; nothing after an error.
std::vector<const ast::Node *> Checker::problemArguments(const ast::Statement &solve,
                                                         const ast::Statement &s) {
  std::vector<const ast::Node *> given;
  errors::Names names;
  for (const ast::Parameter &parameter : s.parameters) {
    given.push_back(parameter.fallback.get());
    names.push_back(parameter.name);
  }
  std::vector<bool> isGiven(given.size(), false);
  size_t next = 0;
  auto refuse = [&](SourcePlace place, const std::string &sentence, const std::string &help = "") {
    report(errors::problemArgument(place, sentence, help));
    return std::vector<const ast::Node *>();
  };
  for (const ast::Argument &argument : solve.arguments) {
    bool isNamed = !argument.name.empty();
    size_t at =
        isNamed ? size_t(std::find(names.begin(), names.end(), argument.name) - names.begin()) : next++;
    std::string nearest = isNamed ? nearestName(argument.name, names) : "";
    if (at >= given.size())
      return refuse(argument.place,
                    isNamed ? fmt::format("`{}` has no parameter `{}`; it has {}", s.name, argument.name,
                                          fmt::join(names, ", "))
                            : fmt::format("`{}` has {} parameter{}, got a value more", s.name, given.size(),
                                          given.size() == 1 ? "" : "s"),
                    nearest.empty() ? "" : fmt::format("write `{}`", nearest));
    if (isGiven[at])
      return refuse(argument.place, fmt::format("`{}` is given twice", names[at]));
    isGiven[at] = true;
    given[at] = argument.value.get();
  }
  for (size_t k = 0; k < given.size(); ++k)
    if (!given[k])
      return refuse(solve.namePlace, fmt::format("`{}` needs a value for `{}`", s.name, names[k]),
                    fmt::format("write `solve {}({})`", s.name, fmt::join(names, ", ")));
  return given;
}

/// Null after an error.
Let *Checker::problemArgument(const ast::Parameter &parameter, const ast::Node &node) {
  std::string what = fmt::format("the argument `{}`", parameter.name);
  Type type = functionType(parameter.typeName, parameter.typePlace);
  ExprPtr value = expr(node);
  settle(*value, type);
  if (type.isWord() && value->type != type) {
    if (value->type.base != Base::Poison)
      report(errors::typeMismatch(node.place, what, typeText(type), typeText(value->type)));
    return nullptr;
  }
  bool isGood = type.isWord()             ? true
                : type.base == Base::Bool ? needBool(*value, what)
                                          : needNumber(*value, what);
  if (!isGood || (type.base == Base::Int && !needInteger(*value, what)))
    return nullptr;
  auto owner = std::make_unique<Let>();
  Let &let = *owner;
  let.name = parameter.name, let.place = parameter.place, let.type = value->type;
  let.usesSolution = value->usesSolution;
  let.value = std::move(value);
  keep(std::move(owner));
  return &let;
}

} // namespace costate::sema
