// Methods: algorithms over a problem. A body is checked once on its own, with an example of a problem, and
// for every solve with the problem's sizes; `p.objective` is a function like any other then.
#include "frontend/sema/Checker.h"

#include "frontend/diagnose/NearestName.h"
#include "frontend/sema/ArrayExpression.h"
#include "frontend/sema/IntegerExpressions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace costate::sema {

using ast::Kind;
using Form = FunctionValue::Form;
using Part = FunctionValue::Part;

namespace {

constexpr Type real{Base::Real, nullptr}, integer{Base::Int, nullptr};

/// In the order in which the runtime gives them.
constexpr std::pair<const char *, bool> arrays[] = {
    {"start", false}, {"lower", false}, {"upper", false}, {"row_lower", true}, {"row_upper", true}};

ast::ArrayType typed(const char *size, SourcePlace place) {
  ast::ArrayType result{"real", place, {}};
  if (size)
    result.sizes.push_back(newNode(Kind::Name, place, size));
  return result;
}

ast::NodePtr callOf(const char *name, ast::NodePtr first, ast::NodePtr second) {
  ast::NodePtr result = newNode(Kind::Call, first->place);
  result->children.push_back(newNode(Kind::Name, first->place, name));
  result->children.push_back(std::move(first));
  result->children.push_back(std::move(second));
  result->names.assign(2, "");
  return result;
}

} // namespace

// ---- declarations --------------------------------------------------------------------------------------

void Checker::methodDeclaration(const ast::Statement &s) {
  auto owner = std::make_unique<UserMethod>();
  UserMethod &method = *owner;
  declareTop(std::move(owner), s);
  method.isGood = hasMethodForm(s);
  if (!method.isGood)
    return;
  Symbols examples;
  for (size_t k = 1; k < s.parameters.size(); ++k)
    examples.push_back(example(s.parameters[k]));
  run(s, viewOf(nullptr, s.parameters[0]), examples, {});
}

/// One problem, which comes first.
bool Checker::hasMethodForm(const ast::Statement &s) {
  bool isGood = !s.parameters.empty() && s.parameters[0].isProblem;
  if (!isGood)
    report(errors::methodForm(s.namePlace, fmt::format("the first parameter of `{}` is no problem", s.name),
                              fmt::format("write `method {}(p: problem, ...)`", s.name)));
  for (size_t k = 1; k < s.parameters.size() && isGood; ++k)
    if (s.parameters[k].isProblem) {
      report(
          errors::methodForm(s.parameters[k].place, fmt::format("`{}` takes a second problem", s.name), ""));
      isGood = false;
    }
  return isGood;
}

// ---- the problem, as the body sees it ------------------------------------------------------------------

ProblemView &Checker::viewOf(Problem *problem, const ast::Parameter &parameter) {
  auto owner = std::make_unique<ProblemView>();
  ProblemView &view = *owner;
  SourcePlace place = parameter.place;
  view.name = parameter.name, view.place = place, view.problem = problem;
  keep(std::move(owner));
  auto count = [&](Symbol::Kind kind) {
    return problem ? &countOf(*problem, kind, place) : &local("", place, integerNumber(1, place), integer);
  };
  view.size = count(Symbol::Kind::Variable), view.rows = count(Symbol::Kind::Constraint);
  for (auto &[name, isOfRows] : arrays) {
    Let &array = resultOver({}, fmt::format("{}.{}", view.name, name), real, place);
    array.isPlaceholder = true;
    addRange(array.domain, use(isOfRows ? *view.rows : *view.size, place), 0);
    view.arrays[name] = &array;
  }
  addFunctions(view, place);
  return view;
}

