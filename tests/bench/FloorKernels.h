// Derivatives written by hand, as fast as we can make them: the floors that compiled kernels are compared
// with.
#pragma once

namespace costate::bench {

/// AC branches in polar form; g + jb is the series admittance divided by the tap, gff, bff, gtt, btt hold
/// tap^2 and half the charging.
struct Branches {
  long count;
  const int *from, *to;                                // [count]
  const double *shift, *g, *b, *gff, *bff, *gtt, *btt; // [count]
};

struct BranchPoint {
  const double *va, *vm;  // [buses]
  const double *flows[4]; // [count] each, the flow variables in the order of the rows
};

/// One set of kernels. Results are one array per derivative, in the order of the rows; every array begins at
/// a cache line. Local variables are counted in the order in which they are named here.
struct Kernels {
  const char *functions; // how sine, cosine and exponential are computed

  /// Luksan-Vlcek 5.1, row i of m with a, b, d = x[i], x[i + 1], x[i + 2]:
  ///
  ///   c[i] = 3 b^3 + 2 d - 5 + sin(b - d) sin(b + d) + 4 b - a exp(a - b) - 3
  ///
  /// j: by a, b, d. h: y[i] times the derivatives by aa, ab, bb, dd; those by ad and bd are zero.
  void (*lvValues)(long m, const double *x, double *const c[1]);
  void (*lvJacobian)(long m, const double *x, double *const j[3]);
  void (*lvHessian)(long m, const double *x, const double *y, double *const h[4]);

  /// Four rows per branch, flow variable minus flow. With i = from, j = to, w = vi vj, t = va_i - va_j -
  /// shift:
  ///
  ///   p_from = gff vi^2 - w (g cos t + b sin t)      q_from = -bff vi^2 - w (g sin t - b cos t)
  ///   p_to   = gtt vj^2 - w (g cos t - b sin t)      q_to   = -btt vj^2 + w (g sin t + b cos t)
  ///
  /// j[4 r + k]: row r by k = vm_i, vm_j, va_i, va_j (by the flow variable it is 1). h: the sum of the rows
  /// with weights y[r], by vm_i vm_i, vm_i vm_j, vm_j vm_j, vm_i va_i, vm_i va_j, vm_j va_i, vm_j va_j, va_i
  /// va_i, va_i va_j, va_j va_j.
  void (*branchValues)(const Branches &net, const BranchPoint &at, double *const c[4]);
  void (*branchJacobian)(const Branches &net, const BranchPoint &at, double *const j[16]);
  void (*branchHessian)(const Branches &net, const BranchPoint &at, const double *const y[4],
                        double *const h[10]);
};

/// Everything in one loop, functions as plain arithmetic: the fastest.
extern const Kernels inlineKernels;
/// Each function in a loop of its own, which the compiler turns into calls of the vector math library.
extern const Kernels libmvecKernels;

/// Luksan-Vlcek's objective, term k of m with a, b = x[k], x[k + 1]:  100 (a^2 - b)^2 + (a - 1)^2.
/// g: by a, b. h: weight times the derivatives by aa, ab, bb.
void lvObjectiveTerms(long m, const double *x, double *const f[1]);
void lvObjectiveGradient(long m, const double *x, double *const g[2]);
void lvObjectiveHessian(long m, const double *x, double weight, double *const h[3]);

} // namespace costate::bench
