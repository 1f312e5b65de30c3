// The solvers by name.
#include "costate/rt/Solve.h"

#include <fmt/format.h>

namespace costate::rt {
namespace {

template <class Options> std::string helpOf() {
  std::string text;
  for (const OptionRow &row : optionRows(Options{}))
    text += fmt::format("  {:<16} {:<8g} {:g} to {:g}: {}\n", row.name, row.value, row.low, row.high,
                        row.meaning);
  return text;
}

std::string checkInteriorPoint(const std::string &option, double value) {
  InteriorPointOptions scratch;
  return setOption(scratch, "ipm", option, value);
}

} // namespace

const std::vector<SolverRow> &solvers() {
  static const std::vector<SolverRow> rows{{"ipm", "primal-dual interior point with filter line search",
                                            checkInteriorPoint, helpOf<InteriorPointOptions>,
                                            [] { return optionRows(InteriorPointOptions{}); }}};
  return rows;
}

} // namespace costate::rt
