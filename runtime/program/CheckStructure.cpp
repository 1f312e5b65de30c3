// Warnings about equations that are too many or too few, in the names of the model.
#include "runtime/program/State.h"

#include <fmt/format.h>

namespace costate::rt {
void checkStructure(Program::State &state, const Instance &problem, const Structure &structure) {
  auto row = [&](int64_t i) { return problem.quotedName(problem.rows, i); };
  auto variable = [&](int64_t j) { return problem.quotedName(problem.variables, j); };
  for (const std::string &sentence : structureWarnings(structure, problem.hasObjective, row, variable))
    state.output.print(fmt::format("{}: warning: {}", problem.name, sentence));
}

void checkStructure(Program::State &state, const Instance &problem) {
  checkStructure(state, problem, structureOf(problem.problem(), problem.handle()));
}

} // namespace costate::rt
