// Lines about conflicts.
#include "runtime/report/ConflictReport.h"

#include <fmt/format.h>

#include <algorithm>

namespace costate::rt {
namespace {

/// Of a multiplier: three digits say which rows count and how.
std::string multiplierText(double value) { return fmt::format("{:.3g}", value); }

std::string nameOf(const Conflict &conflict, const Names &names) {
  return conflict.row >= 0 ? names.row(conflict.row) : names.variable(conflict.variable);
}

std::string line(const Conflict &conflict, const Names &names) {
  std::string text = fmt::format("    {} {} {:.9g}", nameOf(conflict, names),
                                 conflict.is_lower ? ">=" : "<=", conflict.bound);
  if (conflict.violation > 0)
    text += fmt::format(" is {:.6g}: {:.3g} too {}", conflict.value, conflict.violation,
                        conflict.is_lower ? "little" : "much");
  return fmt::format("{}, multiplier {}{}", text, multiplierText(conflict.multiplier),
                     conflict.row >= 0 ? names.rowPlace(conflict.row)
                                       : names.variablePlace(conflict.variable));
}

bool isSaid(const Result &result, const Names &names) {
  return std::all_of(result.conflicts.begin(), result.conflicts.end(), [&](const Conflict &conflict) {
    return result.reason.find(nameOf(conflict, names)) != std::string::npos;
  });
}

std::string head(const Result &result) {
  size_t rows = 0, count = result.conflicts.size();
  for (const Conflict &conflict : result.conflicts)
    rows += conflict.row >= 0;
  std::string text = fmt::format("  {} row{}", rows, rows == 1 ? "" : "s");
  if (count > rows)
    text += fmt::format(" and {} bound{}", count - rows, count == rows + 1 ? "" : "s");
  text += count == 1 ? " cannot be met" : " contradict each other";
  text += result.contradiction ? "" : " near this point";
  if (result.is_irreducible && count > 1)
    text += ", none superfluous";
  if (result.contradiction)
    text += fmt::format("; times their multipliers they add up to {:.6g} <= {:.6g}",
                        result.contradiction->needed, result.contradiction->possible);
  return text + ":";
}

} // namespace

std::vector<std::string> conflictReport(const Result &result, const Names &names, size_t most) {
  std::vector<std::string> lines;
  if (isSaid(result, names))
    return lines;
  lines.push_back(head(result));
  size_t count = result.conflicts.size(), shown = count <= most + 1 ? count : most;
  for (size_t k = 0; k < shown; ++k)
    lines.push_back(line(result.conflicts[k], names));
  if (count > shown)
    lines.push_back(fmt::format("    and {} more", count - shown));
  return lines;
}

} // namespace costate::rt
