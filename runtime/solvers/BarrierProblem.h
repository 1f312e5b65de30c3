// The form of a problem that the interior point method works on.
#pragma once

#include "runtime/problem/Functions.h"
#include "runtime/solvers/QuasiNewton.h"

#include <cstdint>
#include <vector>

namespace costate::rt {

using Index = Eigen::Index;

/// First derivatives and the Hessian of the Lagrangian at a point.
struct Derivatives {
  Vector g;                         // [n] grad f; 0 for fixed variables
  Vector J;                         // [jac nnz]; 0 in columns of fixed variables and in free rows
  const double *H = nullptr;        // [hess nnz] lower triangle by columns; null: zero
  Vector diagonal;                  // [n] to be added to the diagonal of H
  const LowRank *lowRank = nullptr; // added, too, but for its xi, which `diagonal` has
};

/// min  f(x) + q'w   subject to   c(x) + E w = t,   lower <= v <= upper,   v = (x, w)
///
/// x [n] are the problem's own variables. w [k] are row variables: each enters one row, with coefficient +1
/// or -1, and the objective linearly: slacks of inequalities and, in restoration, the violations p and n.
/// That way they are eliminated from every Newton system, which keeps the sparsity of (H, J) alone.
class BarrierProblem {
public:
  virtual ~BarrierProblem() = default;

  /// f and c [m] at x [n]; false where they are not finite.
  virtual bool values(const double *x, double &f, Vector &c) = 0;
  /// Derivatives at x, H with multipliers y [m].
  virtual bool derivatives(const double *x, const Vector &y, Derivatives &out) = 0;
  /// The barrier parameter is now mu; true where f depends on it.
  virtual bool setBarrier(double mu) { return false; }
  /// Where the last evaluation failed: ": ..." or empty.
  virtual std::string trace(const double *x) = 0;

  Index n = 0, m = 0;            // variables, rows
  Vector lower, upper;           // [n+k], infinite where there is no bound
  Vector cost, sign;             // [k] q and the nonzeros of E
  Vector target;                 // [m] t
  std::vector<int32_t> rowStart; // [m+1] row i has the row variables w[rowStart[i]] ...
  std::vector<bool> isFixed;     // [n] x stays where it is and has no bounds here
  std::vector<bool> isFree;      // [m] the row is no constraint

  Index k() const { return cost.size(); }
  /// Variables with a lower (upper) bound; to be called when the bounds are final.
  void listBounds();
  std::vector<int32_t> lowerBounded, upperBounded;

  /// r := c + E w - t, 0 in free rows.
  void residual(const double *w, const Vector &c, Vector &r) const;
};

/// A primal-dual point.
struct Iterate {
  Vector v;      // [n+k] (x, w)
  Vector y;      // [m]
  Vector zl, zu; // [n+k] multipliers of the bounds, 0 where there is none
  double f = 0;  // f(x), without q'w
  Vector c, r;   // [m] rows and their residual
};

/// A step in v and in all multipliers.
struct PrimalDualStep {
  Vector dv, dy, dzl, dzu;
};

} // namespace costate::rt
