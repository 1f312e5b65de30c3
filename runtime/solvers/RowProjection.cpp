// One matrix, two right-hand sides.
#include "runtime/solvers/RowProjection.h"

namespace costate::rt {

RowProjection::RowProjection(const BarrierProblem &problem, KktSystem &kkt, const Vector &J)
    : problem(problem), kkt(kkt), J(J), one(Vector::Ones(problem.n)), exact(problem.m) {
  // Long chains of rows have eigenvalues of J J' far below 1e-8: little regularization, taken back.
  constexpr double delta = 1e-12;
  for (Index i = 0; i < problem.m; ++i)
    exact[i] = problem.rowStart[size_t(i) + 1] - problem.rowStart[size_t(i)];
  regularized = exact.array() + delta;
  kkt.setLowRank(nullptr);
  if (problem.m > 0)
    isFactored = kkt.factorize(nullptr, J, one, regularized) != Inertia::Singular;
}

bool RowProjection::solve(const Vector &rx, const Vector &ry) {
  constexpr double goodResidual = 1e-12;
  if (!isFactored)
    return false;
  if (!(kkt.solve(nullptr, J, one, exact, rx, ry, dx, dy) <= goodResidual))
    kkt.solve(nullptr, J, one, regularized, rx, ry, dx, dy);
  return dx.allFinite() && dy.allFinite();
}

bool RowProjection::multipliers(const Iterate &at, const Vector &g, double most, Vector &y) {
  Index n = problem.n;
  if (problem.m == 0)
    return true;
  Vector rx = at.zl.head(n) - at.zu.head(n) - g, ry = Vector::Zero(problem.m);
  for (Index i = 0; i < problem.m; ++i)
    for (int32_t j = problem.rowStart[size_t(i)]; j < problem.rowStart[size_t(i) + 1]; ++j)
      ry[i] -= problem.sign[j] * (at.zl[n + j] - at.zu[n + j] - problem.cost[j]);
  if (!solve(rx, ry) || dy.lpNorm<Eigen::Infinity>() > most)
    return false;
  y = dy;
  return true;
}

bool RowProjection::stepToRows(const Iterate &at, Vector &dv) {
  dv.setZero(at.v.size());
  if (problem.m == 0)
    return true;
  if (!solve(Vector::Zero(problem.n), -at.r))
    return false;
  dv.head(problem.n) = dx;
  for (Index i = 0; i < problem.m; ++i)
    for (int32_t j = problem.rowStart[size_t(i)]; j < problem.rowStart[size_t(i) + 1]; ++j)
      dv[problem.n + j] = -problem.sign[j] * dy[i];
  return true;
}

} // namespace costate::rt
