// Variables that stand for a function of one other with a kink, as those of an l1 norm do.
#pragma once

#include "runtime/problem/Functions.h"

#include <algorithm>
#include <vector>

namespace costate::rt {

/// t >= h + left (x - p)  and  t >= h + right (x - p),  where t has no other rows, no bounds that matter, and
/// the objective is linear in it: at a minimum t is the larger side. Where t is -1 the objective has the
/// value itself, times `weight` (Absolutes.h).
struct Kink {
  int32_t t, x;
  double left, right; // slopes, left < right
  double p, h;
  int64_t leftRow, rightRow;
  double leftEntry, rightEntry; // those of t in the rows
  double weight = 0;            // in the user's units; of variables t it is their gradient's

  double value(double at) const { return h + std::max(left * (at - p), right * (at - p)); }
  /// The z of least  c value(z) + (z - at)^2 / 2  for c >= 0.
  double nearest(double at, double c) const;
  /// nearest(at - g, c) - at, also where g is below the rounding of `at`.
  double step(double at, double g, double c) const;
  /// The slope of c value() at x where the slope of all else is g: at the kink what is nearest to -g.
  double slope(double at, double c, double g) const;
};

/// Those of a problem with bounds lower, upper [n]. `rows` are linear; those of kinks are taken out of the
/// list. `constants` are the entries of the Jacobian, c [m] the rows at the start x [n].
std::vector<Kink> takeKinks(std::vector<int64_t> &rows, const Functions &functions,
                            const JacobianConstants &constants, const Vector &lower, const Vector &upper,
                            const Vector &x, const Vector &c);

} // namespace costate::rt
