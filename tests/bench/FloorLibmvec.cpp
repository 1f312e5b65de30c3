// Kernels with each function in a loop of its own before. Compiled with -ffast-math, with which GCC calls
// glibc's libmvec.
#include "FloorBranches.h"

#include <cmath>

namespace costate::bench {

namespace {

struct LvColumns {
  alignas(64) double sp[strip], cp[strip], sq[strip], cq[strip], e[strip];

  template <bool hasCosines> void evaluate(long n, const double *x) {
    for (long i = 0; i < n; ++i)
      sp[i] = std::sin(x[i + 1] - x[i + 2]);
    for (long i = 0; i < n; ++i)
      sq[i] = std::sin(x[i + 1] + x[i + 2]);
    for (long i = 0; hasCosines && i < n; ++i)
      cp[i] = std::cos(x[i + 1] - x[i + 2]);
    for (long i = 0; hasCosines && i < n; ++i)
      cq[i] = std::cos(x[i + 1] + x[i + 2]);
    for (long i = 0; i < n; ++i)
      e[i] = std::exp(x[i] - x[i + 1]);
  }
  LvFunctions at(long i, const double *) const { return {{sp[i], cp[i]}, {sq[i], cq[i]}, e[i]}; }
};

struct AngleColumns {
  alignas(64) double s[strip], k[strip];

  void evaluate(long n, const double *angle) {
    for (long l = 0; l < n; ++l)
      s[l] = std::sin(angle[l]);
    for (long l = 0; l < n; ++l)
      k[l] = std::cos(angle[l]);
  }
  SinCos at(long l, const double *) const { return {s[l], k[l]}; }
};

} // namespace

const Kernels libmvecKernels{"functions by libmvec",     lvValues<LvColumns>,
                             lvJacobian<LvColumns>,      lvHessian<LvColumns>,
                             branchValues<AngleColumns>, branchJacobian<AngleColumns>,
                             branchHessian<AngleColumns>};

} // namespace costate::bench
