// Definitions in order; values, gradients and steps through them.
#include "runtime/solvers/BoxProblem.h"
#include "runtime/solvers/MovedInside.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace costate::rt {
namespace {

/// Each level of definitions costs an evaluation of all rows per value.
constexpr int mostLevels = 8;

} // namespace

std::string BoxProblem::read(bool takesRows) {
  lower = Eigen::Map<const Vector>(shape.x_lower, shape.n);
  upper = Eigen::Map<const Vector>(shape.x_upper, shape.n);
  isHeld.resize(size_t(shape.n));
  for (Index j = 0; j < shape.n; ++j)
    isHeld[size_t(j)] = lower[j] == upper[j];
  y = Vector::Zero(shape.m), c = Vector::Zero(shape.m);
  J.resize(shape.jac_rows[shape.m]);
  JacobianConstants constants = functions.constants();
  slopes = constants.values;
  std::string sentence = chooseDefinitions(constants, takesRows);
  if (sentence.empty() && takesRows)
    takeAbsolutes();
  return sentence.empty() ? sortDefinitions() : sentence;
}

/// Those of one variable that no row and no other kink reads.
void BoxProblem::takeAbsolutes() {
  std::vector<bool> isTaken = isHeld;
  for (const LinearRow &row : linear)
    for (int32_t j : row.cols)
      isTaken[size_t(j)] = true;
  for (const Kink &kink : kinks)
    isTaken[size_t(kink.x)] = true;
  for (int64_t k = 0; k < functions.absolutes.count(); ++k) {
    auto entries = functions.absolutes.entries(k);
    double weight = functions.absolutes.weight(k);
    bool isPossible = entries.size() == 1 && weight >= 0 && entries[0].value != 0;
    if (!isPossible || isTaken[size_t(entries[0].col)])
      continue;
    auto [j, a] = entries[0];
    isTaken[size_t(j)] = true;
    kinks.push_back(
        {-1, j, -std::abs(a), std::abs(a), -functions.absolutes.offset(k) / a, 0, -1, -1, 0, 0, weight});
    prices.push_back(0);
    functions.absolutes.leaveOut(k);
  }
}

/// A row defines the last of the variables it could: hidden variables come after those they depend on.
std::string BoxProblem::chooseDefinitions(const JacobianConstants &constants, bool takesRows) {
  std::vector<int64_t> others;
  for (int64_t i = 0; i < shape.m; ++i) {
    double low = shape.c_lower[i], high = shape.c_upper[i];
    if (std::isinf(low) && std::isinf(high))
      continue;
    int64_t chosen = -1;
    for (int64_t p = shape.jac_rows[i]; low == high && p < shape.jac_rows[i + 1]; ++p) {
      int32_t j = shape.jac_cols[p];
      bool isPossible = constants.kinds[size_t(p)] == JacobianConstants::Kind::Constant &&
                        !isHeld[size_t(j)] && std::isinf(lower[j]) && std::isinf(upper[j]);
      chosen = isPossible ? p : chosen;
    }
    if (chosen < 0 && takesRows && isLinear(i, constants)) {
      others.push_back(i);
      continue;
    }
    if (chosen < 0)
      return fmt::format("{} is a {}constraint", functions.rowName(i), takesRows ? "nonlinear " : "");
    int32_t j = shape.jac_cols[chosen];
    isHeld[size_t(j)] = true;
    order.push_back({i, j, chosen});
  }
  return addLinearRows(others, constants);
}

bool BoxProblem::isLinear(int64_t row, const JacobianConstants &constants) const {
  for (int64_t p = shape.jac_rows[row]; p < shape.jac_rows[row + 1]; ++p)
    if (constants.kinds[size_t(p)] == JacobianConstants::Kind::Varies)
      return false;
  return true;
}

/// Their constants are what the rows are at the start, less the linear part.
std::string BoxProblem::addLinearRows(std::vector<int64_t> rows, const JacobianConstants &constants) {
  if (rows.empty())
    return "";
  std::vector<int64_t> owner(size_t(shape.n), -1);
  for (const Definition &d : order)
    owner[size_t(d.variable)] = d.row;
  Vector start = Eigen::Map<const Vector>(shape.x_start, shape.n), values(shape.m);
  functions.unscaledRows(start.data(), values);
  kinks = takeKinks(rows, functions, constants, lower, upper, start, values);
  prices.assign(kinks.size(), 0);
  for (const Kink &kink : kinks) {
    isHeld[size_t(kink.t)] = true;
    owner[size_t(kink.t)] = owner[size_t(kink.x)] = kink.leftRow;
  }
  for (int64_t i : rows) {
    LinearRow row{i, {}, {}, 0, 0};
    for (int64_t p = shape.jac_rows[i]; p < shape.jac_rows[i + 1]; ++p) {
      int32_t j = shape.jac_cols[p];
      if (constants.values[p] == 0)
        continue;
      int64_t other = std::exchange(owner[size_t(j)], i);
      if (other >= 0)
        return fmt::format("{} shares {} with {}", functions.rowName(i), functions.variableName(j),
                           functions.rowName(other));
      row.cols.push_back(j);
      row.a.push_back(constants.values[p]);
    }
    double constant = values[i] - row.value(start);
    row.low = shape.c_lower[i] - constant, row.high = shape.c_upper[i] - constant;
    linear.push_back(std::move(row));
  }
  return "";
}

