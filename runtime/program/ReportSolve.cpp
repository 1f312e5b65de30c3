// What is printed about a solve that has ended.
#include "runtime/program/State.h"
#include "runtime/report/ConflictReport.h"
#include "runtime/report/RayReport.h"
#include "runtime/report/Summary.h"

#include <fmt/format.h>

namespace costate::rt {
namespace {

/// Ends at a point that better numbers might have improved.
bool isUnfinished(Status status) {
  return status == Status::acceptable || status == Status::degenerate || status == Status::iteration_limit ||
         status == Status::time_limit || status == Status::stalled;
}

/// Where the structure asks for another solver than the one for all problems.
std::string choiceText(const Choice &choice) {
  bool isNews = choice.solver && choice.solver != &solvers().front();
  return isNews ? fmt::format(" ({}: {})", choice.solver->name, choice.why) : "";
}

} // namespace

/// Status and objective; the solver, if it was chosen by structure; why, unless it is optimal; what explains
/// it.
void reportSolve(Program::State &state, const SolvedProblem &problem) {
  const Instance &instance = *problem.instance;
  const Result &result = problem.result;
  std::string line = fmt::format("{}: {}", instance.name, toString(result.status));
  if (problem.isSolved)
    line += fmt::format(", objective {:.9g}", result.objective + 0.0); // 0 has no sign
  line += choiceText(problem.chosen);
  if (result.status != Status::optimal || state.options.verbose)
    line += ": " + result.reason;
  state.output.print(line);
  Names names = namesOf(state.machine, instance);
  for (const auto &lines : {conflictReport(result, names), rayReport(result, names)})
    for (const std::string &text : lines)
      state.output.print(text);
  if (isUnfinished(result.status))
    explainScaling(state, problem, false);
  if (state.options.verbose && result.status != Status::not_run)
    state.output.print(costs(result));
}

} // namespace costate::rt
