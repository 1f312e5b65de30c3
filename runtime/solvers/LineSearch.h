// The filter line search with second-order corrections [WB06, sections 2.3 and 2.4].
#pragma once

#include "costate/rt/Observer.h"
#include "runtime/solvers/Filter.h"
#include "runtime/solvers/NewtonStep.h"

namespace costate::rt {

/// Backtracks along a step until the filter takes the point and either the barrier function (f-step,
/// switching condition and Armijo's rule) or the violation (h-step) decreases enough. Trial points at which
/// the functions are not finite shorten the step.
class LineSearch {
public:
  LineSearch(BarrierProblem &problem, NewtonStep &newton, int mostCorrections)
      : problem(problem), newton(newton), mostCorrections(mostCorrections) {}

  /// Forgets all points; limits of the violation relative to theta at the start.
  void start(double theta);
  /// Forgets all points: the barrier parameter has changed.
  void reset();

  /// Moves `current` along `step` and fills the row's step lengths; false where the step length falls below
  /// alpha_min. The multipliers move too. `isTiny`: the full step is taken unseen.
  bool search(const Derivatives &derivatives, double mu, double tau, bool isTiny, Iterate &current,
              PrimalDualStep &step, IterationRow &row);

  /// Moves `current` along `step` to the boundary, seen by no filter: for convex quadratic problems. Where
  /// `isLinear` the multipliers of the rows move with those of the bounds, else all move alike. False where
  /// the functions are not finite there.
  bool take(double mu, double tau, bool isLinear, Iterate &current, const PrimalDualStep &step,
            IterationRow &row);

  /// Whether restoration may stop at a point with this violation and barrier value: in the filter's eyes.
  bool accepts(double theta, double phi) const { return filter.accepts(theta, phi); }
  /// Closes the filter to the present point, before restoration.
  void block(double theta, double phi) { filter.add(theta, phi); }

private:
  struct Trial {
    Vector v, c, r;
    double f = 0, theta = 0, phi = 0;
  };
  bool evaluate(const Iterate &current, const Vector &dv, double alpha, double mu);
  bool isAcceptable(double alpha, char &kind);
  void resetWhereBlocked(bool wasBlocked);
  bool switches(double alpha) const;
  bool isArmijo(double alpha) const;
  double leastAlpha(const Iterate &current, const PrimalDualStep &step) const;
  bool correct(const Derivatives &derivatives, double mu, double tau, double alpha, const Iterate &current,
               PrimalDualStep &step, double &taken, char &kind);
  void accept(double alpha, double alphaRows, double alphaDual, const PrimalDualStep &step, Iterate &current);

  BarrierProblem &problem;
  NewtonStep &newton;
  int mostCorrections;
  Filter filter;
  double thetaMax = 0, thetaMin = 0;
  double theta = 0, phi = 0, slope = 0; // of the present point and step
  bool filterRefused = false;           // the last trial point improved, but not for the filter
  int blocked = 0, resets = 0;
  Trial trial;
  PrimalDualStep corrected;
};

} // namespace costate::rt
