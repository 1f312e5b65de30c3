// Numbers as sentences and tables show them.
#pragma once

#include <cmath>
#include <limits>

namespace costate::rt {

/// A nan without its sign, which means nothing.
inline double printable(double value) {
  return std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value;
}

} // namespace costate::rt
