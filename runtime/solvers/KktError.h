// How far a point is from a first-order point of the barrier problem.
#pragma once

#include "runtime/solvers/KktSystem.h"

namespace costate::rt {

/// Maximum norms of the scaled problem [WB06, (5)]:
///
///   dual   = |grad f + A'y - zl + zu|      A: derivatives of the rows with respect to v
///   primal = |r|
///   gap    = |(v - lower) zl - mu|, |(upper - v) zu - mu|
///   total  = max(dual / s_d, primal, gap / s_c)
struct KktError {
  double dual = 0, primal = 0, gap = 0, total = 0;
};

/// s_d and s_c of [WB06, (6)], max(100, mean)/100, by the sum of the multipliers and their number.
double multiplierScale(double sum, double count);

/// The dual residual is computed once per point; errors for several mu follow from it.
class KktResidual {
public:
  /// grad f + A'y - zl + zu at the point. O(nnz(J)).
  void evaluate(const BarrierProblem &problem, const KktSystem &kkt, const Iterate &at,
                const Derivatives &derivatives);
  /// O(n).
  KktError error(const BarrierProblem &problem, const Iterate &at, double mu) const;
  double dualMeanSquare() const { return dualSquares; }
  double primalMeanSquare() const { return primalSquares; }

private:
  Vector dual; // [n+k]
  double dualNorm = 0, primalNorm = 0, dualSquares = 0, primalSquares = 0;
};

} // namespace costate::rt
