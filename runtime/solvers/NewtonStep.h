// Search directions: the primal-dual Newton system, regularized until it gives a descent direction.
#pragma once

#include "runtime/solvers/Barrier.h"
#include "runtime/solvers/KktSystem.h"

namespace costate::rt {

/// Solves, with the row variables w eliminated,
///
///   [ H + Sigma_x + delta_w   0                   J' ] [dx]     [ (grad phi + A'y)_x ]
///   [ 0                       Sigma_w + delta_w   E' ] [dw] = - [ (grad phi + A'y)_w ]
///   [ J                       E             -delta_c ] [dy]     [ r                  ]
///
/// delta_w >= 0 is the least of a geometric sequence that gives the inertia (n+k, m, 0): algorithm IC of
/// [WB06, section 3.1]. delta_c always regularizes the factorization of rows without row variables, so that
/// no pivoting is needed and rows may depend on each other; refinement removes its effect where they are
/// independent. It is 1e-8 of the row's part of J a^-1 J', a the diagonal of H + Sigma, and 1e-8 itself (or
/// more) where rows depend on each other.
class NewtonStep {
public:
  NewtonStep(const BarrierProblem &problem, KktSystem &kkt) : problem(problem), kkt(kkt) {}

  /// Factors and solves at a point. False where no delta_w up to 1e20 helps.
  bool compute(const Iterate &at, const Derivatives &derivatives, double mu, PrimalDualStep &step);
  /// The step for another residual `r` of the rows, with the factorization at hand: second-order corrections.
  bool resolve(const Iterate &at, const Derivatives &derivatives, double mu, const Vector &r,
               PrimalDualStep &step);

  /// The step for `mu` that also takes out the second-order error of complementarity that `affine`, the step
  /// for mu = 0, would make [Meh92]; with the factorization at hand.
  bool resolveCorrected(const Iterate &at, const Derivatives &derivatives, double mu,
                        const PrimalDualStep &affine, PrimalDualStep &step);
  /// Takes a combination of such steps for the step of this `mu`: slope() is its own.
  void aim(const Iterate &at, const Derivatives &derivatives, double mu, const PrimalDualStep &step);

  /// Makes the next compute() start from a larger delta_w.
  void demandRegularization();

  /// Adds 1e-7 to the diagonal of x in the factorization alone, as deltaC is to that of y: the solution is
  /// refined without it. For problems that are convex, where directions without curvature are no fault.
  void regularizeSoftly(bool isWanted) { isSoft = isWanted; }

  /// delta_w of the last step.
  double deltaW() const { return delta; }
  /// grad phi' dv of the last step.
  double slope() const { return barrierSlope; }

private:
  Inertia attempt(const Derivatives &derivatives, double delta);
  bool meetsRows(const Iterate &at, const Derivatives &derivatives, double mu, PrimalDualStep &step);
  double fineDelta(const Vector &J, Index row) const;
  const Vector &lifted();
  void raiseAboveRounding(const Vector &J);
  bool solve(const Iterate &at, const Derivatives &derivatives, double mu, const Vector &r,
             PrimalDualStep &step, const PrimalDualStep *affine = nullptr);
  void condense(const Vector &r);
  void recoverRowVariables(const Derivatives &derivatives, const Vector &r, PrimalDualStep &step);

  const BarrierProblem &problem;
  KktSystem &kkt;
  bool isRaised = false, isFine = true; // delta_c of the last attempt
  bool isLifted = false;                // its variables without curvature
  double delta = 0, lastDelta = 0, demanded = 0, rounding = 1e-7, barrierSlope = 0;
  Vector sigma, gradient, right; // [n+k] Sigma, grad phi, -(grad phi + A'y)
  bool isSoft = false;
  Vector diagonal, softDiagonal, factored, curvature, D, exactD, ry, dx, Jdx;
  Vector secondLower, secondUpper; // [n+k] terms of second order
};

} // namespace costate::rt
