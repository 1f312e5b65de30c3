// Linear rows that share no variable: the nearest point that meets them and all bounds is known.
#pragma once

#include "runtime/problem/Functions.h"

#include <vector>

namespace costate::rt {

/// { x : low <= a'x <= high, lower <= x <= upper }, over the variables of one row: a simplex where a is 1,
/// lower 0 and low = high.
struct LinearRow {
  int64_t number; // of the row
  std::vector<int32_t> cols;
  std::vector<double> a; // none is 0
  double low, high;      // without the constant of the row

  double value(const Vector &x) const;
  /// The least and the largest value within the bounds.
  double least(const Vector &lower, const Vector &upper) const;
  double largest(const Vector &lower, const Vector &upper) const;
  /// Replaces the entries of x by those of the nearest point z of the set: of the least sum (z - x)^2 / w,
  /// which is x - tau a w on the bounds with one tau [HWC74]. w [n] > 0 may be empty: 1. What rounding
  /// violates stays. The set must not be empty. O(k log k) for k entries.
  void project(Vector &x, const Vector &lower, const Vector &upper, const Vector &w = {}) const;
  /// d(objective)/d(bound) at x, where x minimizes it with gradient g: tau of the step; 0 where the row is
  /// not active.
  double multiplier(const Vector &x, const Vector &g, const Vector &lower, const Vector &upper) const;

private:
  struct Entry; // of the row at a point
  std::vector<Entry> entriesAt(const Vector &x, const Vector &lower, const Vector &upper,
                               const Vector &w) const;
  static double valueAt(const std::vector<Entry> &entries, double tau);
  static double solveFor(double target, const std::vector<Entry> &entries);
};

} // namespace costate::rt
