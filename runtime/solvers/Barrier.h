// The barrier function and the quantities that keep a point inside its bounds.
#pragma once

#include "runtime/solvers/BarrierProblem.h"

namespace costate::rt {

/// phi = f + q'w - mu sum_j log(v_j - lower_j) - mu sum_j log(upper_j - v_j), with the linear damping of
/// variables that have one bound [WB06, section 3.7]. Infinite where a distance is not positive.
double barrierValue(const BarrierProblem &problem, const Vector &v, double f, double mu);

/// grad phi [n+k] at v, from g = grad f.
void barrierGradient(const BarrierProblem &problem, const Vector &v, const Vector &g, double mu,
                     Vector &gradient);

/// Sigma = zl/(v - lower) + zu/(upper - v), [n+k].
void barrierHessian(const BarrierProblem &problem, const Iterate &at, Vector &sigma);

/// Steps of the bound multipliers that belong to dv [WB06, (12)].
void boundMultiplierStep(const BarrierProblem &problem, const Iterate &at, double mu, PrimalDualStep &step);

/// What the products of the changes in an affine step add to the complementarity of each bound, per distance:
/// dv dzl/(v - lower) and -dv dzu/(upper - v) [Meh92]; both [n+k].
void secondOrderTerms(const BarrierProblem &problem, const Iterate &at, const PrimalDualStep &affine,
                      Vector &lower, Vector &upper);

/// Largest alpha <= 1 that keeps v + alpha dv at a distance of (1 - tau) of today's from every bound [WB06,
/// (15a)].
double primalBoundaryStep(const BarrierProblem &problem, const Vector &v, const Vector &dv, double tau);
/// The same for the bound multipliers [WB06, (15b)].
double dualBoundaryStep(const BarrierProblem &problem, const Iterate &at, const PrimalDualStep &step,
                        double tau);

/// Keeps the bound multipliers within a factor of 1e10 of mu/distance [WB06, (16)].
void resetBoundMultipliers(const BarrierProblem &problem, double mu, Iterate &at);

/// v := v moved off its bounds by push max(1, |bound|), at most by that share of the range [WB06,
/// section 3.6].
void pushInside(const BarrierProblem &problem, double push, Vector &v);

} // namespace costate::rt
