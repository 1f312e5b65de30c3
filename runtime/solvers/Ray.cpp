// The cone of directions without end, its steepest one, and the direction of the iterates.
#include "runtime/solvers/Ray.h"
#include "costate/rt/Solve.h"
#include "runtime/problem/Functions.h"
#include "runtime/report/Timer.h"
#include "runtime/solvers/LinearProgram.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double large = 1e6;     // a point nearer than that shows no direction
constexpr double rounding = 1e-9; // of components and of sums along the ray
constexpr double falls = 1e-7;    // per unit of the gradient; a solution is exact to 1e-9

/// The program of Ray.h, whose rows say that d is a proof.
LinearProgram directions(const Functions &functions, const Vector &g, const Vector &J) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  const ProblemShape &shape = functions.shape();
  LinearProgram cone;
  for (int64_t j = 0; j < shape.n; ++j)
    cone.addVariable(g[j], std::isfinite(shape.x_lower[j]) ? 0 : -1, std::isfinite(shape.x_upper[j]) ? 0 : 1);
  for (int64_t i = 0; i < shape.m; ++i) {
    int32_t row =
        cone.addRow(std::isfinite(shape.c_lower[i]) ? 0 : -inf, std::isfinite(shape.c_upper[i]) ? 0 : inf);
    for (int64_t p = shape.jac_rows[i]; p < shape.jac_rows[i + 1]; ++p)
      cone.addEntry(row, shape.jac_cols[p], J[p]);
  }
  for (int64_t j = 0; j < shape.n; ++j)
    cone.addRow(0, 0);
  for (int32_t j = 0; j < shape.n; ++j)
    for (int64_t p = shape.hess_cols[j]; p < shape.hess_cols[j + 1]; ++p) {
      int32_t i = shape.hess_rows[p];
      double entry = functions.hessian()[p];
      cone.addEntry(int32_t(shape.m) + i, j, entry);
      if (i != j)
        cone.addEntry(int32_t(shape.m) + j, i, entry);
    }
  return cone;
}

void take(const Vector &d, const Vector &g, Result &result) {
  double length = d.lpNorm<Eigen::Infinity>();
  result.ray.resize(size_t(d.size()));
  Eigen::Map<Vector> ray(result.ray.data(), d.size());
  ray = (d.array().abs() > rounding * length).select(d, 0.0);
  result.ray_slope = g.dot(ray);
}

bool isProof(const LinearProgram &cone, const Vector &g, const Result &result) {
  Eigen::Map<const Vector> d(result.ray.data(), g.size());
  double size = (g.array() * d.array()).abs().sum();
  return result.ray_slope < -std::max(falls * g.lpNorm<Eigen::Infinity>(), rounding * size) &&
         cone.isMetBy(d.data(), rounding);
}

} // namespace

void findRay(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
             Result &result) {
  Timer timer(result.diagnosis_seconds);
  Functions functions(problem, instance);
  const ProblemShape &shape = functions.shape();
  Vector start = Eigen::Map<const Vector>(shape.x_start, shape.n), g(shape.n), J(shape.jac_rows[shape.m]);
  // The slope of a proof is the same everywhere; far out it would be rounded.
  if (functions.isQuadratic() && functions.hasSecond() &&
      functions.second(start.data(), 1, Vector::Zero(shape.m), g, J)) {
    LinearProgram cone = directions(functions, g, J);
    InteriorPointOptions options;
    options.explain = false; // it has a solution
    Result steepest = solve(cone.table(), cone.instance(), host, options, {});
    take(Eigen::Map<const Vector>(steepest.x.data(), shape.n), g, result);
    result.ray_is_proof = isProof(cone, g, result);
    if (result.ray_is_proof)
      return;
  }
  Vector d = Eigen::Map<const Vector>(result.x.data(), shape.n) - start;
  double length = d.size() ? d.lpNorm<Eigen::Infinity>() : 0;
  result.ray.clear();
  if (length > large && functions.first(result.x.data(), g, J))
    take(d / length, g, result);
}

Stop unboundedAlong(const Result &result) {
  return {
      Status::unbounded,
      fmt::format("the objective improves for ever along a direction that stays feasible, by {:.1e} per unit",
                  -result.ray_slope)};
}

} // namespace costate::rt
