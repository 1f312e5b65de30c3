// Warnings about equations that are too many or too few, in the names of the model.
#include "runtime/program/State.h"

#include <fmt/format.h>

namespace costate::rt {
namespace {

/// A hidden family is named `$e.0`: the first sum inside the row or objective `e`.
std::string quotedName(const Instance &p, const std::vector<FamilyRange> &families, int64_t number) {
  const FamilyRange &family = Instance::familyOf(families, number);
  if (!family.hidden && family.defines < 0)
    return "`" + p.entryName(family, number - family.offset) + "`";
  return "a sum in `" + family.name.substr(1, family.name.rfind('.') - 1) + "`";
}

} // namespace

void checkStructure(Program::State &state, const Instance &problem, const Structure &structure) {
  auto row = [&](int64_t i) { return quotedName(problem, problem.rows, i); };
  auto variable = [&](int64_t j) { return quotedName(problem, problem.variables, j); };
  for (const std::string &sentence : structureWarnings(structure, problem.hasObjective, row, variable))
    state.output.print(fmt::format("{}: warning: {}", problem.name, sentence));
}

void checkStructure(Program::State &state, const Instance &problem) {
  checkStructure(state, problem, structureOf(problem.problem(), problem.handle()));
}

} // namespace costate::rt
