#include "runtime/problem/Coloring.h"

#include <algorithm>
#include <numeric>

namespace costate::rt {
namespace {

constexpr int64_t mostSteps = 500'000'000; // about a second

Coloring allDifferent(int64_t columns) {
  Coloring result{std::vector<int32_t>(size_t(columns), 0), int32_t(columns)};
  std::iota(result.colors.begin(), result.colors.end(), 0);
  return result;
}

/// The least color that is not marked.
class Marks {
public:
  explicit Marks(int64_t columns) : marks(size_t(columns) + 1, -1) {}
  void begin(int32_t column) { now = column; }
  void forbid(int32_t color) { marks[size_t(color)] = now; }
  int32_t least() const {
    int32_t color = 0;
    while (marks[size_t(color)] == now)
      ++color;
    return color;
  }

private:
  std::vector<int32_t> marks; // the column that each color was forbidden to last
  int32_t now = -1;
};

int64_t sumOfSquares(const ReadSets &rows) {
  int64_t sum = 0;
  for (int64_t i = 0; i < rows.count(); ++i)
    sum += int64_t(rows[i].size() * rows[i].size());
  return sum;
}

bool hasFullRow(const ReadSets &rows, int64_t columns) {
  for (int64_t i = 0; i < rows.count(); ++i)
    if (int64_t(rows[i].size()) == columns)
      return true;
  return false;
}

} // namespace

Coloring colorColumns(const ReadSets &rows, int64_t columns) {
  if (hasFullRow(rows, columns) || sumOfSquares(rows) > mostSteps)
    return allDifferent(columns);
  ReadSets rowsOf = rows.transposed(columns);
  Coloring result{std::vector<int32_t>(size_t(columns), -1), 0};
  Marks marks(columns);
  for (int32_t j = 0; j < columns; ++j) {
    marks.begin(j);
    for (int32_t i : rowsOf[j])
      for (int32_t k : rows[i])
        if (int32_t color = result.colors[size_t(k)]; color >= 0)
          marks.forbid(color);
    result.colors[size_t(j)] = marks.least();
    result.count = std::max(result.count, result.colors[size_t(j)] + 1);
  }
  return result;
}

namespace {

class StarColoring {
public:
  explicit StarColoring(const ReadSets &neighbors)
      : neighbors(neighbors),
        marks(neighbors.count()), result{std::vector<int32_t>(size_t(neighbors.count()), -1), 0} {}

  Coloring run() {
    std::vector<int32_t> order(result.colors.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](int32_t a, int32_t b) { return neighbors[a].size() > neighbors[b].size(); });
    for (int32_t v : order) {
      marks.begin(v);
      for (int32_t w : neighbors[v])
        forbidBy(v, w);
      result.colors[size_t(v)] = marks.least();
      result.count = std::max(result.count, color(v) + 1);
      if (steps > mostSteps)
        return allDifferent(neighbors.count());
    }
    return std::move(result);
  }

private:
  int32_t color(int32_t v) const { return result.colors[size_t(v)]; }

  void forbidBy(int32_t v, int32_t w) {
    if (w == v)
      return;
    if (color(w) >= 0)
      marks.forbid(color(w));
    for (int32_t x : neighbors[w]) {
      ++steps;
      if (x != v && x != w && color(x) >= 0 && (color(w) < 0 || hasOther(x, w)))
        marks.forbid(color(x));
    }
  }

  /// Whether x has another neighbor of the color of w.
  bool hasOther(int32_t x, int32_t w) {
    for (int32_t y : neighbors[x]) {
      ++steps;
      if (y != w && color(y) == color(w))
        return true;
    }
    return false;
  }

  const ReadSets &neighbors;
  Marks marks;
  Coloring result;
  int64_t steps = 0;
};

} // namespace

Coloring colorSymmetric(const ReadSets &neighbors) {
  bool isFull = neighbors.size() == neighbors.count() * neighbors.count();
  return isFull ? allDifferent(neighbors.count()) : StarColoring(neighbors).run();
}

} // namespace costate::rt
