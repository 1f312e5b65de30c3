// Dominance of pairs.
#include "runtime/solvers/Filter.h"

#include <algorithm>

namespace costate::rt {

bool Filter::accepts(double theta, double phi) const {
  if (theta >= limit)
    return false;
  return std::none_of(entries.begin(), entries.end(), [&](auto &e) { return theta >= e.first && phi >= e.second; });
}

void Filter::add(double theta, double phi) {
  constexpr double gammaTheta = 1e-5, gammaPhi = 1e-8; // [WB06] section 3
  std::pair<double, double> entry{(1 - gammaTheta) * theta, phi - gammaPhi * theta};
  std::erase_if(entries, [&](auto &e) { return e.first >= entry.first && e.second >= entry.second; });
  entries.push_back(entry);
}

} // namespace costate::rt
