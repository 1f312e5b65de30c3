// The C interface of Ipopt (IpStdCInterface.h of 3.14), opened at run time: nothing of Ipopt is needed to
// build.
#pragma once

#include <string>

namespace costate::bench {

struct IpoptProblemInfo;
using IpoptProblem = IpoptProblemInfo *;

using EvalF = bool (*)(int n, double *x, bool isNew, double *f, void *user);
using EvalG = bool (*)(int n, double *x, bool isNew, int m, double *c, void *user);
using EvalGradient = bool (*)(int n, double *x, bool isNew, double *g, void *user);
/// Structure where `values` is null, else values.
using EvalJacobian = bool (*)(int n, double *x, bool isNew, int m, int entries, int *rows, int *cols,
                              double *values, void *user);
using EvalHessian = bool (*)(int n, double *x, bool isNew, double sigma, int m, double *y, bool isNewY,
                             int entries, int *rows, int *cols, double *values, void *user);
using Intermediate = bool (*)(int mode, int iteration, double f, double primal, double dual, double mu,
                              double step, double regularization, double alphaDual, double alphaPrimal,
                              int trials, void *user);

struct IpoptLibrary {
  IpoptProblem (*create)(int n, double *xLower, double *xUpper, int m, double *cLower, double *cUpper,
                         int jacobianEntries, int hessianEntries, int firstIndex, EvalF, EvalG, EvalGradient,
                         EvalJacobian, EvalHessian) = nullptr;
  void (*release)(IpoptProblem) = nullptr;
  bool (*setText)(IpoptProblem, const char *option, const char *value) = nullptr;
  bool (*setNumber)(IpoptProblem, const char *option, double value) = nullptr;
  bool (*setInteger)(IpoptProblem, const char *option, int value) = nullptr;
  bool (*setIntermediate)(IpoptProblem, Intermediate) = nullptr;
  int (*solve)(IpoptProblem, double *x, double *c, double *f, double *y, double *zLower, double *zUpper,
               void *user) = nullptr;

  /// Opens libipopt.so at `path`; the loader's sentence where that fails, or empty.
  std::string open(const char *path);
};

/// The name of a return code of `solve`.
const char *ipoptStatus(int code);

} // namespace costate::bench
