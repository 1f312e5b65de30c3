// Breakpoints of a piecewise linear function, and its root.
#include "runtime/solvers/DisjointRows.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

} // namespace

double LinearRow::value(const Vector &x) const {
  double sum = 0;
  for (size_t k = 0; k < cols.size(); ++k)
    sum += a[k] * x[cols[k]];
  return sum;
}

double LinearRow::least(const Vector &lower, const Vector &upper) const {
  double sum = 0;
  for (size_t k = 0; k < cols.size(); ++k)
    sum += a[k] * (a[k] > 0 ? lower : upper)[cols[k]];
  return sum;
}

double LinearRow::largest(const Vector &lower, const Vector &upper) const {
  double sum = 0;
  for (size_t k = 0; k < cols.size(); ++k)
    sum += a[k] * (a[k] > 0 ? upper : lower)[cols[k]];
  return sum;
}

/// a z with  z = x - tau a w  on the bounds: constant until tau is `first`, linear, constant from `last` on.
struct LinearRow::Entry {
  double a, x, w, lower, upper;

  double moved(double tau) const { return std::clamp(x - tau * a * w, lower, upper); }
  double start() const { return a > 0 ? upper : lower; }
  double end() const { return a > 0 ? lower : upper; }
  double first() const { return (x - start()) / (a * w); }
  double last() const { return (x - end()) / (a * w); }
};

std::vector<LinearRow::Entry> LinearRow::entriesAt(const Vector &x, const Vector &lower, const Vector &upper,
                                                   const Vector &w) const {
  std::vector<Entry> entries;
  for (size_t k = 0; k < cols.size(); ++k) {
    int32_t j = cols[k];
    entries.push_back({a[k], x[j], w.size() ? w[j] : 1, lower[j], upper[j]});
  }
  return entries;
}

/// Falls, or stays, as tau grows.
double LinearRow::valueAt(const std::vector<Entry> &entries, double tau) {
  double sum = 0;
  for (const Entry &e : entries)
    sum += e.a * e.moved(tau);
  return sum;
}

/// Between two breakpoints the root is that of a line through the entries that are off their bounds.
double LinearRow::solveFor(double target, const std::vector<Entry> &entries) {
  std::vector<double> breaks;
  for (const Entry &e : entries)
    for (double tau : {e.first(), e.last()})
      if (std::isfinite(tau))
        breaks.push_back(tau);
  std::sort(breaks.begin(), breaks.end());
  auto after = std::partition_point(breaks.begin(), breaks.end(),
                                    [&](double tau) { return valueAt(entries, tau) > target; });
  double left = after == breaks.begin() ? -inf : after[-1], right = after == breaks.end() ? inf : *after;
  double sum = 0, squares = 0;
  for (const Entry &e : entries) {
    bool isMoving = e.first() <= left && e.last() >= right && e.first() < e.last();
    sum += e.a * (isMoving ? e.x : e.last() <= left ? e.end() : e.start());
    squares += isMoving ? e.a * e.a * e.w : 0;
  }
  if (squares == 0)
    return std::isfinite(right) ? right : std::isfinite(left) ? left : 0;
  return (sum - target) / squares;
}

void LinearRow::project(Vector &x, const Vector &lower, const Vector &upper, const Vector &w) const {
  constexpr double rounding = 4 * std::numeric_limits<double>::epsilon();
  std::vector<Entry> entries = entriesAt(x, lower, upper, w);
  double present = valueAt(entries, 0), size = 0, tau = 0;
  for (const Entry &e : entries)
    size += rounding * std::abs(e.a * e.moved(0));
  // Solving for less would move entries off their bounds by nothing.
  if (present < low - size)
    tau = solveFor(low, entries);
  else if (present > high + size)
    tau = solveFor(high, entries);
  for (size_t k = 0; k < cols.size(); ++k)
    x[cols[k]] = entries[k].moved(tau);
}

/// The mean over the entries off their bounds, with the squares of the distances from them as weights, so
/// that an entry which is nearly at one says little; where there are none, the middle of what their signs
/// allow.
double LinearRow::multiplier(const Vector &x, const Vector &g, const Vector &lower,
                             const Vector &upper) const {
  constexpr double rounding = 1e-9;
  double at = value(x), size = std::max(1.0, std::abs(at)), product = 0, squares = 0, from = -inf, to = inf;
  bool isLow = at <= low + rounding * size, isHigh = at >= high - rounding * size;
  if (!isLow && !isHigh)
    return 0;
  for (size_t k = 0; k < cols.size(); ++k) {
    int32_t j = cols[k];
    bool isAtLower = x[j] <= lower[j], isAtUpper = x[j] >= upper[j];
    if (!isAtLower && !isAtUpper) {
      double distance = std::min({1.0, x[j] - lower[j], upper[j] - x[j]}), weight = distance * distance;
      product += weight * a[k] * g[j], squares += weight * a[k] * a[k];
      continue;
    }
    if (isAtLower && isAtUpper)
      continue;
    double ratio = g[j] / a[k];
    bool isCeiling = isAtLower == (a[k] > 0); // g - tau a has the sign of the bound
    if (isCeiling)
      to = std::min(to, ratio);
    else
      from = std::max(from, ratio);
  }
  double tau = squares > 0                          ? product / squares
               : std::isinf(from) && std::isinf(to) ? 0
               : std::isinf(from)                   ? std::min(0.0, to)
               : std::isinf(to)                     ? std::max(0.0, from)
                                                    : (from + to) / 2;
  bool isWrong = (tau > 0 && !isLow) || (tau < 0 && !isHigh); // such a bound does not hold the row
  return isWrong ? 0 : tau;
}

} // namespace costate::rt
