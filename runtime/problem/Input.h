// What a kernel of a problem reads: columns of the program, variables, shared arrays.
#pragma once

#include "runtime/bind/Machine.h"

#include <span>

namespace costate::rt {

/// Offset and size of a family of variables or rows in the problem.
struct Range {
  int64_t offset = 0, size = 0;
};

/// Where kernels are evaluated: the variables, and the shared arrays computed from them (null where there are
/// none).
struct Point {
  const double *x = nullptr, *shared = nullptr;
};

/// One argument of a kernel.
struct Input {
  enum class From : uint8_t { Column, Variable, Shared };
  From from = From::Column;
  const Column *column = nullptr; // of the machine
  int64_t offset = 0;             // of a variable in x, of an array in the shared ones

  void *at(const Point &point) const;
};

/// `list` is the descriptor's; `variables` and `arrays` say where they lie.
std::vector<Input> readInputs(const Machine &machine, const Json &list, std::span<const Range> variables,
                              std::span<const int64_t> arrays);

} // namespace costate::rt
