// Colorings and the entries that they leave readable: matrices of random patterns out of their products.
#include "runtime/problem/Sweeps.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

using namespace costate::rt;

namespace {

std::vector<int32_t> namesUpTo(int64_t count) {
  std::vector<int32_t> names(static_cast<size_t>(count));
  std::iota(names.begin(), names.end(), 0);
  return names;
}

ReadSets setsOf(std::vector<std::vector<int32_t>> lists, int64_t numbers) {
  ReadSets sets;
  for (auto &list : lists)
    sets.add(list, namesUpTo(numbers));
  return sets;
}

/// The pattern of a symmetric matrix, with its diagonal.
ReadSets symmetricOf(const std::vector<std::pair<int32_t, int32_t>> &edges, int32_t size) {
  std::vector<std::vector<int32_t>> lists(static_cast<size_t>(size));
  for (int32_t k = 0; k < size; ++k)
    lists[size_t(k)].push_back(k);
  for (auto [i, j] : edges)
    lists[size_t(i)].push_back(j), lists[size_t(j)].push_back(i);
  for (auto &list : lists) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  return setsOf(lists, size);
}

double entryOf(int64_t i, int64_t j) { return 1 + 0.37 * double(i) + 11.3 * double(j); }

/// J out of its products, entries row by row.
void expectReadable(const ReadSets &rows, int64_t columns, const Sweeps &sweeps, bool isForward) {
  std::vector<double> expected, found(size_t(rows.size()), -1);
  for (int64_t i = 0; i < rows.count(); ++i)
    for (int32_t j : rows[i])
      expected.push_back(entryOf(i, j));
  for (int32_t color = 0; color < sweeps.count(); ++color) {
    std::vector<double> taken(size_t(isForward ? columns : rows.count()), 0),
        product(size_t(isForward ? rows.count() : columns), 0);
    for (int32_t k : sweeps.numbers(color))
      taken[size_t(k)] = 1;
    for (int64_t i = 0; i < rows.count(); ++i)
      for (int32_t j : rows[i])
        product[size_t(isForward ? i : j)] += entryOf(i, j) * taken[size_t(isForward ? j : i)];
    for (auto [entry, place] : sweeps.entries(color))
      found[size_t(entry)] = product[size_t(place)];
  }
  EXPECT_EQ(found, expected);
}

void expectReadable(const ReadSets &neighbors, const Sweeps &sweeps) {
  auto entry = [](int64_t i, int64_t j) { return entryOf(std::max(i, j), std::min(i, j)); };
  std::vector<double> expected;
  for (int64_t j = 0; j < neighbors.count(); ++j)
    for (int32_t i : neighbors[j])
      if (i >= j)
        expected.push_back(entry(i, j));
  std::vector<double> found(expected.size(), -1);
  for (int32_t color = 0; color < sweeps.count(); ++color) {
    std::vector<double> taken(size_t(neighbors.count()), 0), product(taken);
    for (int32_t k : sweeps.numbers(color))
      taken[size_t(k)] = 1;
    for (int64_t j = 0; j < neighbors.count(); ++j)
      for (int32_t i : neighbors[j])
        product[size_t(i)] += entry(i, j) * taken[size_t(j)];
    for (auto [number, place] : sweeps.entries(color))
      found[size_t(number)] = product[size_t(place)];
  }
  EXPECT_EQ(found, expected);
}

TEST(Coloring, diagonalTakesOneProduct) {
  ReadSets rows = setsOf({{0}, {1}, {2}, {3}}, 4);
  Coloring colors = colorColumns(rows, 4);
  EXPECT_EQ(colors.count, 1);
  expectReadable(rows, 4, Sweeps::forward(rows, colors), true);
}

TEST(Coloring, bandTakesItsWidth) {
  ReadSets rows = setsOf({{0, 1, 2}, {1, 2, 3}, {2, 3, 4}, {3, 4, 5}}, 6);
  EXPECT_EQ(colorColumns(rows, 6).count, 3);
}

/// All columns meet in a row, but rows meet in few columns.
TEST(Coloring, fullRowTakesAllColumns) {
  ReadSets rows = setsOf({{0, 1, 2, 3, 4}, {0}}, 5);
  EXPECT_EQ(colorColumns(rows, 5).count, 5);
  EXPECT_EQ(colorColumns(rows.transposed(5), 2).count, 2);
}

/// Each variable beside one that all share: by plain coloring of columns, as many products as variables.
TEST(Coloring, arrowTakesTwoProducts) {
  std::vector<std::pair<int32_t, int32_t>> edges;
  for (int32_t k = 0; k < 9; ++k)
    edges.push_back({k, 9});
  ReadSets arrow = symmetricOf(edges, 10);
  Coloring colors = colorSymmetric(arrow);
  EXPECT_EQ(colors.count, 2);
  EXPECT_EQ(colorColumns(arrow, 10).count, 10);
  expectReadable(arrow, Sweeps::symmetric(arrow, colors));
}

/// A path: x1 x2, x2 x3, ...; two colors in turn would leave h12 and h23 in one product.
TEST(Coloring, pathTakesThreeProducts) {
  std::vector<std::pair<int32_t, int32_t>> edges;
  for (int32_t k = 0; k + 1 < 50; ++k)
    edges.push_back({k, k + 1});
  ReadSets path = symmetricOf(edges, 50);
  Coloring colors = colorSymmetric(path);
  EXPECT_EQ(colors.count, 3);
  expectReadable(path, Sweeps::symmetric(path, colors));
}

TEST(Coloring, denseTakesAll) {
  std::vector<std::pair<int32_t, int32_t>> edges;
  for (int32_t i = 0; i < 6; ++i)
    for (int32_t j = 0; j < i; ++j)
      edges.push_back({i, j});
  ReadSets dense = symmetricOf(edges, 6);
  EXPECT_EQ(colorSymmetric(dense).count, 6);
  expectReadable(dense, Sweeps::symmetric(dense, colorSymmetric(dense)));
}

TEST(Coloring, nothing) {
  EXPECT_EQ(colorColumns(ReadSets(), 0).count, 0);
  EXPECT_EQ(colorSymmetric(ReadSets()).count, 0);
  EXPECT_EQ(Sweeps::symmetric(ReadSets(), colorSymmetric(ReadSets())).count(), 0);
}

TEST(Coloring, randomMatrices) {
  std::mt19937 random(20261130);
  auto below = [&](int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random); };
  for (int round = 0; round < 200; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    int numRows = 1 + below(30), numColumns = 1 + below(30), most = 1 + below(6);
    std::vector<std::vector<int32_t>> lists(static_cast<size_t>(numRows));
    for (auto &list : lists) {
      for (int k = below(most + 1); k > 0; --k)
        list.push_back(below(numColumns));
      std::sort(list.begin(), list.end());
      list.erase(std::unique(list.begin(), list.end()), list.end());
    }
    ReadSets rows = setsOf(lists, numColumns);
    expectReadable(rows, numColumns, Sweeps::forward(rows, colorColumns(rows, numColumns)), true);
    Coloring byRow = colorColumns(rows.transposed(numColumns), numRows);
    expectReadable(rows, numColumns, Sweeps::reverse(rows, byRow), false);
    std::vector<std::pair<int32_t, int32_t>> edges;
    for (int k = below(3 * numColumns); k > 0; --k)
      edges.push_back({below(numColumns), below(numColumns)});
    ReadSets symmetric = symmetricOf(edges, numColumns);
    expectReadable(symmetric, Sweeps::symmetric(symmetric, colorSymmetric(symmetric)));
  }
}

TEST(ReadSets, repeatedSetsCountOnce) {
  ReadSets sets = setsOf({{1, 2}, {0}, {1, 2}, {1}, {0}}, 3);
  sets.removeRepeated();
  ASSERT_EQ(sets.count(), 3);
  EXPECT_EQ(sets.size(), 4);
}

} // namespace
