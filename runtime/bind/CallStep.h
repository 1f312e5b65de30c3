// A call of a compiled function, with its failure.
#pragma once

#include "costate/rt/Functions.h"
#include "runtime/bind/Machine.h"

namespace costate::rt {

/// One call of the function that a step names. First all arguments, then memory for all results, in the order
/// of the function; memory belongs to the caller.
class FunctionCall {
public:
  FunctionCall(const Machine &machine, const Step &step);
  FunctionCall(const FunctionCall &) = delete;

  void take(const void *memory, int64_t length);
  void take(const Column &column) { take(column.data(), column.size()); }
  void give(void *memory) { args.push_back(memory); }
  /// Once. Throws the failure, with its place in the model.
  void run();

private:
  costate_kernel function;
  const Step &step;
  std::vector<void *> args;
  std::vector<int64_t> lengths;
  costate_failure failure = {};
};

} // namespace costate::rt
