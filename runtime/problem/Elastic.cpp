#include "runtime/problem/Elastic.h"
#include "runtime/problem/Functions.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

} // namespace

ElasticProblem::ElasticProblem(const costate_problem_v1 &problem, const costate_instance *instance,
                               const std::vector<bool> &keep, double nearness)
    : WrappedProblem(problem, instance), nearness(nearness) {
  copyShape();
  listViolations(keep);
  for (size_t k = 0; k < violations.size(); ++k) {
    appendVariable(0, inf, 0);
    appendJacobian(violations[k].row, inner.n + int64_t(k));
  }
  for (int64_t j = 0; nearness > 0 && j < inner.n; ++j)
    appendHessian(j, j);
  finish();
}

void ElasticProblem::listViolations(const std::vector<bool> &keep) {
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

void ElasticProblem::addConstants(double *J) const {
  for (const Violation &violation : violations)
    *J++ = violation.isLower ? 1 : -1;
}

void ElasticProblem::addValues(const double *x, double *f, double *c) const {
  *f = 0;
  for (size_t k = 0; k < violations.size(); ++k) {
    double t = x[inner.n + int64_t(k)];
    *f += violations[k].price * t;
    c[violations[k].row] += violations[k].isLower ? t : -t;
  }
  for (int64_t j = 0; nearness > 0 && j < inner.n; ++j)
    *f += nearnessOf(j) / 2 * (x[j] - xStart[size_t(j)]) * (x[j] - xStart[size_t(j)]);
}

void ElasticProblem::addGradient(const double *x, double *g) const {
  for (int64_t j = 0; j < inner.n; ++j)
    g[j] = nearnessOf(j) * (x[j] - xStart[size_t(j)]);
  for (size_t k = 0; k < violations.size(); ++k)
    g[inner.n + int64_t(k)] = violations[k].price;
}

void ElasticProblem::addHessian(double sigma, double *H) const {
  for (int64_t j = 0; nearness > 0 && j < inner.n; ++j)
    H[j] = sigma * nearnessOf(j);
}

/// The second derivative of the last term by x_j.
double ElasticProblem::nearnessOf(int64_t j) const {
  double size = std::max(1.0, std::abs(xStart[size_t(j)]));
  return nearness / (size * size);
}

} // namespace costate::rt
