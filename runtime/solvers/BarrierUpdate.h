// The monotone decrease of the barrier parameter [WB06, section 2.1].
#pragma once

#include "runtime/solvers/KktError.h"

namespace costate::rt {

/// mu and tau = max(0.99, 1 - mu), the share of the way to a bound that one step may go.
class BarrierUpdate {
public:
  /// mu does not fall below tol / 11: at the end E_mu <= 10 mu then gives E_0 <= tol.
  BarrierUpdate(double start, double tol);

  /// Lowers mu as long as the barrier problem is solved well enough, E_mu <= 10 mu; at least once where
  /// `force`. True where mu changed.
  bool update(const BarrierProblem &problem, const Iterate &at, const KktResidual &residual, bool force);

  /// The monotone rule goes on from here; not below the least mu.
  void set(double next);

  double leastMu() const { return least; }
  bool isLeast() const { return mu <= least; }
  double mu, tau;

private:
  bool decrease();
  double least;
};

} // namespace costate::rt
