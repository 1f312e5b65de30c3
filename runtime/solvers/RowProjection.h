// Least-squares problems whose matrix is that of the rows.
#pragma once

#include "runtime/solvers/KktSystem.h"

namespace costate::rt {

/// Solves with
///
///   [ I   J'    ]      of which the row variables w, with rows E, are eliminated,
///   [ J  -E E'  ]
///
/// factored once. Rows may depend on each other. Uses the factorization's memory.
class RowProjection {
public:
  RowProjection(const BarrierProblem &problem, KktSystem &kkt, const Vector &J);

  /// Multipliers that minimize |grad f + A'y - zl + zu| over y [WB06, (36)]; false, and y as it was, where
  /// they are not finite or the largest exceeds `most`.
  bool multipliers(const Iterate &at, const Vector &g, double most, Vector &y);
  /// The shortest dv [n+k] that meets the linearized rows; false where it is not finite.
  bool stepToRows(const Iterate &at, Vector &dv);

private:
  bool solve(const Vector &rx, const Vector &ry);

  const BarrierProblem &problem;
  KktSystem &kkt;
  const Vector &J;
  bool isFactored = false;
  Vector one, exact, regularized; // [n], [m], [m] the diagonal
  Vector dx, dy;
};

} // namespace costate::rt
