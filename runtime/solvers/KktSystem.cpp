// Structure, refill, solves with iterative refinement.
#include "runtime/solvers/KktSystem.h"
#include "runtime/report/Timer.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {

KktSystem::KktSystem(const ProblemShape &shape, const std::vector<bool> &isFixed,
                     const std::vector<bool> &isFree)
    : shape(shape), n(shape.n), m(shape.m), isFixed(isFixed), isFree(isFree) {
  Timer timer(factorSeconds);
  buildStructure();
  values.assign(rows.size(), 0);
  solution.resize(n + m), left.resize(n + m), best.resize(n + m);
  ldlt.analyze(n + m, starts, rows);
}

/// Columns of x: the diagonal, the rest of H, then J's rows; columns of y: the diagonal.
void KktSystem::buildStructure() {
  hessianSlots.assign(size_t(shape.hess_cols[n]), -1);
  jacobianSlots.assign(size_t(shape.jac_rows[m]), -1);
  std::vector<int64_t> next = countEntries(); // the next free place of every column
  rows.resize(size_t(starts.back()));
  for (Index j = 0; j < n + m; ++j) {
    diagonalSlots.push_back(next[size_t(j)]++);
    rows[size_t(diagonalSlots.back())] = int32_t(j);
  }
  auto place = [&](int32_t row, Index column) {
    rows[size_t(next[size_t(column)])] = row;
    return next[size_t(column)]++;
  };
  for (Index j = 0; j < n; ++j)
    for (int64_t p = shape.hess_cols[j]; p < shape.hess_cols[j + 1]; ++p)
      if (int32_t row = shape.hess_rows[p]; isKept(row, j))
        hessianSlots[size_t(p)] = row == j ? diagonalSlots[size_t(j)] : place(row, j);
  for (Index i = 0; i < m; ++i)
    for (int64_t p = shape.jac_rows[i]; p < shape.jac_rows[i + 1]; ++p)
      if (!isFree[size_t(i)] && !isFixed[size_t(shape.jac_cols[p])])
        jacobianSlots[size_t(p)] = place(int32_t(n + i), shape.jac_cols[p]);
}

/// Sets the starts of all columns and returns them.
std::vector<int64_t> KktSystem::countEntries() {
  starts.assign(size_t(n + m) + 1, 1);
  starts[0] = 0;
  for (Index j = 0; j < n; ++j)
    for (int64_t p = shape.hess_cols[j]; p < shape.hess_cols[j + 1]; ++p)
      starts[size_t(j) + 1] += shape.hess_rows[p] != j && isKept(shape.hess_rows[p], j);
  for (Index i = 0; i < m; ++i)
    for (int64_t p = shape.jac_rows[i]; p < shape.jac_rows[i + 1]; ++p)
      starts[size_t(shape.jac_cols[p]) + 1] += !isFree[size_t(i)] && !isFixed[size_t(shape.jac_cols[p])];
  for (size_t j = 0; j < size_t(n + m); ++j)
    starts[j + 1] += starts[j];
  return {starts.begin(), starts.end() - 1};
}

Inertia KktSystem::factorize(const double *H, const Vector &J, const Vector &a, const Vector &D) {
  Timer timer(factorSeconds);
  ++factorizations;
  std::fill(values.begin(), values.end(), 0.0);
  if (H)
    for (size_t p = 0; p < hessianSlots.size(); ++p)
      if (hessianSlots[p] >= 0)
        values[size_t(hessianSlots[p])] += H[p];
  for (size_t p = 0; p < jacobianSlots.size(); ++p)
    if (jacobianSlots[p] >= 0)
      values[size_t(jacobianSlots[p])] = J[Index(p)];
  for (Index j = 0; j < n; ++j)
    if (isFixed[size_t(j)])
      values[size_t(diagonalSlots[size_t(j)])] = 1;
    else
      values[size_t(diagonalSlots[size_t(j)])] += a[j];
  for (Index i = 0; i < m; ++i)
    values[size_t(diagonalSlots[size_t(n + i)])] = isFree[size_t(i)] ? -1 : -D[i];
  if (!ldlt.factorize(values.data()))
    return Inertia::Singular;
  if (lowRank)
    prepareLowRank();
  return ldlt.positivePivots() == n ? Inertia::Correct : Inertia::Wrong;
}

void KktSystem::prepareLowRank() {
  Z.setZero(n + m, lowRank->U.cols());
  Z.topRows(n) = lowRank->U;
  for (Index c = 0; c < Z.cols(); ++c)
    ldlt.solve(Z.col(c).data());
  core.compute(lowRank->W - lowRank->U.transpose() * Z.topRows(n));
}

/// With K = K0 - [U; 0] W^-1 [U; 0]':  K^-1 b = z + Z (W - U'Z)^-1 U'z,  z = K0^-1 b.
void KktSystem::solveFactored(double *b) {
  ldlt.solve(b);
  if (!lowRank)
    return;
  Eigen::Map<Vector> z(b, n + m);
  z += Z * core.solve(lowRank->U.transpose() * z.head(n)).eval();
}

