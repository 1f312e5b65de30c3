// Warnings about equations that are too many or too few, in the names of the model.
#include "runtime/program/State.h"

#include <fmt/format.h>

namespace costate::rt {

void checkStructure(Program::State &state, const Instance &problem, const Structure &structure) {
  Names names = namesOf(state.machine, problem);
  for (const std::string &sentence :
       structureWarnings(structure, problem.hasObjective, names.row, names.variable))
    state.output.print(fmt::format("{}: warning: {}", problem.name, sentence));
}

void checkStructure(Program::State &state, const Instance &problem) {
  checkStructure(state, problem, structureOf(problem.problem(), problem.handle()));
}

} // namespace costate::rt
