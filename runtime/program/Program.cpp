// Steps and commands in order; solving.
#include "runtime/program/State.h"
#include "runtime/report/IterationTable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace costate::rt {

SolvedProblem &Program::State::problem(const Step &step, const char *attribute) {
  std::string name = step.attr(attribute);
  auto known = problems.find(name);
  if (known == problems.end())
    throw StepFailure{"", "", 1}; // its own failure has been reported
  return known->second;
}

namespace {

InteriorPointOptions readOptions(const Step &step) {
  InteriorPointOptions options;
  for (auto &[name, value] : step.attr("options").items())
    if (std::string sentence = setOption(options, "ipm", name, value.get<double>()); !sentence.empty())
      throw StepFailure{"bad-option", sentence};
  return options;
}

WarmStart warmStart(const SolvedProblem &problem) {
  return {problem.result.x, problem.result.dual, problem.result.reduced_cost};
}

void solveProblem(Program::State &state, Step &step) {
  SolvedProblem &problem = state.problem(step);
  Instance &instance = *problem.instance;
  InteriorPointOptions options = readOptions(step);
  bool isWarm = options.warm && problem.isSolved;
  WarmStart warm = isWarm ? warmStart(problem) : WarmStart{};
  Observer observer;
  if (state.options.verbose) {
    state.output.print(iterationHeader());
    observer = [&](const IterationRow &row) {
      state.output.print(iterationLine(row));
      return true;
    };
  }
  problem.result =
      solve(instance.problem(), instance.handle(), &state.host, options, observer, isWarm ? &warm : nullptr);
  Result &result = problem.result;
  if (instance.maximize) {
    result.objective = -result.objective;
    for (auto *list : {&result.dual, &result.reduced_cost})
      for (double &v : *list)
        v = -v;
  }
  problem.isSolved = result.status == Status::optimal || result.status == Status::acceptable;
  std::string line = fmt::format("{}: {}", instance.name, toString(result.status));
  if (problem.isSolved)
    line += fmt::format(", objective {:.9g}", result.objective);
  if (result.status != Status::optimal)
    line += ": " + result.reason;
  state.output.print(line);
  if (state.options.verbose)
    state.output.print(
        fmt::format("{} iterations, {:.3f} s (evaluate {:.3f}, factor {:.3f}), {} values, {} derivatives",
                    result.iterations, result.seconds, result.evaluate_seconds, result.factor_seconds,
                    result.value_evaluations, result.second_evaluations));
  if (result.status == Status::interrupted)
    state.worsen(130);
  else if (result.status != Status::optimal)
    state.worsen(2);
}

void bindProblem(Program::State &state, Step &step) {
  SolvedProblem problem;
  const Json &all = step.all;
  auto need = [&](const Json &slot) {
    if (!slot.is_null() && slot.get<int>() >= 0 && !state.machine.isBound(slot.get<int>()))
      throw StepFailure{"", "", 1};
  };
  for (const char *list : {"variables", "rows"})
    for (auto &family : all.at(list)) {
      for (const char *member : {"like", "over", "lower", "upper", "start"})
        if (family.contains(member))
          need(family[member]);
      for (auto &slot : family.at("index"))
        need(slot);
    }
  for (auto &pattern : all.at("patterns")) {
    need(pattern.at("over"));
    for (auto &term : pattern.at("terms"))
      need(term.at("row"));
    for (auto &load : pattern.at("loads"))
      need(load.at("at"));
    for (auto &input : pattern.at("inputs"))
      if (input[0] == "slot")
        need(input[1]);
  }
  problem.instance = std::make_unique<Instance>(state.machine, step);
  state.problems[problem.instance->name] = std::move(problem);
}

void assertClaim(Program::State &state, Step &step) {
  if (state.machine.column(step.in[0][0]).integer(0))
    return;
  std::string message = fmt::format("the claim `{}` is false", step.attr("text").get<std::string>());
  const Json &labels = step.attr("labels");
  const char *separator = ":";
  for (size_t k = 0; k < labels.size(); ++k) {
    std::string label = labels[k];
    if (std::isdigit((unsigned char)label[0]))
      continue; // a literal says what it is
    message +=
        fmt::format("{} {} = {:.9g}", separator, label, state.machine.column(step.in[0][k + 1]).real(0));
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
  s.machine.define("problem", command(bindProblem));
  s.machine.define("solve", command(solveProblem));
  s.machine.define("solution", command(solution));
  s.machine.define("print", command(show));
  s.machine.define("write", command(write));
  s.machine.define("assert", command(assertClaim));
  s.machine.define("check_derivatives", command(checkDerivatives));
}

Program::~Program() = default;

int Program::run() {
  State &s = *state;
  s.machine.onFailure = [&s](const Failure &failure) {
    if (failure.message.empty())
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
