// Constructions backward from the outcome, and the table.
#include "tests/runtime/RandomQuadratic.h"

#include <algorithm>
#include <limits>

namespace costate::rt {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

const RandomQuadratic &of(const costate_instance *self) {
  return *reinterpret_cast<const RandomQuadratic *>(self);
}

} // namespace

RandomQuadratic::RandomQuadratic(unsigned seed) : random(seed) {
  n = 1 + Eigen::Index(uniform(0, 12)), m = Eigen::Index(uniform(0, 10));
  outcome = Outcome(std::min(2, int(uniform(0, 5)) / 2)); // two of five, two of five, one of five
  isDegenerate = chance(0.5);
  if (outcome == Outcome::Infeasible)
    m = std::max<Eigen::Index>(m, 1);
  Eigen::Index rank = chance(0.4) ? 0 : Eigen::Index(uniform(0, double(n) + 1));
  Eigen::MatrixXd root(rank, n);
  for (double &entry : root.reshaped())
    entry = chance(0.6) ? uniform(-1, 1) : 0;
  J.resize(m, n);
  for (double &entry : J.reshaped())
    entry = chance(0.6) ? uniform(-2, 2) : 0;
  xLower = Eigen::VectorXd::Constant(n, -infinity), xUpper = Eigen::VectorXd::Constant(n, infinity);
  cLower = Eigen::VectorXd::Constant(m, -infinity), cUpper = Eigen::VectorXd::Constant(m, infinity);
  start = vector(n);
  H = root.transpose() * root;
  if (outcome == Outcome::Optimal)
    chooseSolution();
  else if (outcome == Outcome::Infeasible)
    chooseContradiction();
  else
    chooseRay();
  fillTable();
}

double RandomQuadratic::uniform(double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(random);
}

Eigen::VectorXd RandomQuadratic::vector(Eigen::Index size) {
  Eigen::VectorXd v(size);
  for (double &entry : v)
    entry = uniform(-3, 3);
  return v;
}

/// Bounds around a value that holds them: none, one that is not active, one that is, equal ones. Returns a
/// multiplier of the right sign for what is active, 0 at random where the problem is to be degenerate.
double RandomQuadratic::around(double value, Eigen::VectorXd &lower, Eigen::VectorXd &upper, Eigen::Index k) {
  double size = isDegenerate && chance(0.5) ? 0 : uniform(0.1, 2), kind = uniform(0, 1);
  if (kind < 0.15)
    return 0;
  if (kind < 0.3) {
    lower[k] = upper[k] = value;
    return chance(0.5) ? size : -size;
  }
  bool isBelow = chance(0.5), isActive = chance(0.5);
  double distance = isActive ? 0 : uniform(0.1, 3);
  (isBelow ? lower : upper)[k] = isBelow ? value - distance : value + distance;
  if (chance(0.3))
    (isBelow ? upper : lower)[k] = isBelow ? value + uniform(0.1, 3) : value - uniform(0.1, 3);
  return !isActive ? 0 : isBelow ? size : -size;
}

/// Bounds that a value meets with room to spare.
void RandomQuadratic::loosely(double value, Eigen::VectorXd &lower, Eigen::VectorXd &upper, Eigen::Index k) {
  if (chance(0.6))
    lower[k] = value - uniform(0.1, 3);
  if (chance(0.6))
    upper[k] = value + uniform(0.1, 3);
}

/// At x the gradient of f is J'y + z: g := J'y + z - H x.
void RandomQuadratic::chooseSolution() {
  Eigen::VectorXd x = vector(n), y = Eigen::VectorXd::Zero(m), z = Eigen::VectorXd::Zero(n);
  if (isDegenerate && m > 1)
    J.row(m - 1) = J.row(0) * (chance(0.5) ? 1 : -2); // dependent rows
  Eigen::VectorXd c = J * x;
  for (Eigen::Index i = 0; i < m; ++i)
    y[i] = around(c[i], cLower, cUpper, i);
  for (Eigen::Index j = 0; j < n; ++j)
    z[j] = around(x[j], xLower, xUpper, j);
  g = J.transpose() * y + z - H * x;
  objective = 0.5 * x.dot(H * x) + g.dot(x);
}

/// With y'J + z' = 0, and bounds where these multipliers push: y'c_bound + z'x_bound > 0 contradicts
/// y'c + z'x = 0. The last row completes the combination.
void RandomQuadratic::chooseContradiction() {
  Eigen::VectorXd x = vector(n), y = vector(m), z = vector(n);
  for (Eigen::Index j = 0; j < n; ++j)
    z[j] = chance(0.5) ? 0 : z[j];
  y[m - 1] = 1;
  J.row(m - 1) = -(J.topRows(m - 1).transpose() * y.head(m - 1) + z).transpose();
  Eigen::VectorXd c = J * x;
  for (Eigen::Index i = 0; i < m; ++i)
    if (chance(0.3))
      cLower[i] = cUpper[i] = c[i];
    else
      (y[i] > 0 ? cLower : cUpper)[i] = c[i];
  for (Eigen::Index j = 0; j < n; ++j)
    if (z[j] != 0)
      (z[j] > 0 ? xLower : xUpper)[j] = x[j];
  double gap = uniform(0.1, 2);
  cLower[m - 1] += gap;
  if (std::isfinite(cUpper[m - 1]))
    cUpper[m - 1] += gap;
  g = vector(n);
}

