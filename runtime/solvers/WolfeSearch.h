// A step along a descent direction that satisfies the strong Wolfe conditions [NW06, algorithms 3.5 and 3.6].
#pragma once

#include <functional>

namespace costate::rt {

/// A point of the function of one variable that is searched.
struct LinePoint {
  double alpha = 0, value = 0, slope = 0;
};

/// Finds 0 < alpha <= most with
///
///   value <= value_0 + c1 alpha slope_0   and   |slope| <= c2 |slope_0|      c1 = 1e-4, c2 = 0.9
///
/// or alpha = most with the first and a negative slope. Where values differ by rounding only, the first reads
/// slope <= (2 c1 - 1) slope_0 [HZ05, eq. (4.1)].
///
/// @param at     evaluates the point at alpha; false where it is not finite: such a step is too long
/// @param start  alpha = 0, slope < 0
/// @param first  the first trial
/// @return false where no step is found in 40 trials; `found` is then the best point with a decrease, or
/// start
bool wolfeSearch(const std::function<bool(double alpha, LinePoint &point)> &at, const LinePoint &start,
                 double first, double most, LinePoint &found, int &trials);

} // namespace costate::rt
