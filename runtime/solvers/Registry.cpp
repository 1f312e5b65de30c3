// The solvers by name, their options, the spelling of statuses.
#include "costate/rt/Solve.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace costate::rt {

const char *toString(Status status) {
  static const char *names[] = {"not_run",    "optimal",         "acceptable", "infeasible", "unbounded",        "degenerate",
                                "iteration_limit", "time_limit", "stalled",    "evaluation_error", "interrupted"};
  return names[int(status)];
}

std::string unknownOption(const std::string &solver, const std::string &name, const std::vector<std::string> &known) {
  return fmt::format("`{}` has no option `{}`; its options are {}", solver, name, fmt::join(known, ", "));
}

std::string optionRange(const std::string &name, double value, double low, double high, const char *meaning) {
  return fmt::format("option `{}` is {:g}, expected {:g} to {:g} ({})", name, value, low, high, meaning);
}

namespace {

template <class Options> std::string helpOf() {
  std::string text;
  Options defaults;
  std::apply(
      [&](auto... field) {
        ((text += fmt::format("  {:<16} {:<8g} {:g} to {:g}: {}\n", field.name, double(defaults.*(field.member)),
                              field.low, field.high, field.meaning)),
         ...);
      },
      Options::fields());
  return text;
}

} // namespace

const std::vector<SolverRow> &solvers() {
  static const std::vector<SolverRow> rows{
      {"ipm", "primal-dual interior point with filter line search",
       [](const std::string &option, double value) {
         InteriorPointOptions scratch;
         return setOption(scratch, "ipm", option, value);
       },
       helpOf<InteriorPointOptions>}};
  return rows;
}

} // namespace costate::rt
