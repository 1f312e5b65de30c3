// The first failure of a call and the sentences of those that generated code enters.
#include "runtime/numeric/Failure.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>

namespace costate::rt {
namespace {

/// True for the one thread that may write the rest of the failure.
bool claim(costate_failure *failure, int64_t code) {
  int64_t none = COSTATE_NO_FAILURE;
  return std::atomic_ref<int64_t>(failure->code).compare_exchange_strong(none, code);
}

void write(costate_failure *failure, std::initializer_list<double> values, std::string_view text) {
  std::copy_n(values.begin(), std::min<size_t>(values.size(), 4), failure->values);
  size_t size = std::min(text.size(), sizeof failure->text - 1);
  std::memcpy(failure->text, text.data(), size);
  failure->text[size] = 0;
}

std::string sentence(int64_t code, double a, double b) {
  switch (code) {
  case COSTATE_OUTSIDE:
    return fmt::format("position {} is outside of an array of {} entries", a, b);
  case COSTATE_SIZES_DIFFER:
    return fmt::format("sizes {} and {} should be equal", a, b);
  case COSTATE_SINGULAR:
    return fmt::format("the matrix is singular: pivot {} is {:.3g}", a, b);
  case COSTATE_NOT_POSITIVE:
    return fmt::format("the matrix is not positive definite: pivot {} is {:.3g}", a, b);
  case COSTATE_NOT_FINITE:
    return fmt::format("entry {} is {}", a, b);
  case COSTATE_NOT_CONVERGED:
    return fmt::format("not converged after {} steps: {:.3g} is left", a, b);
  case COSTATE_OUT_OF_MEMORY:
    return fmt::format("out of memory: {:.3g} bytes were needed while {:.3g} were in use", a, b);
  default:
    return fmt::format("the argument {} is not allowed", a);
  }
}

} // namespace

void enter(costate_failure *failure, costate_failure_code code, std::initializer_list<double> values,
           std::string_view text) {
  if (claim(failure, code))
    write(failure, values, text);
}

} // namespace costate::rt

using namespace costate::rt;

extern "C" {

void costate_at(costate_failure *failure, int64_t place) {
  if (std::atomic_ref<int64_t>(failure->code).load() == COSTATE_NO_FAILURE)
    std::atomic_ref<int64_t>(failure->place).store(place, std::memory_order_relaxed);
}

void costate_fail(costate_failure *failure, int64_t code, int64_t place, double a, double b) {
  if (!claim(failure, code))
    return;
  std::atomic_ref<int64_t>(failure->place).store(place, std::memory_order_relaxed);
  write(failure, {a, b}, sentence(code, printable(a), printable(b)));
}

void costate_fail_within(costate_failure *failure, int64_t place, int64_t position, int64_t size) {
  auto say = [&](int64_t code, const std::string &text) {
    if (!claim(failure, code))
      return;
    std::atomic_ref<int64_t>(failure->place).store(place, std::memory_order_relaxed);
    write(failure, {0, 0}, text);
  };
  if (position == INT64_MIN) // what a divisor of zero is made
    return say(COSTATE_BAD_ARGUMENT, "division by zero");
  for (int64_t number = 0; number < int64_t(std::size(costate_reductions)); ++number)
    if (position == costate_reduction_failure(number))
      return say(COSTATE_EMPTY, fmt::format("`{}` over an empty set", costate_reductions[number]));
  costate_fail(failure, COSTATE_OUTSIDE, place, double(position + 1), double(size));
}

void costate_fail_converged(costate_failure *failure, int64_t place, int64_t steps, double left,
                            double allowed) {
  if (!claim(failure, COSTATE_NOT_CONVERGED))
    return;
  std::atomic_ref<int64_t>(failure->place).store(place, std::memory_order_relaxed);
  if (!(left < std::numeric_limits<double>::infinity()))
    return write(failure, {double(steps), left, allowed},
                 fmt::format("not converged after {} steps: the next one is not finite", steps));
  write(failure, {double(steps), left, allowed},
        fmt::format(
            "not converged after {} steps: the last one changes the solution by {:.3g} of its size, and "
            "{:.3g} is allowed",
            steps, left, allowed));
}

int64_t costate_goes_on(const costate_failure *failure) {
  return failure->code == COSTATE_NO_FAILURE && !(failure->cancel && *failure->cancel);
}
}
