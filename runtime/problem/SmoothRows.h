// A family of constraints or residuals that is a compiled function of whole variables.
#pragma once

#include "runtime/problem/Pattern.h"
#include "runtime/problem/Sweeps.h"

namespace costate::rt {

/// c(x) of the family and its Jacobian, which has the entries that each row reads: by forward sweeps for
/// variables that no row reads two of, or by reverse sweeps for rows that have no variable in common,
/// whichever are fewer. Borrows columns of the machine.
class SmoothRows {
public:
  /// `rows` are the families of which the target is one.
  SmoothRows(Machine &machine, const Json &json, const std::vector<Range> &variables,
             const std::vector<Range> &rows);

  /// Into c, which has all rows; NaN where the function fails.
  void values(const double *x, double *c) const;
  /// The entries that first() writes into J.
  void list(EntryList &jacobian);
  void first(const double *x, double *J) const;
  /// Adds (sum_i y[i] * Hess c_i) v to u; y has all rows. Not for residuals.
  void product(const double *x, const double *y, const double *v, double *u) const;
  /// Why the function fails at x, with its place; empty where it does not.
  std::string trace(const double *x) const;

  /// Entries of x that it reads, increasing.
  const std::vector<int32_t> &entries() const { return variables.entries; }
  /// The places among these of what each row reads.
  const ReadSets &reads() const { return sets; }
  int32_t numSweeps() const { return sweeps.count(); }

private:
  void chooseSweeps();
  void reverse(const double *x, double *J) const;
  void forward(const double *x, double *J) const;

  Range rows;
  WholeVariables variables;
  costate_kernel valueKernel, gradientKernel, productKernel, forwardKernel;
  std::vector<int32_t> places; // in columns, of the entries
  ReadSets sets;
  Sweeps sweeps;
  bool isForward = false;
  int64_t begin = 0, gap = 0; // of the entries of the Jacobian, row by row; entries after them
};

} // namespace costate::rt
