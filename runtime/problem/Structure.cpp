// The graph of equations and variables, and sentences about its unbalanced parts.
#include "runtime/problem/Structure.h"
#include "runtime/problem/Matching.h"

#include <fmt/format.h>

#include <algorithm>

namespace costate::rt {
namespace {

/// Numbers of the problem's rows and variables in the graph, and back.
struct Selection {
  std::vector<int32_t> place;  // -1: not in the graph
  std::vector<int32_t> number; // increasing

  void resize(int64_t size) { place.assign(size_t(size), -1); }
  void add(int64_t k) {
    place[size_t(k)] = int32_t(number.size());
    number.push_back(int32_t(k));
  }
  std::vector<int32_t> numbers(std::vector<int32_t> places) const {
    for (int32_t &p : places)
      p = number[size_t(p)];
    return places;
  }
};

class EquationGraph {
public:
  EquationGraph(const costate_problem_v1 &problem, const costate_instance *instance) {
    problem.shape(instance, &shape);
    variables.resize(shape.n);
    for (int64_t j = 0; j < shape.n; ++j)
      if (shape.x_lower[j] != shape.x_upper[j])
        variables.add(j);
    listEntries(problem, instance);
    connect();
  }

  Selection rows, variables;
  BipartiteGraph graph;

private:
  /// Entries of equations in variables that are not fixed; constant ones only where they are not 0.
  void listEntries(const costate_problem_v1 &problem, const costate_instance *instance) {
    std::vector<double> values(size_t(shape.jac_entries), 1);
    if (problem.constants)
      problem.constants(instance, values.data());
    for (int64_t e = 0; e < shape.jac_entries; ++e) {
      int32_t i = shape.jac_rows[e];
      if (shape.c_lower[i] == shape.c_upper[i] && variables.place[size_t(shape.jac_cols[e])] >= 0 &&
          values[size_t(e)] != 0)
        entries.push_back(e);
    }
  }

  void connect() {
    std::vector<int64_t> count(size_t(shape.m), 0);
    for (int64_t e : entries)
      ++count[size_t(shape.jac_rows[e])];
    rows.resize(shape.m);
    for (int64_t i = 0; i < shape.m; ++i)
      if (count[size_t(i)] > 0) {
        rows.add(i);
        graph.starts.push_back(graph.starts.back() + count[size_t(i)]);
      }
    graph.numColumns = int32_t(variables.number.size());
    graph.columns.resize(entries.size());
    std::vector<int64_t> next(graph.starts.begin(), graph.starts.end() - 1);
    for (int64_t e : entries) {
      size_t row = size_t(rows.place[size_t(shape.jac_rows[e])]);
      graph.columns[size_t(next[row]++)] = variables.place[size_t(shape.jac_cols[e])];
    }
  }

  costate_shape shape{};
  std::vector<int64_t> entries;
};

/// "5 equations (`a`, `b`, `c`, `d`, ...)"
std::string listed(const std::vector<int32_t> &numbers, const char *noun,
                   const std::function<std::string(int64_t)> &name) {
  constexpr size_t shown = 4;
  std::string names;
  for (size_t k = 0; k < std::min(shown, numbers.size()); ++k)
    names += (k ? ", " : "") + name(numbers[k]);
  return fmt::format("{} {}{}{}{}{}", numbers.size(), noun, numbers.size() == 1 ? "" : "s",
                     names.empty() ? "" : " (", names,
                     names.empty()            ? ""
                     : numbers.size() > shown ? ", ...)"
                                              : ")");
}

} // namespace

Structure structureOf(const costate_problem_v1 &problem, const costate_instance *instance) {
  EquationGraph equations(problem, instance);
  Matching matching = maximumMatching(equations.graph);
  DulmageMendelsohn parts = dulmageMendelsohn(equations.graph, matching);
  Structure result;
  result.equations = equations.graph.numRows(), result.variables = equations.graph.numColumns;
  result.rank = matching.size;
  result.overRows = equations.rows.numbers(parts.overRows);
  result.overVariables = equations.variables.numbers(parts.overColumns);
  result.underRows = equations.rows.numbers(parts.underRows);
  result.underVariables = equations.variables.numbers(parts.underColumns);
  return result;
}

std::vector<std::string> structureWarnings(const Structure &structure, bool hasObjective,
                                           const std::function<std::string(int64_t)> &rowName,
                                           const std::function<std::string(int64_t)> &variableName) {
  std::vector<std::string> warnings;
  if (size_t rows = structure.overRows.size(), columns = structure.overVariables.size(); rows > 0)
    warnings.push_back(
        fmt::format("{} have only {}: {} too many", listed(structure.overRows, "equation", rowName),
                    listed(structure.overVariables, "variable", variableName), rows - columns));
  bool isSystem = !hasObjective && structure.equations >= structure.variables;
  if (size_t rows = structure.underRows.size(), columns = structure.underVariables.size();
      isSystem && columns > 0)
    warnings.push_back(fmt::format(
        "{} {} only {}: {} too few", listed(structure.underVariables, "variable", variableName),
        columns == 1 ? "is in" : "are in", listed(structure.underRows, "equation", rowName), columns - rows));
  return warnings;
}

} // namespace costate::rt
