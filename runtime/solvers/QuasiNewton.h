// The limited-memory approximation of the Hessian of the Lagrangian, for problems without second derivatives.
#pragma once

#include "runtime/problem/Functions.h"

#include <Eigen/Dense>

#include <deque>

namespace costate::rt {

/// B = xi I - U W^-1 U',  U = [xi S, Y],  W = [xi S'S, L; L', -D]: the compact form of [BNS94, theorem 2.3]
/// with the last six pairs (s, y). D is the diagonal of S'Y, L what is below it.
struct LowRank {
  double xi = 1;
  Eigen::MatrixXd U, W; // [n, 2k], [2k, 2k]; empty: B = xi I
  /// out [n] := B v.
  void multiply(const Vector &v, Vector &out) const;
};

/// Collects steps and the changes of the Lagrangian's gradient along them; keeps B positive definite by
/// Powell's damping [NW06, procedure 18.2].
class QuasiNewton {
public:
  /// A point with its gradient and Jacobian-times-multipliers taken with the same multipliers as at the last
  /// point: `change` = grad L(x) - grad L(last x).
  void update(const Vector &step, const Vector &change);
  void reset();
  const LowRank &matrix() const { return B; }

private:
  void rebuild();

  std::deque<Vector> steps, changes;
  LowRank B;
};

} // namespace costate::rt
