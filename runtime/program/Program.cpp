// Steps and commands in order; solving.
#include "runtime/program/Monitor.h"
#include "runtime/program/State.h"
#include "runtime/report/IterationTable.h"
#include "runtime/report/Printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>
#include <utility>

namespace costate::rt {

SolvedProblem &Program::State::problem(const Step &step, const char *attribute) {
  std::string name = step.attr(attribute);
  auto known = problems.find(name);
  if (known == problems.end() || !known->second.instance)
    throw StepFailure{"", "", 1}; // its own failure has been reported
  return known->second;
}

void turnSign(Result &result) {
  result.objective = -result.objective, result.ray_slope = -result.ray_slope;
  for (auto *list : {&result.dual, &result.reduced_cost})
    for (double &v : *list)
      v = -v;
}

namespace {

/// What a `solve` command asks for, or one of the methods of its chain.
struct Request {
  const SolverRow *solver = nullptr; // to be chosen
  const Step *method = nullptr;      // of the model
  const Step *monitor = nullptr;     // its function says how good points are
  Settings settings;
  bool continues = false, goesOn = false; // from the point before; to another method
};

Setting readSetting(const SolverRow &solver, const std::string &option, const Json &value,
                    const std::string &outputFolder) {
  std::string text = value.is_string() ? value.get<std::string>() : "", sentence;
  double number = value.is_string() ? 0 : value.get<double>();
  bool isFile = value.is_string() && solver.takesFile(option);
  if (value.is_string() && solver.takesQuantity(option))
    return Quantity{text, {}};
  sentence = isFile              ? solver.checkFile(option, text)
             : value.is_string() ? solver.check(option, text, number)
                                 : solver.check(option, number);
  if (!sentence.empty())
    throw StepFailure{"bad-option", sentence};
  if (isFile)
    return (std::filesystem::path(outputFolder) / text).lexically_normal().string(); // an absolute path stays
  return number;
}

Request readRequest(const Step &step, const std::string &outputFolder) {
  Request request;
  request.continues = step.has("continues"), request.goesOn = step.has("goes_on");
  std::string name = step.attr("method");
  if (step.all.contains("kernel"))
    (step.has("monitors") ? request.monitor : request.method) = &step;
  if (name.empty() || request.method)
    return request;
  request.solver = solverNamed(name);
  if (!request.solver)
    throw StepFailure{"unknown-method", fmt::format("unknown solver `{}`", name)};
  for (auto &[option, value] : step.attr("options").items())
    request.settings[option] = readSetting(*request.solver, option, value, outputFolder);
  if (request.continues)
    request.settings["warm"] = 1;
  return request;
}

WarmStart warmStart(const SolvedProblem &problem) {
  return {problem.result.x, problem.result.dual, problem.result.reduced_cost};
}

/// Lines of the iteration table, and what a bar shows.
Observer observerOf(Program::State &state, const Instance &instance, const SolverRow &solver,
                    bool isMonitored) {
  bool takesSteps = solver.progress == Progress::steps, hasBar = takesSteps && state.output.progress;
  bool isVerbose = state.options.verbose;
  if (isVerbose)
    state.output.print(takesSteps ? stepHeader(isMonitored) : iterationHeader());
  if (!isVerbose && !hasBar)
    return {};
  return [&state, &instance, takesSteps, hasBar, isVerbose](IterationRow row) {
    row.objective = instance.maximize ? -row.objective : row.objective;
    if (isVerbose && (!takesSteps || isStepShown(row)))
      state.output.print(takesSteps ? stepLine(row) : iterationLine(row));
    if (hasBar)
      state.output.progress(instance.name, &row);
    return true;
  };
}

/// With a solver of the runtime.
Result runSolver(Program::State &state, SolvedProblem &problem, const Request &request,
                 const WarmStart *warm) {
  Instance &instance = *problem.instance;
  problem.chosen = request.solver ? Choice{} : chooseSolver(instance);
  const SolverRow &solver = request.solver ? *request.solver : *problem.chosen.solver;
  if (state.options.verbose)
    state.output.print(fmt::format("{}: solver {}, {}", instance.name, solver.name,
                                   request.solver ? "as asked for" : problem.chosen.why));
  Observer observer = observerOf(state, instance, solver, request.monitor);
  Settings settings = request.settings;
  std::optional<Monitor> monitor;
  if (request.monitor) {
    monitor.emplace(state.machine, instance, *request.monitor);
    settings["monitor"].quantity.value = [&monitor](const double *x) { return monitor->at(x); };
  }
  Result result =
      solver.run(solver, instance.problem(), instance.handle(), &state.host, settings, observer, warm);
  if (state.output.progress)
    state.output.progress(instance.name, nullptr);
  if (monitor)
    monitor->rethrow();
  return result;
}

/// With a method of the model, from its start or from a point that is known.
Result runMethod(Program::State &state, SolvedProblem &problem, const Request &request,
                 const WarmStart *warm) {
  bool isWarm = warm && (request.continues || request.settings.count("warm"));
  problem.chosen = {};
  problem.isSolved = false;
  problem.result = Result();
  problem.result.status = Status::evaluation_error, problem.result.reason = "the method failed";
  if (state.options.verbose)
    state.output.print(fmt::format("{}: method {}, as asked for", problem.instance->name,
                                   request.method->attr("method").get<std::string>()));
  return runMethod(state, problem, *request.method, isWarm ? warm->x : problem.instance->xStart);
}

/// Nothing can start from such a point.
bool endsChain(Status status) {
  return status == Status::not_run || status == Status::infeasible || status == Status::evaluation_error ||
         status == Status::interrupted;
}

void solveProblem(Program::State &state, SolvedProblem &problem, const Request &request) {
  Instance &instance = *problem.instance;
  if (request.continues && problem.isBroken)
    return;
  if (!std::exchange(problem.isChecked, true))
    checkStructure(state, instance);
  bool hasPoint = problem.isSolved || request.continues;
  WarmStart warm = hasPoint ? warmStart(problem) : WarmStart{};
  problem.isBroken = true; // where it throws
  problem.reports.clear();
  problem.result = request.method ? runMethod(state, problem, request, hasPoint ? &warm : nullptr)
                                  : runSolver(state, problem, request, hasPoint ? &warm : nullptr);
  Result &result = problem.result;
  if (instance.maximize)
    turnSign(result);
  bool isDone = result.status == Status::optimal || result.status == Status::completed;
  problem.isSolved = isDone || result.status == Status::acceptable;
  problem.isBroken = endsChain(result.status);
  if (request.goesOn && !problem.isBroken && !state.options.verbose)
    return; // the last one tells
  reportSolve(state, problem);
  if (request.goesOn && !problem.isBroken)
    return;
  if (result.status == Status::interrupted)
    state.worsen(130);
  else if (!isDone)
    state.worsen(2);
}

void solveCommand(Program::State &state, Step &step) {
  solveProblem(state, state.problem(step), readRequest(step, state.options.output_folder));
}

/// A method that could not run leaves no solution of the solve before.
void skipSolve(Program::State &state, const Step &step) {
  if (step.op != "solve")
    return;
  SolvedProblem &problem = state.problems[step.attr("problem").get<std::string>()];
  problem.result = Result();
  problem.isSolved = false;
  problem.isBroken = true;
}

/// Bound again after a parameter has changed, a problem keeps its last result to start from.
void bindProblem(Program::State &state, Step &step) {
  auto instance = std::make_unique<Instance>(state.machine, step);
  SolvedProblem &problem = state.problems[instance->name];
  problem.instance = std::move(instance);
  problem.isChecked = false;
}

void assertClaim(Program::State &state, Step &step) {
  if (state.machine.column(step.in[0][0]).integer(0))
    return;
  std::string message = fmt::format("the claim `{}` is false", step.attr("text").get<std::string>());
  const Json &labels = step.attr("labels");
  const char *separator = ":";
  for (size_t k = 0; k < labels.size(); ++k) {
    std::string label = labels[k];
    if (std::isdigit((unsigned char)label[0]) || label[0] == '"')
      continue; // a literal says what it is
    const Column &value = state.machine.column(step.in[0][k + 1]);
    bool isNumber = !step.has("costate.kinds") || step.attr("costate.kinds")[k].at("root") == -1;
    std::string text = isNumber ? fmt::format("{:.9g}", printable(value.real(0)))
                                : valueText(state.machine, step.attr("costate.kinds")[k], value, 0);
    message += fmt::format("{} {} = {}", separator, label, text);
    separator = ",";
  }
  throw StepFailure{"assert", message, 3};
}

} // namespace

Program::Program(const costate_module_v1 &module, RunOptions options, Output output)
    : state(std::make_unique<State>(module, std::move(options), std::move(output))) {
  State &s = *state;
  auto command = [&s](void (*run)(State &, Step &)) {
    return [&s, run](Machine &, Step &step) { run(s, step); };
  };
  s.machine.onSkipped = [&s](const Step &step) { skipSolve(s, step); };
  s.machine.define("problem", command(bindProblem));
  s.machine.define("solve", command(solveCommand));
  s.machine.define("solution", command(solution));
  s.machine.define("print", command(show));
  s.machine.define("write", command(write));
  s.machine.define("assert", command(assertClaim));
  s.machine.define("check_derivatives", command(checkDerivatives));
  s.machine.define("check_function", command(checkFunction));
}

Program::~Program() = default;

/// One expression may be in several steps, as that of a square and of its residual.
static bool isRepeated(const std::vector<Failure> &failures) {
  const Failure &last = failures.back();
  return std::any_of(failures.begin(), failures.end() - 1, [&](const Failure &known) {
    return known.id == last.id && known.message == last.message && known.place.file == last.place.file &&
           known.place.line == last.place.line && known.place.column == last.place.column;
  });
}

int Program::run() {
  State &s = *state;
  s.machine.onFailure = [&s](const Failure &failure) {
    if (failure.message.empty() || isRepeated(s.machine.failures))
      return;
    std::string file = failure.place.file >= 0 ? s.machine.files[size_t(failure.place.file)] : "";
    s.output.report(
        {failure.id, failure.message, file, failure.place.line, failure.place.column, failure.status});
    s.worsen(failure.status);
  };
  s.machine.run();
  for (auto &[name, text] : s.machine.values)
    if (!s.machine.usedValues.count(name)) {
      s.output.report({"unknown-parameter",
                       fmt::format("--set {}={}: the model has no such scalar parameter", name, text), "", 0,
                       0, 1});
      s.worsen(1);
    }
  if (s.options.explain)
    explain(s);
  if (s.machine.isCancelled())
    s.status = 130;
  return s.status;
}

namespace {

/// Runs again what depends on a parameter; the sentence of the first failure, or empty. Problems that cannot
/// be bound with the new value are gone until it is set again.
std::string bindAgain(Program::State &state, std::vector<int> changed, int first) {
  size_t before = state.machine.failures.size();
  bool isGood = state.machine.runAgain(std::move(changed), first);
  for (Step &step : state.machine.steps)
    if (step.op == "problem" && !state.machine.isReady(step))
      state.problems.erase(step.all.at("name").get<std::string>());
  return isGood ? "" : state.machine.failures[before].message;
}

} // namespace

std::string Program::set(const std::string &parameter, const std::string &text) {
  Machine &machine = state->machine;
  for (size_t number = 0; number < machine.steps.size(); ++number) {
    Step &step = machine.steps[number];
    if (step.op != "param" || step.attr("name") != parameter)
      continue;
    machine.values[parameter] = text;
    return bindAgain(*state, {}, int(number));
  }
  return fmt::format("the model has no scalar parameter `{}`", parameter);
}

std::string Program::set(const std::string &parameter, const std::vector<double> &values) {
  Machine &machine = state->machine;
  int slot = machine.slotNamed(parameter);
  if (slot < 0 || machine.typeOf(slot) != Type::F64 || !machine.isBound(slot))
    return fmt::format("the model has no parameter `{}` of reals", parameter);
  int64_t rows = machine.column(slot).size();
  if (int64_t(values.size()) != rows)
    return fmt::format("parameter `{}` has {} values, {} were given", parameter, rows, values.size());
  auto entries = machine.make(slot, Type::F64, rows).as<double>();
  std::copy(values.begin(), values.end(), entries.begin());
  return bindAgain(*state, {slot}, -1);
}

const Result *Program::solve(const std::string &problem, bool warm) {
  auto known = state->problems.find(problem);
  if (known == state->problems.end() || !known->second.instance)
    return nullptr;
  std::vector<Request> chain;
  for (const Step &step : state->machine.steps)
    if (step.op == "solve" && step.attr("problem") == problem) {
      if (!step.has("continues"))
        chain.clear();
      chain.push_back(readRequest(step, state->options.output_folder));
    }
  if (chain.empty())
    chain.emplace_back();
  chain.front().settings.erase("warm");
  if (warm)
    chain.front().settings["warm"] = 1;
  for (const Request &request : chain) {
    if (request.method && !state->machine.isReady(*request.method))
      skipSolve(*state, *request.method);
    else
      solveProblem(*state, known->second, request);
  }
  return &known->second.result;
}

const Result *Program::result(const std::string &problem) const {
  auto known = state->problems.find(problem);
  return known == state->problems.end() ? nullptr : &known->second.result;
}

std::vector<double> Program::value(const std::string &problem, const std::string &variable) const {
  auto known = state->problems.find(problem);
  if (known == state->problems.end() || known->second.result.x.empty())
    return {};
  for (auto &family : known->second.instance->variables)
    if (family.name == variable)
      return {known->second.result.x.begin() + family.offset,
              known->second.result.x.begin() + family.offset + family.size};
  return {};
}

} // namespace costate::rt