void Checker::addFunctions(ProblemView &view, SourcePlace place) {
  const std::tuple<const char *, Part, const char *> rows[] = {{"objective", Part::Objective, nullptr},
                                                               {"constraints", Part::Rows, "m"},
                                                               {"project", Part::Projection, "n"}};
  for (auto &[name, part, size] : rows) {
    ast::FunctionType &type = view.types[name];
    type.place = place;
    type.parameters.push_back(typed("n", place));
    type.result = typed(size, place);
    FunctionValue &function = keepFunction(fmt::format("{}.{}", view.name, name), place);
    function.form = view.problem ? Form::Problem : Form::Example;
    function.example = &type;
    function.view = &view, function.part = part;
    view.functions[name] = &function;
  }
}

/// How many variables or rows a problem has: a number where its index sets are written, else what the program
/// counts before it solves.
Let &Checker::countOf(const Problem &problem, Symbol::Kind kind, SourcePlace place) {
  Let *&known = counts[{&problem, kind}];
  if (known)
    return *known;
  int64_t written = 0;
  ExprPtr sum;
  for (Symbol *symbol : problem.order) {
    if (symbol->kind != kind)
      continue;
    auto &family = static_cast<Family &>(*symbol);
    int64_t rows = isOverRanges(family.domain) ? 1 : -1;
    for (size_t k = 0; k < family.arity() && rows >= 0; ++k) {
      ExprPtr length = lengthAt(family, k);
      rows = length->kind == ExprKind::Number ? rows * std::max<int64_t>(0, length->integer) : -1;
    }
    if (rows >= 0) {
      written += rows;
      continue;
    }
    auto count = std::make_unique<Expr>();
    count->kind = ExprKind::Card, count->type = integer;
    count->place = problem.place, count->symbol = &family;
    sum = sum ? binary("+", std::move(sum), std::move(count)) : std::move(count);
  }
  if (!sum)
    return *(known = &local("", place, integerNumber(written, place), integer));
  if (written > 0)
    sum = binary("+", std::move(sum), integerNumber(written, problem.place));
  auto owner = std::make_unique<Let>();
  known = owner.get();
  known->name = fmt::format("{} of {}", kind == Symbol::Kind::Variable ? "variables" : "rows", problem.name);
  known->place = problem.place, known->type = integer, known->value = std::move(sum);
  program.steps.push_back({known, nullptr});
  keep(std::move(owner));
  return *known;
}

ProblemView *Checker::viewOf(const ast::Node &node) const {
  bool isField = node.kind == Kind::Field && node.children[0]->kind == Kind::Name;
  return isField && !scope.findIndex(node.children[0]->text)
             ? dynamic_cast<ProblemView *>(scope.find(node.children[0]->text))
             : nullptr;
}

/// `p.start` and its like; null for everything else.
Family *Checker::viewedArray(const ast::Node &node) const {
  ProblemView *view = viewOf(node);
  auto known = view ? view->arrays.find(node.text) : std::map<std::string, Let *>::iterator();
  return view && known != view->arrays.end() ? known->second : nullptr;
}

/// `p.objective` and its like; null for everything else.
const FunctionValue *Checker::viewedFunction(const ast::Node &node) const {
  ProblemView *view = viewOf(node);
  if (!view)
    return nullptr;
  auto known = view->functions.find(node.text);
  return known == view->functions.end() ? nullptr : known->second;
}

/// `p.size`, `p.rows`
ExprPtr Checker::viewedNumber(const ast::Node &node) {
  ProblemView &view = *viewOf(node);
  if (node.text == "size" || node.text == "rows")
    return use(node.text == "size" ? *view.size : *view.rows, node.place);
  if (Family *array = viewedArray(node)) {
    report(errors::missingIndex(node.place, array->name, "its array", view.place));
  } else if (viewedFunction(node)) {
    report(errors::typeMismatch(node.place, fmt::format("`{}`", setText(node)), "a value", "a function"));
  } else {
    errors::Names known{"size", "rows"};
    for (auto &[name, member] : view.arrays)
      known.push_back(name);
    for (auto &[name, member] : view.functions)
      known.push_back(name);
    report(errors::unknownField(node.place, view.name, node.text, known, nearestName(node.text, known)));
  }
  return poison(node);
}

