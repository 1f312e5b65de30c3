// Methods of the model: a compiled function goes from a start to a point, which is then judged.
#include "runtime/bind/CallStep.h"
#include "runtime/program/State.h"
#include "runtime/report/Printable.h"
#include "runtime/report/Timer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace costate::rt {
namespace {

constexpr int64_t mostShown = 40;  // steps of a loop
constexpr int64_t mostKept = 1000; // where the program reads them

/// What a loop has reported.
struct History {
  std::vector<std::string> names;
  Column counts{Type::I64, 2}; // steps, and those that an entry stands for
  std::vector<Column> values;  // one per name

  int64_t steps() const { return counts.integer(0); }
  int64_t stride() const { return counts.integer(1); }
  int64_t entries() const { return std::min(values[0].size(), (steps() + stride() - 1) / stride()); }
};

/// One run of the function of a method.
class MethodRun {
public:
  MethodRun(const Program::State &state, const Instance &instance, const Step &step,
            const std::vector<double> &from, int64_t kept)
      : instance(instance), start(instance.ofModel(from.data())), point(Type::F64, start.size()) {
    capacity.as<int64_t>()[0] = kept;
    for (auto &group : step.attr("reports")) {
      History &history = histories.emplace_back();
      history.names = group.get<std::vector<std::string>>();
      for (size_t k = 0; k < history.names.size(); ++k)
        history.values.emplace_back(Type::F64, kept);
    }
    moveInside();
    call(state.machine, step);
  }

  /// All variables of the problem; hidden ones as their definitions say.
  std::vector<double> whole() const {
    std::vector<double> x = instance.xStart;
    auto entries = point.as<double>();
    size_t next = 0;
    for (const FamilyRange &family : instance.variables)
      for (int64_t k = 0; k < family.size && family.isOfModel(); ++k)
        x[size_t(family.offset + k)] = entries[next++];
    return x;
  }
  int64_t steps() const { return count.as<int64_t>()[0]; }

  std::vector<History> histories;

private:
  void moveInside() {
    Column lower = instance.ofModel(instance.xLower.data()), upper = instance.ofModel(instance.xUpper.data());
    for (int64_t k = 0; k < start.size(); ++k) {
      double &value = start.as<double>()[size_t(k)];
      value = std::min(std::max(value, lower.real(k)), upper.real(k));
    }
  }

  void call(const Machine &machine, const Step &step) {
    Column lower = instance.ofModel(instance.xLower.data()), upper = instance.ofModel(instance.xUpper.data()),
           rowLower = instance.rowsOfModel(instance.cLower.data()),
           rowUpper = instance.rowsOfModel(instance.cUpper.data());
    FunctionCall function(machine, step);
    for (const Column *given : {&start, &lower, &upper, &rowLower, &rowUpper, &capacity})
      function.take(*given);
    for (int slot : step.in[0])
      function.take(machine.column(slot));
    function.give(point.data());
    function.give(count.data());
    for (History &history : histories) {
      function.give(history.counts.data());
      for (Column &values : history.values)
        function.give(values.data());
    }
    function.run();
  }

  const Instance &instance;
  Column start, point, count{Type::I64, 1}, capacity{Type::I64, 1};
};

/// A line for every step that a history holds.
void show(const Output &output, const History &history) {
  std::string head = fmt::format("{:>8}", "step");
  for (auto &name : history.names)
    head += fmt::format(" {:>15}", name);
  output.print(head);
  int64_t every = std::max<int64_t>(1, (history.entries() + mostShown - 1) / mostShown);
  for (int64_t k = 0; k < history.entries(); k += every) {
    std::string line = fmt::format("{:>8}", k * history.stride() + 1);
    for (const Column &values : history.values)
      line += fmt::format(" {:>15.7e}", printable(values.real(k)));
    output.print(line);
  }
}

/// How many steps are kept: the program reads them, or they are shown.
int64_t numKept(const Program::State &state, const std::string &problem) {
  auto reads = [&](const Step &step) {
    return step.op == "solution" && step.attr("field") == "report" && step.attr("problem") == problem;
  };
  auto &steps = state.machine.steps;
  return std::any_of(steps.begin(), steps.end(), reads) ? mostKept : state.options.verbose ? mostShown : 0;
}

void keep(const History &history, std::map<std::string, std::vector<double>> &reports) {
  for (size_t k = 0; k < history.names.size(); ++k) {
    auto values = history.values[k].as<double>();
    reports[history.names[k]].assign(values.begin(), values.begin() + history.entries());
  }
}

JudgementOptions optionsOf(const Step &step) {
  JudgementOptions options;
  std::string method = step.attr("method");
  for (auto &[name, value] : step.attr("options").items()) {
    std::string sentence = value.is_string() ? setOption(options, method, name, value.get<std::string>())
                                             : setOption(options, method, name, value.get<double>());
    if (!sentence.empty())
      throw StepFailure{"bad-option", sentence};
  }
  return options;
}

Result ended(Status status, std::string reason, std::vector<double> x, int steps) {
  Result result;
  result.status = status, result.reason = std::move(reason);
  result.x = std::move(x), result.iterations = steps;
  return result;
}

} // namespace

Result runMethod(Program::State &state, SolvedProblem &problem, const Step &step,
                 const std::vector<double> &from) {
  const Instance &instance = *problem.instance;
  JudgementOptions options = optionsOf(step);
  auto began = Timer::Clock::now();
  MethodRun run(state, instance, step, from, numKept(state, instance.name));
  double seconds = Timer::since(began);
  for (const History &history : run.histories) {
    keep(history, problem.reports);
    if (state.options.verbose)
      show(state.output, history);
  }
  std::vector<double> x = run.whole();
  int steps = int(std::min<int64_t>(run.steps(), INT32_MAX));
  if (state.machine.isCancelled())
    return ended(Status::interrupted, fmt::format("cancelled after {} steps", steps), x, steps);
  auto bad = std::find_if(x.begin(), x.end(), [](double v) { return !std::isfinite(v); });
  if (bad != x.end())
    return ended(Status::evaluation_error,
                 fmt::format("after {} steps {} is {}", steps,
                             instance.quotedName(instance.variables, bad - x.begin()), printable(*bad)),
                 x, steps);
  instance.completeHidden(x);
  Result result = judge(instance.problem(), instance.handle(), options, x, steps);
  result.seconds += seconds, result.solve_seconds = seconds;
  return result;
}

} // namespace costate::rt
