// The two linear programs.
#include "runtime/solvers/Verdict.h"
#include "runtime/solvers/LinearProgram.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

/// Rows in the user's units: J, and b in c(x) = J x + b.
struct Rows {
  Vector J, b;
};

Rows rowsOf(Functions &functions, const Vector &x) {
  Rows rows{functions.constants().values, Vector()};
  functions.unscaledRows(x.data(), rows.b);
  const ProblemShape &shape = functions.shape();
  for (int64_t i = 0; i < shape.m; ++i)
    for (int64_t p = shape.jac_rows[i]; p < shape.jac_rows[i + 1]; ++p)
      rows.b[i] -= rows.J[p] * x[shape.jac_cols[p]];
  return rows;
}

void addEntries(LinearProgram &program, const ProblemShape &shape, const Vector &J, int64_t row) {
  for (int64_t p = shape.jac_rows[row]; p < shape.jac_rows[row + 1]; ++p)
    if (J[p] != 0)
      program.addEntry(shape.jac_cols[p], J[p]);
}

std::optional<Result> leastViolation(const ProblemShape &shape, const Rows &rows, const costate_host *host) {
  LinearProgram program;
  for (int64_t j = 0; j < shape.n; ++j)
    program.addVariable(0, shape.x_lower[j], shape.x_upper[j]);
  for (int64_t i = 0; i < shape.m; ++i) {
    double low = shape.c_lower[i], high = shape.c_upper[i];
    if (std::isinf(low) && std::isinf(high))
      continue;
    program.addRow(low - rows.b[i], high - rows.b[i]);
    addEntries(program, shape, rows.J, i);
    if (std::isfinite(low))
      program.addEntry(program.addVariable(1, 0, inf), 1);
    if (std::isfinite(high))
      program.addEntry(program.addVariable(1, 0, inf), -1);
  }
  Result result = solveFeasible(program.table(), program.instance(), host);
  if (result.status != Status::optimal)
    return std::nullopt;
  result.x.resize(size_t(shape.n));
  return result;
}

/// One row per row of H, both triangles.
void addFlatness(LinearProgram &program, const ProblemShape &shape, const double *H) {
  std::vector<std::vector<std::pair<int32_t, double>>> rows(static_cast<size_t>(shape.n));
  for (int64_t j = 0; j < shape.n; ++j)
    for (int64_t p = shape.hess_cols[j]; p < shape.hess_cols[j + 1]; ++p) {
      int32_t i = shape.hess_rows[p];
      if (H[p] == 0)
        continue;
      rows[size_t(i)].emplace_back(int32_t(j), H[p]);
      if (i != j)
        rows[size_t(j)].emplace_back(i, H[p]);
    }
  for (auto &row : rows) {
    if (row.empty())
      continue;
    program.addRow(0, 0);
    for (auto [variable, value] : row)
      program.addEntry(variable, value);
  }
}

std::optional<Result> steepestRay(const ProblemShape &shape, const Rows &rows, const Derivatives &d,
                                  const costate_host *host) {
  LinearProgram program;
  for (int64_t j = 0; j < shape.n; ++j)
    program.addVariable(d.g[j], std::isfinite(shape.x_lower[j]) ? 0 : -1,
                        std::isfinite(shape.x_upper[j]) ? 0 : 1);
  addFlatness(program, shape, d.H);
  for (int64_t i = 0; i < shape.m; ++i) {
    bool hasLower = std::isfinite(shape.c_lower[i]), hasUpper = std::isfinite(shape.c_upper[i]);
    if (!hasLower && !hasUpper)
      continue;
    program.addRow(hasLower ? 0 : -inf, hasUpper ? 0 : inf);
    addEntries(program, shape, rows.J, i);
  }
  Result result = solveFeasible(program.table(), program.instance(), host);
  return result.status == Status::optimal ? std::optional(result) : std::nullopt;
}

} // namespace

Verdict verdictOf(StandardForm &problem, const Iterate &at, double allowed, const costate_host *host) {
  constexpr double falls = 1e-7; // per unit of the gradient; clean solutions are exact to 1e-12
  const ProblemShape &shape = problem.functions.shape();
  Vector x = at.v.head(problem.n).cwiseMin(1e6).cwiseMax(-1e6); // the iterates may be far out already
  Rows rows = rowsOf(problem.functions, x);
  Verdict verdict;
  Derivatives d;
  std::optional<Result> least = leastViolation(shape, rows, host);
  if (!least || !problem.derivatives(x.data(), at.y, d))
    return verdict;
  double violation = 0;
  for (int64_t i = 0; i < shape.m; ++i) {
    double value = rows.b[i];
    for (int64_t p = shape.jac_rows[i]; p < shape.jac_rows[i + 1]; ++p)
      value += rows.J[p] * least->x[size_t(shape.jac_cols[p])];
    violation = std::max({violation, shape.c_lower[i] - value, value - shape.c_upper[i]});
  }
  if (violation > allowed) {
    verdict.x = std::move(least->x);
    verdict.stop =
        Stop{Status::infeasible, fmt::format("no point meets the linear constraints: violation {:.1e} > "
                                             "constr_viol_tol {:.1e} where the sum of violations is least",
                                             violation, allowed)};
    return verdict;
  }
  std::optional<Result> ray = steepestRay(shape, rows, d, host);
  double slope = ray ? ray->objective : 0, limit = -falls * d.g.lpNorm<Eigen::Infinity>();
  if (slope < limit) {
    verdict.ray = std::move(ray->x);
    verdict.stop =
        Stop{Status::unbounded,
             fmt::format("the objective falls for ever along a direction that stays feasible: "
                         "slope {:.1e} < {:.1e}",
                         slope / problem.functions.objectiveScale, limit / problem.functions.objectiveScale)};
  }
  return verdict;
}

} // namespace costate::rt
