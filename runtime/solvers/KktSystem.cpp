// Static structure with slots; values are refreshed without allocation.
#include "runtime/solvers/KktSystem.h"

#include <chrono>

namespace costate::rt {

KktSystem::KktSystem(const costate_shape &shape, std::vector<bool> fixed, std::vector<bool> freeRows)
    : shape(shape), isFixed(std::move(fixed)), isFree(std::move(freeRows)) {
  int64_t n = shape.n, m = shape.m, order = n + m;
  std::vector<Eigen::Triplet<double>> entries;
  for (int64_t k = 0; k < order; ++k)
    entries.emplace_back(int(k), int(k), 1.0);
  auto useH = [&](int64_t j, int64_t k) { return !isFixed[size_t(j)] && !isFixed[size_t(shape.hess_rows[k])]; };
  auto useJ = [&](int64_t i, int64_t k) { return !isFree[size_t(i)] && !isFixed[size_t(shape.jac_cols[k])]; };
  for (int64_t j = 0; j < n; ++j)
    for (int64_t k = shape.hess_cols[j]; k < shape.hess_cols[j + 1]; ++k)
      if (useH(j, k))
        entries.emplace_back(shape.hess_rows[k], int(j), 1.0);
  for (int64_t i = 0; i < m; ++i)
    for (int64_t k = shape.jac_rows[i]; k < shape.jac_rows[i + 1]; ++k)
      if (useJ(i, k))
        entries.emplace_back(int(n + i), shape.jac_cols[k], 1.0);
  matrix.resize(order, order);
  matrix.setFromTriplets(entries.begin(), entries.end());
  matrix.makeCompressed();
  auto slot = [&](int64_t row, int64_t column) {
    const int *begin = matrix.innerIndexPtr() + matrix.outerIndexPtr()[column];
    const int *end = matrix.innerIndexPtr() + matrix.outerIndexPtr()[column + 1];
    return int64_t(std::lower_bound(begin, end, int(row)) - matrix.innerIndexPtr());
  };
  for (int64_t j = 0; j < n; ++j)
    for (int64_t k = shape.hess_cols[j]; k < shape.hess_cols[j + 1]; ++k)
      hessianSlots.push_back(useH(j, k) ? slot(shape.hess_rows[k], j) : -1);
  for (int64_t i = 0; i < m; ++i)
    for (int64_t k = shape.jac_rows[i]; k < shape.jac_rows[i + 1]; ++k)
      jacobianSlots.push_back(useJ(i, k) ? slot(n + i, shape.jac_cols[k]) : -1);
  for (int64_t k = 0; k < order; ++k)
    diagonalSlots.push_back(slot(k, k));
  ldlt.analyze(matrix);
}

bool KktSystem::factorize(const Vector &H, const Vector &J, const Vector &diagonal, const Vector &d) {
  auto start = std::chrono::steady_clock::now();
  double *values = matrix.valuePtr();
  std::fill(values, values + matrix.nonZeros(), 0.0);
  for (int64_t j = 0; j < shape.n; ++j)
    values[diagonalSlots[size_t(j)]] = isFixed[size_t(j)] ? 1 : diagonal[j];
  for (int64_t i = 0; i < shape.m; ++i)
    values[diagonalSlots[size_t(shape.n + i)]] = isFree[size_t(i)] ? -1 : -d[i];
  for (size_t k = 0; k < hessianSlots.size(); ++k)
    if (hessianSlots[k] >= 0)
      values[hessianSlots[k]] += H[int64_t(k)];
  for (size_t k = 0; k < jacobianSlots.size(); ++k)
    if (jacobianSlots[k] >= 0)
      values[jacobianSlots[k]] = J[int64_t(k)];
  bool good = ldlt.factorize(matrix);
  wasSingular = !good;
  seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return good && ldlt.positivePivots() == shape.n;
}

void KktSystem::multiplyH(const Vector &H, const Vector &v, Vector &out) const {
  out.setZero();
  for (int64_t j = 0; j < shape.n; ++j)
    for (int64_t k = shape.hess_cols[j]; k < shape.hess_cols[j + 1]; ++k) {
      if (hessianSlots[size_t(k)] < 0)
        continue;
      int64_t i = shape.hess_rows[k];
      out[i] += H[k] * v[j];
      if (i != j)
        out[j] += H[k] * v[i];
    }
}

void KktSystem::multiplyJ(const Vector &J, const Vector &v, Vector &out) const {
  out.setZero();
  for (int64_t i = 0; i < shape.m; ++i)
    for (int64_t k = shape.jac_rows[i]; k < shape.jac_rows[i + 1]; ++k)
      if (jacobianSlots[size_t(k)] >= 0)
        out[i] += J[k] * v[shape.jac_cols[k]];
}

void KktSystem::multiplyJt(const Vector &J, const Vector &w, Vector &out) const {
  out.setZero();
  for (int64_t i = 0; i < shape.m; ++i)
    for (int64_t k = shape.jac_rows[i]; k < shape.jac_rows[i + 1]; ++k)
      if (jacobianSlots[size_t(k)] >= 0)
        out[shape.jac_cols[k]] += J[k] * w[i];
}

bool KktSystem::solve(const Vector &rx, const Vector &ry, const Vector &H, const Vector &J,
                      const Vector &exactDiagonal, const Vector &exactD, Vector &dx, Vector &dy) {
  auto start = std::chrono::steady_clock::now();
  int64_t n = shape.n, m = shape.m;
  Vector b(n + m), residual(n + m), best, x, Hx(n), Jx(m), Jty(n);
  b << rx, ry;
  for (int64_t j = 0; j < n; ++j)
    if (isFixed[size_t(j)])
      b[j] = 0;
  for (int64_t i = 0; i < m; ++i)
    if (isFree[size_t(i)])
      b[n + i] = 0;
  x = ldlt.solve(b);
  double scale = b.lpNorm<Eigen::Infinity>(), last = std::numeric_limits<double>::infinity();
  constexpr int refinements = 6;
  for (int k = 0; k <= refinements && x.allFinite(); ++k) {
    Vector xx = x.head(n), xy = x.tail(m);
    multiplyH(H, xx, Hx);
    multiplyJ(J, xx, Jx);
    multiplyJt(J, xy, Jty);
    residual.head(n) = b.head(n) - Hx - Jty - (exactDiagonal.array() * xx.array()).matrix();
    residual.tail(m) = b.tail(m) - Jx + (exactD.array() * xy.array()).matrix();
    for (int64_t j = 0; j < n; ++j)
      if (isFixed[size_t(j)])
        residual[j] = b[j] - x[j];
    for (int64_t i = 0; i < m; ++i)
      if (isFree[size_t(i)])
        residual[n + i] = b[n + i] + x[n + i];
    double error = residual.lpNorm<Eigen::Infinity>();
    if (!(error < last)) { // refinement does not help (dependent rows): the regularized solution stands
      x = best;
      break;
    }
    best = x;
    bool enough = error <= 1e-13 * (scale + x.lpNorm<Eigen::Infinity>());
    if (enough || error > 0.5 * last)
      break;
    last = error;
    x += ldlt.solve(residual);
  }
  if (!x.allFinite() && best.size())
    x = best;
  seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (x.size() == 0 || !x.allFinite())
    return false;
  dx = x.head(n);
  dy = x.tail(m);
  return true;
}

} // namespace costate::rt
