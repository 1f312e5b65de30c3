// Kernels with functions as plain arithmetic in the loop. Compiled with -ffp-contract=fast, but not with
// -ffast-math, which would undo the exact argument reduction.
#include "FloorBranches.h"

namespace costate::bench {

namespace {

struct LvInPlace {
  template <bool hasCosines> void evaluate(long, const double *) {}
  LvFunctions at(long i, const double *a) const {
    return {sinCos(a[i + 1] - a[i + 2]), sinCos(a[i + 1] + a[i + 2]), exponential(a[i] - a[i + 1])};
  }
};

struct AngleInPlace {
  void evaluate(long, const double *) {}
  SinCos at(long l, const double *angle) const { return sinCos(angle[l]); }
};

} // namespace

const Kernels inlineKernels{"functions inline",         lvValues<LvInPlace>,
                            lvJacobian<LvInPlace>,      lvHessian<LvInPlace>,
                            branchValues<AngleInPlace>, branchJacobian<AngleInPlace>,
                            branchHessian<AngleInPlace>};

void lvObjectiveTerms(long m, const double *__restrict x, double *const f[1]) {
  double *__restrict out = f[0];
  for (long k = 0; k < m; ++k) {
    double r = x[k] * x[k] - x[k + 1], s = x[k] - 1;
    out[k] = 100 * r * r + s * s;
  }
}

void lvObjectiveGradient(long m, const double *__restrict x, double *const g[2]) {
  double *__restrict a = g[0], *__restrict b = g[1];
  for (long k = 0; k < m; ++k) {
    double r = 200 * (x[k] * x[k] - x[k + 1]);
    a[k] = 2 * x[k] * r + 2 * (x[k] - 1);
    b[k] = -r;
  }
}

void lvObjectiveHessian(long m, const double *__restrict x, double weight, double *const h[3]) {
  double *__restrict aa = h[0], *__restrict ab = h[1], *__restrict bb = h[2];
  for (long k = 0; k < m; ++k) {
    aa[k] = weight * (1200 * x[k] * x[k] - 400 * x[k + 1] + 2);
    ab[k] = weight * -400 * x[k];
    bb[k] = weight * 200;
  }
}

} // namespace costate::bench
