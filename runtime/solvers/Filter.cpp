// Dominance of pairs.
#include "runtime/solvers/Filter.h"

#include <algorithm>

namespace costate::rt {

void Filter::reset(double thetaMax) {
  entries.clear();
  limit = thetaMax;
}

bool Filter::accepts(double theta, double phi) const {
  if (!(theta < limit))
    return false;
  return std::none_of(entries.begin(), entries.end(),
                      [&](const auto &entry) { return theta >= entry.first && phi >= entry.second; });
}

void Filter::add(double theta, double phi) {
  constexpr double gammaTheta = 1e-5, gammaPhi = 1e-8; // [WB06, section 4]
  std::pair<double, double> added{(1 - gammaTheta) * theta, phi - gammaPhi * theta};
  std::erase_if(
      entries, [&](const auto &entry) { return entry.first >= added.first && entry.second >= added.second; });
  entries.push_back(added);
}

} // namespace costate::rt
