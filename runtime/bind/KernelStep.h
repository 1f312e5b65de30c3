// A step that runs a compiled map over columns.
#pragma once

#include "runtime/bind/Machine.h"

namespace costate::rt {

/// A compiled map with its arrays, to be run once over all its instances, whole or in parts.
struct KernelStep {
  /// Makes the results and copies the accumulators' initial values.
  KernelStep(Machine &machine, const Step &step);
  KernelStep(const KernelStep &) = delete;

  costate_kernel kernel;
  int64_t instances = 1;    // of the first dimension
  bool isParallel;          // parts may run side by side; else one after the other: they accumulate
  std::vector<void *> args; // point into the machine and into `sizes`

private:
  void addArray(Column &column);
  void addArray(const Column &column) { addArray(const_cast<Column &>(column)); } // only read

  std::vector<int64_t> sizes; // of further dimensions
};

void defineKernels(Machine &machine);

} // namespace costate::rt
