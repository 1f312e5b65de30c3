// A problem whose rows may be violated at a price: what is least to be paid tells which rows contradict.
#pragma once

#include "costate/rt/Abi.h"

#include <cstdint>
#include <vector>

namespace costate::rt {

/// min  sum_k price_k t_k + nearness/2 |D (x - x_start)|^2   subject to   c_lower <= c(x) + E t <= c_upper,
/// x_lower <= x <= x_upper,  t >= 0
///
/// with D = diag(1/max(1, |x_start|)). `nearness` holds variables in which nothing else is curved, so that a
/// solve settles; it perturbs multipliers by its size. Every finite bound of a row that is kept has a
/// violation t_k, which enters its row with +1 (lower) or -1 (upper); the bounds of x are strict. The
/// objective of the original problem does not count, not even where it is not finite. It has a feasible point
/// wherever the rows are finite. Behind the ABI like any other problem: any solver will do.
class ElasticProblem {
public:
  struct Violation {
    int32_t row;
    bool isLower;
    double price = 1;
  };

  /// The rows of `keep` [m] as they are, the others without bounds. Borrows both, and their arrays.
  ElasticProblem(const costate_problem_v1 &problem, const costate_instance *instance,
                 const std::vector<bool> &keep, double nearness);
  ElasticProblem(const ElasticProblem &) = delete;

  /// Starts at x [n]; every violation starts at what its row needs there.
  void startAt(const std::vector<double> &x);

  const costate_problem_v1 &problem() const { return table; }
  const costate_instance *handle() const { return reinterpret_cast<const costate_instance *>(this); }
  int64_t numVariables() const { return inner.n; } // of the original problem; violations follow

  std::vector<Violation> violations;

private:
  void listViolations(const std::vector<bool> &keep);
  void fillTable();
  int constants(double *J) const;
  int values(costate_work *work, const double *x, double *f, double *c) const;
  void gradient(const double *x, double *g) const;
  double nearnessOf(int64_t j) const;

  double nearness;
  const costate_problem_v1 &original;
  const costate_instance *instance;
  costate_problem_v1 table{};
  costate_shape inner{}, outer{};
  std::vector<double> xLower, xUpper, xStart, cLower, cUpper;
  std::vector<int32_t> jacRows, jacCols, hessRows, hessCols;
};

} // namespace costate::rt