std::string BoxProblem::emptyRow() const {
  constexpr double rounding = 1e-9;
  for (const LinearRow &row : linear) {
    double least = row.least(lower, upper), largest = row.largest(lower, upper);
    double size = rounding * std::max(1.0, std::isinf(row.low) ? std::abs(row.high) : std::abs(row.low));
    if (largest < row.low - size)
      return fmt::format("{} needs {:.9g}, but within the bounds it is at most {:.9g}",
                         functions.rowName(row.number), row.low, largest);
    if (least > row.high + size)
      return fmt::format("{} needs {:.9g}, but within the bounds it is at least {:.9g}",
                         functions.rowName(row.number), row.high, least);
  }
  return "";
}

Index BoxProblem::numMoving() const {
  Index count = shape.n;
  while (count > 0 && isHeld[size_t(count) - 1])
    --count;
  return count;
}

void BoxProblem::project(Vector &x, const Vector &w) const {
  for (const LinearRow &row : linear) // of the point as it is, not of the nearest within the bounds
    row.project(x, lower, upper, w);
  x = x.cwiseMax(lower.head(x.size())).cwiseMin(upper.head(x.size()));
}

/// Levels: a definition is one above the highest it reads.
std::string BoxProblem::sortDefinitions() {
  std::vector<int32_t> definer(size_t(shape.n), -1);
  for (size_t k = 0; k < order.size(); ++k)
    definer[size_t(order[k].variable)] = int32_t(k);
  std::vector<int> level(order.size(), 1);
  bool isSettled = order.empty();
  for (int round = 0; !isSettled && round <= mostLevels; ++round) {
    isSettled = true;
    for (size_t k = 0; k < order.size(); ++k)
      for (int64_t p = shape.jac_rows[order[k].row]; p < shape.jac_rows[order[k].row + 1]; ++p) {
        int32_t other = definer[size_t(shape.jac_cols[p])];
        if (other < 0 || other == int32_t(k) || level[k] > level[size_t(other)])
          continue;
        level[k] = level[size_t(other)] + 1;
        isSettled = false;
      }
  }
  depth = order.empty() ? 0 : *std::max_element(level.begin(), level.end());
  if (!isSettled || depth > mostLevels)
    return fmt::format(
        "{} is a constraint: what it defines depends on itself, or on more than {} others one "
        "after the other",
        functions.rowName(order[size_t(std::max_element(level.begin(), level.end()) - level.begin())].row),
        mostLevels);
  std::vector<size_t> sorted(order.size());
  for (size_t k = 0; k < sorted.size(); ++k)
    sorted[k] = k;
  std::stable_sort(sorted.begin(), sorted.end(), [&](size_t a, size_t b) { return level[a] < level[b]; });
  std::vector<Definition> unsorted = order;
  for (size_t k = 0; k < sorted.size(); ++k)
    order[k] = unsorted[sorted[k]];
  return "";
}

bool BoxProblem::prepare(Vector &x) {
  constexpr double largest = 100, least = 1e-8; // as [WB06, section 3.8], but for the reduced gradient
  project(x);
  double f = 0;
  Vector g;
  if (!value(x, f) || !gradient(x, g))
    return false;
  double slope = 0;
  for (Index j = 0; j < n(); ++j)
    slope = std::max(slope, isHeld[size_t(j)] ? 0 : std::abs(g[j]));
  functions.objectiveScale = slope > largest ? std::max(largest / slope, least) : 1;
  return true;
}

bool BoxProblem::value(Vector &x, double &f) {
  for (const Kink &kink : kinks)
    if (kink.t >= 0)
      x[kink.t] = kink.value(x[kink.x]);
  for (int level = 0; level < depth; ++level) {
    if (!functions.values(x.data(), f, c))
      return false;
    for (const Definition &d : order)
      x[d.variable] -= (c[d.row] - shape.c_lower[d.row]) / slopes[d.entry];
  }
  return functions.values(x.data(), f, c);
}