void KktSystem::multiply(const Vector &J, const double *v, Vector &out) const {
  out.resize(m);
  for (Index i = 0; i < m; ++i) {
    double sum = 0;
    for (int64_t p = shape.jac_rows[i]; p < shape.jac_rows[i + 1]; ++p)
      sum += J[p] * v[shape.jac_cols[p]];
    out[i] = sum;
  }
}

void KktSystem::addTransposed(const Vector &J, const Vector &w, Vector &out) const {
  for (Index i = 0; i < m; ++i)
    for (int64_t p = shape.jac_rows[i]; p < shape.jac_rows[i + 1]; ++p)
      out[shape.jac_cols[p]] += J[p] * w[i];
}

void KktSystem::addHessianDiagonal(const double *H, Vector &out) const {
  for (Index j = 0; j < n; ++j)
    for (int64_t p = shape.hess_cols[j]; p < shape.hess_cols[j + 1]; ++p)
      if (shape.hess_rows[p] == j)
        out[j] += H[p];
}

/// left := (rx, ry) - K solution.
void KktSystem::residual(const double *H, const Vector &J, const Vector &a, const Vector &D, const Vector &rx,
                         const Vector &ry) {
  const double *dx = solution.data(), *dy = solution.data() + n;
  double *out = left.data();
  for (Index j = 0; j < n; ++j)
    out[j] = rx[j] - a[j] * dx[j];
  if (H)
    for (Index j = 0; j < n; ++j)
      for (int64_t p = shape.hess_cols[j]; p < shape.hess_cols[j + 1]; ++p) {
        int32_t i = shape.hess_rows[p];
        out[i] -= H[p] * dx[j];
        if (i != j)
          out[j] -= H[p] * dx[i];
      }
  if (lowRank)
    left.head(n) +=
        lowRank->U * lowRank->W.partialPivLu().solve(lowRank->U.transpose() * solution.head(n)).eval();
  for (Index i = 0; i < m; ++i) {
    double sum = ry[i] + D[i] * dy[i];
    for (int64_t p = shape.jac_rows[i]; p < shape.jac_rows[i + 1]; ++p) {
      sum -= J[p] * dx[shape.jac_cols[p]];
      out[shape.jac_cols[p]] -= J[p] * dy[i];
    }
    out[n + i] = isFree[size_t(i)] ? 0 : sum;
  }
  for (Index j = 0; j < n; ++j)
    if (isFixed[size_t(j)])
      out[j] = 0;
}

double KktSystem::residualSize(const Vector &D) const {
  double size = 0;
  for (Index j = 0; j < n; ++j)
    size = std::max(size, std::abs(left[j]));
  for (Index i = 0; i < m; ++i)
    size = std::max(size, std::abs(left[n + i]) / (1 + D[i]));
  return left.allFinite() ? size : std::numeric_limits<double>::infinity();
}

double KktSystem::equationsResidual(const Vector &D) const {
  double size = 0;
  for (Index i = 0; i < m; ++i)
    if (D[i] == 0)
      size = std::max(size, std::abs(left[n + i]));
  return size;
}

double KktSystem::solve(const double *H, const Vector &J, const Vector &a, const Vector &exactD,
                        const Vector &rx, const Vector &ry, Vector &dx, Vector &dy) {
  constexpr int most = 10;
  constexpr double enough = 1e-13, enoughRows = 1e-3, progress = 0.5;
  Timer timer(solveSeconds);
  solution.setZero();
  left << rx, ry;
  double scale = residualSize(exactD), last = std::numeric_limits<double>::infinity(), ratio = last;
  double wantedRows = enoughRows * equationsResidual(exactD), lastRows = last;
  for (int round = 0; round <= most; ++round) {
    best = solution;
    solveFactored(left.data());
    solution += left;
    residual(H, J, a, exactD, rx, ry);
    double size = residualSize(exactD), rowsNow = equationsResidual(exactD);
    // Equations are small beside the multipliers: they may still gain where the whole has no digits left.
    bool rowsGain = rowsNow > wantedRows && rowsNow < progress * lastRows && ratio <= enough;
    if (!(size < last) && !rowsGain) {
      solution = best;
      break;
    }
    rowsResidual = rowsNow;
    ratio = size / (scale + solution.lpNorm<Eigen::Infinity>() + std::numeric_limits<double>::min());
    bool isDone = ratio <= enough ? rowsNow <= wantedRows : round > 1 && size > progress * last;
    if (isDone || (round > 1 && ratio <= enough && !rowsGain))
      break;
    last = size, lastRows = rowsNow;
  }
  dx = solution.head(n);
  dy = solution.tail(m);
  return ratio;
}

} // namespace costate::rt
