// An objective that is a compiled function of whole variables: loops, derivatives, library operations in it.
#pragma once

#include "runtime/problem/ReadSets.h"

namespace costate::rt {

/// f(x), its gradient by one reverse sweep, and Hessian products by one sweep more. Borrows columns of the
/// machine.
class SmoothObjective {
public:
  SmoothObjective() = default;
  SmoothObjective(Machine &machine, const Json &json, const std::vector<Range> &variables);
  explicit operator bool() const { return valueKernel; }

  /// NaN where the function fails.
  double value(const double *x) const;
  /// Adds the gradient to g; gives the value.
  double first(const double *x, double *g) const;
  /// Adds the Hessian times v, times a weight, to u.
  void product(const double *x, double weight, const double *v, double *u) const;
  /// Why the function fails at x, with its place; empty where it does not.
  std::string trace(const double *x) const;

  /// Entries of x that it reads, increasing.
  const std::vector<int32_t> &entries() const { return variables.entries; }
  /// The places among these of what its addends read.
  const ReadSets &reads() const { return sets; }

private:
  WholeVariables variables;
  ReadSets sets;
  costate_kernel valueKernel = nullptr, gradientKernel = nullptr, productKernel = nullptr;
};

/// The objective for some of its addends; see costate_problem_v1.
class SampledObjective {
public:
  SampledObjective() = default;
  SampledObjective(Machine &machine, const Json &json, const std::vector<Range> &variables);
  explicit operator bool() const { return gradientKernel; }

  int64_t addends() const { return numAddends; }
  /// Any number from 0 on names an addend.
  bool isEndless() const { return endless; }
  /// Adds the gradient to g; gives the value, NaN where the function fails.
  double first(const double *x, const int64_t *which, int64_t count, double *g) const;

  Place place; // of the sum

private:
  WholeVariables variables;
  costate_kernel gradientKernel = nullptr;
  int64_t numAddends = 0;
  bool endless = false;
};

} // namespace costate::rt
