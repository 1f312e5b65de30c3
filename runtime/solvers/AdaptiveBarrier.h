// The adaptive choice of the barrier parameter [NWW09]: free where that brings progress, monotone elsewhere.
#pragma once

#include "runtime/solvers/Barrier.h"
#include "runtime/solvers/KktError.h"

#include <deque>

namespace costate::rt {

/// Chooses mu anew for every step, by what the step would achieve, and watches over the choice: where the
/// optimality error of the points does not fall, the monotone rule takes over until it has.
class AdaptiveBarrier {
public:
  /// `least`: mu does not fall below it.
  explicit AdaptiveBarrier(double least) : least(least) {}

  /// Looks at a new point. True: mu is chosen freely here. False: the monotone rule goes on, or, where
  /// justLeft(), begins at mu = 0.8 average().
  bool isFree(const BarrierProblem &problem, const Iterate &at, const KktResidual &residual);
  bool justLeft() const { return left; }
  /// The mean complementarity product of the bounds at the point of isFree(); 0 where there are none.
  double average() const { return mean; }

  /// The mu for which the step promises the least optimality error [NWW09, (4.2)], by golden section over
  /// sigma = mu/average(). `affine` and `centered` are the Newton steps for mu = 0 and mu = average(); all
  /// others lie on the line through them. About 10 evaluations of O(n + k).
  double choose(const BarrierProblem &problem, const Iterate &at, const KktResidual &residual,
                const PrimalDualStep &affine, const PrimalDualStep &centered, double tau);

  /// The mu of Mehrotra's predictor: average() times the cube of what a step of `affine` to the boundary
  /// leaves of it [Meh92].
  double predict(const BarrierProblem &problem, const Iterate &at, const PrimalDualStep &affine) const;

private:
  double quality(const BarrierProblem &problem, const Iterate &at, const KktResidual &residual,
                 const PrimalDualStep &affine, const PrimalDualStep &centered, double tau, double sigma);

  double least, most = 0, mean = 0;
  bool isMonotone = false, left = false;
  std::deque<double> errors; // of the points that were progress
  PrimalDualStep trial;
};

/// out := affine + share (centered - affine)
void interpolate(const PrimalDualStep &affine, const PrimalDualStep &centered, double share,
                 PrimalDualStep &out);

} // namespace costate::rt
