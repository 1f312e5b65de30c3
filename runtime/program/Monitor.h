// A number of the model at points of a solve.
#pragma once

#include "runtime/program/State.h"

#include <exception>

namespace costate::rt {

/// Calls the function that a `solve` step names as its monitor. Borrows all that it is given.
class Monitor {
public:
  Monitor(const Machine &machine, const Instance &instance, const Step &step)
      : machine(machine), instance(instance), step(step) {}

  /// At x [n]. A function that fails gives nan, and its failure is kept.
  double at(const double *x);
  /// Throws what was kept.
  void rethrow() const;

private:
  const Machine &machine;
  const Instance &instance;
  const Step &step;
  std::exception_ptr failure;
};

} // namespace costate::rt
