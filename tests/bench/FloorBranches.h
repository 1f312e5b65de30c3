// The branch flows of AC optimal power flow by hand, for sines and cosines that are computed in place or in
// columns before (`Functions`).
#pragma once

#include "FloorKernels.h"
#include "FloorLuksanVlcek.h"

namespace costate::bench {

/// What the positions of a strip read through bus numbers.
struct Ends {
  alignas(64) double angle[strip], vi[strip], vj[strip];
};

/// Loads one by one: gathers of the processors at hand are slower.
template <class Functions>
__attribute__((noinline, optimize("no-tree-vectorize"))) void load(const Branches &net, const BranchPoint &at,
                                                                   long begin, long n, Ends &ends) {
  const int *from = net.from + begin, *to = net.to + begin;
  const double *va = at.va, *vm = at.vm, *shift = net.shift + begin;
  for (long l = 0; l < n; ++l) {
    ends.angle[l] = va[from[l]] - va[to[l]] - shift[l];
    ends.vi[l] = vm[from[l]];
    ends.vj[l] = vm[to[l]];
  }
}

/// Calls body(begin, n, ends, functions) for each strip.
template <class Functions, class Body>
void forBranchStrips(const Branches &net, const BranchPoint &at, Body body) {
  Ends ends;
  Functions functions;
  for (long begin = 0; begin < net.count; begin += strip) {
    long n = std::min(strip, net.count - begin);
    load<Functions>(net, at, begin, n, ends);
    functions.evaluate(n, ends.angle);
    body(begin, n, ends, functions);
  }
}

template <class Functions> void branchValues(const Branches &net, const BranchPoint &at, double *const c[4]) {
  forBranchStrips<Functions>(net, at, [&](long begin, long n, const Ends &ends, const Functions &functions) {
    const double *g = net.g + begin, *b = net.b + begin, *gff = net.gff + begin, *bff = net.bff + begin,
                 *gtt = net.gtt + begin, *btt = net.btt + begin;
    const double *pf = at.flows[0] + begin, *qf = at.flows[1] + begin, *pt = at.flows[2] + begin,
                 *qt = at.flows[3] + begin;
    double *c0 = c[0] + begin, *c1 = c[1] + begin, *c2 = c[2] + begin, *c3 = c[3] + begin;
#pragma GCC ivdep
    for (long l = 0; l < n; ++l) {
      double vi = ends.vi[l], vj = ends.vj[l], w = vi * vj;
      auto [s, k] = functions.at(l, ends.angle);
      double gk = g[l] * k, gs = g[l] * s, bk = b[l] * k, bs = b[l] * s;
      c0[l] = pf[l] - gff[l] * vi * vi + w * (gk + bs);
      c1[l] = qf[l] + bff[l] * vi * vi + w * (gs - bk);
      c2[l] = pt[l] - gtt[l] * vj * vj + w * (gk - bs);
      c3[l] = qt[l] + btt[l] * vj * vj - w * (gs + bk);
    }
  });
}

template <class Functions>
void branchJacobian(const Branches &net, const BranchPoint &at, double *const j[16]) {
  forBranchStrips<Functions>(net, at, [&](long begin, long n, const Ends &ends, const Functions &functions) {
    const double *g = net.g + begin, *b = net.b + begin, *gff = net.gff + begin, *bff = net.bff + begin,
                 *gtt = net.gtt + begin, *btt = net.btt + begin;
    double *o[16];
    for (int entry = 0; entry < 16; ++entry)
      o[entry] = j[entry] + begin;
#pragma GCC ivdep
    for (long l = 0; l < n; ++l) {
      double vi = ends.vi[l], vj = ends.vj[l], w = vi * vj;
      auto [s, k] = functions.at(l, ends.angle);
      double gk = g[l] * k, gs = g[l] * s, bk = b[l] * k, bs = b[l] * s;
      // Minus the flows are w times these, up to squares; each is, up to sign, the derivative of another by
      // the angle.
      double pf = gk + bs, qf = gs - bk, pt = gk - bs, qt = -gs - bk;
      double dpf = w * qf, dqf = w * pf, dpt = w * qt, dqt = w * pt;
      o[0][l] = vj * pf - 2 * gff[l] * vi, o[1][l] = vi * pf, o[2][l] = -dpf, o[3][l] = dpf;
      o[4][l] = vj * qf + 2 * bff[l] * vi, o[5][l] = vi * qf, o[6][l] = dqf, o[7][l] = -dqf;
      o[8][l] = vj * pt, o[9][l] = vi * pt - 2 * gtt[l] * vj, o[10][l] = dpt, o[11][l] = -dpt;
      o[12][l] = vj * qt, o[13][l] = vi * qt + 2 * btt[l] * vj, o[14][l] = -dqt, o[15][l] = dqt;
    }
  });
}

template <class Functions>
void branchHessian(const Branches &net, const BranchPoint &at, const double *const y[4],
                   double *const h[10]) {
  forBranchStrips<Functions>(net, at, [&](long begin, long n, const Ends &ends, const Functions &functions) {
    const double *g = net.g + begin, *b = net.b + begin, *gff = net.gff + begin, *bff = net.bff + begin,
                 *gtt = net.gtt + begin, *btt = net.btt + begin;
    const double *y0 = y[0] + begin, *y1 = y[1] + begin, *y2 = y[2] + begin, *y3 = y[3] + begin;
    double *o[10];
    for (int entry = 0; entry < 10; ++entry)
      o[entry] = h[entry] + begin;
#pragma GCC ivdep
    for (long l = 0; l < n; ++l) {
      double vi = ends.vi[l], vj = ends.vj[l], w = vi * vj;
      auto [s, k] = functions.at(l, ends.angle);
      // The weighted rows are w (u cos + z sin) up to squares.
      double u = g[l] * (y0[l] + y2[l]) - b[l] * (y1[l] + y3[l]);
      double z = b[l] * (y0[l] - y2[l]) + g[l] * (y1[l] - y3[l]);
      double m = u * k + z * s, dm = z * k - u * s, wm = w * m;
      o[0][l] = 2 * (y1[l] * bff[l] - y0[l] * gff[l]), o[1][l] = m,
      o[2][l] = 2 * (y3[l] * btt[l] - y2[l] * gtt[l]);
      o[3][l] = vj * dm, o[4][l] = -vj * dm, o[5][l] = vi * dm, o[6][l] = -vi * dm;
      o[7][l] = -wm, o[8][l] = wm, o[9][l] = -wm;
    }
  });
}

} // namespace costate::bench
