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
    double *update = top;
    std::fill_n(update, front.below * front.below, 0.0);
    addChildren(number, update);
    if (!eliminate(front, update))
      return false;
    for (int64_t k = 0; k < front.children; ++k) {
      const Front &child = fronts[waiting.back()];
      top -= child.below * child.below;
      waiting.pop_back();
    }
    if (front.below == 0)
      continue;
    if (top != update)
      std::memmove(top, update, size_t(front.below * front.below) * sizeof(double));
    top += front.below * front.below;
    waiting.push_back(number);
  }
  return true;
}

/// The children's updates lie just below `update`, the last child's on top.
void Ldlt::addChildren(size_t number, double *update) {
  const Front &front = fronts[number];
  int64_t height = front.columns + front.below;
  double *panel = L.data() + front.panel;
  const double *source = update;
  for (int64_t k = 0; k < front.children; ++k) {
    const Front &child = fronts[waiting[waiting.size() - 1 - size_t(k)]];
    const int32_t *into = intoParent.data() + child.rowBegin;
    int64_t size = child.below;
    source -= size * size;
    for (int64_t c = 0; c < size; ++c) {
      int64_t column = into[c];
      bool isPanel = column < front.columns;
      // Rows of the update count from the first row below the panel.
      double *target =
          isPanel ? panel + column * height : update + (column - front.columns) * front.below - front.columns;
      const double *from = source + c * size;
      for (int64_t r = c; r < size; ++r)
        target[into[r]] += from[r];
    }
  }
}

/// Blocks of columns: one column after the other within a block, the rest by a product.
bool Ldlt::eliminate(const Front &front, double *update) {
  constexpr int64_t block = 8;
  int64_t height = front.columns + front.below, k = front.columns;
  double *P = L.data() + front.panel, *U = unscaled.data();
  for (int64_t begin = 0; begin < k; begin += block) {
    int64_t end = std::min(k, begin + block);
    for (int64_t j = begin; j < end; ++j) {
      double *column = P + j * height, *copy = U + j * height, d = column[j];
      if (d == 0 || !std::isfinite(d))
        return false;
      D[size_t(front.first + j)] = d;
      positive += d > 0;
      double inverse = 1 / d;
      for (int64_t i = j + 1; i < height; ++i) {
        copy[i] = column[i];
        column[i] *= inverse;
      }
      for (int64_t c = j + 1; c < end; ++c) {
        double factor = copy[c], *other = P + c * height;
        if (factor != 0)
          for (int64_t i = c; i < height; ++i)
            other[i] -= column[i] * factor;
      }
    }
    if (end < k)
      subtractLowerProduct(P + end + end * height, height, P + end + begin * height, height,
                           U + end + begin * height, height, height - end, k - end, end - begin);
  }
  if (front.below > 0)
    subtractLowerProduct(update, front.below, P + k, height, U + k, height, front.below, front.below, k);
  return true;
}

void Ldlt::solve(double *b) {
  double *x = permutedB.data();
  for (int64_t i = 0; i < n; ++i)
    x[newOfOld[size_t(i)]] = b[i];
  for (const Front &front : fronts) {
    int64_t height = front.columns + front.below;
    const int32_t *rows = rowIndex.data() + front.rowBegin;
    for (int64_t j = 0; j < front.columns; ++j) {
      const double *column = L.data() + front.panel + j * height;
      double xj = x[front.first + j], *own = x + front.first;
      for (int64_t i = j + 1; i < front.columns; ++i)
        own[i] -= column[i] * xj;
      for (int64_t i = front.columns; i < height; ++i)
        x[rows[i - front.columns]] -= column[i] * xj;
    }
  }
  for (int64_t i = 0; i < n; ++i)
    x[i] /= D[size_t(i)];
  for (size_t number = fronts.size(); number-- > 0;) {
    const Front &front = fronts[number];
    int64_t height = front.columns + front.below;
    const int32_t *rows = rowIndex.data() + front.rowBegin;
    for (int64_t j = front.columns; j-- > 0;) {
      const double *column = L.data() + front.panel + j * height, *own = x + front.first;
      double sum = own[j];
      for (int64_t i = j + 1; i < front.columns; ++i)
        sum -= column[i] * own[i];
      for (int64_t i = front.columns; i < height; ++i)
        sum -= column[i] * x[rows[i - front.columns]];
      x[front.first + j] = sum;
    }
  }
  for (int64_t i = 0; i < n; ++i)
    b[i] = x[newOfOld[size_t(i)]];
}

} // namespace costate::rt
