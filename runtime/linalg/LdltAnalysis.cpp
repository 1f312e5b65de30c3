// Symbolic part: the order, the fronts with their rows, and where every entry of the matrix goes.
#include "runtime/linalg/EliminationOrder.h"
#include "runtime/linalg/EliminationTree.h"
#include "runtime/linalg/Ldlt.h"
#include "runtime/linalg/LeafBundles.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace costate::rt {
namespace {

/// Columns that share their rows exactly, and bundles, as [begin, end) by `ends`.
std::vector<int64_t> fundamentalEnds(const std::vector<int64_t> &parent, const std::vector<int64_t> &count,
                                     const std::vector<int64_t> &bundleEnd) {
  std::vector<int64_t> ends;
  int64_t n = int64_t(parent.size());
  for (int64_t j = 0; j < n; ++j) {
    if (bundleEnd[size_t(j)] > 0) {
      ends.push_back(bundleEnd[size_t(j)]);
      j = ends.back() - 1;
      continue;
    }
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

/// Joins a front with its parent where the parent's columns follow; the columns of a bundle then store zeros
/// for each other.
std::vector<int64_t> joinedEnds(const std::vector<int64_t> &ends, const std::vector<int64_t> &parent,
                                const std::vector<int64_t> &count, const std::vector<int64_t> &bundleEnd) {
  std::vector<Run> runs;
  int64_t begin = 0;
  for (int64_t end : ends) {
    int64_t others = bundleEnd[size_t(begin)] > 0 ? end - begin - 1 : 0;
    runs.push_back({begin, end, others * (others + 1) / 2, others + count[size_t(begin)]});
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

FactorsTooLarge::FactorsTooLarge(int64_t order, int64_t bytes)
    : text(fmt::format("the factors of a matrix of order {} take {:.3g} MB", order, double(bytes) / 1e6)) {}

void Ldlt::analyze(int64_t order, const std::vector<int64_t> &starts, const std::vector<int32_t> &rows) {
  n = order;
  chooseOrder(starts, rows);
  formFronts(permuted(starts, rows));
  placeEntries(starts, rows);
  placeRowsInParents();
  planStack();
}

Ldlt::Structure Ldlt::permuted(const std::vector<int64_t> &starts, const std::vector<int32_t> &rows) const {
  Structure result{std::vector<int64_t>(size_t(n) + 1, 0), std::vector<int32_t>(rows.size())};
  auto visit = [&](auto &&take) {
    for (int64_t j = 0; j < n; ++j)
      for (int64_t p = starts[size_t(j)]; p < starts[size_t(j) + 1]; ++p) {
        int32_t a = newOfOld[size_t(j)], b = newOfOld[size_t(rows[size_t(p)])];
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

/// A postorder of the tree, in which bundles are consecutive.
void Ldlt::chooseOrder(const std::vector<int64_t> &starts, const std::vector<int32_t> &rows) {
  newOfOld = eliminationOrder(n, starts, rows);
  Structure first = permuted(starts, rows);
  std::vector<int64_t> parent = eliminationTree(first.starts, first.rows);
  Bundles bundles = leafBundles(first.starts, first.rows, parent);
  std::vector<int64_t> order = postorder(parent, bundles.columns);
  std::vector<int32_t> position(static_cast<size_t>(n));
  for (size_t k = 0; k < order.size(); ++k)
    position[size_t(order[k])] = int32_t(k);
  for (int32_t &k : newOfOld)
    k = position[size_t(k)];
  bundleEnd.assign(size_t(n), 0);
  for (size_t k = 0; k + 1 < bundles.starts.size(); ++k) {
    int64_t begin = position[size_t(bundles.columns[size_t(bundles.starts[k])])];
    bundleEnd[size_t(begin)] = begin + bundles.starts[k + 1] - bundles.starts[k];
  }
}

void Ldlt::formFronts(const Structure &lower) {
  std::vector<int64_t> parent = eliminationTree(lower.starts, lower.rows);
  std::vector<int64_t> count = columnCounts(lower.starts, lower.rows, parent);
  std::vector<int64_t> ends = joinedEnds(fundamentalEnds(parent, count, bundleEnd), parent, count, bundleEnd);
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
    bool isBundle = bundleEnd[size_t(first)] == end;
    fronts.push_back({first, columns, below, rowBegin, panel, -1, int32_t(children[number].size()), 0,
                      isBundle, false, Arrival::Waits});
    std::fill(frontOf.begin() + first, frontOf.begin() + end, int64_t(number));
    if (below > 0) {
      auto above =
          std::upper_bound(ends.begin(), ends.end(), int64_t(rowIndex[size_t(rowBegin)])) - ends.begin();
      fronts.back().parent = above;
      children[size_t(above)].push_back(number);
    }
    panel += fronts.back().height() * columns;
    first = end;
  }
}

void Ldlt::placeEntries(const std::vector<int64_t> &starts, const std::vector<int32_t> &rows) {
  slots.resize(rows.size());
  for (int64_t j = 0; j < n; ++j)
    for (int64_t p = starts[size_t(j)]; p < starts[size_t(j) + 1]; ++p) {
      int32_t a = newOfOld[size_t(j)], b = newOfOld[size_t(rows[size_t(p)])];
      int64_t column = std::min(a, b), row = std::max(a, b);
      const Front &front = fronts[size_t(frontOf[size_t(column)])];
      auto begin = rowIndex.begin() + front.rowBegin;
      int64_t position = row < front.first + front.columns
                             ? (front.isBundle ? 0 : row - front.first)
                             : front.own() + (std::lower_bound(begin, begin + front.below, row) - begin);
      slots[size_t(p)] = front.panel + (column - front.first) * front.height() + position;
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

/// When updates go to their parents, and the largest sum of those that lie on the stack at one time, found by
/// going through the motions of factorize(). The update of a parent is begun as soon as those that wait for
/// it take as much memory as it does: never more in all than if all of them waited. Small ones may.
void Ldlt::planStack() {
  constexpr int64_t small = 4096;
  int64_t size = 0, most = 0, widest = 0;
  std::vector<int64_t> waitingSize(fronts.size(), 0);
  auto begin = [&](const Front &front, int64_t waits) {
    most = std::max(most, size + front.updateSize());
    size += front.updateSize() - waits;
  };
  for (size_t number = 0; number < fronts.size(); ++number) {
    Front &front = fronts[number];
    widest = std::max(widest, front.height() * std::min(front.columns, panelColumns));
    bool adds = front.parent >= 0 && fronts[size_t(front.parent)].isBegun;
    if (adds && front.children == 0 && !front.isBundle && front.columns <= panelColumns) {
      front.arrival = Arrival::AddsInStrips;
      most = std::max(most, size + front.below * stripColumns);
      continue;
    }
    if (!front.isBegun)
      begin(front, waitingSize[number]);
    if (front.below == 0)
      continue;
    Front &parent = fronts[size_t(front.parent)];
    int64_t &waits = waitingSize[size_t(front.parent)];
    if (adds) {
      front.arrival = Arrival::Adds;
      size -= front.updateSize();
      continue;
    }
    ++parent.waiting;
    waits += front.updateSize();
    if (parent.waiting < parent.children && waits >= std::max(small, parent.updateSize())) {
      front.arrival = Arrival::Begins;
      parent.isBegun = true;
      begin(parent, waits);
    }
  }
  reserve(most, widest);
}

/// All that holds numbers.
void Ldlt::reserve(int64_t stackSize, int64_t widest) {
  int64_t panels = fronts.empty() ? 0 : fronts.back().panel + fronts.back().height() * fronts.back().columns;
  try {
    L.assign(size_t(panels), 0), D.assign(size_t(n), 0), permutedB.assign(size_t(n), 0);
    stack.assign(size_t(stackSize), 0), unscaled.assign(size_t(widest), 0);
  } catch (const std::bad_alloc &) {
    throw FactorsTooLarge(n, (panels + 2 * n + stackSize + widest) * int64_t(sizeof(double)));
  }
  waiting.reserve(fronts.size());
}

} // namespace costate::rt
