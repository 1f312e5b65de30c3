// First-order conditions at a point that is given: which rows and bounds hold it, and with which multipliers.
#include "costate/rt/Solve.h"
#include "runtime/solvers/Guarded.h"
#include "runtime/solvers/KktSystem.h"
#include "runtime/solvers/Limits.h"
#include "runtime/solvers/StandardForm.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace costate::rt {
namespace {

constexpr double unbounded = 1e20;     // as in the solvers
constexpr double unscaledLimit = 1e-4; // the default dual_inf_tol of ipm, relative to the gradient as there
constexpr double near = 1e-5;          // a row or variable is at a bound that is so close, relative to it

/// Bounds that a value is at, or beyond: an equation is at both.
struct Held {
  bool isLower, isUpper;
  bool isFree() const { return !isLower && !isUpper; }
};

Held heldAt(double value, double lower, double upper) {
  auto reach = [](double bound) { return near * std::max(1.0, std::abs(bound)); };
  bool isEquation = lower == upper;
  return {std::isfinite(lower) && (isEquation || value <= lower + reach(lower)),
          std::isfinite(upper) && (isEquation || value >= upper - reach(upper))};
}

class Judgement {
public:
  Judgement(const costate_problem_v1 &problem, const costate_instance *instance,
            const JudgementOptions &options)
      : options(options), functions(problem, instance), shape(functions.shape()) {}

  Result run(const std::vector<double> &point, int steps) {
    auto began = Timer::Clock::now();
    Stop stop = decide(point, steps);
    Result result;
    result.status = stop.status, result.reason = stop.reason, result.iterations = steps;
    report(result);
    result.value_evaluations = functions.valueCount, result.first_evaluations = functions.firstCount;
    result.evaluate_seconds = functions.seconds, result.seconds = Timer::since(began);
    return result;
  }

private:
  Stop decide(const std::vector<double> &point, int steps);
  bool evaluate();
  void leaveKinks();
  void findMultipliers();
  bool leastSquares();
  bool releaseRows();
  bool releaseBounds();
  Held rowAt(int64_t i) const {
    return heldAt(c[i] / functions.rowScale[i], shape.c_lower[i], shape.c_upper[i]);
  }
  Held variableAt(int64_t j) const { return heldAt(x[j], shape.x_lower[j], shape.x_upper[j]); }
  double wrongSign(Eigen::Index i) const;
  double complementarity() const;
  double projected(const Vector &slope, double scale) const;
  double shortened(double slope, double by) const {
    return std::copysign(std::max(0.0, std::abs(slope) - by), slope);
  }
  void report(Result &result) const;