/// From a feasible point along d: H d = 0, g'd = -1, rows and variables with a bound on that side stay put or
/// move away from it.
void RandomQuadratic::chooseRay() {
  Eigen::VectorXd x = vector(n), d = vector(n);
  d /= d.norm();
  Eigen::MatrixXd root(n, n);
  for (double &entry : root.reshaped())
    entry = uniform(-1, 1);
  root -= root * d * d.transpose();
  Eigen::Index rank = Eigen::Index(uniform(0, double(n)));
  H = root.topRows(rank).transpose() * root.topRows(rank);
  g = vector(n);
  g -= (g.dot(d) + 1) * d;
  for (Eigen::Index j = 0; j < n; ++j)
    if (chance(0.5))
      d[j] > 0 ? xLower[j] = x[j] - uniform(0, 2) : xUpper[j] = x[j] + uniform(0, 2);
  for (Eigen::Index i = 0; i < m; ++i) {
    double along = J.row(i).dot(d);
    if (chance(0.4)) {
      J.row(i) -= along * d.transpose();
      loosely(J.row(i).dot(x), cLower, cUpper, i);
      if (chance(0.3))
        cLower[i] = cUpper[i] = J.row(i).dot(x);
    } else {
      along > 0 ? cLower[i] = J.row(i).dot(x) - uniform(0, 2) : cUpper[i] = J.row(i).dot(x) + uniform(0, 2);
    }
  }
}

void RandomQuadratic::fillTable() {
  for (Eigen::Index i = 0; i < m; ++i)
    for (Eigen::Index j = 0; j < n; ++j)
      if (J(i, j) != 0)
        jacRows.push_back(int32_t(i)), jacCols.push_back(int32_t(j)), entries.push_back(J(i, j));
  for (Eigen::Index j = 0; j < n; ++j)
    for (Eigen::Index i = j; i < n; ++i)
      if (H(i, j) != 0)
        hessRows.push_back(int32_t(i)), hessCols.push_back(int32_t(j));
  int64_t numJacobian = int64_t(entries.size()), numHessian = int64_t(hessRows.size());
  form = {n,
          m,
          xLower.data(),
          xUpper.data(),
          start.data(),
          cLower.data(),
          cUpper.data(),
          numJacobian,
          jacRows.data(),
          jacCols.data(),
          numHessian,
          hessRows.data(),
          hessCols.data(),
          numJacobian,
          numHessian};
  table.version = COSTATE_ABI_VERSION, table.size = sizeof table;
  table.shape = [](const costate_instance *self, costate_shape *out) { return *out = of(self).form, 0; };
  table.constants = [](const costate_instance *self, double *entries) {
    return std::copy(of(self).entries.begin(), of(self).entries.end(), entries), 0;
  };
  table.values = [](const costate_instance *self, costate_work *, const double *x, double *f, double *c) {
    const RandomQuadratic &q = of(self);
    Eigen::Map<const Eigen::VectorXd> at(x, q.n);
    *f = 0.5 * at.dot(q.H * at) + q.g.dot(at);
    Eigen::Map<Eigen::VectorXd>(c, q.m) = q.J * at;
    return 0;
  };
  table.first = [](const costate_instance *self, costate_work *, const double *x, double *g, double *) {
    const RandomQuadratic &q = of(self);
    Eigen::Map<Eigen::VectorXd>(g, q.n) = q.H * Eigen::Map<const Eigen::VectorXd>(x, q.n) + q.g;
    return 0;
  };
  table.second = [](const costate_instance *self, costate_work *, const double *x, double sigma,
                    const double *, double *g, double *, double *H) {
    const RandomQuadratic &q = of(self);
    Eigen::Map<Eigen::VectorXd>(g, q.n) = q.H * Eigen::Map<const Eigen::VectorXd>(x, q.n) + q.g;
    for (size_t e = 0; e < q.hessRows.size(); ++e)
      H[e] = sigma * q.H(q.hessRows[e], q.hessCols[e]);
    return 0;
  };
}

Result RandomQuadratic::solve(const InteriorPointOptions &options, const Observer &observer) const {
  return rt::solve(table, reinterpret_cast<const costate_instance *>(this), nullptr, options, observer);
}

} // namespace costate::rt
