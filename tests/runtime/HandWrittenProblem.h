// hs71 written by hand in C++ against the ABI: what an author without the compiler would write.
#pragma once

#include "costate/rt/Abi.h"

#include <cmath>

namespace costate::rt::hand {

constexpr double inf = INFINITY;

/// min x0 x3 (x0 + x1 + x2) + x2,  x0 x1 x2 x3 >= productBound,  |x|^2 == 40,  1 <= x <= 5.
struct Hs71 {
  double xLower[4] = {1, 1, 1, 1}, xUpper[4] = {5, 5, 5, 5}, xStart[4] = {1, 5, 5, 1};
  double cLower[2] = {25, 40}, cUpper[2] = {inf, 40};
  int64_t jacRows[3] = {0, 4, 8};
  int32_t jacCols[8] = {0, 1, 2, 3, 0, 1, 2, 3};
  int64_t hessCols[5] = {0, 4, 7, 9, 10};
  int32_t hessRows[10] = {0, 1, 2, 3, 1, 2, 3, 2, 3, 3};

  static const Hs71 &of(const costate_instance *i) { return *reinterpret_cast<const Hs71 *>(i); }
  const costate_instance *handle() const { return reinterpret_cast<const costate_instance *>(this); }
};

inline int shape(const costate_instance *i, costate_shape *s) {
  const Hs71 &p = Hs71::of(i);
  *s = {4, 2, p.xLower, p.xUpper, p.xStart, p.cLower, p.cUpper, p.jacRows, p.jacCols, p.hessCols, p.hessRows};
  return COSTATE_OK;
}

inline int values(const costate_instance *, costate_work *, const double *x, double *f, double *c) {
  *f = x[0] * x[3] * (x[0] + x[1] + x[2]) + x[2];
  c[0] = x[0] * x[1] * x[2] * x[3];
  c[1] = x[0] * x[0] + x[1] * x[1] + x[2] * x[2] + x[3] * x[3];
  return COSTATE_OK;
}

inline int first(const costate_instance *, costate_work *, const double *x, double *g, double *J) {
  g[0] = x[3] * (2 * x[0] + x[1] + x[2]);
  g[1] = x[0] * x[3];
  g[2] = x[0] * x[3] + 1;
  g[3] = x[0] * (x[0] + x[1] + x[2]);
  J[0] = x[1] * x[2] * x[3], J[1] = x[0] * x[2] * x[3], J[2] = x[0] * x[1] * x[3], J[3] = x[0] * x[1] * x[2];
  for (int k = 0; k < 4; ++k)
    J[4 + k] = 2 * x[k];
  return COSTATE_OK;
}

inline int second(const costate_instance *i, costate_work *w, const double *x, double sigma, const double *y, double *g,
                  double *J, double *H) {
  first(i, w, x, g, J);
  H[0] = sigma * 2 * x[3] + 2 * y[1];
  H[1] = sigma * x[3] + y[0] * x[2] * x[3];
  H[2] = sigma * x[3] + y[0] * x[1] * x[3];
  H[3] = sigma * (2 * x[0] + x[1] + x[2]) + y[0] * x[1] * x[2];
  H[4] = 2 * y[1];
  H[5] = y[0] * x[0] * x[3];
  H[6] = sigma * x[0] + y[0] * x[0] * x[2];
  H[7] = 2 * y[1];
  H[8] = sigma * x[0] + y[0] * x[0] * x[1];
  H[9] = 2 * y[1];
  return COSTATE_OK;
}

inline costate_problem_v1 hs71Functions() {
  costate_problem_v1 p{};
  p.version = COSTATE_ABI_VERSION;
  p.size = sizeof p;
  p.shape = shape;
  p.values = values;
  p.first = first;
  p.second = second;
  return p;
}

} // namespace costate::rt::hand
