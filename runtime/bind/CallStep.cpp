// A step that runs a compiled function over columns.
#include "costate/rt/Functions.h"
#include "runtime/bind/Machine.h"

namespace costate::rt {
namespace {

struct Call {
  costate_kernel function;
  std::vector<void *> args;
};

/// The error of a failure code, and what it asks for.
const char *idOf(int64_t code) {
  switch (code) {
  case COSTATE_OUTSIDE:
    return "index-outside-set";
  case COSTATE_SINGULAR:
  case COSTATE_NOT_POSITIVE:
    return "singular-matrix";
  case COSTATE_NOT_CONVERGED:
    return "not-converged";
  case COSTATE_BAD_ARGUMENT:
    return "division-by-zero";
  case COSTATE_OUT_OF_MEMORY:
    return "out-of-memory";
  default:
    return "function-failed";
  }
}

void run(Machine &machine, Step &step) {
  costate_failure failure = {};
  failure.cancel = machine.host ? machine.host->cancel : nullptr;
  Call call{machine.kernel(step.all.at("kernel").get<int>()), {}};
  std::vector<int64_t> lengths;
  for (int slot : step.in[0]) {
    call.args.push_back(const_cast<void *>(machine.column(slot).data())); // only read
    lengths.push_back(machine.column(slot).size());
  }
  for (size_t k = 0; k < step.out.size(); ++k)
    call.args.push_back(machine.makeLike(step.out[k], machine.column(step.in[1][k]).size()).data());
  call.args.push_back(lengths.data());
  call.args.push_back(&failure);
  costate_run(
      [](void *argument) {
        auto &given = *static_cast<Call *>(argument);
        given.function(given.args.data(), 0, 1);
      },
      &call, &failure);
  for (int slot : step.out)
    step.rowsOut += machine.column(slot).size();
  if (failure.code == COSTATE_NO_FAILURE)
    return;
  Json places = step.has("places") ? step.attr("places") : Json::array();
  StepFailure thrown{idOf(failure.code), failure.text, 1, {}};
  if (size_t(failure.place) < places.size()) {
    auto at = places[size_t(failure.place)].get<std::vector<int>>();
    thrown.place = {at[0], at[1], at[2]};
  }
  throw thrown;
}

} // namespace

void defineCalls(Machine &machine) { machine.define("call", run); }

} // namespace costate::rt
