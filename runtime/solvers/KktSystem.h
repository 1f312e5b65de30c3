// The condensed Newton system of the interior point method.
//
//   [ W + Sigma + delta_w    J'  ] [dx]   [r_x]
//   [ J                     -D   ] [dy] = [r_y]      D_i = 1/Sigma_s,i for inequalities, delta_c for equalities
#pragma once

#include "runtime/linalg/Ldlt.h"
#include "runtime/problem/Functions.h"

namespace costate::rt {

class KktSystem {
public:
  /// `isFixed` variables and `isFree` rows keep a unit diagonal and nothing else.
  KktSystem(const costate_shape &shape, std::vector<bool> isFixed, std::vector<bool> isFree);

  /// Factors with the given diagonals; true where the inertia is (n, m). `diagonal` [n] is added to W, `d` [m] is D.
  bool factorize(const Vector &H, const Vector &J, const Vector &diagonal, const Vector &d);
  /// Solves with refinement against `exactD` (D without regularization) and `exactDiagonal`.
  bool solve(const Vector &rx, const Vector &ry, const Vector &H, const Vector &J, const Vector &exactDiagonal,
             const Vector &exactD, Vector &dx, Vector &dy);

  /// H v and J' w, J v for the refinement and residuals; fixed columns are left out.
  void multiplyJ(const Vector &J, const Vector &v, Vector &out) const;
  void multiplyJt(const Vector &J, const Vector &w, Vector &out) const;
  double seconds = 0;
  bool wasSingular = false;

private:
  void multiplyH(const Vector &H, const Vector &v, Vector &out) const;

  const costate_shape &shape;
  std::vector<bool> isFixed, isFree;
  Ldlt::Matrix matrix;
  std::vector<int64_t> hessianSlots, jacobianSlots, diagonalSlots; // -1: left out
  Ldlt ldlt;
};

} // namespace costate::rt
