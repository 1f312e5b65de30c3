// A problem whose rows may be violated at a price: what is least to be paid tells which rows contradict.
#pragma once

#include "runtime/problem/WrappedProblem.h"

namespace costate::rt {

/// min  sum_k price_k t_k + nearness/2 |D (x - x_start)|^2   subject to   c_lower <= c(x) + E t <= c_upper,
/// x_lower <= x <= x_upper,  t >= 0
///
/// with D = diag(1/max(1, |x_start|)). `nearness` holds variables in which nothing else is curved, so that a
/// solve settles; it perturbs multipliers by its size. Every finite bound of a row that is kept has a
/// violation t_k, which enters its row with +1 (lower) or -1 (upper); the bounds of x are strict. The
/// objective of the original problem does not count, not even where it is not finite. It has a feasible point
/// wherever the rows are finite.
class ElasticProblem : public WrappedProblem {
public:
  struct Violation {
    int32_t row;
    bool isLower;
    double price = 1;
  };

  /// The rows of `keep` [m] as they are, the others without bounds.
  ElasticProblem(const costate_problem_v1 &problem, const costate_instance *instance,
                 const std::vector<bool> &keep, double nearness);

  /// Starts at x [n]; every violation starts at what its row needs there.
  void startAt(const std::vector<double> &x);

  int64_t numVariables() const { return inner.n; } // of the original problem; violations follow

  std::vector<Violation> violations;

private:
  void listViolations(const std::vector<bool> &keep);
  void addConstants(double *J) const override;
  void addValues(const double *x, double *f, double *c) const override;
  void addGradient(const double *x, double *g) const override;
  void addHessian(double sigma, double *H) const override;
  double sigmaOfOriginal(double) const override { return 0; }
  double nearnessOf(int64_t j) const;

  double nearness;
};

} // namespace costate::rt
