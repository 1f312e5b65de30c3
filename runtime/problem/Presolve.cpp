// Rounds over the rows forward, multipliers backward.
#include "runtime/problem/Presolve.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
/// Rows that fix one variable after the other, as a recursion does, are followed this far; a solver is as
/// good at the rest, and every round evaluates all rows.
constexpr int mostRounds = 20;
constexpr double rounding = 8 * std::numeric_limits<double>::epsilon();

} // namespace

std::string Presolve::run(Functions &functions, double mostViolation) {
  start(functions, mostViolation);
  for (int k = 0; k < mostRounds && round(functions); ++k)
    ;
  if (conflict.empty())
    functions.replaceBounds(xLower.data(), xUpper.data(), cLower.data(), cUpper.data());
  return conflict;
}

void Presolve::start(const Functions &functions, double mostViolation) {
  original = form = functions.shape();
  allowed = mostViolation;
  constants = functions.constants();
  xLower.assign(form.x_lower, form.x_lower + form.n), xUpper.assign(form.x_upper, form.x_upper + form.n);
  cLower.assign(form.c_lower, form.c_lower + form.m), cUpper.assign(form.c_upper, form.c_upper + form.m);
  lowerOwner.assign(size_t(form.n), -1), upperOwner.assign(size_t(form.n), -1);
  isDecided.assign(size_t(form.m), false);
  for (int64_t i = 0; i < form.m; ++i)
    isDecided[size_t(i)] = std::isinf(cLower[size_t(i)]) && std::isinf(cUpper[size_t(i)]);
}

/// True where the next round may find more.
bool Presolve::round(Functions &functions) {
  std::vector<Candidate> found = candidates();
  Vector x = point(), c;
  if (found.empty() || !functions.unscaledRows(x.data(), c))
    return false;
  size_t numBoundRows = boundRows.size();
  for (const Candidate &candidate : found) {
    int64_t i = candidate.row, p = candidate.entry;
    if (!std::isfinite(c[i]))
      continue;
    if (p < 0) {
      decide(functions, i, c[i]);
    } else {
      int32_t j = form.jac_cols[p];
      becomeBound(functions, {i, j, constants.values[p], c[i] - constants.values[p] * x[j]});
    }
    if (!conflict.empty())
      return false;
  }
  return boundRows.size() > numBoundRows;
}

/// Rows with at most one variable that is not fixed, and that one linear.
std::vector<Presolve::Candidate> Presolve::candidates() const {
  std::vector<Candidate> found;
  for (int64_t i = 0; i < form.m; ++i) {
    int64_t entry = -1;
    bool isCandidate = !isDecided[size_t(i)];
    for (int64_t p = form.jac_rows[i]; isCandidate && p < form.jac_rows[i + 1]; ++p) {
      size_t j = size_t(form.jac_cols[p]);
      Kind kind = constants.kinds[size_t(p)];
      if (kind == Kind::Zero || xLower[j] == xUpper[j])
        continue;
      isCandidate = kind == Kind::Constant && entry < 0;
      entry = p;
    }
    if (isCandidate)
      found.push_back({i, entry});
  }
  return found;
}

Vector Presolve::point() const {
  Vector x(form.n);
  for (int64_t j = 0; j < form.n; ++j)
    x[j] = std::clamp(form.x_start[j], xLower[size_t(j)], xUpper[size_t(j)]);
  return x;
}

void Presolve::decide(const Functions &functions, int64_t row, double value) {
  double low = cLower[size_t(row)], high = cUpper[size_t(row)];
  bool isBelow = low - value > allowed;
  if (isBelow || value - high > allowed) {
    double bound = isBelow ? low : high;
    conflict = fmt::format("{} has no free variable and the value {:.9g}, its {} bound is {:.9g}",
                           functions.rowName(row), value, isBelow ? "lower" : "upper", bound);
    contradicting = {{row, -1, isBelow, bound, value, std::abs(bound - value), 1}};
  }
  constantRows.push_back(row);
  release(row);
}

void Presolve::becomeBound(const Functions &functions, const BoundRow &row) {
  double low = (cLower[size_t(row.row)] - row.offset) / row.slope;
  double high = (cUpper[size_t(row.row)] - row.offset) / row.slope;
  if (row.slope < 0)
    std::swap(low, high);
  bool isOverflow = low == inf || high == -inf || std::isnan(low) || std::isnan(high);
  if (isOverflow || !raise(functions, row, low + 0.0) || !reduce(functions, row, high + 0.0)) // no -0
    return;
  closeGap(row.variable);
  boundRows.push_back(row);
  release(row.row);
}

/// The bound lower >= low; false where it leaves the variable no value.
bool Presolve::raise(const Functions &functions, const BoundRow &row, double low) {
  size_t j = size_t(row.variable);
  if (low <= xLower[j])
    return true;
  if (low > xUpper[j] && !isWithin(row, low, xUpper[j])) {
    cross(functions, row, true, low);
    return false;
  }
  xLower[j] = std::min(low, xUpper[j]);
  lowerOwner[j] = row.row;
  return true;
}

bool Presolve::reduce(const Functions &functions, const BoundRow &row, double high) {
  size_t j = size_t(row.variable);
  if (high >= xUpper[j])
    return true;
  if (high < xLower[j] && !isWithin(row, xLower[j], high)) {
    cross(functions, row, false, high);
    return false;
  }
  xUpper[j] = std::max(high, xLower[j]);
  upperOwner[j] = row.row;
  return true;
}

