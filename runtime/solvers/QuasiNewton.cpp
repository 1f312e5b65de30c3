// Damped pairs and the compact form.
#include "runtime/solvers/QuasiNewton.h"

#include <algorithm>
#include <cmath>

namespace costate::rt {
namespace {

constexpr size_t memory = 6;
constexpr double least = 1e-8, most = 1e8; // of xi

} // namespace

void LowRank::multiply(const Vector &v, Vector &out) const {
  out = xi * v;
  if (U.size())
    out -= U * W.partialPivLu().solve(U.transpose() * v);
}

void QuasiNewton::reset() {
  steps.clear(), changes.clear();
  B = {};
}

void QuasiNewton::update(const Vector &step, const Vector &change) {
  constexpr double enough = 0.2, tiny = 1e-24; // [NW06, procedure 18.2]; steps of no size tell nothing
  double size = step.squaredNorm();
  if (size <= tiny || !change.allFinite())
    return;
  Vector Bs;
  B.multiply(step, Bs);
  double sy = step.dot(change), sBs = step.dot(Bs);
  double share = sy >= enough * sBs ? 1 : (1 - enough) * sBs / (sBs - sy);
  Vector damped = share * change + (1 - share) * Bs;
  if (!(step.dot(damped) > 0))
    return reset();
  steps.push_back(step), changes.push_back(damped);
  if (steps.size() > memory)
    steps.pop_front(), changes.pop_front();
  rebuild();
}

void QuasiNewton::rebuild() {
  Eigen::Index k = Eigen::Index(steps.size()), n = steps.front().size();
  Eigen::MatrixXd S(n, k), Y(n, k);
  for (Eigen::Index c = 0; c < k; ++c)
    S.col(c) = steps[size_t(c)], Y.col(c) = changes[size_t(c)];
  Eigen::MatrixXd SY = S.transpose() * Y;
  B.xi = std::clamp(SY(k - 1, k - 1) / steps.back().squaredNorm(), least, most);
  Eigen::MatrixXd L = SY.triangularView<Eigen::StrictlyLower>();
  B.U.resize(n, 2 * k), B.W.resize(2 * k, 2 * k);
  B.U << B.xi * S, Y;
  B.W.topLeftCorner(k, k) = B.xi * S.transpose() * S;
  B.W.topRightCorner(k, k) = L;
  B.W.bottomLeftCorner(k, k) = L.transpose();
  B.W.bottomRightCorner(k, k) = -SY.diagonal().asDiagonal().toDenseMatrix();
}

} // namespace costate::rt
