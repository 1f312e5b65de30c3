// The filter of [WB06, section 2.3]: pairs (theta, phi) that a new point must improve on.
#pragma once

#include <utility>
#include <vector>

namespace costate::rt {

class Filter {
public:
  void reset(double thetaMax) {
    entries.clear();
    limit = thetaMax;
  }
  bool accepts(double theta, double phi) const;
  /// Adds (1 - gamma_theta) theta, phi - gamma_phi theta and drops what it dominates.
  void add(double theta, double phi);

private:
  std::vector<std::pair<double, double>> entries;
  double limit = 0;
};

} // namespace costate::rt
