// Sorting, running sums, search and interpolation.
#include "runtime/numeric/Operation.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace costate::rt {
namespace {

/// Ascending; NaN is greater than all numbers and equal to itself.
bool precedes(double a, double b) { return a < b || (std::isnan(b) && !std::isnan(a)); }
bool precedes(int64_t a, int64_t b) { return a < b; }

template <typename T> void sort(std::span<const T> x, std::span<T> y) {
  std::copy(x.begin(), x.end(), y.begin());
  std::stable_sort(y.begin(), y.end(), [](T a, T b) { return precedes(a, b); });
}

template <typename T> void argsort(std::span<const T> x, std::span<int64_t> order) {
  struct Entry {
    T value;
    int64_t position;
  };
  std::vector<Entry> entries(x.size());
  for (size_t i = 0; i < x.size(); ++i)
    entries[i] = {x[i], int64_t(i)};
  std::sort(entries.begin(), entries.end(), [](const Entry &a, const Entry &b) {
    return precedes(a.value, b.value) || (!precedes(b.value, a.value) && a.position < b.position);
  });
  std::transform(entries.begin(), entries.end(), order.begin(), [](const Entry &e) { return e.position; });
}

enum class Ascent { weak, strict };

/// False, with a failure, where x does not ascend.
bool isAscending(std::span<const double> x, Ascent ascent, Operation &call) {
  for (size_t i = 0; i < x.size(); ++i) {
    bool isFine = i == 0                   ? ascent == Ascent::weak || !std::isnan(x[0])
                  : ascent == Ascent::weak ? !precedes(x[i], x[i - 1])
                                           : x[i - 1] < x[i];
    if (isFine)
      continue;
    call.fail(COSTATE_BAD_ARGUMENT, {double(i) + 1, x[i]}, "entry {} is {}, but entries have to {}", i + 1,
              i == 0 ? fmt::format("{}", printable(x[i]))
                     : fmt::format("{} after {}", printable(x[i]), printable(x[i - 1])),
              ascent == Ascent::weak ? "ascend or stay" : "ascend");
    return false;
  }
  return true;
}

/// On the line through the points around x; constant before the first and after the last one.
double interpolate(std::span<const double> xs, std::span<const double> ys, double x) {
  if (std::isnan(x))
    return x;
  size_t above = size_t(std::upper_bound(xs.begin(), xs.end(), x) - xs.begin());
  if (above == 0)
    return ys.front();
  if (above == xs.size())
    return ys.back();
  double x0 = xs[above - 1], x1 = xs[above], weight = (x - x0) / (x1 - x0);
  return (1 - weight) * ys[above - 1] + weight * ys[above];
}

/// For every value the number of entries before its bound.
template <typename Bound>
void search(void *const *arrays, const int64_t *sizes, costate_failure *failure, Bound bound) {
  Operation call(arrays, sizes, failure);
  auto x = call.reals(1), values = call.reals(1);
  auto counts = call.integerResults(1);
  call.run([&] {
    if (isAscending(x, Ascent::weak, call))
      std::transform(values.begin(), values.end(), counts.begin(),
                     [&](double value) { return bound(x, value) - x.begin(); });
  });
}

bool less(double a, double b) { return precedes(a, b); }

} // namespace
} // namespace costate::rt

using namespace costate::rt;

extern "C" {

void costate_sort(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto x = call.reals(1);
  auto y = call.realResults(1);
  call.run([&] { sort(x, y); });
}

void costate_sort_integers(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto x = call.integers(1);
  auto y = call.integerResults(1);
  call.run([&] { sort(x, y); });
}

void costate_argsort(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto x = call.reals(1);
  auto order = call.integerResults(1);
  call.run([&] { argsort(x, order); });
}

void costate_argsort_integers(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto x = call.integers(1);
  auto order = call.integerResults(1);
  call.run([&] { argsort(x, order); });
}

void costate_cumsum(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto x = call.reals(1);
  auto y = call.realResults(1);
  std::partial_sum(x.begin(), x.end(), y.begin());
}

void costate_searchsorted(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  search(arrays, sizes, failure,
         [](auto x, double value) { return std::lower_bound(x.begin(), x.end(), value, less); });
}

void costate_searchsorted_right(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  search(arrays, sizes, failure,
         [](auto x, double value) { return std::upper_bound(x.begin(), x.end(), value, less); });
}

void costate_interp(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto at = call.reals(1), xs = call.reals(1), ys = call.reals(1);
  auto values = call.realResults(1);
  call.run([&] {
    if (xs.empty())
      call.fail(COSTATE_BAD_ARGUMENT, {0}, "there are no points to interpolate between");
    else if (isAscending(xs, Ascent::strict, call))
      std::transform(at.begin(), at.end(), values.begin(), [&](double x) { return interpolate(xs, ys, x); });
  });
}
}
