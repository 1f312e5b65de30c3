// The residuals of an objective that is a sum of squares.
#pragma once

#include "runtime/problem/Functions.h"

namespace costate::rt {

/// r [count] and its Jacobian R by compressed rows, with  f(x) = f0 + sum_k r_k(x)^2.  Evaluations are
/// counted and timed with those of `functions`, which must outlive this.
class Residuals {
public:
  Residuals(const costate_problem_v1 &problem, const costate_instance *instance, Functions &functions);
  ~Residuals();
  Residuals(const Residuals &) = delete;

  /// Whether the problem has residuals.
  static bool areKnown(const costate_problem_v1 &problem, const costate_instance *instance);

  Eigen::Index count() const { return form.count; }
  /// r at x [n]; false where the problem refuses or a value is not finite.
  bool values(const double *x, Vector &r);
  /// R [nnz] at x.
  bool first(const double *x, Vector &R);

  const std::vector<int64_t> &rows() const { return structure.starts; } // [count + 1]
  const std::vector<int32_t> &cols() const { return structure.minors; } // [nnz]

private:
  const costate_problem_v1 &problem;
  const costate_instance *instance;
  Functions &functions;
  costate_work *work = nullptr;
  costate_residuals form{};
  Sparsity structure;
  Functions::Array point, raw, entries;
};

} // namespace costate::rt
