// Matchings and decompositions: by hand, against brute force, and on a path that recursion would not survive.
#include "runtime/problem/Matching.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace costate::rt {
namespace {

using Numbers = std::vector<int32_t>;

BipartiteGraph graphOf(const std::vector<Numbers> &rows, int32_t columns) {
  BipartiteGraph graph;
  graph.numColumns = columns;
  for (const Numbers &row : rows) {
    graph.columns.insert(graph.columns.end(), row.begin(), row.end());
    graph.starts.push_back(int64_t(graph.columns.size()));
  }
  return graph;
}

/// The largest number of pairs of rows k, k+1, ... with columns that are not in `taken`.
int32_t bruteForce(const std::vector<Numbers> &rows, size_t k, uint32_t taken, int32_t leftOut = -1) {
  if (k == rows.size())
    return 0;
  int32_t best = bruteForce(rows, k + 1, taken, leftOut);
  for (int32_t j : rows[k])
    if (int32_t(k) != leftOut && !(taken >> j & 1))
      best = std::max(best, 1 + bruteForce(rows, k + 1, taken | 1u << j, leftOut));
  return best;
}

void expectMatching(const BipartiteGraph &graph, const Matching &matching) {
  int32_t pairs = 0;
  for (int32_t i = 0; i < graph.numRows(); ++i) {
    int32_t j = matching.columnOf[size_t(i)];
    if (j < 0)
      continue;
    ++pairs;
    EXPECT_EQ(matching.rowOf[size_t(j)], i);
    auto first = graph.columns.begin() + graph.starts[size_t(i)],
         last = graph.columns.begin() + graph.starts[size_t(i) + 1];
    EXPECT_NE(std::find(first, last, j), last) << "row " << i << " does not meet column " << j;
  }
  EXPECT_EQ(pairs, matching.size);
}

TEST(Matching, MovesPartnersWhereTheCheapOneIsStuck) { // row 2 needs column 0, row 0 then 1, row 1 then 2
  BipartiteGraph graph = graphOf({{0, 1}, {1, 2}, {0}}, 3);
  Matching matching = maximumMatching(graph);
  expectMatching(graph, matching);
  EXPECT_EQ(matching.columnOf, (Numbers{1, 2, 0}));
}

TEST(Matching, OfNothing) {
  EXPECT_EQ(maximumMatching(graphOf({}, 0)).size, 0);
  EXPECT_EQ(maximumMatching(graphOf({{}, {}}, 3)).size, 0);
  DulmageMendelsohn parts = dulmageMendelsohn(graphOf({{}, {}}, 3), maximumMatching(graphOf({{}, {}}, 3)));
  EXPECT_EQ(parts.over, (std::vector<Block>{{{0}, {}}, {{1}, {}}}));
  EXPECT_EQ(parts.under, (std::vector<Block>{{{}, {0}}, {{}, {1}}, {{}, {2}}}));
}

// By hand: rows 0 and 1 have only column 0; column 1 belongs to row 2 then; row 3 has columns 2 and 3 for
// itself.
//
//   row 0   x . . .
//   row 1   x . . .
//   row 2   x x . .
//   row 3   . x x x
TEST(DulmageMendelsohn, OfAllThreeParts) {
  BipartiteGraph graph = graphOf({{0}, {0}, {0, 1}, {1, 2, 3}}, 4);
  Matching matching = maximumMatching(graph);
  EXPECT_EQ(matching.size, 3);
  DulmageMendelsohn parts = dulmageMendelsohn(graph, matching);
  EXPECT_EQ(parts.over, (std::vector<Block>{{{0, 1}, {0}}}));
  EXPECT_EQ(parts.under, (std::vector<Block>{{{3}, {2, 3}}}));
}

// By hand: columns 0, 1 are all that rows 0, 3 and 5 have; column 3 is all that rows 1 and 6 have. Row 2
// gives column 2 a partner, though it meets both parts. Columns 4 and 5 have row 4 for themselves, 6 and 7
// row 7: each shares a row with column 3 or 2, which are not theirs.
//
//           0 1 2 3 4 5 6 7
//   row 0   x . . . . . . .
//   row 1   . . . x . . . .
//   row 2   . x x x . . . .
//   row 3   x x . . . . . .
//   row 4   . . . x x x . .
//   row 5   . x . . . . . .
//   row 6   . . . x . . . .
//   row 7   . . x . . . x x
TEST(DulmageMendelsohn, PartsFallIntoConnectedBlocks) {
  BipartiteGraph graph = graphOf({{0}, {3}, {1, 2, 3}, {0, 1}, {3, 4, 5}, {1}, {3}, {2, 6, 7}}, 8);
  Matching matching = maximumMatching(graph);
  EXPECT_EQ(matching.size, 6);
  DulmageMendelsohn parts = dulmageMendelsohn(graph, matching);
  EXPECT_EQ(parts.over, (std::vector<Block>{{{0, 3, 5}, {0, 1}}, {{1, 6}, {3}}}));
  EXPECT_EQ(parts.under, (std::vector<Block>{{{4}, {4, 5}}, {{7}, {6, 7}}}));
}

TEST(DulmageMendelsohn, OfASquareMatrixOfFullRankIsEmpty) {
  BipartiteGraph graph = graphOf({{0, 1}, {1, 2}, {0, 2}}, 3);
  DulmageMendelsohn parts = dulmageMendelsohn(graph, maximumMatching(graph));
  EXPECT_TRUE(parts.over.empty() && parts.under.empty());
}

/// The blocks as one, increasing.
Block together(const std::vector<Block> &blocks) {
  Block all;
  for (const Block &block : blocks) {
    all.rows.insert(all.rows.end(), block.rows.begin(), block.rows.end());
    all.columns.insert(all.columns.end(), block.columns.begin(), block.columns.end());
  }
  std::sort(all.rows.begin(), all.rows.end());
  std::sort(all.columns.begin(), all.columns.end());
  return all;
}

/// No two blocks share an entry; `isOver`: each has too many rows, else too many columns.
void expectBlocks(const std::vector<Numbers> &rows, const std::vector<Block> &blocks, bool isOver) {
  for (const Block &block : blocks) {
    EXPECT_TRUE(isOver ? block.rows.size() > block.columns.size() : block.rows.size() < block.columns.size());
    for (const Block &other : blocks)
      for (int32_t i : block.rows)
        for (int32_t j : rows[size_t(i)])
          EXPECT_TRUE(&block == &other || !std::binary_search(other.columns.begin(), other.columns.end(), j));
  }
}

/// Rows that some maximum matching leaves out are the rows of the overdetermined part, and columns likewise.
TEST(DulmageMendelsohn, RandomGraphsAgainstBruteForce) {
  for (unsigned seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    int32_t numRows = int32_t(random() % 8), numColumns = int32_t(1 + random() % 7);
    std::vector<Numbers> rows(static_cast<size_t>(numRows)), columns(static_cast<size_t>(numColumns));
    for (int32_t i = 0; i < numRows; ++i)
      for (int32_t j = 0; j < numColumns; ++j)
        if (random() % 4 == 0) {
          rows[size_t(i)].push_back(j);
          columns[size_t(j)].push_back(i);
        }
    BipartiteGraph graph = graphOf(rows, numColumns);
    Matching matching = maximumMatching(graph);
    expectMatching(graph, matching);
    ASSERT_EQ(matching.size, bruteForce(rows, 0, 0));
    DulmageMendelsohn parts = dulmageMendelsohn(graph, matching);
    Numbers rowsLeftOut, columnsLeftOut;
    for (int32_t i = 0; i < numRows; ++i)
      if (bruteForce(rows, 0, 0, i) == matching.size)
        rowsLeftOut.push_back(i);
    for (int32_t j = 0; j < numColumns; ++j)
      if (bruteForce(columns, 0, 0, j) == matching.size)
        columnsLeftOut.push_back(j);
    Block over = together(parts.over), under = together(parts.under);
    EXPECT_EQ(over.rows, rowsLeftOut);
    EXPECT_EQ(under.columns, columnsLeftOut);
    EXPECT_EQ(int32_t(over.rows.size() - over.columns.size()), numRows - matching.size);
    EXPECT_EQ(int32_t(under.columns.size() - under.rows.size()), numColumns - matching.size);
    expectBlocks(rows, parts.over, true);
    expectBlocks(rows, parts.under, false);
  }
}

TEST(Matching,
     ALongAugmentingPathNeedsNoRecursion) { // the cheap one gives row i column i; the last row needs 0
  constexpr int32_t n = 300000;
  std::vector<Numbers> rows;
  for (int32_t i = 0; i < n; ++i)
    rows.push_back({i, i + 1});
  rows.push_back({0});
  BipartiteGraph graph = graphOf(rows, n + 1);
  Matching matching = maximumMatching(graph);
  EXPECT_EQ(matching.size, n + 1);
  EXPECT_EQ(matching.columnOf[0], 1);
  EXPECT_EQ(matching.columnOf[n - 1], n);
}

} // namespace
} // namespace costate::rt
