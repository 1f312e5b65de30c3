// The direction in which an unbounded problem's iterates diverge.
#pragma once

#include "costate/rt/Result.h"
#include "runtime/problem/Functions.h"

namespace costate::rt {

/// Completes the ray d of an unbounded result. Where it has none,  d = (x - x_start)/|x - x_start|  in the
/// maximum norm, small components set to 0; none where x is not large. Where rows are linear and the
/// objective is linear or quadratic, d is tried as a proof: it must keep every bound of x and of a row for
/// ever, and the objective must fall along it at the same rate everywhere. Two evaluations of derivatives.
void findRay(const costate_problem_v1 &problem, const costate_instance *instance, Result &result);

} // namespace costate::rt
