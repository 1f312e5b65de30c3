// A start off its bounds.
#pragma once

#include <algorithm>
#include <cmath>

namespace costate::rt {

/// The number nearest to x that keeps push min(max(1, |bound|), upper - lower) off both bounds, which may be
/// infinite; 0 < push < 1/2 [WB06, section 3.6].
inline double movedInside(double x, double lower, double upper, double push) {
  auto margin = [&](double bound) { return push * std::min(std::max(1.0, std::abs(bound)), upper - lower); };
  x = std::isfinite(lower) ? std::max(x, lower + margin(lower)) : x;
  return std::isfinite(upper) ? std::min(x, upper - margin(upper)) : x;
}

} // namespace costate::rt
