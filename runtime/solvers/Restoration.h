// The feasibility restoration phase [WB06, section 3.3].
#pragma once

#include "runtime/solvers/InteriorPoint.h"
#include "runtime/solvers/StandardForm.h"

namespace costate::rt {

constexpr double violationWeight = 1000; // rho of [WB06, section 4]

/// min  rho sum(p + n) + zeta/2 |D_R (x - x_R)|^2   subject to   c(x) - s - p + n = t,  p, n >= 0,  bounds on
/// x, s
///
/// with rho = 1000, zeta = sqrt(mu), D_R = diag(min(1, 1/|x_R|)): the least violation in the 1-norm near x_R.
class RestorationProblem final : public BarrierProblem {
public:
  RestorationProblem(StandardForm &original, const Vector &reference);

  bool values(const double *x, double &f, Vector &c) override;
  bool derivatives(const double *x, const Vector &y, Derivatives &out) override;
  bool setBarrier(double mu) override;
  std::string trace(const double *x) override { return original.trace(x); }

  /// The first point of the phase: x and s as in `from`, p and n at their best for them.
  Iterate start(const Iterate &from, double mu) const;
  /// p and n that minimize the barrier problem for fixed x and s [WB06, (33)].
  void chooseViolations(double mu, Iterate &at) const;
  /// (x, s) of a point of this problem.
  Vector originalVariables(const Vector &v) const;
  /// f of the original problem where it was last evaluated.
  double originalObjective() const { return objective; }

private:
  StandardForm &original;
  Vector reference, weights; // [n] x_R and the squares of D_R
  double zeta = 0, objective = 0;
};

/// Leaves a point at which the line search failed for one that is less infeasible and that the filter
/// accepts.
class Restoration {
public:
  Restoration(StandardForm &problem, KktSystem &kkt, InteriorPointLimits &limits)
      : problem(problem), kkt(kkt), limits(limits) {}

  /// Moves `outer`, or says why there is no such point: `infeasible` at a stationary point of the violation.
  std::optional<Stop> run(InteriorPoint &outer);

private:
  std::optional<Stop> escape(InteriorPoint &outer);
  std::optional<Stop> judge(const Stop &stop, const RestorationProblem &phase, const InteriorPoint &inner,
                            InteriorPoint &outer);
  bool isImproved(const RestorationProblem &phase, const InteriorPoint &inner, InteriorPoint &outer);
  void leaveAt(const RestorationProblem &phase, const InteriorPoint &inner, InteriorPoint &outer);
  std::optional<Stop> resume(const RestorationProblem &phase, const InteriorPoint &inner,
                             InteriorPoint &outer);

  StandardForm &problem;
  KktSystem &kkt;
  InteriorPointLimits &limits;
  double thetaAtStart = 0;
  int escapes = 0, rejections = 0;
};

} // namespace costate::rt
