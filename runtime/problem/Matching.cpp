// Hopcroft and Karp's phases, and alternating paths.
#include "runtime/problem/Matching.h"

#include <algorithm>

namespace costate::rt {
namespace {

/// Pairs every row with its first column that is free.
Matching cheapAssignment(const BipartiteGraph &graph) {
  Matching matching;
  matching.columnOf.assign(size_t(graph.numRows()), -1);
  matching.rowOf.assign(size_t(graph.numColumns), -1);
  for (int32_t i = 0; i < graph.numRows(); ++i)
    for (int64_t p = graph.starts[size_t(i)]; p < graph.starts[size_t(i) + 1]; ++p)
      if (int32_t j = graph.columns[size_t(p)]; matching.rowOf[size_t(j)] < 0) {
        matching.rowOf[size_t(j)] = i, matching.columnOf[size_t(i)] = j;
        ++matching.size;
        break;
      }
  return matching;
}

/// One phase: a maximal set of disjoint shortest augmenting paths.
class Phase {
public:
  Phase(const BipartiteGraph &graph, Matching &matching) : graph(graph), matching(matching) {}

  bool augment() {
    if (!layer())
      return false;
    next.assign(graph.starts.begin(), graph.starts.end() - 1);
    for (int32_t i = 0; i < graph.numRows(); ++i)
      if (matching.columnOf[size_t(i)] < 0)
        search(i);
    return true;
  }

private:
  /// Breadth first from the rows without partner; false where no free column is reached.
  bool layer() {
    level.assign(size_t(graph.numRows()), -1);
    queue.clear();
    for (int32_t i = 0; i < graph.numRows(); ++i)
      if (matching.columnOf[size_t(i)] < 0)
        level[size_t(i)] = 0, queue.push_back(i);
    int32_t last = graph.numRows(); // the level from which a free column is reached first
    bool isReached = false;
    for (size_t k = 0; k < queue.size() && level[size_t(queue[k])] <= last; ++k) {
      size_t i = size_t(queue[k]);
      for (int64_t p = graph.starts[i]; p < graph.starts[i + 1]; ++p) {
        int32_t partner = matching.rowOf[size_t(graph.columns[size_t(p)])];
        if (partner < 0)
          isReached = true, last = level[i];
        else if (level[size_t(partner)] < 0)
          level[size_t(partner)] = level[i] + 1, queue.push_back(partner);
      }
    }
    return isReached;
  }

  /// Depth first along the layers; every entry is looked at once in a phase.
  void search(int32_t from) {
    path.assign(1, from);
    while (!path.empty()) {
      size_t i = size_t(path.back());
      if (next[i] == graph.starts[i + 1]) {
        path.pop_back();
        continue;
      }
      int32_t partner = matching.rowOf[size_t(graph.columns[size_t(next[i]++)])];
      if (partner < 0)
        return pairAlongPath();
      if (level[size_t(partner)] == level[i] + 1)
        path.push_back(partner);
    }
  }

  void pairAlongPath() {
    for (int32_t i : path) {
      int32_t j = graph.columns[size_t(next[size_t(i)] - 1)];
      matching.columnOf[size_t(i)] = j, matching.rowOf[size_t(j)] = i;
    }
    ++matching.size;
  }

  const BipartiteGraph &graph;
  Matching &matching;
  std::vector<int32_t> level, queue, path;
  std::vector<int64_t> next;
};

/// Rows and columns on alternating paths from the rows without partner.
void reach(const BipartiteGraph &graph, const std::vector<int32_t> &columnOf,
           const std::vector<int32_t> &rowOf, std::vector<int32_t> &rows, std::vector<int32_t> &columns) {
  std::vector<bool> isSeen(size_t(graph.numColumns), false);
  for (int32_t i = 0; i < graph.numRows(); ++i)
    if (columnOf[size_t(i)] < 0)
      rows.push_back(i);
  for (size_t k = 0; k < rows.size(); ++k) {
    size_t i = size_t(rows[k]);
    for (int64_t p = graph.starts[i]; p < graph.starts[i + 1]; ++p) {
      int32_t j = graph.columns[size_t(p)];
      if (isSeen[size_t(j)])
        continue;
      isSeen[size_t(j)] = true;
      columns.push_back(j);
      rows.push_back(rowOf[size_t(j)]); // paired: else the path would augment
    }
  }
  std::sort(rows.begin(), rows.end());
  std::sort(columns.begin(), columns.end());
}

} // namespace

BipartiteGraph BipartiteGraph::transposed() const {
  BipartiteGraph result;
  result.numColumns = numRows();
  result.starts.assign(size_t(numColumns) + 1, 0);
  result.columns.resize(columns.size());
  for (int32_t j : columns)
    ++result.starts[size_t(j) + 1];
  for (size_t j = 0; j < size_t(numColumns); ++j)
    result.starts[j + 1] += result.starts[j];
  std::vector<int64_t> next(result.starts.begin(), result.starts.end() - 1);
  for (int32_t i = 0; i < numRows(); ++i)
    for (int64_t p = starts[size_t(i)]; p < starts[size_t(i) + 1]; ++p)
      result.columns[size_t(next[size_t(columns[size_t(p)])]++)] = i;
  return result;
}

Matching maximumMatching(const BipartiteGraph &graph) {
  Matching matching = cheapAssignment(graph);
  Phase phase(graph, matching);
  while (phase.augment())
    ;
  return matching;
}

DulmageMendelsohn dulmageMendelsohn(const BipartiteGraph &graph, const Matching &matching) {
  DulmageMendelsohn parts;
  if (matching.size < graph.numRows())
    reach(graph, matching.columnOf, matching.rowOf, parts.overRows, parts.overColumns);
  if (matching.size < graph.numColumns)
    reach(graph.transposed(), matching.rowOf, matching.columnOf, parts.underColumns, parts.underRows);
  return parts;
}

} // namespace costate::rt
