// An objective that is a compiled function of whole variables: loops, derivatives, library operations in it.
#pragma once

#include "costate/rt/Functions.h"
#include "runtime/bind/Machine.h"
#include "runtime/problem/Input.h"
#include "runtime/problem/Pattern.h"

#include <vector>

namespace costate::rt {

/// f(x), its gradient by one reverse sweep, and Hessian products by one sweep more. Borrows columns of the
/// machine.
class SmoothObjective {
public:
  SmoothObjective() = default;
  /// `variables` are the places of variable families in x.
  SmoothObjective(Machine &machine, const Json &json, const std::vector<Range> &variables);
  explicit operator bool() const { return valueKernel; }

  /// NaN where the function fails.
  double value(const double *x) const;
  /// Adds the gradient to g; gives the value.
  double first(const double *x, double *g) const;
  /// Adds the Hessian times v to u.
  void product(const double *x, const double *v, double *u) const;
  /// Why the function fails at x, with its place; empty where it does not.
  std::string trace(const double *x) const;

  /// Entries of x that it reads, increasing.
  std::vector<int32_t> entries;

private:
  struct Block {
    int64_t offset = 0, size = 0;
  };
  void call(costate_kernel kernel, const double *x, const double *v, const std::vector<double *> &results,
            costate_failure &failure) const;
  void addTo(double *whole, const std::vector<double> &columns) const;
  std::vector<double *> pointers(std::vector<double> &columns) const;

  Machine *machine = nullptr;
  costate_kernel valueKernel = nullptr, gradientKernel = nullptr, productKernel = nullptr;
  std::vector<void *> inputs;   // data; null where a variable stands
  std::vector<int64_t> lengths; // of the inputs, then of directions
  std::vector<int> variableOf;  // by input the number in `blocks`, or -1
  std::vector<Block> blocks;    // of the variables that it reads
  std::vector<Place> places;
};

} // namespace costate::rt