  const JudgementOptions &options;
  Functions functions;
  const ProblemShape &shape;
  Vector x, c, g, J;                // c and J in the scale of the rows, g in that of the objective
  Vector y, slope;                  // multipliers, with  slope = grad f + J'y
  Vector allowance;                 // [n] what kinks hold of the slope, in the user's units
  std::vector<bool> isHeld, isFree; // variables at bounds; rows that are at none
  double f = 0, boundViolation = 0, rowViolation = 0, error = 0;
  bool isFinite = false;
};

Stop Judgement::decide(const std::vector<double> &point, int steps) {
  bool isCrossed = false;
  if (std::string sentence = StandardForm::badBound(functions, isCrossed); !sentence.empty())
    return {isCrossed ? Status::infeasible : Status::not_run, sentence};
  Eigen::Map<const Vector> lower(shape.x_lower, shape.n), upper(shape.x_upper, shape.n);
  Vector given = Eigen::Map<const Vector>(point.data(), shape.n);
  x = given.cwiseMax(lower).cwiseMin(upper);
  boundViolation = shape.n ? (given - x).lpNorm<Eigen::Infinity>() : 0;
  leaveKinks();
  isFinite = evaluate();
  if (functions.wasInterrupted())
    return {Status::interrupted, "the functions asked to stop"};
  std::string after = fmt::format("after {} steps", steps);
  if (!isFinite)
    return {Status::evaluation_error,
            fmt::format("the functions are not finite {}{}", after, functions.trace(x.data()))};
  findMultipliers();
  error = std::max(projected(slope, functions.objectiveScale), complementarity());
  double violation = std::max(boundViolation, rowViolation);
  if (double size = shape.n ? x.lpNorm<Eigen::Infinity>() : 0; size > unbounded)
    return {Status::unbounded,
            fmt::format("the largest variable {:.1e} > {:.0e} {}", size, unbounded, after)};
  if (violation > options.constr_viol_tol)
    return {Status::iteration_limit, fmt::format("{} the violation is {:.1e} > constr_viol_tol {:.1e}", after,
                                                 violation, options.constr_viol_tol)};
  if (error > options.tol)
    return {Status::completed,
            fmt::format("{} the optimality error is {:.1e} > tol {:.1e}", after, error, options.tol)};
  // A start with huge derivatives scales the objective down, and with it what tol means.
  double sf = functions.objectiveScale, steepest = shape.n ? g.lpNorm<Eigen::Infinity>() / sf : 0;
  double left = projected(slope / sf, 1),
         most = std::max(unscaledLimit, options.tol) * std::max(1.0, steepest);
  if (left > most)
    return {Status::completed,
            fmt::format("{} the dual residual is {:.1e} > {:.1e} in the units of the objective", after, left,
                        most)};
  return {Status::optimal,
          fmt::format("optimality error {:.1e} <= tol {:.1e} {}", error, options.tol, after)};
}

/// At the kink of an absolute value in one variable the gradient is without it: what is left of the slope may
/// be anything up to its weight.
void Judgement::leaveKinks() {
  allowance = Vector::Zero(shape.n);
  Absolutes &absolutes = functions.absolutes;
  for (int64_t k = 0; k < absolutes.count(); ++k) {
    auto entries = absolutes.entries(k);
    if (entries.size() != 1 || absolutes.weight(k) <= 0 || entries[0].value == 0)
      continue;
    auto [j, a] = entries[0];
    if (std::abs(absolutes.argument(k, x.data()) / a) > near * std::max(1.0, std::abs(x[j])))
      continue;
    absolutes.leaveOut(k);
    allowance[j] += absolutes.weight(k) * std::abs(a);
  }
}

/// In the scale of the start, where that is finite.
bool Judgement::evaluate() {
  std::vector<bool> isFixed(size_t(shape.n));
  for (int64_t j = 0; j < shape.n; ++j)
    isFixed[size_t(j)] = shape.x_lower[j] == shape.x_upper[j];
  functions.chooseScaling(shape.x_start, isFixed);
  g.resize(shape.n), J.resize(shape.jac_rows[shape.m]), c.resize(shape.m);
  if (!functions.values(x.data(), f, c) || !functions.first(x.data(), g, J))
    return false;
  for (int64_t i = 0; i < shape.m; ++i) {
    double value = c[i] / functions.rowScale[i];
    rowViolation = std::max({rowViolation, shape.c_lower[i] - value, value - shape.c_upper[i]});
  }
  return true;
}

// ---- multipliers ---------------------------------------------------------------------------------------

/// Of rows and bounds that x is at. Those whose multiplier pulls to the other side do not hold x: they are
/// left out one after the other, as in least squares with signs.
void Judgement::findMultipliers() {
  constexpr int most = 100;
  y = Vector::Zero(shape.m);
  slope = g;
  isHeld.resize(size_t(shape.n)), isFree.resize(size_t(shape.m));
  for (int64_t j = 0; j < shape.n; ++j)
    isHeld[size_t(j)] = !variableAt(j).isFree() || allowance[j] > 0;
  for (int64_t i = 0; i < shape.m; ++i)
    isFree[size_t(i)] = rowAt(i).isFree();
  if (shape.m == 0)
    return;
  for (int round = 0; round < most && leastSquares(); ++round)
    if (!releaseRows() && !releaseBounds())
      return;
}

/// y that minimizes |grad f + J'y| over the variables that no bound holds; false where it cannot be found.
bool Judgement::leastSquares() {
  constexpr double delta = 1e-10;
  KktSystem kkt(shape, isHeld, isFree);
  Vector one = Vector::Ones(shape.n), regularization = Vector::Constant(shape.m, delta), dx, dy;
  Vector rows = Vector::Zero(shape.m), right = -g;
  for (int64_t j = 0; j < shape.n; ++j)
    if (isHeld[size_t(j)])
      right[j] = 0;
  if (kkt.factorize(nullptr, J, one, regularization) == Inertia::Singular)
    return false;
  kkt.solve(nullptr, J, one, regularization, right, rows, dx, dy);
  if (!dy.allFinite())
    return false;
  for (int64_t i = 0; i < shape.m; ++i)
    y[i] = isFree[size_t(i)] ? 0 : dy[i];
  slope = g;
  kkt.addTransposed(J, y, slope);
  return true;
}

/// How much the multiplier of a row pulls away from the bound that the row is at.
double Judgement::wrongSign(Eigen::Index i) const {
  auto [isLower, isUpper] = rowAt(i);
  return isLower && !isUpper ? std::max(0.0, y[i]) : isUpper && !isLower ? std::max(0.0, -y[i]) : 0;
}

bool Judgement::releaseRows() {
  Eigen::Index worst = -1;
  double most = 1e-12 * (1 + y.lpNorm<Eigen::Infinity>());
  for (Eigen::Index i = 0; i < shape.m; ++i)
    if (!isFree[size_t(i)] && wrongSign(i) > most)
      worst = i, most = wrongSign(i);
  if (worst >= 0)
    isFree[size_t(worst)] = true;
  return worst >= 0;
}

/// Variables that would leave their bound.
bool Judgement::releaseBounds() {
  bool isAny = false;
  for (int64_t j = 0; j < shape.n; ++j) {
    if (!isHeld[size_t(j)] || shape.x_lower[j] == shape.x_upper[j])
      continue;
    auto [isLower, isUpper] = variableAt(j);
    double left = shortened(slope[j], allowance[j] * functions.objectiveScale);
    bool leaves = (!isUpper && left < -options.tol) || (!isLower && left > options.tol);
    isHeld[size_t(j)] = !leaves;
    isAny |= leaves;
  }
  return isAny;
}

// ---- measures ------------------------------------------------------------------------------------------

/// |P(x - slope) - x|, where the slope is `scale` times that in the user's units.
double Judgement::projected(const Vector &of, double scale) const {
  Eigen::Map<const Vector> lower(shape.x_lower, shape.n), upper(shape.x_upper, shape.n);
  Vector left = of;
  for (int64_t j = 0; j < shape.n; ++j)
    left[j] = shortened(of[j], allowance[j] * scale);
  Vector free = (-left).cwiseMax(lower - x).cwiseMin(upper - x);
  return shape.n ? free.lpNorm<Eigen::Infinity>() : 0;
}

double Judgement::complementarity() const {
  double most = 0;
  for (int64_t i = 0; i < shape.m; ++i) {
    double value = c[i] / functions.rowScale[i];
    double distance = std::min(std::abs(value - shape.c_lower[i]), std::abs(shape.c_upper[i] - value));
    if (y[i] != 0)
      most = std::max({most, std::abs(y[i]) * distance * functions.rowScale[i], wrongSign(i)});
  }
  return most;
}

void Judgement::report(Result &result) const {
  result.x.assign(x.begin(), x.end());
  result.c.assign(size_t(shape.m), 0), result.dual.assign(size_t(shape.m), 0);
  result.reduced_cost.assign(size_t(shape.n), 0);
  if (!isFinite)
    return;
  double sf = functions.objectiveScale;
  result.objective = f / sf;
  for (int64_t i = 0; i < shape.m; ++i) {
    result.c[size_t(i)] = c[i] / functions.rowScale[i];
    result.dual[size_t(i)] = -y[i] * functions.rowScale[i] / sf;
  }
  for (int64_t j = 0; j < shape.n; ++j)
    if (isHeld[size_t(j)] && !variableAt(j).isFree())
      result.reduced_cost[size_t(j)] = shortened(slope[j] / sf, allowance[j]);
  result.primal_infeasibility = std::max(boundViolation, rowViolation);
  result.dual_infeasibility = projected(slope / sf, 1);
  result.complementarity = complementarity() / sf;
}

} // namespace

Result judge(const costate_problem_v1 &problem, const costate_instance *instance,
             const JudgementOptions &options, const std::vector<double> &x, int steps) {
  return guarded(problem, instance, [&] { return Judgement(problem, instance, options).run(x, steps); });
}

} // namespace costate::rt
