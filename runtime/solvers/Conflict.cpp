// Elastic solves, their multipliers, and what the rows add up to.
#include "runtime/solvers/Conflict.h"
#include "runtime/problem/Elastic.h"
#include "runtime/problem/Functions.h"
#include "runtime/report/Timer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace costate::rt {
namespace {

using Index = Eigen::Index;

constexpr double significant = 1e-5;  // of the largest multiplier; those of idle bounds are mu/slack
constexpr double relationPrice = 10;  // rows with bound 0 define and relate variables; demands give way first
constexpr double tieBreak = 1e-4;     // between prices: rows that could give way alike would share
constexpr double nearness = 1e-6;     // below `significant`
constexpr size_t mostTrials = 40;     // rows left out one after the other
constexpr int64_t mostWork = 200'000; // of those trials: rows times the size of the problem

class ConflictSearch {
public:
  ConflictSearch(const costate_problem_v1 &problem, const costate_instance *instance,
                 const costate_host *host, const InteriorPointOptions &options, const Result &result)
      : problem(problem), instance(instance), host(host), options(options), functions(problem, instance),
        shape(functions.shape()), constants(functions.constants()), keep(size_t(shape.m), true) {
    trial.tol = 1e-9, trial.explain = false;
    trial.max_iter = 500;
    trial.time_limit = options.time_limit - result.seconds;
    prices = Vector::LinSpaced(shape.m, 1, 1 + tieBreak);
    for (Index i = 0; i < shape.m; ++i)
      if (shape.c_lower[i] == 0 && shape.c_upper[i] == 0)
        prices[i] *= relationPrice;
    isLinear = areLinear();
    best.x = result.x;
    if (isLinear) // the iterates may be far out, and no point is nearer to the truth than another
      std::copy_n(shape.x_start, shape.n, best.x.begin());
  }

  Feasibility run(Result &result) {
    Feasibility found = gather();
    if (found.kind == Feasibility::Kind::Violated) {
      reduce();
      list(result);
      result.is_irreducible = isIrreducible;
      result.contradiction = contradiction(result.conflicts);
    }
    return found;
  }

private:
  /// The least violation of the rows that are kept, and the multipliers there.
  struct Attempt {
    bool isSolved = false;
    std::string reason;
    std::vector<double> x, dual, reduced_cost;
    Vector violation; // [m]
  };

  Attempt solveElastic(const Vector &prices);
  bool adopt(const Attempt &attempt);
  Feasibility gather();
  void readMultipliers();
  void reduce();
  void dropIdleRows();
  void list(Result &result);
  Conflict ofRow(int64_t i, double value) const;
  Conflict ofVariable(int64_t j) const;
  int rank(const Conflict &conflict) const;
  std::optional<Contradiction> contradiction(const std::vector<Conflict> &conflicts);
  bool areLinear() const;

