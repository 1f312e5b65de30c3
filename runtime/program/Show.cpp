// Values of solutions, and print.
#include "runtime/program/State.h"
#include "runtime/report/Printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace costate::rt {
namespace {

double signedSlack(double value, double low, double high) { return std::min(value - low, high - value); }

std::string numberText(double value) { return fmt::format("{:.9g}", value == 0 ? 0.0 : printable(value)); }

} // namespace

/// The field of a family or of the whole problem as a column of reals.
void solution(Program::State &state, Step &step) {
  SolvedProblem &problem = state.problem(step);
  std::string name = step.attr("name"), field = step.attr("field");
  const Result &r = problem.result;
  const Instance &p = *problem.instance;
  bool isOfProblem = field == "objective" || field == "status" || field == "iterations";
  auto put = [&](int64_t size, auto &&entry) {
    auto column = state.machine.make(step.out[0], Type::F64, size).as<double>();
    for (int64_t k = 0; k < size; ++k)
      column[size_t(k)] = entry(k);
  };
  if (field == "report") { // also of a solve that came to nothing
    const std::vector<double> &values = problem.reports[name];
    return put(int64_t(values.size()), [&](int64_t k) { return values[size_t(k)]; });
  }
  if (!problem.isSolved && field != "status" && field != "iterations")
    throw StepFailure{
        "no-solution",
        fmt::format("`{}` has no solution to read: its status is {}", p.name, toString(r.status)), 2};
  if (isOfProblem)
    return put(1, [&](int64_t) {
      return field == "objective" ? r.objective : field == "status" ? double(int(r.status)) : r.iterations;
    });
  for (auto &family : p.variables)
    if (family.name == name && !family.hidden)
      return put(family.size, [&](int64_t k) {
        size_t j = size_t(family.offset + k);
        return field == "value"          ? r.x[j]
               : field == "reduced_cost" ? r.reduced_cost[j]
               : field == "lower"        ? p.xLower[j]
                                         : p.xUpper[j];
      });
  for (auto &family : p.rows)
    if (family.name == name)
      return put(family.size, [&](int64_t k) {
        size_t i = size_t(family.offset + k);
        return field == "value"   ? r.c[i]
               : field == "dual"  ? r.dual[i]
               : field == "slack" ? signedSlack(r.c[i], p.cLower[i], p.cUpper[i])
               : field == "lower" ? p.cLower[i]
                                  : p.cUpper[i];
      });
  throw StepFailure{"internal", fmt::format("`{}` has no `{}`", p.name, name)};
}

std::string valueText(const Machine &machine, const Json &item, const Column &column, int64_t row) {
  std::string kind = item.at("kind");
  if (kind == "status")
    return toString(Status(int(column.real(row))));
  if (kind == "bool")
    return column.integer(row) ? "true" : "false";
  if (kind == "int")
    return std::to_string(column.integer(row));
  if (kind == "text")
    return machine.label(-2, column.integer(row));
  if (kind == "element")
    return machine.label(item.at("root"), column.integer(row));
  return numberText(column.real(row));
}

/// A complex number where the item has an imaginary part.
std::string valueText(const Machine &m, const Step &step, const Json &item, int64_t row) {
  auto column = [&](const char *part) -> const Column & {
    return m.column(step.in[0][item.at(part).get<size_t>()]);
  };
  if (!item.contains("imaginary"))
    return valueText(m, item, column("column"), row);
  std::string im = numberText(column("imaginary").real(row));
  return numberText(column("column").real(row)) + (im[0] == '-' ? "" : "+") + im + "i";
}

/// Scalars and texts share a line; a family takes a line per entry.
void show(Program::State &state, Step &step) {
  const Machine &m = state.machine;
  std::string line;
  auto flush = [&] {
    if (!line.empty())
      state.output.print(line);
    line.clear();
  };
  for (auto &item : step.attr("items")) {
    std::string label = item.at("label");
    int number = item.at("column");
    auto index = item.at("index").get<std::vector<int>>();
    if (number < 0 || index.empty()) {
      std::string piece = number < 0 ? label : label + " = " + valueText(m, step, item, 0);
      line += (line.empty() ? "" : "  ") + piece;
      continue;
    }
    flush();
    for (int &slot : index)
      slot = step.in[0][size_t(slot)];
    const Column &column = m.column(step.in[0][size_t(number)]);
    for (int64_t row = 0; row < column.size(); ++row)
      state.output.print(label + m.indexText(index, item.at("roots"), row) + " = " +
                         valueText(m, step, item, row));
  }
  flush();
}

} // namespace costate::rt
