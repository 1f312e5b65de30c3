// A problem made of another one, with variables and rows appended to its own.
#pragma once

#include "costate/rt/Abi.h"

#include <cstdint>
#include <vector>

namespace costate::rt {

/// Behind the ABI like any other problem. Its functions are those of the original, which see the first
/// variables and write the first rows and entries, and what a wrapper adds to them.
class WrappedProblem {
public:
  /// Borrows both, and their arrays.
  WrappedProblem(const costate_problem_v1 &problem, const costate_instance *instance)
      : original(problem), instance(instance) {}
  WrappedProblem(const WrappedProblem &) = delete;
  virtual ~WrappedProblem() = default;

  const costate_problem_v1 &problem() const { return table; }
  const costate_instance *handle() const { return reinterpret_cast<const costate_instance *>(this); }

protected:
  /// Takes the original's shape, as far as it is not reached through pointers of arrays that grow here.
  void copyShape();
  void appendVariable(double lower, double upper, double start);
  void appendRow(double lower, double upper);
  void appendJacobian(int64_t row, int64_t col); // its value does not depend on x
  void appendHessian(int64_t row, int64_t col);
  /// The arrays are as they stay: `outer` is the shape, `table` the functions.
  void finish();

  /// What is appended: constant entries of the Jacobian, the values after the original's, the gradient, and
  /// the entries of the Hessian with the factor of the objective. `sigmaOfOriginal` is the original's factor
  /// then.
  virtual void addConstants(double *J) const = 0;
  virtual void addValues(const double *x, double *f, double *c) const = 0;
  virtual void addGradient(const double *x, double *g) const = 0;
  virtual void addHessian(double sigma, double *H) const;
  virtual double sigmaOfOriginal(double sigma) const { return sigma; }
  /// For messages: of variables and rows that are appended.
  virtual const char *appendedName() const { return ""; }

  const costate_problem_v1 &original;
  const costate_instance *instance;
  costate_problem_v1 table{};
  costate_shape inner{}, outer{};
  std::vector<double> xLower, xUpper, xStart, cLower, cUpper;
  std::vector<int32_t> jacRows, jacCols, hessRows, hessCols;

private:
  int name(int isRow, int64_t number, char *text, int64_t size) const;
};

} // namespace costate::rt