Value Checker::ofProblem(const FunctionValue &function, Family &at, SourcePlace place) {
  const ProblemView &view = *function.view;
  Family *point =
      sizedLike(at, *view.arrays.at("start"), place, fmt::format("the argument of `{}`", function.name));
  if (!point)
    return {poisonAt(place), nullptr};
  if (function.part == Part::Projection)
    return {nullptr, projected(view, *point, place)};
  auto owner = std::make_unique<ProblemCall>();
  ProblemCall &call = *owner;
  call.place = place, call.problem = view.problem, call.givesRows = function.part == Part::Rows;
  call.at = asReal(valueOf(*point, place), place);
  dependOn(call, *point);
  Let &result = resultOver({}, function.name, real, place);
  if (call.givesRows)
    addRange(result.domain, use(*view.rows, place), 0);
  finish(std::move(owner), {&result});
  return valueOf(result, place);
}

/// `max(min(x, p.upper), p.lower)`
Family *Checker::projected(const ProblemView &view, Family &at, SourcePlace place) {
  ArrayExpression expression(scope, place);
  ast::NodePtr x = expression.operand(at, {}), lower = expression.operand(*view.arrays.at("lower"), {}),
               upper = expression.operand(*view.arrays.at("upper"), {});
  return arrayValue(*callOf("max", callOf("min", std::move(x), std::move(upper)), std::move(lower)));
}

// ---- solves --------------------------------------------------------------------------------------------

bool Checker::isOfMethod(const ast::Statement &s) const { return !runs.empty() && ofMethod.count(&s); }

/// The body for one problem.
std::unique_ptr<MethodRun> Checker::run(const ast::Statement &s, ProblemView &view, Symbols arguments,
                                        SourcePlace place) {
  auto result = std::make_unique<MethodRun>();
  result->place = s.place, result->problem = view.problem;
  for (auto &[name, isOfRows] : arrays)
    result->given.push_back(view.arrays.at(name));
  FunctionFrame frame(scope);
  arguments.insert(arguments.begin(), &view);
  bindParameters(s, arguments);
  for (auto &inner : s.body)
    ofMethod.insert(inner.get());
  runs.push_back(result.get());
  size_t known = diagnostics.size();
  result->point = block(s);
  requirePoint(s, view, *result);
  runs.pop_back();
  for (size_t k = known; place.file >= 0 && k < diagnostics.size(); ++k)
    diagnostics[k].notes.push_back({place, "in this solve"});
  return result;
}

/// What it returns is an array like the start.
void Checker::requirePoint(const ast::Statement &s, const ProblemView &view, MethodRun &run) {
  Family *array = run.point.array;
  SourcePlace returned = s.body.empty() || !s.body.back()->value ? s.place : s.body.back()->value->place;
  if (run.point.record) {
    report(errors::typeMismatch(returned, fmt::format("the point that `{}` returns", s.name),
                                "an array of numbers", typeText(typeOf(*run.point.record))));
    run.point = {poisonAt(returned), nullptr};
    return;
  }
  if (!array && (!run.point.scalar || run.point.scalar->type.base == Base::Poison))
    return;
  SourcePlace place = s.body.back()->value->place;
  std::string what = fmt::format("the point that `{}` returns", s.name);
  if (!array)
    return report(errors::rankMismatch(place, what, 1, 0));
  if (!array->type.isNumber())
    return report(errors::typeMismatch(place, what, "an array of numbers", typeText(array->type)));
  array = sizedLike(*array, *view.arrays.at("start"), place, what);
  run.point = array ? asReal({nullptr, array}, place) : Value{poisonAt(place), nullptr};
}

// ---- reports -------------------------------------------------------------------------------------------