bool BoxProblem::gradient(const Vector &x, Vector &g) {
  g.resize(n());
  if (!functions.first(x.data(), g, J))
    return false;
  reduce(g, y);
  for (size_t k = 0; k < kinks.size(); ++k)
    prices[k] = kinks[k].t < 0 ? kinks[k].weight * functions.objectiveScale : std::exchange(g[kinks[k].t], 0);
  return true;
}

bool BoxProblem::both(Vector &x, double &f, Vector &g) {
  bool isPlain = depth == 0 && kinks.empty();
  return isPlain ? gradient(x, g) && value(x, f) : value(x, f) && gradient(x, g);
}

bool BoxProblem::second(const Vector &x, Vector &g) {
  g.resize(n());
  if (!order.empty() && !gradient(x, g)) // the multipliers first
    return false;
  if (!functions.second(x.data(), 1, y, g, J))
    return false;
  reduce(g, y);
  return true;
}

Vector BoxProblem::hessianTimes(const Vector &v) const {
  const double *H = functions.hessian();
  Vector full = v, u = Vector::Zero(n());
  complete(full);
  for (Index j = 0; j < n(); ++j)
    for (int64_t p = shape.hess_cols[j]; p < shape.hess_cols[j + 1]; ++p) {
      int32_t i = shape.hess_rows[p];
      u[i] += H[p] * full[j];
      if (i != j)
        u[j] += H[p] * full[i];
    }
  reduce(u);
  return u;
}

bool BoxProblem::product(const Vector &x, const Vector &v, Vector &u) {
  Vector full = v;
  complete(full);
  if (!functions.product(x.data(), y, full, u))
    return false;
  reduce(u);
  return true;
}

void BoxProblem::complete(Vector &v) const {
  for (const Definition &d : order) {
    double sum = 0;
    for (int64_t p = shape.jac_rows[d.row]; p < shape.jac_rows[d.row + 1]; ++p)
      sum += p == d.entry ? 0 : J[p] * v[shape.jac_cols[p]];
    v[d.variable] = -sum / J[d.entry];
  }
}

void BoxProblem::reduce(Vector &u) const {
  Vector ignored = Vector::Zero(shape.m);
  reduce(u, ignored);
}

void BoxProblem::reduce(Vector &u, Vector &multipliers) const {
  for (size_t k = order.size(); k-- > 0;) {
    const Definition &d = order[k];
    double weight = u[d.variable] / J[d.entry];
    multipliers[d.row] = -weight;
    for (int64_t p = shape.jac_rows[d.row]; weight != 0 && p < shape.jac_rows[d.row + 1]; ++p)
      u[shape.jac_cols[p]] -= weight * J[p];
    u[d.variable] = 0;
  }
}

void BoxProblem::moveInside(Vector &x) const {
  constexpr double push = 1e-2;
  for (Index j = 0; j < n(); ++j)
    x[j] = movedInside(x[j], lower[j], upper[j], push);
}

void BoxProblem::land(Vector &x, double rate, const Vector &w) const {
  for (size_t k = 0; k < kinks.size(); ++k) {
    double &at = x[kinks[k].x], weight = w.size() ? w[kinks[k].x] : 1;
    at = kinks[k].nearest(at, rate * weight * prices[k] / functions.objectiveScale);
  }
  project(x, w);
}

double BoxProblem::kinkValue(const Vector &x) const {
  double sum = 0;
  for (size_t k = 0; k < kinks.size(); ++k)
    sum += prices[k] / functions.objectiveScale * kinks[k].value(x[kinks[k].x]);
  return sum;
}

std::string BoxProblem::fallingKink() const {
  for (size_t k = 0; k < kinks.size(); ++k)
    if (prices[k] < 0)
      return fmt::format("the objective falls for ever along {}", functions.variableName(kinks[k].t));
  return "";
}

double BoxProblem::optimality(const Vector &x, const Vector &g, double scale) const {
  if (n() == 0)
    return 0;
  // Not P(x - g) - x: that is zero where g is below the rounding of a large x.
  Vector step = (-g).cwiseMax(lower - x).cwiseMin(upper - x), moved = x - g;
  for (const LinearRow &row : linear) {
    row.project(moved, lower, upper);
    for (int32_t j : row.cols)
      step[j] = moved[j] - x[j];
  }
  for (size_t k = 0; k < kinks.size(); ++k) {
    int32_t j = kinks[k].x;
    step[j] = std::clamp(kinks[k].step(x[j], g[j], scale * prices[k]), lower[j] - x[j], upper[j] - x[j]);
  }
  return step.lpNorm<Eigen::Infinity>();
}

} // namespace costate::rt
