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

double LinearRow::shifted(const Vector &x, double tau, size_t k, const Vector &lower,
                          const Vector &upper) const {
  return std::clamp(x[cols[k]] - tau * a[k], lower[cols[k]], upper[cols[k]]);
}

/// Falls, or stays, as tau grows.
double LinearRow::valueAt(const Vector &x, double tau, const Vector &lower, const Vector &upper) const {
  double sum = 0;
  for (size_t k = 0; k < cols.size(); ++k)
    sum += a[k] * shifted(x, tau, k, lower, upper);
  return sum;
}

/// Between two breakpoints the root is that of a line through the entries that are off their bounds.
double LinearRow::solveFor(double target, const Vector &x, const Vector &lower, const Vector &upper) const {
  std::vector<double> breaks;
  for (size_t k = 0; k < cols.size(); ++k)
    for (double bound : {lower[cols[k]], upper[cols[k]]})
      if (std::isfinite(bound))
        breaks.push_back((x[cols[k]] - bound) / a[k]);
  std::sort(breaks.begin(), breaks.end());
  auto after = std::partition_point(breaks.begin(), breaks.end(),
                                    [&](double tau) { return valueAt(x, tau, lower, upper) > target; });
  double left = after == breaks.begin() ? -inf : after[-1], right = after == breaks.end() ? inf : *after;
  double held = 0, moving = 0, squares = 0;
  for (size_t k = 0; k < cols.size(); ++k) {
    int32_t j = cols[k];
    double first = (x[j] - (a[k] > 0 ? upper : lower)[j]) / a[k]; // where it leaves one bound
    double last = (x[j] - (a[k] > 0 ? lower : upper)[j]) / a[k];  // and meets the other
    if (first <= left && last >= right && first < last) {
      moving += a[k] * x[j];
      squares += a[k] * a[k];
    } else {
      held += a[k] * (last <= left ? (a[k] > 0 ? lower : upper)[j] : (a[k] > 0 ? upper : lower)[j]);
    }
  }
  if (squares == 0)
    return std::isfinite(right) ? right : std::isfinite(left) ? left : 0;
  return (held + moving - target) / squares;
}

void LinearRow::project(Vector &x, const Vector &lower, const Vector &upper) const {
  double present = valueAt(x, 0, lower, upper), tau = 0;
  if (present < low)
    tau = solveFor(low, x, lower, upper);
  else if (present > high)
    tau = solveFor(high, x, lower, upper);
  for (size_t k = 0; k < cols.size(); ++k)
    x[cols[k]] = shifted(x, tau, k, lower, upper);
}

/// The mean over the entries off their bounds; where there are none, the middle of what their signs allow.
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
      product += a[k] * g[j], squares += a[k] * a[k];
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
