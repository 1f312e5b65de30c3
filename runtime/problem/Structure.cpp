// The graph of equations and variables, and sentences about its unbalanced parts.
#include "runtime/problem/Structure.h"
#include "runtime/problem/ListNames.h"
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

  /// Blocks of the graph in the problem's numbers.
  std::vector<StructureBlock> inProblem(const std::vector<Block> &blocks) const {
    std::vector<StructureBlock> result;
    std::vector<int32_t> blockOf(size_t(shape.m), -1);
    for (const Block &block : blocks) {
      for (int32_t i : block.rows)
        blockOf[size_t(rows.number[size_t(i)])] = int32_t(result.size());
      result.push_back({rows.numbers(block.rows), variables.numbers(block.columns), {}});
    }
    for (int64_t e = 0; e < shape.jac_entries; ++e)
      if (int32_t block = blockOf[size_t(shape.jac_rows[e])];
          block >= 0 && variables.place[size_t(shape.jac_cols[e])] < 0)
        result[size_t(block)].fixed.push_back(shape.jac_cols[e]);
    for (StructureBlock &block : result) {
      std::sort(block.fixed.begin(), block.fixed.end());
      block.fixed.erase(std::unique(block.fixed.begin(), block.fixed.end()), block.fixed.end());
    }
    return result;
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

using NameOf = std::function<std::string(int64_t)>;

/// "1 equation (`a`)"
std::string counted(const std::vector<int32_t> &numbers, const char *noun, const NameOf &name) {
  return fmt::format("{} {}{} ({})", numbers.size(), noun, numbers.size() == 1 ? "" : "s",
                     listNames(numbers, name));
}

std::string tooManyEquations(const StructureBlock &block, const NameOf &rowName, const NameOf &variableName) {
  size_t excess = block.rows.size() - block.variables.size();
  std::string fixed = block.fixed.empty() ? ""
                                          : fmt::format(" or free {} ({})",
                                                        block.fixed.size() == 1 ? "the fixed variable"
                                                        : excess == 1           ? "a fixed variable"
                                                                                : "fixed variables",
                                                        listNames(block.fixed, variableName));
  return fmt::format("{} have only {}: remove {} of these equations{}",
                     counted(block.rows, "equation", rowName),
                     counted(block.variables, "variable", variableName), excess, fixed);
}

std::string tooFewEquations(const StructureBlock &block, const NameOf &rowName, const NameOf &variableName) {
  size_t missing = block.variables.size() - block.rows.size();
  return fmt::format("{} {} in {}: fix {} of these variables or add {}",
                     counted(block.variables, "variable", variableName),
                     block.variables.size() == 1 ? "is" : "are",
                     block.rows.empty() ? "no equation" : "only " + counted(block.rows, "equation", rowName),
                     missing, missing == 1 ? "an equation" : fmt::format("{} equations", missing));
}

/// Sentences of the first blocks, and one that counts the others.
template <class Sentence>
void describe(const std::vector<StructureBlock> &blocks, const char *what, Sentence sentence,
              std::vector<std::string> &warnings) {
  constexpr size_t shown = 5;
  size_t rows = 0, variables = 0;
  for (size_t k = 0; k < blocks.size(); ++k)
    if (k < shown)
      warnings.push_back(sentence(blocks[k]));
    else
      rows += blocks[k].rows.size(), variables += blocks[k].variables.size();
  if (blocks.size() > shown)
    warnings.push_back(
        fmt::format("{} more {} too many {}: {} equations, {} variables", blocks.size() - shown,
                    blocks.size() == shown + 1 ? "part has" : "parts have", what, rows, variables));
}

} // namespace

Structure structureOf(const costate_problem_v1 &problem, const costate_instance *instance) {
  EquationGraph equations(problem, instance);
  Matching matching = maximumMatching(equations.graph);
  DulmageMendelsohn parts = dulmageMendelsohn(equations.graph, matching);
  Structure result;
  result.equations = equations.graph.numRows(), result.variables = equations.graph.numColumns;
  result.rank = matching.size;
  result.over = equations.inProblem(parts.over);
  result.under = equations.inProblem(parts.under);
  return result;
}

std::vector<std::string> structureWarnings(const Structure &structure, bool hasObjective,
                                           const NameOf &rowName, const NameOf &variableName) {
  std::vector<std::string> warnings;
  describe(
      structure.over, "equations",
      [&](const StructureBlock &block) { return tooManyEquations(block, rowName, variableName); }, warnings);
  if (!hasObjective && structure.equations >= structure.variables)
    describe(
        structure.under, "variables",
        [&](const StructureBlock &block) { return tooFewEquations(block, rowName, variableName); }, warnings);
  return warnings;
}

} // namespace costate::rt
