// Luksan-Vlcek 5.1, chained Rosenbrock function with trigonometric-exponential constraints, of any size, with
// sparse derivatives by hand.
#pragma once

#include "costate/rt/Solve.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace costate::rt {

/// minimize  sum_(i=2..n) 100 (x_(i-1)^2 - x_i)^2 + (x_(i-1) - 1)^2   subject to, for i = 1..n-2,
/// 3 x_(i+1)^3 + 2 x_(i+2) - 5 + sin(x_(i+1) - x_(i+2)) sin(x_(i+1) + x_(i+2)) + 4 x_(i+1) - x_i exp(x_i -
/// x_(i+1)) - 3 = 0
class LuksanVlcek {
public:
  explicit LuksanVlcek(int64_t n) : n(n), m(n - 2), lower(n, -infinity), upper(n, infinity), zero(m, 0) {
    for (int64_t i = 0; i < n; ++i) {
      start.push_back(i % 2 == 0 ? -1.2 : 1);
      for (int64_t k = i; k < std::min(n, i + 2); ++k) // x_i x_(i+1) in f and in the constraints
        hessRows.push_back(int32_t(k)), hessCols.push_back(int32_t(i));
    }
    for (int64_t i = 0; i < m; ++i) {
      for (int64_t k = 0; k < 3; ++k)
        jacRows.push_back(int32_t(i)), jacCols.push_back(int32_t(i + k));
    }
    table.version = COSTATE_ABI_VERSION, table.size = sizeof table;
    table.shape = [](const costate_instance *self, costate_shape *shape) { return of(self).shape(*shape); };
    table.values = [](const costate_instance *self, costate_work *, const double *x, double *f, double *c) {
      return of(self).values(x, *f, c);
    };
    table.first = [](const costate_instance *self, costate_work *, const double *x, double *g, double *J) {
      return of(self).first(x, g, J);
    };
    table.second = [](const costate_instance *self, costate_work *, const double *x, double sigma,
                      const double *y, double *g, double *J, double *H) {
      of(self).first(x, g, J);
      return of(self).hessian(x, sigma, y, H);
    };
  }

  const costate_instance *instance() const { return reinterpret_cast<const costate_instance *>(this); }
  costate_problem_v1 table{};

private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();
  static const LuksanVlcek &of(const costate_instance *self) {
    return *reinterpret_cast<const LuksanVlcek *>(self);
  }

  int shape(costate_shape &out) const {
    out = {n,
           m,
           lower.data(),
           upper.data(),
           start.data(),
           zero.data(),
           zero.data(),
           int64_t(jacRows.size()),
           jacRows.data(),
           jacCols.data(),
           int64_t(hessRows.size()),
           hessRows.data(),
           hessCols.data()};
    return COSTATE_OK;
  }
  int values(const double *x, double &f, double *c) const {
    f = 0;
    for (int64_t i = 1; i < n; ++i) {
      double a = x[i - 1] * x[i - 1] - x[i], b = x[i - 1] - 1;
      f += 100 * a * a + b * b;
    }
    for (int64_t i = 0; i < m; ++i) {
      double p = x[i], q = x[i + 1], r = x[i + 2];
      c[i] = 3 * q * q * q + 2 * r - 5 + std::sin(q - r) * std::sin(q + r) + 4 * q - p * std::exp(p - q) - 3;
    }
    return COSTATE_OK;
  }
  int first(const double *x, double *g, double *J) const {
    std::fill_n(g, n, 0.0);
    for (int64_t i = 1; i < n; ++i) {
      double a = x[i - 1] * x[i - 1] - x[i];
      g[i - 1] += 400 * a * x[i - 1] + 2 * (x[i - 1] - 1);
      g[i] -= 200 * a;
    }
    for (int64_t i = 0; i < m; ++i) {
      double p = x[i], q = x[i + 1], r = x[i + 2], e = std::exp(p - q);
      J[3 * i] = -(1 + p) * e;
      J[3 * i + 1] = 9 * q * q + std::sin(2 * q) + 4 + p * e; // sin(q-r) sin(q+r) = sin(q)^2 - sin(r)^2
      J[3 * i + 2] = 2 - std::sin(2 * r);
    }
    return COSTATE_OK;
  }
  int hessian(const double *x, double sigma, const double *y, double *H) const {
    std::fill_n(H, hessRows.size(), 0.0); // entries 2i: (i, i), 2i+1: (i+1, i)
    for (int64_t i = 1; i < n; ++i) {
      double a = x[i - 1] * x[i - 1] - x[i];
      H[2 * (i - 1)] += sigma * (400 * a + 800 * x[i - 1] * x[i - 1] + 2);
      H[2 * (i - 1) + 1] -= sigma * 400 * x[i - 1];
      H[2 * i] += sigma * 200;
    }
    for (int64_t i = 0; i < m; ++i) {
      double p = x[i], q = x[i + 1], r = x[i + 2], e = std::exp(p - q);
      H[2 * i] -= y[i] * (2 + p) * e;
      H[2 * i + 1] += y[i] * (1 + p) * e;
      H[2 * (i + 1)] += y[i] * (18 * q + 2 * std::cos(2 * q) - p * e);
      H[2 * (i + 2)] -= y[i] * 2 * std::cos(2 * r);
    }
    return COSTATE_OK;
  }

  int64_t n, m;
  std::vector<double> lower, upper, zero, start;
  std::vector<int32_t> jacRows, jacCols, hessRows, hessCols;
};

} // namespace costate::rt
