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

/// Blocks with more rows than columns: what alternating paths from the rows without partner reach, component
/// by component.
class UnbalancedRows {
public:
  UnbalancedRows(const BipartiteGraph &graph, const std::vector<int32_t> &columnOf,
                 const std::vector<int32_t> &rowOf)
      : graph(graph), columnOf(columnOf), rowOf(rowOf), columns(graph.transposed()),
        isReachedRow(size_t(graph.numRows()), false), isReachedColumn(size_t(graph.numColumns), false) {}

  std::vector<Block> blocks() {
    reach();
    std::vector<Block> result;
    isTaken.assign(size_t(graph.numRows()), false);
    for (int32_t i = 0; i < graph.numRows(); ++i)
      if (isReachedRow[size_t(i)] && !isTaken[size_t(i)])
        result.push_back(component(i));
    return result;
  }

private:
  void reach() {
    std::vector<int32_t> queue;
    for (int32_t i = 0; i < graph.numRows(); ++i)
      if (columnOf[size_t(i)] < 0)
        queue.push_back(i), isReachedRow[size_t(i)] = true;
    for (size_t k = 0; k < queue.size(); ++k)
      forEach(graph, queue[k], [&](int32_t j) {
        if (isReachedColumn[size_t(j)])
          return;
        isReachedColumn[size_t(j)] = true;
        int32_t partner = rowOf[size_t(j)]; // there is one: else the path would augment
        isReachedRow[size_t(partner)] = true;
        queue.push_back(partner);
      });
  }

  /// Rows and columns connected with a row. Columns of reached rows are reached; their other rows need not
  /// be.
  Block component(int32_t first) {
    Block block{{first}, {}};
    isTaken[size_t(first)] = true;
    for (size_t k = 0; k < block.rows.size(); ++k)
      forEach(graph, block.rows[k], [&](int32_t j) {
        if (!isReachedColumn[size_t(j)])
          return;
        isReachedColumn[size_t(j)] = false;
        block.columns.push_back(j);
        forEach(columns, j, [&](int32_t i) {
          if (isReachedRow[size_t(i)] && !isTaken[size_t(i)])
            isTaken[size_t(i)] = true, block.rows.push_back(i);
        });
      });
    std::sort(block.rows.begin(), block.rows.end());
    std::sort(block.columns.begin(), block.columns.end());
    return block;
  }

  template <class Visit> static void forEach(const BipartiteGraph &graph, int32_t row, Visit visit) {
    for (int64_t p = graph.starts[size_t(row)]; p < graph.starts[size_t(row) + 1]; ++p)
      visit(graph.columns[size_t(p)]);
  }

  const BipartiteGraph &graph;
  const std::vector<int32_t> &columnOf, &rowOf;
  BipartiteGraph columns; // transposed
  std::vector<bool> isReachedRow, isReachedColumn, isTaken;
};

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
    parts.over = UnbalancedRows(graph, matching.columnOf, matching.rowOf).blocks();
  if (matching.size < graph.numColumns) {
    BipartiteGraph columns = graph.transposed();
    parts.under = UnbalancedRows(columns, matching.rowOf, matching.columnOf).blocks();
    for (Block &block : parts.under)
      std::swap(block.rows, block.columns);
  }
  return parts;
}

} // namespace costate::rt
