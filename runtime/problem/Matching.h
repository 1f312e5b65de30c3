// Which rows of a sparse matrix can be paired with which columns, and the parts where that fails.
#pragma once

#include <cstdint>
#include <vector>

namespace costate::rt {

/// Row i meets columns[starts[i]] .. columns[starts[i+1]-1], in any order; repeated ones do no harm.
struct BipartiteGraph {
  std::vector<int64_t> starts{0}; // [rows + 1]
  std::vector<int32_t> columns;
  int32_t numColumns = 0;

  int32_t numRows() const { return int32_t(starts.size()) - 1; }
  BipartiteGraph transposed() const;
};

/// Pairs of a row and a column that meet, each in one pair at most; -1: not paired.
struct Matching {
  std::vector<int32_t> columnOf; // [rows]
  std::vector<int32_t> rowOf;    // [columns]
  int32_t size = 0;
};

/// A matching of the largest size [HK73], after a cheap assignment. No recursion.
/// Cost: O(nnz sqrt(rows)), memory O(rows + columns).
Matching maximumMatching(const BipartiteGraph &graph);

/// Rows and columns of a graph, increasing.
struct Block {
  std::vector<int32_t> rows, columns;
  bool operator==(const Block &other) const = default;
};

/// The decomposition of Dulmage and Mendelsohn [PF90]. `over` has more rows than columns and its rows meet no
/// other column; `under` has more columns than rows and its columns meet no other row; between them lies a
/// square part with a perfect matching. Each is the same for every maximum matching and falls into connected
/// components, every one with more rows (columns) than columns (rows): these are the blocks, by first row
/// (first column).
struct DulmageMendelsohn {
  std::vector<Block> over, under;
};
/// Cost: O(nnz).
DulmageMendelsohn dulmageMendelsohn(const BipartiteGraph &graph, const Matching &matching);

} // namespace costate::rt
