// A problem whose absolute values are written as variables, so that its functions are smooth.
#pragma once

#include "costate/rt/Result.h"
#include "costate/rt/Solve.h"
#include "runtime/problem/Absolutes.h"
#include "runtime/problem/WrappedProblem.h"

#include <cstdint>
#include <vector>

namespace costate::rt {

/// min  f(x) + sum_k w_k t_k   subject to   t_k - e_k(x) >= 0,  t_k + e_k(x) >= 0,  and all that holds for x
///
/// for the absolute values  w_k |e_k(x)|  with w_k > 0 of an objective; t_k and the two rows of each follow
/// the variables and rows of the problem. Those with w_k < 0 stay what they are.
class Epigraph : public WrappedProblem {
public:
  Epigraph(const costate_problem_v1 &problem, const costate_instance *instance);

  /// The problem has absolute values with w_k > 0.
  bool isNeeded() const { return !taken.empty(); }

  /// A start of this problem from one of the original.
  WarmStart extended(const WarmStart &warm) const;
  /// A result of this problem becomes one of the original.
  void restore(Result &result) const;

private:
  void append();
  void keepNegative();
  void addConstants(double *J) const override;
  void addValues(const double *x, double *f, double *c) const override;
  void addGradient(const double *x, double *g) const override;
  const char *appendedName() const override { return "an absolute value in the objective"; }

  Absolutes absolutes;
  std::vector<int64_t> taken; // k
  std::vector<double> slopes; // the entries of the added rows
  struct {
    std::vector<double> weights, offsets, values;
    std::vector<int64_t> starts{0};
    std::vector<int32_t> cols;
  } negative;
};

} // namespace costate::rt