  const costate_problem_v1 &problem;
  const costate_instance *instance;
  const costate_host *host;
  const InteriorPointOptions &options;
  Functions functions;
  const ProblemShape &shape;
  JacobianConstants constants;
  InteriorPointOptions trial;
  std::vector<bool> keep; // [m] rows that take part
  Vector prices;          // [m]
  bool isLinear = false;  // all rows that are kept
  Attempt best;
  Vector J;         // [jac nnz] unscaled at best.x
  Vector rowWeight; // [m] multiplier times largest derivative
  double most = 0;  // of these and of the multipliers of bounds
  bool isIrreducible = false;
};

ConflictSearch::Attempt ConflictSearch::solveElastic(const Vector &prices) {
  ElasticProblem elastic(problem, instance, keep, isLinear ? 0 : nearness);
  for (ElasticProblem::Violation &violation : elastic.violations)
    violation.price = prices[violation.row];
  elastic.startAt(best.x);
  Result result = solve(elastic.problem(), elastic.handle(), host, trial, {}, nullptr);
  trial.time_limit -= result.seconds;
  Attempt attempt;
  attempt.isSolved = result.status == Status::optimal || result.status == Status::acceptable;
  attempt.reason = result.reason;
  attempt.x.assign(result.x.begin(), result.x.begin() + shape.n);
  attempt.dual = result.dual;
  attempt.reduced_cost.assign(result.reduced_cost.begin(), result.reduced_cost.begin() + shape.n);
  attempt.violation = Vector::Zero(shape.m);
  for (size_t k = 0; k < elastic.violations.size(); ++k)
    attempt.violation[elastic.violations[k].row] += result.x[size_t(shape.n) + k];
  return attempt;
}

/// False where the rows that are kept can be met, or where that is not known.
bool ConflictSearch::adopt(const Attempt &attempt) {
  if (!attempt.isSolved || !(attempt.violation.maxCoeff() > options.constr_viol_tol))
    return false;
  best = attempt;
  readMultipliers();
  return true;
}

/// Prices that fall where much is violated gather the violation in few rows.
Feasibility ConflictSearch::gather() {
  using Kind = Feasibility::Kind;
  Attempt first = solveElastic(prices);
  double worst = first.violation.maxCoeff();
  if (!adopt(first))
    return {worst <= options.constr_viol_tol ? Kind::Met : Kind::Unknown, first.x, worst, first.reason};
  double close = 0.1 * worst;
  adopt(solveElastic(prices.cwiseQuotient((best.violation.array() / close + 1).matrix())));
  return {Kind::Violated, first.x, worst, first.reason};
}

void ConflictSearch::readMultipliers() {
  Vector g(shape.n);
  J.resize(shape.jac_rows[shape.m]);
  rowWeight = Vector::Zero(shape.m);
  functions.first(best.x.data(), g, J);
  most = 0;
  for (Index i = 0; i < shape.m; ++i) {
    double slope = 0;
    for (int64_t p = shape.jac_rows[i]; p < shape.jac_rows[i + 1]; ++p)
      slope = std::max(slope, std::abs(J[p]));
    rowWeight[i] = std::abs(best.dual[size_t(i)]) * slope;
    most = std::max(most, rowWeight[i]);
  }
}

void ConflictSearch::dropIdleRows() {
  for (Index i = 0; i < shape.m; ++i)
    keep[size_t(i)] =
        keep[size_t(i)] && (rowWeight[i] > significant * most || best.violation[i] > options.constr_viol_tol);
}

/// Leaves rows out, those with small multipliers first.
void ConflictSearch::reduce() {
  dropIdleRows();
  isLinear = areLinear();
  std::vector<int32_t> order;
  for (Index i = 0; i < shape.m; ++i)
    if (keep[size_t(i)])
      order.push_back(int32_t(i));
  int64_t size = shape.n + shape.m;
  if (order.size() > mostTrials || int64_t(order.size()) * size > mostWork || !adopt(solveElastic(prices)))
    return;
  dropIdleRows();
  std::sort(order.begin(), order.end(), [&](int32_t a, int32_t b) { return rowWeight[a] < rowWeight[b]; });
  isIrreducible = true;
  for (int32_t i : order) {
    if (!keep[size_t(i)])
      continue;
    keep[size_t(i)] = false;
    Attempt attempt = solveElastic(prices);
    isIrreducible &= attempt.isSolved;
    if (adopt(attempt))
      dropIdleRows();
    else
      keep[size_t(i)] = true;
  }
}

Conflict ConflictSearch::ofRow(int64_t i, double value) const {
  Conflict conflict;
  conflict.row = i, conflict.value = value;
  double multiplier = best.dual[size_t(i)];
  conflict.is_lower = multiplier > 0, conflict.multiplier = std::abs(multiplier);
  conflict.bound = conflict.is_lower ? shape.c_lower[i] : shape.c_upper[i];
  double violation = std::max(shape.c_lower[i] - value, value - shape.c_upper[i]);
  conflict.violation = violation > options.constr_viol_tol ? violation : 0;
  return conflict;
}

Conflict ConflictSearch::ofVariable(int64_t j) const {
  Conflict conflict;
  conflict.variable = j, conflict.value = best.x[size_t(j)];
  double multiplier = best.reduced_cost[size_t(j)];
  conflict.is_lower = multiplier > 0, conflict.multiplier = std::abs(multiplier);
  conflict.bound = conflict.is_lower ? shape.x_lower[j] : shape.x_upper[j];
  return conflict;
}

/// Violated rows, then limits, then equations: demands before relations.
int ConflictSearch::rank(const Conflict &conflict) const {
  if (conflict.violation > 0)
    return 0;
  int64_t i = conflict.row, j = conflict.variable;
  bool isEquation = i >= 0 ? shape.c_lower[i] == shape.c_upper[i] : shape.x_lower[j] == shape.x_upper[j];
  return isEquation ? conflict.bound != 0 ? 2 : 3 : 1;
}

void ConflictSearch::list(Result &result) {
  Vector c = Vector::Zero(shape.m);
  functions.unscaledRows(best.x.data(), c);
  for (int64_t i = 0; i < shape.m; ++i)
    if (keep[size_t(i)])
      result.conflicts.push_back(ofRow(i, c[i]));
  for (int64_t j = 0; j < shape.n; ++j)
    if (std::abs(best.reduced_cost[size_t(j)]) > tieBreak * most) // less may stem from the prices
      result.conflicts.push_back(ofVariable(j));
  auto isBefore = [&](const Conflict &a, const Conflict &b) {
    int first = rank(a), second = rank(b);
    if (first != second)
      return first < second;
    return first == 0 ? a.violation > b.violation : a.multiplier > b.multiplier;
  };
  std::stable_sort(result.conflicts.begin(), result.conflicts.end(), isBefore);
  double unit = result.conflicts.front().multiplier;
  for (Conflict &conflict : result.conflicts)
    conflict.multiplier /= unit;
}

/// All rows that are kept.
bool ConflictSearch::areLinear() const {
  for (Index i = 0; i < shape.m; ++i)
    for (int64_t p = shape.jac_rows[i]; keep[size_t(i)] && p < shape.jac_rows[i + 1]; ++p)
      if (constants.kinds[size_t(p)] == JacobianConstants::Kind::Varies)
        return false;
  return true;
}

/// The rows' sum is  slope' x + (what is left of their bounds). Of variables without a bound the slope must
/// vanish: to the accuracy of the multipliers, which is that of a solve to 1e-9.
std::optional<Contradiction> ConflictSearch::contradiction(const std::vector<Conflict> &conflicts) {
  constexpr double vanishing = 1e-7, clear = 1e-6;
  if (!isLinear)
    return std::nullopt;
  Contradiction sum;
  Vector slope = Vector::Zero(shape.n), size = slope, c = Vector::Zero(shape.m);
  functions.unscaledRows(best.x.data(), c);
  for (const Conflict &conflict : conflicts) {
    int64_t i = conflict.row;
    if (i < 0)
      continue;
    double y = conflict.is_lower ? conflict.multiplier : -conflict.multiplier, offset = c[i];
    for (int64_t p = shape.jac_rows[i]; p < shape.jac_rows[i + 1]; ++p) {
      int32_t j = shape.jac_cols[p];
      offset -= J[p] * best.x[size_t(j)];
      slope[j] += y * J[p], size[j] += std::abs(y * J[p]);
    }
    sum.needed += y * (conflict.bound - offset);
  }
  for (Index j = 0; j < shape.n; ++j) {
    double bound = slope[j] > 0 ? shape.x_upper[j] : shape.x_lower[j];
    bool isZero = std::abs(slope[j]) <= vanishing * size[j];
    if (slope[j] != 0 && (!isZero || std::isfinite(bound)))
      sum.possible += slope[j] * bound;
  }
  bool isClear = sum.needed - sum.possible > clear * std::max(1.0, std::abs(sum.needed));
  return isClear ? std::optional(sum) : std::nullopt;
}

} // namespace

Feasibility findConflicts(const costate_problem_v1 &problem, const costate_instance *instance,
                          const costate_host *host, const InteriorPointOptions &options, Result &result) {
  Timer timer(result.diagnosis_seconds);
  return ConflictSearch(problem, instance, host, options, result).run(result);
}

} // namespace costate::rt
