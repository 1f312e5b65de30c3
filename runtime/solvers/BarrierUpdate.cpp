// The Fiacco-McCormick rule with superlinear decrease.
#include "runtime/solvers/BarrierUpdate.h"

#include <algorithm>
#include <cmath>

namespace costate::rt {
namespace {

constexpr double kappaEpsilon = 10, kappaMu = 0.2, thetaMu = 1.5, tauMin = 0.99; // [WB06, section 4]

} // namespace

BarrierUpdate::BarrierUpdate(double start, double tol)
    : mu(std::max(start, tol / (kappaEpsilon + 1))), tau(std::max(tauMin, 1 - mu)),
      least(tol / (kappaEpsilon + 1)) {}

void BarrierUpdate::set(double next) {
  mu = std::max(least, next);
  tau = std::max(tauMin, 1 - mu);
}

bool BarrierUpdate::decrease() {
  double before = mu;
  set(std::min(kappaMu * mu, std::pow(mu, thetaMu)));
  return mu < before;
}

bool BarrierUpdate::update(const BarrierProblem &problem, const Iterate &at, const KktResidual &residual,
                           bool force) {
  bool changed = force && decrease();
  while (!isLeast() && residual.error(problem, at, mu).total <= kappaEpsilon * mu && decrease())
    changed = true;
  return changed;
}

} // namespace costate::rt
