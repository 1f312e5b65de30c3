#include "runtime/program/Monitor.h"

#include "runtime/bind/CallStep.h"

#include <limits>

namespace costate::rt {

double Monitor::at(const double *x) {
  double value = std::numeric_limits<double>::quiet_NaN();
  try {
    Column point = instance.ofModel(x);
    FunctionCall function(machine, step);
    function.take(point);
    for (int slot : step.in[0])
      function.take(machine.column(slot));
    function.give(&value);
    function.run();
  } catch (...) {
    failure = std::current_exception();
    return std::numeric_limits<double>::quiet_NaN();
  }
  return value;
}

void Monitor::rethrow() const {
  if (failure)
    std::rethrow_exception(failure);
}

} // namespace costate::rt
