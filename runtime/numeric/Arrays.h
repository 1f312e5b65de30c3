// Operands and results of an operation on whole arrays, as generated code hands them over.
#pragma once

#include "costate/rt/Functions.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>

namespace costate::rt {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// The arrays of one call, operands then results, and their sizes.
struct Arrays {
  void *const *arrays;
  const int64_t *sizes;

  const double *reals(int k) const { return static_cast<const double *>(arrays[k]); }
  const int64_t *integers(int k) const { return static_cast<const int64_t *>(arrays[k]); }
  int64_t integer(int k) const { return *integers(k); }
  double real(int k) const { return *reals(k); }
  double *results(int k) const { return static_cast<double *>(arrays[k]); }
  int64_t *integerResults(int k) const { return static_cast<int64_t *>(arrays[k]); }

  std::span<const double> row(int k, int64_t size) const { return {reals(k), size_t(size)}; }
  void fillNan(int k, int64_t size) const { std::fill_n(results(k), size, nan); }
};

} // namespace costate::rt
