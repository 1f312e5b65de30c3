// Numeric part: fronts are assembled from the matrix and their children, then eliminated as dense blocks.
#include "runtime/linalg/Ldlt.h"
#include "runtime/linalg/DenseKernels.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

namespace costate::rt {

void Ldlt::assemble(const double *values) {
  std::fill(L.begin(), L.end(), 0.0);
  for (size_t p = 0; p < slots.size(); ++p)
    L[size_t(slots[p])] += values[p];
}

bool Ldlt::factorize(const double *values) {
  assemble(values);
  positive = 0;
  waiting.clear();
  double *top = stack.data();
  for (size_t number = 0; number < fronts.size(); ++number) {
    const Front &front = fronts[number];
    if (front.arrival == Arrival::AddsInStrips) {
      if (!eliminateInto(front, top - fronts[size_t(front.parent)].updateSize(), top))
        return false;
      continue;
    }
    if (!front.isBegun)
      top = begin(front, top);
    double *update = top - front.updateSize();
    if (!(front.isBundle ? eliminateBundle(front, update) : eliminate(front, update)))
      return false;
    if (front.below > 0)
      top = deliver(number, top);
  }
  return true;
}

/// Passes on the update on top of the stack; the new top.
double *Ldlt::deliver(size_t number, double *top) {
  const Front &front = fronts[number];
  double *update = top - front.updateSize();
  if (front.arrival == Arrival::Adds) {
    addToParent(front, update, front.below, 0, front.below,
                update - fronts[size_t(front.parent)].updateSize());
    return update;
  }
  waiting.push_back(number);
  return front.arrival == Arrival::Begins ? begin(fronts[size_t(front.parent)], top) : top;
}

/// The update of a front, in place of those on top of the stack that wait for it, as their sum; the new top.
/// What is smaller makes room for the other.
double *Ldlt::begin(const Front &front, double *top) {
  int64_t size = front.updateSize(), waits = 0;
  for (int32_t k = 1; k <= front.waiting; ++k)
    waits += fronts[waiting[waiting.size() - size_t(k)]].updateSize();
  double *place = top - waits, *update = waits < size ? place : top,
         *source = waits < size ? top + size : top;
  if (waits < size && waits > 0)
    std::memmove(place + size, place, size_t(waits) * sizeof(double));
  std::fill_n(update, size, 0.0);
  for (int32_t k = 0; k < front.waiting; ++k) {
    const Front &child = fronts[waiting.back()];
    source -= child.updateSize();
    addToParent(child, source, child.below, 0, child.below, update);
    waiting.pop_back();
  }
  if (place != update)
    std::memmove(place, update, size_t(size) * sizeof(double));
  return place + size;
}

/// Adds columns from .. to-1 of the update of a child, which lie by columns with distance lds and begin with
/// row `from`, to the panel and the `update` of its parent.
void Ldlt::addToParent(const Front &child, const double *source, int64_t lds, int64_t from, int64_t to,
                       double *update) {
  const Front &front = fronts[size_t(child.parent)];
  const int32_t *into = intoParent.data() + child.rowBegin;
  double *panel = L.data() + front.panel;
  for (int64_t c = from; c < to; ++c) {
    int64_t column = into[c];
    // Rows of the update count from the first row below the panel.
    double *target = column < front.columns ? panel + column * front.height()
                                            : update + (column - front.columns) * front.below - front.columns;
    const double *entries = source + (c - from) * lds;
    for (int64_t r = c; r < child.below; ++r)
      target[into[r]] += entries[r - from];
  }
}

/// Of a front of one panel that nothing waits for: its update in strips at `strip`, each added to the
/// parent's.
bool Ldlt::eliminateInto(const Front &front, double *update, double *strip) {
  int64_t height = front.height(), k = front.columns;
  double *P = L.data() + front.panel, *U = unscaled.data();
  if (!eliminatePanel(front.first, P, height, height, k))
    return false;
  for (int64_t from = 0; from < front.below; from += stripColumns) {
    int64_t to = std::min(front.below, from + stripColumns), rows = front.below - from;
    std::fill_n(strip, rows * (to - from), 0.0);
    subtractLowerProduct(strip, rows, P + k + from, height, U + k + from, height, rows, to - from, k);
    addToParent(front, strip, rows, from, to, update);
  }
  return true;
}

bool Ldlt::takePivot(int64_t column, double d) {
  D[size_t(column)] = d;
  positive += d > 0;
  return d != 0 && std::isfinite(d);
}

/// Panels of columns, behind which all the rest follows by one product.
bool Ldlt::eliminate(const Front &front, double *update) {
  int64_t height = front.height(), k = front.columns;
  double *P = L.data() + front.panel;
  for (int64_t begin = 0; begin < k; begin += panelColumns) {
    int64_t end = std::min(k, begin + panelColumns);
    double *panel = P + begin * height + begin;
    if (!eliminatePanel(front.first + begin, panel, height, height - begin, end - begin))
      return false;
    int64_t width = end - begin;
    if (end < k)
      subtractLowerProduct(P + end + end * height, height, panel + width, height, unscaled.data() + width,
                           height - begin, height - end, k - end, width);
    if (front.below > 0)
      subtractLowerProduct(update, front.below, panel + k - begin, height, unscaled.data() + k - begin,
                           height - begin, front.below, front.below, width);
  }
  return true;
}

/// P [rows, columns] by columns with distance ldp, its diagonal first; L D goes to `unscaled`, with distance
/// `rows`. Blocks of columns: one column after the other within a block, the rest of the panel by a product.
bool Ldlt::eliminatePanel(int64_t first, double *P, int64_t ldp, int64_t rows, int64_t columns) {
  constexpr int64_t block = 8;
  double *U = unscaled.data();
  for (int64_t begin = 0; begin < columns; begin += block) {
    int64_t end = std::min(columns, begin + block);
    for (int64_t j = begin; j < end; ++j) {
      double *column = P + j * ldp, *copy = U + j * rows;
      if (!takePivot(first + j, column[j]))
        return false;
      double inverse = 1 / column[j];
      for (int64_t i = j + 1; i < rows; ++i) {
        copy[i] = column[i];
        column[i] *= inverse;
      }
      for (int64_t c = j + 1; c < end; ++c) {
        double factor = copy[c], *other = P + c * ldp;
        if (factor != 0)
          for (int64_t i = c; i < rows; ++i)
            other[i] -= column[i] * factor;
      }
    }
    if (end < columns)
      subtractLowerProduct(P + end + end * ldp, ldp, P + end + begin * ldp, ldp, U + end + begin * rows, rows,
                           rows - end, columns - end, end - begin);
  }
  return true;
}

/// Columns that do not touch each other leave by products alone.
bool Ldlt::eliminateBundle(const Front &front, double *update) {
  int64_t height = front.height(), below = front.below;
  for (int64_t begin = 0; begin < front.columns; begin += panelColumns) {
    int64_t end = std::min(front.columns, begin + panelColumns);
    double *P = L.data() + front.panel + begin * height, *U = unscaled.data();
    for (int64_t j = begin; j < end; ++j) {
      double *column = P + (j - begin) * height, *copy = U + (j - begin) * below;
      if (!takePivot(front.first + j, column[0]))
        return false;
      double inverse = 1 / column[0];
      for (int64_t i = 0; i < below; ++i) {
        copy[i] = column[1 + i];
        column[1 + i] *= inverse;
      }
    }
    subtractLowerProduct(update, below, P + 1, height, U, below, below, below, end - begin);
  }
  return true;
}

void Ldlt::solve(double *b) {
  double *x = permutedB.data();
  for (int64_t i = 0; i < n; ++i)
    x[newOfOld[size_t(i)]] = b[i];
  for (const Front &front : fronts) {
    int64_t height = front.height(), own = front.own();
    const int32_t *rows = rowIndex.data() + front.rowBegin;
    for (int64_t j = 0; j < front.columns; ++j) {
      const double *column = L.data() + front.panel + j * height;
      double xj = x[front.first + j];
      for (int64_t i = j + 1; i < own; ++i)
        x[front.first + i] -= column[i] * xj;
      for (int64_t i = 0; i < front.below; ++i)
        x[rows[i]] -= column[own + i] * xj;
    }
  }
  for (int64_t i = 0; i < n; ++i)
    x[i] /= D[size_t(i)];
  for (size_t number = fronts.size(); number-- > 0;) {
    const Front &front = fronts[number];
    int64_t height = front.height(), own = front.own();
    const int32_t *rows = rowIndex.data() + front.rowBegin;
    for (int64_t j = front.columns; j-- > 0;) {
      const double *column = L.data() + front.panel + j * height;
      double sum = x[front.first + j];
      for (int64_t i = j + 1; i < own; ++i)
        sum -= column[i] * x[front.first + i];
      for (int64_t i = 0; i < front.below; ++i)
        sum -= column[own + i] * x[rows[i]];
      x[front.first + j] = sum;
    }
  }
  for (int64_t i = 0; i < n; ++i)
    b[i] = x[newOfOld[size_t(i)]];
}

} // namespace costate::rt
