// The original problem's functions with violations appended to its variables.
#include "runtime/problem/Elastic.h"
#include "runtime/problem/Functions.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

const ElasticProblem &self(const costate_instance *instance) {
  return *reinterpret_cast<const ElasticProblem *>(instance);
}

} // namespace

ElasticProblem::ElasticProblem(const costate_problem_v1 &problem, const costate_instance *instance,
                               const std::vector<bool> &keep, double nearness)
    : nearness(nearness), original(problem), instance(instance) {
  original.shape(instance, &inner);
  listViolations(keep);
  size_t size = size_t(inner.n) + violations.size();
  xLower.assign(inner.x_lower, inner.x_lower + inner.n), xLower.resize(size, 0);
  xUpper.assign(inner.x_upper, inner.x_upper + inner.n), xUpper.resize(size, inf);
  xStart.assign(inner.x_start, inner.x_start + inner.n), xStart.resize(size, 0);
  jacRows.assign(inner.jac_rows, inner.jac_rows + inner.jac_entries);
  jacCols.assign(inner.jac_cols, inner.jac_cols + inner.jac_entries);
  for (size_t k = 0; k < violations.size(); ++k)
    jacRows.push_back(violations[k].row), jacCols.push_back(int32_t(inner.n + int64_t(k)));
  hessRows.assign(inner.hess_rows, inner.hess_rows + inner.hess_entries);
  hessCols.assign(inner.hess_cols, inner.hess_cols + inner.hess_entries);
  for (int64_t j = 0; nearness > 0 && j < inner.n; ++j)
    hessRows.push_back(int32_t(j)), hessCols.push_back(int32_t(j));
  outer = inner;
  outer.n = int64_t(size);
  outer.x_lower = xLower.data(), outer.x_upper = xUpper.data(), outer.x_start = xStart.data();
  outer.c_lower = cLower.data(), outer.c_upper = cUpper.data();
  outer.jac_entries += int64_t(violations.size()), outer.jac_constant += int64_t(violations.size());
  outer.jac_rows = jacRows.data(), outer.jac_cols = jacCols.data();
  outer.hess_entries = int64_t(hessRows.size());
  outer.hess_constant += outer.hess_entries - inner.hess_entries;
  outer.hess_rows = hessRows.data(), outer.hess_cols = hessCols.data();
  fillTable();
}

void ElasticProblem::listViolations(const std::vector<bool> &keep) {
  cLower.assign(inner.c_lower, inner.c_lower + inner.m);
  cUpper.assign(inner.c_upper, inner.c_upper + inner.m);
  for (int64_t i = 0; i < inner.m; ++i) {
    if (!keep[size_t(i)])
      cLower[size_t(i)] = -inf, cUpper[size_t(i)] = inf;
    if (std::isfinite(cLower[size_t(i)]))
      violations.push_back({int32_t(i), true});
    if (std::isfinite(cUpper[size_t(i)]))
      violations.push_back({int32_t(i), false});
  }
}

void ElasticProblem::startAt(const std::vector<double> &x) {
  std::copy(x.begin(), x.end(), xStart.begin());
  Vector c = Vector::Zero(inner.m);
  Functions(original, instance).unscaledRows(x.data(), c);
  for (size_t k = 0; k < violations.size(); ++k) {
    size_t i = size_t(violations[k].row);
    double needed = violations[k].isLower ? cLower[i] - c[Eigen::Index(i)] : c[Eigen::Index(i)] - cUpper[i];
    xStart[size_t(inner.n) + k] = needed > 0 ? needed : 0;
  }
}

void ElasticProblem::fillTable() {
  table.version = COSTATE_ABI_VERSION;
  table.size = sizeof table;
  table.shape = [](const costate_instance *i, costate_shape *out) {
    *out = self(i).outer;
    return int(COSTATE_OK);
  };
  if (original.work)
    table.work = [](const costate_instance *i) { return self(i).original.work(self(i).instance); };
  table.release_work = original.release_work;
  table.constants = [](const costate_instance *i, double *J) { return self(i).constants(J); };
  table.values = [](const costate_instance *i, costate_work *work, const double *x, double *f, double *c) {
    return self(i).values(work, x, f, c);
  };
  table.first = [](const costate_instance *i, costate_work *work, const double *x, double *g, double *J) {
    int code = self(i).original.first(self(i).instance, work, x, g, J);
    self(i).gradient(x, g);
    return code;
  };
  if (original.second)
    table.second = [](const costate_instance *i, costate_work *work, const double *x, double sigma,
                      const double *y, double *g, double *J, double *H) {
      const ElasticProblem &p = self(i);
      int code = p.original.second(p.instance, work, x, 0, y, g, J, H);
      p.gradient(x, g);
      for (int64_t j = 0; p.nearness > 0 && j < p.inner.n; ++j)
        H[p.inner.hess_entries + j] = sigma * p.nearnessOf(j);
      return code;
    };
}

int ElasticProblem::constants(double *J) const {
  int code = original.constants ? original.constants(instance, J) : int(COSTATE_OK);
  for (size_t k = 0; k < violations.size(); ++k)
    J[inner.jac_entries + int64_t(k)] = violations[k].isLower ? 1 : -1;
  return code;
}

int ElasticProblem::values(costate_work *work, const double *x, double *f, double *c) const {
  int code = original.values(instance, work, x, f, c);
  *f = 0;
  for (size_t k = 0; k < violations.size(); ++k) {
    double t = x[inner.n + int64_t(k)];
    *f += violations[k].price * t;
    c[violations[k].row] += violations[k].isLower ? t : -t;
  }
  for (int64_t j = 0; nearness > 0 && j < inner.n; ++j)
    *f += nearnessOf(j) / 2 * (x[j] - xStart[size_t(j)]) * (x[j] - xStart[size_t(j)]);
  return code;
}

void ElasticProblem::gradient(const double *x, double *g) const {
  for (int64_t j = 0; j < inner.n; ++j)
    g[j] = nearnessOf(j) * (x[j] - xStart[size_t(j)]);
  for (size_t k = 0; k < violations.size(); ++k)
    g[inner.n + int64_t(k)] = violations[k].price;
}

/// The second derivative of the last term by x_j.
double ElasticProblem::nearnessOf(int64_t j) const {
  double size = std::max(1.0, std::abs(xStart[size_t(j)]));
  return nearness / (size * size);
}

} // namespace costate::rt
