// What `explain` can tell about solved problems, and the names of its topics.
#include "runtime/program/State.h"
#include "runtime/report/ScalingReport.h"
#include "runtime/report/SolutionReport.h"

#include <fmt/format.h>

namespace costate::rt {

const std::vector<ExplainTopic> &explainTopics() {
  static const std::vector<ExplainTopic> topics{
      {"memory", &RunOptions::memory, "stored arrays, the largest first, and bytes that functions move"},
      {"solution", &RunOptions::solution,
       "of every solution: active bounds and rows, the largest multipliers, what is nearly degenerate"},
      {"scaling", &RunOptions::scaling,
       "at the last point: where the residuals are, rows and variables with extreme derivatives, values and "
       "multipliers"}};
  return topics;
}

namespace {

void printAll(Program::State &state, const std::vector<std::string> &lines) {
  for (const std::string &line : lines)
    state.output.print(line);
}

} // namespace

void explainSolution(Program::State &state, const SolvedProblem &problem) {
  const Instance &p = *problem.instance;
  state.output.print(fmt::format("{}: {}", p.name, problem.isSolved ? "the solution" : "no solution"));
  costate_shape shape{};
  p.problem().shape(p.handle(), &shape);
  if (problem.isSolved)
    printAll(state, solutionReport(shape, problem.result, namesOf(state.machine, p)));
}

void explainScaling(Program::State &state, const SolvedProblem &problem, bool all) {
  const Instance &p = *problem.instance;
  if (problem.result.x.empty())
    return;
  Result result = problem.result;
  if (p.maximize)
    turnSign(result); // the functions are those of the minimization
  printAll(state, scalingReport(p.problem(), p.handle(), result, namesOf(state.machine, p), all));
}

} // namespace costate::rt
