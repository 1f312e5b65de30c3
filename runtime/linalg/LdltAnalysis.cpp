// Symbolic part: the order, the fronts with their rows, and where every entry of the matrix goes.
#include "runtime/linalg/EliminationTree.h"
#include "runtime/linalg/Ldlt.h"

#include <Eigen/OrderingMethods>
#include <Eigen/SparseCore>

#include <algorithm>
#include <cassert>
#include <numeric>

namespace costate::rt {
namespace {

using IndexMatrix = Eigen::SparseMatrix<double, Eigen::ColMajor, int>;

/// Columns that share their rows exactly, as [begin, end) by `ends`.
std::vector<int64_t> fundamentalEnds(const std::vector<int64_t> &parent, const std::vector<int64_t> &count) {
  std::vector<int64_t> ends;
  int64_t n = int64_t(parent.size());
  for (int64_t j = 0; j < n; ++j) {
    bool continues = j + 1 < n && parent[size_t(j)] == j + 1 && count[size_t(j)] == count[size_t(j) + 1] + 1;
    if (!continues)
      ends.push_back(j + 1);
  }
  return ends;
}

/// A run of columns that will be one front.
struct Run {
  int64_t begin, end, zeros;
  int64_t height; // rows, the columns themselves included
};

/// Joining pays while the zeros it stores are few; the limits grow stricter with the width [CDHR08,
/// section 2.6].
bool pays(const Run &left, const Run &right, int64_t &zeros) {
  int64_t width = left.end - left.begin, total = right.end - left.begin;
  int64_t height = width + right.height;
  zeros = left.zeros + right.zeros + width * (height - left.height);
  double share = double(zeros) / (double(total) * double(height) - 0.5 * double(total) * double(total - 1));
  return total <= 4 || (total <= 16 && share < 0.8) || (total <= 48 && share < 0.1) || share < 0.05;
}

/// Joins a front with its parent where the parent's columns follow.
std::vector<int64_t> joinedEnds(const std::vector<int64_t> &ends, const std::vector<int64_t> &parent,
                                const std::vector<int64_t> &count) {
  std::vector<Run> runs;
  int64_t begin = 0;
  for (int64_t end : ends) {
    runs.push_back({begin, end, 0, count[size_t(begin)]});
    begin = end;
    while (runs.size() > 1) {
      Run &left = runs[runs.size() - 2], &right = runs.back();
      int64_t zeros = 0;
      if (parent[size_t(left.end) - 1] != right.begin || !pays(left, right, zeros))
        break;
      left = {left.begin, right.end, zeros, left.end - left.begin + right.height};
      runs.pop_back();
    }
  }
  std::vector<int64_t> joined;
  for (const Run &run : runs)
    joined.push_back(run.end);
  return joined;
}

} // namespace

void Ldlt::analyze(int64_t order, const std::vector<int64_t> &starts, const std::vector<int32_t> &rows) {
  n = order;
  Structure lower{starts, rows};
  chooseOrder(lower);
  formFronts(permuted(lower));
  placeEntries(lower);
  placeRowsInParents();
  reserveStack();
}

Ldlt::Structure Ldlt::permuted(const Structure &lower) const {
  Structure result{std::vector<int64_t>(size_t(n) + 1, 0), std::vector<int32_t>(lower.rows.size())};
  auto visit = [&](auto &&take) {
    for (int64_t j = 0; j < n; ++j)
      for (int64_t p = lower.starts[size_t(j)]; p < lower.starts[size_t(j) + 1]; ++p) {
        int32_t a = newOfOld[size_t(j)], b = newOfOld[size_t(lower.rows[size_t(p)])];
        take(std::min(a, b), std::max(a, b));
      }
  };
  visit([&](int32_t column, int32_t) { ++result.starts[size_t(column) + 1]; });
  for (size_t j = 0; j < size_t(n); ++j)
    result.starts[j + 1] += result.starts[j];
  std::vector<int64_t> next(result.starts.begin(), result.starts.end() - 1);
  visit([&](int32_t column, int32_t row) { result.rows[size_t(next[size_t(column)]++)] = row; });
  return result;
}

void Ldlt::chooseOrder(const Structure &lower) {
  std::vector<int> starts(lower.starts.begin(), lower.starts.end());
  std::vector<double> ones(lower.rows.size(), 1.0);
  Eigen::Map<const IndexMatrix> matrix(n, n, Eigen::Index(lower.rows.size()), starts.data(),
                                       lower.rows.data(), ones.data());
  Eigen::PermutationMatrix<Eigen::Dynamic, Eigen::Dynamic, int> oldOfNew;
  IndexMatrix copy = matrix;
  Eigen::AMDOrdering<int>()(copy.selfadjointView<Eigen::Lower>(), oldOfNew);
  newOfOld.resize(size_t(n));
  for (int64_t k = 0; k < n; ++k)
    newOfOld[size_t(oldOfNew.indices()[k])] = int32_t(k);
  Structure first = permuted(lower);
  std::vector<int64_t> order = postorder(eliminationTree(first.starts, first.rows));
  std::vector<int32_t> position(static_cast<size_t>(n));
  for (size_t k = 0; k < order.size(); ++k)
    position[size_t(order[k])] = int32_t(k);
  for (int32_t &k : newOfOld)
    k = position[size_t(k)];
}

void Ldlt::formFronts(const Structure &lower) {
  std::vector<int64_t> parent = eliminationTree(lower.starts, lower.rows);
  std::vector<int64_t> count = columnCounts(lower.starts, lower.rows, parent);
  std::vector<int64_t> ends = joinedEnds(fundamentalEnds(parent, count), parent, count);
  fronts.clear(), rowIndex.clear();
  frontOf.assign(size_t(n), 0);
  std::vector<std::vector<size_t>> children(ends.size());
  std::vector<int64_t> seen(size_t(n), -1);
  int64_t first = 0, panel = 0;
  for (size_t number = 0; number < ends.size(); ++number) {
    int64_t end = ends[number], rowBegin = int64_t(rowIndex.size());
    auto add = [&](int32_t row) {
      if (row >= end && seen[size_t(row)] != int64_t(number)) {
        seen[size_t(row)] = int64_t(number);
        rowIndex.push_back(row);
      }
    };
    for (int64_t p = lower.starts[size_t(first)]; p < lower.starts[size_t(end)]; ++p)
      add(lower.rows[size_t(p)]);
    for (size_t child : children[number])
      for (int64_t r = 0; r < fronts[child].below; ++r)
        add(rowIndex[size_t(fronts[child].rowBegin + r)]);
    std::sort(rowIndex.begin() + rowBegin, rowIndex.end());
    int64_t columns = end - first, below = int64_t(rowIndex.size()) - rowBegin;
    fronts.push_back({first, columns, below, rowBegin, panel, -1, int64_t(children[number].size())});
    std::fill(frontOf.begin() + first, frontOf.begin() + end, int64_t(number));
    if (below > 0) {
      auto above =
          std::upper_bound(ends.begin(), ends.end(), int64_t(rowIndex[size_t(rowBegin)])) - ends.begin();
      fronts.back().parent = above;
      children[size_t(above)].push_back(number);
    }
    panel += (columns + below) * columns;
    first = end;
  }
  L.assign(size_t(panel), 0), D.assign(size_t(n), 0), permutedB.assign(size_t(n), 0);
}

void Ldlt::placeEntries(const Structure &lower) {
  slots.resize(lower.rows.size());
  for (int64_t j = 0; j < n; ++j)
    for (int64_t p = lower.starts[size_t(j)]; p < lower.starts[size_t(j) + 1]; ++p) {
      int32_t a = newOfOld[size_t(j)], b = newOfOld[size_t(lower.rows[size_t(p)])];
      int64_t column = std::min(a, b), row = std::max(a, b);
      const Front &front = fronts[size_t(frontOf[size_t(column)])];
      auto begin = rowIndex.begin() + front.rowBegin;
      int64_t position = row < front.first + front.columns
                             ? row - front.first
                             : front.columns + (std::lower_bound(begin, begin + front.below, row) - begin);
      slots[size_t(p)] = front.panel + (column - front.first) * (front.columns + front.below) + position;
    }
}

void Ldlt::placeRowsInParents() {
  intoParent.assign(rowIndex.size(), 0);
  for (const Front &front : fronts) {
    if (front.parent < 0)
      continue;
    const Front &parent = fronts[size_t(front.parent)];
    int64_t at = 0;
    for (int64_t r = front.rowBegin; r < front.rowBegin + front.below; ++r) {
      int64_t row = rowIndex[size_t(r)];
      if (row < parent.first + parent.columns) {
        intoParent[size_t(r)] = int32_t(row - parent.first);
        continue;
      }
      while (rowIndex[size_t(parent.rowBegin + at)] != row)
        ++at;
      intoParent[size_t(r)] = int32_t(parent.columns + at);
    }
  }
}

/// The largest sum of updates that wait at one time, found by going through the motions.
void Ldlt::reserveStack() {
  int64_t size = 0, most = 0, largest = 0;
  std::vector<size_t> open;
  for (size_t number = 0; number < fronts.size(); ++number) {
    const Front &front = fronts[number];
    most = std::max(most, size + front.below * front.below);
    largest = std::max(largest, (front.columns + front.below) * front.columns);
    for (int64_t k = 0; k < front.children; ++k) {
      const Front &child = fronts[open.back()];
      assert(child.parent == int64_t(number) && "fronts are not in postorder");
      size -= child.below * child.below;
      open.pop_back();
    }
    if (front.below == 0)
      continue;
    size += front.below * front.below;
    open.push_back(number);
  }
  stack.assign(size_t(most), 0);
  unscaled.assign(size_t(largest), 0);
  waiting.reserve(fronts.size());
}

} // namespace costate::rt
