// The relaxed problem: every row gets the violations p and n beside its slack.
#include "runtime/solvers/Restoration.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double rho = violationWeight;
constexpr double inf = std::numeric_limits<double>::infinity();

} // namespace

RestorationProblem::RestorationProblem(StandardForm &original, const Vector &reference)
    : original(original), reference(reference.head(original.n)) {
  n = original.n, m = original.m;
  target = original.target, isFixed = original.isFixed, isFree = original.isFree;
  weights = this->reference.unaryExpr([](double x) { return 1 / std::max(1.0, x * x); });
  for (Index j = 0; j < n; ++j)
    if (isFixed[size_t(j)])
      weights[j] = 0;
  rowStart.assign(1, 0);
  for (Index i = 0; i < m; ++i) {
    int32_t slacks = original.rowStart[size_t(i) + 1] - original.rowStart[size_t(i)];
    rowStart.push_back(rowStart.back() + (isFree[size_t(i)] ? 0 : slacks + 2));
  }
  Index size = rowStart.back();
  cost = Vector::Constant(size, rho), sign = Vector::Constant(size, -1);
  lower = Vector::Zero(n + size), upper = Vector::Constant(n + size, inf);
  lower.head(n) = original.lower.head(n), upper.head(n) = original.upper.head(n);
  for (Index i = 0; i < m; ++i) {
    int32_t begin = rowStart[size_t(i)], end = rowStart[size_t(i) + 1];
    if (begin == end)
      continue;
    sign[end - 1] = 1; // order within a row: slack if any, p, n
    if (end - begin < 3)
      continue;
    cost[begin] = 0;
    lower[n + begin] = original.lower[n + original.rowStart[size_t(i)]];
    upper[n + begin] = original.upper[n + original.rowStart[size_t(i)]];
  }
  listBounds();
}

bool RestorationProblem::values(const double *x, double &f, Vector &c) {
  if (!original.values(x, objective, c))
    return false;
  f = 0;
  for (Index j = 0; j < n; ++j)
    f += weights[j] * (x[j] - reference[j]) * (x[j] - reference[j]);
  f *= zeta / 2;
  return true;
}

bool RestorationProblem::derivatives(const double *x, const Vector &y, Derivatives &out) {
  if (!original.derivatives(x, 0, y, out))
    return false;
  for (Index j = 0; j < n; ++j)
    out.g[j] = zeta * weights[j] * (x[j] - reference[j]);
  out.diagonal = zeta * weights;
  return true;
}

bool RestorationProblem::setBarrier(double mu) {
  zeta = std::sqrt(mu);
  return true;
}

Iterate RestorationProblem::start(const Iterate &from, double mu) const {
  Iterate at;
  Index size = n + k();
  at.v = Vector::Zero(size), at.zl = Vector::Zero(size), at.zu = Vector::Zero(size), at.y = Vector::Zero(m);
  at.c = from.c;
  at.v.head(n) = from.v.head(n);
  auto copyMultipliers = [&](Index into, Index source) {
    at.zl[into] = std::min(rho, from.zl[source]);
    at.zu[into] = std::min(rho, from.zu[source]);
  };
  for (Index j = 0; j < n; ++j)
    copyMultipliers(j, j);
  for (Index i = 0; i < m; ++i)
    if (rowStart[size_t(i) + 1] - rowStart[size_t(i)] == 3) {
      at.v[n + rowStart[size_t(i)]] = from.v[n + original.rowStart[size_t(i)]];
      copyMultipliers(n + rowStart[size_t(i)], n + original.rowStart[size_t(i)]);
    }
  chooseViolations(mu, at);
  return at;
}

void RestorationProblem::chooseViolations(double mu, Iterate &at) const {
  for (Index i = 0; i < m; ++i) {
    int32_t begin = rowStart[size_t(i)], end = rowStart[size_t(i) + 1];
    if (begin == end)
      continue;
    double r = at.c[i] - target[i] - (end - begin == 3 ? at.v[n + begin] : 0);
    double half = (mu - rho * r) / (2 * rho);
    double &p = at.v[n + end - 2], &q = at.v[n + end - 1]; // q: the paper's n
    q = half + std::sqrt(half * half + mu * r / (2 * rho));
    p = r + q;
    if (!(q > 0) || !(p > 0)) { // rounding of a large residual
      double least = mu / (2 * rho);
      q = std::max(-r, 0.0) + least;
      p = std::max(r, 0.0) + least;
    }
    at.zl[n + end - 2] = mu / p;
    at.zl[n + end - 1] = mu / q;
  }
  residual(at.v.data() + n, at.c, at.r);
}

Vector RestorationProblem::originalVariables(const Vector &v) const {
  Vector result(n + original.k());
  result.head(n) = v.head(n);
  for (Index i = 0; i < m; ++i)
    if (rowStart[size_t(i) + 1] - rowStart[size_t(i)] == 3)
      result[n + original.rowStart[size_t(i)]] = v[n + rowStart[size_t(i)]];
  return result;
}

} // namespace costate::rt
