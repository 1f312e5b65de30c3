// Whether a constant Hessian is positive semidefinite.
#pragma once

#include "runtime/problem/Functions.h"

namespace costate::rt {

/// H [hess nnz], the lower triangle by columns, has no eigenvalue below -1e-10 times its largest entry: with
/// that much added to its diagonal it has an L D L' with positive pivots. One factorization of order n.
bool isConvex(const ProblemShape &shape, const double *H);

} // namespace costate::rt
