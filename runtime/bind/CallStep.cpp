// A step that runs a compiled function over columns.
#include "runtime/bind/CallStep.h"

namespace costate::rt {
namespace {

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
  case COSTATE_EMPTY:
    return "empty-reduction";
  case COSTATE_OUT_OF_MEMORY:
    return "out-of-memory";
  default:
    return "function-failed";
  }
}

void run(Machine &machine, Step &step) {
  FunctionCall call(machine, step);
  for (int slot : step.in[0])
    call.take(machine.column(slot));
  for (size_t k = 0; k < step.out.size(); ++k)
    call.give(machine.makeLike(step.out[k], machine.column(step.in[1][k]).size()).data());
  call.run();
  costate_memory_use use = costate_last_use();
  step.blocks = use.blocks, step.mostBytes = use.most;
  for (int slot : step.out)
    step.rowsOut += machine.column(slot).size();
}

} // namespace

FunctionCall::FunctionCall(const Machine &machine, const Step &step)
    : function(machine.kernel(step.all.at("kernel").get<int>())), step(step) {
  failure.cancel = machine.host ? machine.host->cancel : nullptr;
}

void FunctionCall::take(const void *memory, int64_t length) {
  args.push_back(const_cast<void *>(memory)); // only read
  lengths.push_back(length);
}

void FunctionCall::run() {
  args.push_back(lengths.data());
  args.push_back(&failure);
  costate_run(
      [](void *argument) {
        auto &call = *static_cast<FunctionCall *>(argument);
        call.function(call.args.data(), 0, 1);
      },
      this, &failure);
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

void defineCalls(Machine &machine) { machine.define("call", run); }

} // namespace costate::rt
