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

/// Least-squares multipliers of the rows at a cold start; false where the derivatives are not finite.
bool startRowMultipliers(StandardForm &problem, KktSystem &kkt, Iterate &at);

} // namespace costate::rt
