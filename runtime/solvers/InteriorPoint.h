// The primal-dual interior point method with filter line search [WB06].
#pragma once

#include "runtime/solvers/AdaptiveBarrier.h"
#include "runtime/solvers/BarrierUpdate.h"
#include "runtime/solvers/Limits.h"
#include "runtime/solvers/LineSearch.h"

#include <functional>

namespace costate::rt {

/// The iteration on one barrier problem. The same class runs the problem itself and its restoration phase;
/// what differs comes in through the two functions below. Symbols as in [WB06].
class InteriorPoint {
public:
  InteriorPoint(BarrierProblem &problem, KktSystem &kkt, InteriorPointLimits &limits);

  /// Runs from `start`, which must lie strictly inside its bounds with positive bound multipliers and f, c, r
  /// set.
  Stop run(Iterate start, double mu);

  /// Called at every point, before the observer and the limits; ends the run with what it returns. Completes
  /// the row.
  std::function<std::optional<Stop>(const KktError &, IterationRow &row)> inspect;
  /// Called where the line search fails: moves `point` to one that the filter accepts, or says why there is
  /// none.
  std::function<std::optional<Stop>(InteriorPoint &)> recover;

  /// How mu is chosen; set before run().
  enum class Rule {
    Monotone,
    Adaptive,  // with every step, by the quality function, where that brings progress
    Predictor, // the same by predictor-corrector steps, for convex quadratic problems
    LinearPredictor
  };
  Rule rule = Rule::Monotone;
  /// The error at which mu need not fall any more, but in predictor-corrector steps; set before run().
  double barrierTol;

  /// Called where predictor-corrector steps lose progress and before recover(): may end the run. May be
  /// empty.
  std::function<std::optional<Stop>()> lostProgress;

  const Iterate &point() const { return at; }
  const Derivatives &derivatives() const { return d; }

  // For recovery.
  double mu() const { return barrier.mu; }
  double theta() const { return at.r.lpNorm<1>(); }
  double phi(const Vector &v, double f) const { return barrierValue(problem, v, f, barrier.mu); }
  LineSearch &filter() { return search; }
  NewtonStep &directions() { return newton; }
  KktError error() const { return residual.error(problem, at, 0); }
  /// Replaces the point; the loop calls evaluate() by itself.
  void moveTo(Iterate next) { at = std::move(next); }
  /// Derivatives and residuals at the point.
  std::optional<Stop> evaluate();

private:
  std::optional<Stop> shouldStop();
  std::optional<Stop> updateBarrier();
  bool computeStep();
  bool correctedStep();
  bool advance();
  bool isTiny() const;
  bool isPredictor() const { return rule == Rule::Predictor || rule == Rule::LinearPredictor; }

  BarrierProblem &problem;
  KktSystem &kkt;
  InteriorPointLimits &limits;
  BarrierUpdate barrier;
  std::optional<AdaptiveBarrier> adaptive; // empty: the monotone rule alone
  NewtonStep newton;
  LineSearch search;
  KktResidual residual;
  Iterate at;
  Derivatives d;
  PrimalDualStep step, affine, centered;
  IterationRow row;
  int tinySteps = 0;
  bool isFree = false; // mu is chosen with the step
};

} // namespace costate::rt
