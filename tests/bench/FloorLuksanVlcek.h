// Luksan-Vlcek 5.1 by hand, for functions that are computed in place or in columns before (`Functions`).
#pragma once

#include "FloorFunctions.h"

#include <algorithm>

namespace costate::bench {

/// Positions whose columns of function values stay in the first-level cache: five take 20 KB.
constexpr long strip = 512;

struct LvFunctions {
  SinCos p, q; // of b - d, b + d
  double e;    // exp(a - b)
};

/// Calls body(begin, n, functions) for each strip. functions.at(i, a) gives the function values of position i
/// of it, where a begins at the strip's first variable.
template <class Functions, bool hasCosines, class Body> void forLvStrips(long m, const double *x, Body body) {
  Functions functions;
  for (long begin = 0; begin < m; begin += strip) {
    long n = std::min(strip, m - begin);
    functions.template evaluate<hasCosines>(n, x + begin);
    body(begin, n, functions);
  }
}

template <class Functions> void lvValues(long m, const double *x, double *const c[1]) {
  forLvStrips<Functions, false>(m, x, [=](long begin, long n, const Functions &functions) {
    const double *a = x + begin, *b = a + 1, *d = a + 2;
    double *out = c[0] + begin;
#pragma GCC ivdep
    for (long i = 0; i < n; ++i) {
      LvFunctions f = functions.at(i, a);
      out[i] = 3 * b[i] * b[i] * b[i] + 2 * d[i] - 8 + f.p.sin * f.q.sin + 4 * b[i] - a[i] * f.e;
    }
  });
}

template <class Functions> void lvJacobian(long m, const double *x, double *const j[3]) {
  forLvStrips<Functions, true>(m, x, [=](long begin, long n, const Functions &functions) {
    const double *a = x + begin, *b = a + 1;
    double *ja = j[0] + begin, *jb = j[1] + begin, *jd = j[2] + begin;
#pragma GCC ivdep
    for (long i = 0; i < n; ++i) {
      LvFunctions f = functions.at(i, a);
      double ae = a[i] * f.e, sc = f.p.sin * f.q.cos, cs = f.p.cos * f.q.sin;
      ja[i] = -f.e - ae;
      jb[i] = 9 * b[i] * b[i] + 4 + cs + sc + ae;
      jd[i] = 2 - cs + sc;
    }
  });
}

template <class Functions> void lvHessian(long m, const double *x, const double *y, double *const h[4]) {
  forLvStrips<Functions, true>(m, x, [=](long begin, long n, const Functions &functions) {
    const double *a = x + begin, *b = a + 1, *w = y + begin;
    double *aa = h[0] + begin, *ab = h[1] + begin, *bb = h[2] + begin, *dd = h[3] + begin;
#pragma GCC ivdep
    for (long i = 0; i < n; ++i) {
      LvFunctions f = functions.at(i, a);
      double ae = a[i] * f.e, ss = f.p.sin * f.q.sin, cc = f.p.cos * f.q.cos;
      aa[i] = -w[i] * (2 * f.e + ae);
      ab[i] = w[i] * (f.e + ae);
      bb[i] = w[i] * (18 * b[i] + 2 * (cc - ss) - ae);
      dd[i] = -2 * w[i] * (ss + cc);
    }
  });
}

} // namespace costate::bench
