// A problem whose absolute values are written as variables, so that its functions are smooth.
#pragma once

#include "costate/rt/Result.h"
#include "costate/rt/Solve.h"
#include "runtime/problem/Absolutes.h"

#include <cstdint>
#include <vector>

namespace costate::rt {

/// min  f(x) + sum_k w_k t_k   subject to   t_k - e_k(x) >= 0,  t_k + e_k(x) >= 0,  and all that holds for x
///
/// for the absolute values  w_k |e_k(x)|  with w_k > 0 of an objective; t_k and the two rows of each follow
/// the variables and rows of the problem. Those with w_k < 0 stay what they are. Behind the ABI like any
/// other problem.
class Epigraph {
public:
  /// Borrows both, and their arrays.
  Epigraph(const costate_problem_v1 &problem, const costate_instance *instance);
  Epigraph(const Epigraph &) = delete;

  /// The problem has absolute values with w_k > 0.
  bool isNeeded() const { return !taken.empty(); }
  const costate_problem_v1 &problem() const { return table; }
  const costate_instance *handle() const { return reinterpret_cast<const costate_instance *>(this); }

  /// A start of this problem from one of the original.
  WarmStart extended(const WarmStart &warm) const;
  /// A result of this problem becomes one of the original.
  void restore(Result &result) const;

private:
  void addVariables();
  void addRows();
  void keepNegative();
  void fillTable();
  int constants(double *J) const;
  int values(costate_work *work, const double *x, double *f, double *c) const;
  void gradient(double *g) const;

  const costate_problem_v1 &original;
  const costate_instance *instance;
  Absolutes absolutes;
  std::vector<int64_t> taken; // k
  costate_problem_v1 table{};
  costate_shape inner{}, outer{};
  std::vector<double> xLower, xUpper, xStart, cLower, cUpper;
  std::vector<int32_t> jacRows, jacCols;
  std::vector<double> slopes; // the entries of the added rows
  struct {
    std::vector<double> weights, offsets, values;
    std::vector<int64_t> starts{0};
    std::vector<int32_t> cols;
  } negative;
};

} // namespace costate::rt
