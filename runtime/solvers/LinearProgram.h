// A linear program given by its arrays, as the table that solvers call.
#pragma once

#include "costate/rt/Abi.h"

#include <vector>

namespace costate::rt {

/// min cost'x   subject to   c_lower <= A x <= c_upper,   x_lower <= x <= x_upper
class LinearProgram {
public:
  /// Adds a variable, that starts at 0 or at its nearer bound; returns its number.
  int32_t addVariable(double cost, double lower, double upper);
  /// Returns its number.
  int32_t addRow(double lower, double upper);
  /// Of A; those at one place add up.
  void addEntry(int32_t row, int32_t variable, double value);
  /// Whether x [n] meets all bounds, those of rows up to `rounding` times the size of their terms.
  bool isMetBy(const double *x, double rounding) const;

  /// To be called when all is there; refers to this object.
  const costate_problem_v1 &table();
  const costate_instance *instance() const { return reinterpret_cast<const costate_instance *>(this); }

private:
  void values(const double *x, double &f, double *c) const;

  std::vector<double> cost, xLower, xUpper, start, cLower, cUpper, entries;
  std::vector<int32_t> rows, cols;
  costate_shape form{};
  costate_problem_v1 functions{};
};

} // namespace costate::rt