/// What the row needs lies beyond the other bound of its variable.
void Presolve::cross(const Functions &functions, const BoundRow &row, bool isLower, double bound) {
  size_t j = size_t(row.variable);
  int64_t owner = isLower ? upperOwner[j] : lowerOwner[j];
  double other = isLower ? xUpper[j] : xLower[j];
  conflict = need(functions, row.row, row.variable, isLower, bound) + ", " +
             need(functions, owner, row.variable, !isLower, other);
  Conflict violated = part(row, isLower);
  violated.violation = std::abs(row.slope * (bound - other));
  violated.value = row.slope * other + row.offset;
  auto second = std::find_if(boundRows.begin(), boundRows.end(),
                             [&](const BoundRow &known) { return known.row == owner; });
  contradicting = {violated, second != boundRows.end()
                                 ? part(*second, !isLower)
                                 : Conflict{-1, row.variable, !isLower, other, other, 0, 1}};
  for (Conflict &conflict : contradicting) // that of the violated row becomes 1
    conflict.multiplier *= std::abs(row.slope);
}

/// `isLower`: the bound that the row is for its variable.
Conflict Presolve::part(const BoundRow &row, bool isLower) const {
  bool isRowLower = isLower == (row.slope > 0);
  double bound = isRowLower ? original.c_lower[row.row] : original.c_upper[row.row];
  return {row.row, -1, isRowLower, bound, bound, 0, 1 / std::abs(row.slope)};
}

/// Whether the row may be violated by what lies between the bounds.
bool Presolve::isWithin(const BoundRow &row, double lower, double upper) const {
  double crossing = lower - upper;
  return std::abs(row.slope) * crossing <= allowed || crossing <= rounding * std::abs(lower);
}

/// Bounds that only rounding keeps apart are equal. A bound that a row made moves, so that the variable stays
/// within its own.
void Presolve::closeGap(int32_t variable) {
  size_t j = size_t(variable);
  double gap = xUpper[j] - xLower[j];
  if (std::isinf(gap) || gap > rounding * std::max(std::abs(xLower[j]), std::abs(xUpper[j])))
    return;
  if (lowerOwner[j] >= 0)
    xLower[j] = xUpper[j];
  else if (upperOwner[j] >= 0)
    xUpper[j] = xLower[j];
}

std::string Presolve::need(const Functions &functions, int64_t owner, int32_t variable, bool isLower,
                           double bound) {
  std::string name = functions.variableName(variable);
  if (owner >= 0)
    return fmt::format("{} needs {} {} {:.9g}", functions.rowName(owner), name, isLower ? ">=" : "<=", bound);
  return fmt::format("the {} bound of {} is {:.9g}", isLower ? "lower" : "upper", name, bound);
}

void Presolve::release(int64_t row) {
  isDecided[size_t(row)] = true;
  cLower[size_t(row)] = -inf, cUpper[size_t(row)] = inf;
}

WarmStart Presolve::moved(WarmStart warm) const {
  for (const BoundRow &row : boundRows) {
    warm.reduced_cost[size_t(row.variable)] += row.slope * warm.dual[size_t(row.row)];
    warm.dual[size_t(row.row)] = 0;
  }
  for (int64_t i : constantRows)
    warm.dual[size_t(i)] = 0;
  return warm;
}

/// Backward, because the multiplier of a row changes what is left for the variables that were fixed before
/// it: with  grad f - sum dual grad c = reduced_cost  the row that set the active bound takes all of its
/// variable's reduced cost, and adds to that of the fixed variables in the row.
void Presolve::restore(Functions &functions, Result &result) const {
  Vector J = jacobianAt(functions, result.x);
  for (size_t k = boundRows.size(); k-- > 0;) {
    const BoundRow &row = boundRows[k];
    size_t i = size_t(row.row), j = size_t(row.variable);
    result.c[i] = row.slope * result.x[j] + row.offset;
    double cost = result.reduced_cost[j];
    if (cost == 0 || (cost > 0 ? lowerOwner[j] : upperOwner[j]) != row.row)
      continue;
    result.dual[i] = cost / row.slope;
    for (int64_t p = form.jac_rows[i]; J.size() && p < form.jac_rows[i + 1]; ++p)
      result.reduced_cost[size_t(form.jac_cols[p])] -= J[p] * result.dual[i];
    result.reduced_cost[j] = 0;
  }
  for (int64_t i = 0; i < form.m; ++i)
    result.primal_infeasibility =
        std::max({result.primal_infeasibility, original.c_lower[i] - result.c[size_t(i)],
                  result.c[size_t(i)] - original.c_upper[i]});
}

/// Unscaled; empty where no row that became a bound has other entries, or where there are no derivatives.
Vector Presolve::jacobianAt(Functions &functions, const std::vector<double> &x) const {
  bool isNeeded = std::any_of(boundRows.begin(), boundRows.end(), [&](const BoundRow &row) {
    return form.jac_rows[row.row + 1] - form.jac_rows[row.row] > 1;
  });
  Vector g(form.n), J(form.jac_rows[form.m]);
  if (!isNeeded || !functions.first(x.data(), g, J))
    return {};
  for (int64_t i = 0; i < form.m; ++i)
    for (int64_t p = form.jac_rows[i]; p < form.jac_rows[i + 1]; ++p)
      J[p] /= functions.rowScale[i];
  return J;
}

} // namespace costate::rt
