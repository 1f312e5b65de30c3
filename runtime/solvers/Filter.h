// The filter of [WB06, section 2.3]: pairs (theta, phi) that no later point may be dominated by.
#pragma once

#include <utility>
#include <vector>

namespace costate::rt {

/// theta: violation of the rows, phi: barrier function.
class Filter {
public:
  /// Empty, but for points with theta >= thetaMax.
  void reset(double thetaMax);
  bool accepts(double theta, double phi) const;
  /// Adds ((1 - gamma_theta) theta, phi - gamma_phi theta) and drops what it covers.
  void add(double theta, double phi);

private:
  std::vector<std::pair<double, double>> entries;
  double limit = 0;
};

} // namespace costate::rt
