// Where the iteration begins [WB06, section 3.6].
#pragma once

#include "costate/rt/Solve.h"
#include "runtime/solvers/NewtonStep.h"
#include "runtime/solvers/StandardForm.h"

namespace costate::rt {

/// A point inside the bounds near the problem's start, bound multipliers 1, row multipliers by least squares;
/// or, with `warm`, near that point with its multipliers. Chooses the problem's scaling; sets mu. False where
/// the functions or their derivatives are not finite there; `at` holds the point.
bool startingPoint(StandardForm &problem, const WarmStart *warm, Iterate &at, double &mu);

/// A cold start of a convex quadratic problem from the point of startingPoint() [Meh92, section 7], [NW06,
/// (14.40) to (14.42)]: the nearest point that meets the rows and the multipliers of least squares, both
/// shifted until all distances to bounds and their multipliers are positive and of like size. False, and `at`
/// as it was, where that is not finite. One factorization.
bool quadraticStart(StandardForm &problem, KktSystem &kkt, Iterate &at);

/// Least-squares multipliers of the rows at a cold start; false where the derivatives are not finite.
bool startRowMultipliers(StandardForm &problem, KktSystem &kkt, Iterate &at);

} // namespace costate::rt
