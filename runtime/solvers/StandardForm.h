// From a user's problem to the barrier form and back.
#pragma once

#include "costate/rt/Result.h"
#include "costate/rt/Solve.h"
#include "runtime/solvers/BarrierProblem.h"

namespace costate::rt {

constexpr double boundRelaxation = 1e-10;

/// The scaled problem with slacks: rows with equal bounds stay equations, rows without bounds drop out, all
/// others are  c_i(x) - s_i = 0  with bounds on the slack s_i. Bounds are relaxed by 1e-8 max(1, |bound|) so
/// that the feasible set has an interior [WB06, section 3.5]. Variables with equal bounds are constants.
class StandardForm final : public BarrierProblem {
public:
  explicit StandardForm(Functions &functions);

  /// A sentence that names the first bound that is not a number or lies above its partner; or empty.
  /// `isCrossed` tells the two apart.
  static std::string badBound(const Functions &functions, bool &isCrossed);

  /// The first point: `x` within its bounds; chooses the scaling there and sets the bounds of the slacks.
  /// False where the functions are not finite.
  bool prepare(const Vector &x);

  bool values(const double *x, double &f, Vector &c) override;
  bool derivatives(const double *x, const Vector &y, Derivatives &out) override;
  /// As derivatives(), of  sigma f + y'c.
  bool derivatives(const double *x, double sigma, const Vector &y, Derivatives &out);
  std::string trace(const double *x) override { return functions.trace(x); }

  /// Largest violation of a row's bounds in the user's units, at scaled rows c.
  double violation(const Vector &c) const;
  /// What the relaxation of the bounds is worth: the largest product of a bound multiplier and the distance
  /// by which its bound was moved, in the user's units of the objective.
  double relaxationWorth(const Iterate &at) const;
  /// s_c of [WB06, (6)], of the bound multipliers in the user's units.
  double gapScale(const Iterate &at) const;
  /// What the equations that are not met yet are worth: the largest product of a multiplier and a residual.
  double violationWorth(const Iterate &at) const;
  /// Fills x, within its bounds, objective and c there, and the duals, in the user's units and signs.
  void report(const Iterate &at, Result &result);

  /// From now on the Hessian is an approximation by first derivatives; 0 in restoration.
  void approximateHessian() { isApproximate = true; }

  Functions &functions;

private:
  bool firstDerivatives(const double *x, double sigma, const Vector &y, Derivatives &out);
  void learn(const double *x, const Vector &y, const Derivatives &now);
  void classifyRows();
  void relaxBounds();
  void zeroConstants(Derivatives &out) const;
  void reportFixed(const Iterate &at, Result &result);

  const ProblemShape &shape;
  std::vector<int64_t> constantSlots; // of J: columns of fixed variables, free rows
  std::vector<int32_t> fixedVariables;
  bool isApproximate = false;
  QuasiNewton approximation;
  Vector lastX, lastG, lastJ; // of the approximation's last point
};

} // namespace costate::rt
