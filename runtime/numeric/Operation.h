// One call of an operation on whole arrays: operands and results in order, its failure.
#pragma once

#include "runtime/numeric/Failure.h"

#include <array>
#include <cstdint>
#include <exception>
#include <span>

namespace costate::rt {

/// Reads the arrays of costate_operation one after the other, each with its sizes:
///
///     Operation call(arrays, sizes, failure);
///     auto x = call.reals(1);
///     auto y = call.realResults(1);
///     call.run([&] { ... call.fail(COSTATE_SINGULAR, {...}, "...") ... });
///
/// After a failure, or where memory runs out in `run`, real results are NaN and integer ones 0, which is a
/// position wherever there are any.
class Operation {
public:
  Operation(void *const *arrays, const int64_t *sizes, costate_failure *failure)
      : arrays(arrays), sizes(sizes), failure(failure) {}

  double real() { return *static_cast<const double *>(*arrays++); }
  int64_t integer() { return *static_cast<const int64_t *>(*arrays++); }

  /// All entries of an operand with `rank` sizes.
  std::span<const double> reals(int rank) { return next<const double>(rank); }
  std::span<const int64_t> integers(int rank) { return next<const int64_t>(rank); }

  std::span<double> realResults(int rank) { return realsOut[numReals++] = next<double>(rank); }
  std::span<int64_t> integerResults(int rank) { return integersOut[numIntegers++] = next<int64_t>(rank); }
  std::span<uint8_t> truthResults(int rank) { return next<uint8_t>(rank); }

  /// Sizes not yet read; [0] belongs to the next array that has any.
  const int64_t *nextSizes() const { return sizes; }

  template <typename... Facts>
  void fail(costate_failure_code code, std::initializer_list<double> values,
            fmt::format_string<Facts...> form, Facts &&...facts) {
    hasFailed = true;
    rt::fail(failure, code, values, form, std::forward<Facts>(facts)...);
  }

  template <typename Body> void run(Body body) {
    try {
      body();
    } catch (const std::exception &) {
      fail(COSTATE_OUT_OF_MEMORY, {nan(), double(costate_live_bytes())},
           "out of memory inside of an operation while {:.3g} bytes were in use",
           double(costate_live_bytes()));
    }
    if (hasFailed)
      voidResults();
  }

  static double nan();

private:
  template <typename T> std::span<T> next(int rank) {
    int64_t count = 1;
    for (int k = 0; k < rank; ++k)
      count *= *sizes++;
    return {static_cast<T *>(*arrays++), size_t(count)};
  }
  void voidResults();

  void *const *arrays;
  const int64_t *sizes;
  costate_failure *failure;
  bool hasFailed = false;
  std::array<std::span<double>, 4> realsOut;
  std::array<std::span<int64_t>, 4> integersOut;
  size_t numReals = 0, numIntegers = 0;
};

} // namespace costate::rt