/// What can be read of the last solve. Each has symbols of its own: another one has other sizes.
void Checker::setReports(Problem &problem, const Method &last, SourcePlace place) {
  auto &known = reports[&problem];
  known.clear();
  if (!last.run)
    return;
  for (const Loop *loop : last.run->loops)
    for (const std::string &name : loop->reportedNames) {
      auto owner = std::make_unique<Report>();
      Report &report = *owner;
      report.name = name, report.place = place, report.type = real, report.problem = &problem;
      keep(std::move(owner));
      auto count = std::make_unique<Expr>();
      count->kind = ExprKind::Card, count->type = integer;
      count->place = place, count->symbol = &report, count->usesSolution = true;
      addRange(report.domain, use(local("", place, std::move(count), integer), place), 0);
      known[name] = &report;
    }
}

/// `p.report.name`; null for everything else.
Report *Checker::reported(const ast::Node &node) {
  if (node.kind != Kind::Field || node.children[0]->kind != Kind::Field)
    return nullptr;
  const ast::Node &field = *node.children[0], &base = *field.children[0];
  if (field.text != "report" || base.kind != Kind::Name || scope.findIndex(base.text))
    return nullptr;
  auto *problem = dynamic_cast<Problem *>(scope.find(base.text));
  if (!problem || problem->names.count("report"))
    return nullptr;
  auto &known = reports[problem];
  auto found = known.find(node.text);
  return found == known.end() ? nullptr : found->second;
}

/// Null after an error.
std::unique_ptr<MethodRun> Checker::methodRun(UserMethod &method, Problem &problem,
                                              const ast::Method &written, Method &into) {
  const ast::Statement &s = *statements.at(&method);
  if (!method.isGood)
    return nullptr;
  auto arguments = methodArguments(s, written, into);
  return arguments ? run(s, viewOf(&problem, s.parameters[0]), *arguments, written.place) : nullptr;
}

/// Of its own parameters; options that all methods have go to `into`. Nothing after an error.
std::optional<Checker::Symbols> Checker::methodArguments(const ast::Statement &s, const ast::Method &written,
                                                         Method &into) {
  std::vector<Parameter> parameters;
  errors::Names names;
  for (size_t k = 1; k < s.parameters.size(); ++k) {
    parameters.push_back(parameterOf(s.parameters[k]));
    names.push_back(parameters.back().name);
  }
  auto refuse = [&](SourcePlace place, const std::string &sentence, const std::string &help = "") {
    report(errors::badOption(place, sentence, help));
    return std::nullopt;
  };
  auto own = names;
  names.insert(names.end(), methods.ofModel.options.begin(), methods.ofModel.options.end());
  std::vector<const ast::Node *> given(parameters.size());
  size_t next = 0;
  for (auto &argument : written.options) {
    bool isNamed = !argument.name.empty();
    size_t at = isNamed ? size_t(std::find(own.begin(), own.end(), argument.name) - own.begin()) : next++;
    if (at < given.size() && given[at])
      return refuse(argument.place, fmt::format("option `{}` is given twice", own[at]));
    if (at < given.size()) {
      given[at] = argument.value.get();
    } else if (!isNamed) {
      return refuse(
          argument.place,
          fmt::format("`{}` has {} parameters besides the problem, got a value more", s.name, given.size()));
    } else if (std::find(names.begin(), names.end(), argument.name) != names.end()) {
      option(methods.ofModel, argument, nullptr, into);
    } else {
      std::string nearest = nearestName(argument.name, names);
      return refuse(argument.place,
                    fmt::format("`{}` has no option `{}`; its options are {}", s.name, argument.name,
                                fmt::join(names, ", ")),
                    nearest.empty() ? "" : fmt::format("write `{}`", nearest));
    }
  }
  Symbols arguments;
  for (size_t k = 0; k < given.size(); ++k) {
    if (!given[k] && !parameters[k].fallback)
      return refuse(written.place, fmt::format("`{}` needs a value for `{}`", s.name, own[k]));
    std::optional<FunctionFrame> frame; // a default knows nothing of the place of the solve
    if (!given[k])
      frame.emplace(scope);
    arguments.push_back(argument(parameters[k], given[k] ? *given[k] : *parameters[k].fallback, s.name));
    if (!arguments.back())
      return std::nullopt;
  }
  return arguments;
}

} // namespace costate::sema
