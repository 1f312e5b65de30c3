// The direction in which an unbounded problem falls for ever.
#pragma once

#include "costate/rt/Abi.h"
#include "costate/rt/Result.h"

namespace costate::rt {

/// Fills the ray d of the result, |d| <= 1 in the maximum norm, its slope and whether it is a proof: that it
/// keeps every bound of x and of a row for ever, and that the objective falls along it at the same rate
/// everywhere. Where rows are linear and the objective is linear or quadratic, that is asked of
///
///   min g'd,  H d = 0,  J d and d keep to the sides that have bounds,  |d_j| <= 1
///
/// Where that proves nothing, d = (x - x_start)/|x - x_start|, components that are small left out; no ray
/// where x is not large.
void findRay(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
             Result &result);

} // namespace costate::rt
