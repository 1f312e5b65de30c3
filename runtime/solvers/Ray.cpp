// Direction, slope and recession cone.
#include "runtime/solvers/Ray.h"
#include "runtime/report/Timer.h"

#include <cmath>

namespace costate::rt {
namespace {

constexpr double large = 1e6;     // a point nearer than that shows no direction
constexpr double rounding = 1e-9; // of components and of sums along the ray

/// Whether a quantity that grows by `rate` along the ray stays within its bounds; `size` is that of the terms
/// of the rate.
bool staysWithin(double lower, double upper, double rate, double size) {
  return (std::isinf(lower) || rate >= -rounding * size) && (std::isinf(upper) || rate <= rounding * size);
}

/// Whether the gradient of the objective does not change along d: the highest derivatives do not depend on x,
/// and H d = 0.
bool isStraight(Functions &functions, const Vector &x, const Vector &d) {
  const ProblemShape &shape = functions.shape();
  Vector g(shape.n), J(shape.jac_rows[shape.m]);
  if (!functions.isQuadratic() || !functions.second(x.data(), 1, Vector::Zero(shape.m), g, J))
    return false;
  Vector change = Vector::Zero(shape.n), size = change;
  auto add = [&](int64_t i, double entry, int64_t j) {
    change[i] += entry * d[j], size[i] += std::abs(entry * d[j]);
  };
  for (int64_t j = 0; j < shape.n; ++j)
    for (int64_t p = shape.hess_cols[j]; p < shape.hess_cols[j + 1]; ++p) {
      int32_t i = shape.hess_rows[p];
      add(i, functions.hessian()[p], j);
      if (i != j)
        add(j, functions.hessian()[p], i);
    }
  return (change.array().abs() <= rounding * size.array()).all();
}

bool staysFeasible(const ProblemShape &shape, const Vector &J, const Vector &d) {
  for (int64_t j = 0; j < shape.n; ++j)
    if (!staysWithin(shape.x_lower[j], shape.x_upper[j], d[j], 0))
      return false;
  for (int64_t i = 0; i < shape.m; ++i) {
    double rate = 0, size = 0;
    for (int64_t p = shape.jac_rows[i]; p < shape.jac_rows[i + 1]; ++p) {
      rate += J[p] * d[shape.jac_cols[p]];
      size += std::abs(J[p] * d[shape.jac_cols[p]]);
    }
    if (!staysWithin(shape.c_lower[i], shape.c_upper[i], rate, size))
      return false;
  }
  return true;
}

} // namespace

void findRay(const costate_problem_v1 &problem, const costate_instance *instance, Result &result) {
  Timer timer(result.diagnosis_seconds);
  Functions functions(problem, instance);
  const ProblemShape &shape = functions.shape();
  Vector x = Eigen::Map<const Vector>(result.x.data(), shape.n), g(shape.n), J(shape.jac_rows[shape.m]);
  Vector d = x - Eigen::Map<const Vector>(shape.x_start, shape.n);
  double length = d.size() ? d.lpNorm<Eigen::Infinity>() : 0;
  if (!result.ray.empty())
    d = Eigen::Map<const Vector>(result.ray.data(), shape.n), length = d.lpNorm<Eigen::Infinity>();
  else if (!(length > large))
    return;
  if (!functions.first(x.data(), g, J))
    return;
  d = (d.array().abs() > rounding * length).select(d / length, 0.0);
  result.ray.assign(d.begin(), d.end());
  result.ray_slope = g.dot(d);
  double size = (g.array() * d.array()).abs().sum();
  result.ray_is_proof =
      isStraight(functions, x, d) && staysFeasible(shape, J, d) && result.ray_slope < -rounding * size;
}

} // namespace costate::rt
