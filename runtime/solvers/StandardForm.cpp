// Rows to equations and slacks, bounds, scaling; and results back.
#include "runtime/solvers/StandardForm.h"
#include "runtime/solvers/KktError.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

/// In the user's units, so that a row with a small scale factor does not become infeasible; one with a large
/// factor counts in units of its own.
double relaxed(double bound, double direction, double scale = 1) {
  constexpr double relative = boundRelaxation, most = 5e-7; // most: below constr_viol_tol
  if (std::isinf(bound))
    return bound;
  return bound + direction * std::min(most, relative * std::max(1 / std::max(1.0, scale), std::abs(bound)));
}

template <class Name>
std::string badPair(const double *low, const double *high, int64_t size, Name name, bool &isCrossed) {
  for (int64_t i = 0; i < size; ++i) {
    isCrossed = low[i] > high[i];
    if (isCrossed)
      return fmt::format("lower bound {:.9g} of {} is above its upper bound {:.9g}", low[i], name(i),
                         high[i]);
    if (std::isnan(low[i]) || std::isnan(high[i]) || low[i] == inf || high[i] == -inf)
      return fmt::format("the bounds {:.9g} and {:.9g} of {} leave it no value", low[i], high[i], name(i));
  }
  return "";
}

} // namespace

std::string StandardForm::badBound(const Functions &functions, bool &isCrossed) {
  const ProblemShape &shape = functions.shape();
  auto variable = [&](int64_t j) { return functions.variableName(j); };
  auto row = [&](int64_t i) { return functions.rowName(i); };
  std::string sentence = badPair(shape.x_lower, shape.x_upper, shape.n, variable, isCrossed);
  return sentence.empty() ? badPair(shape.c_lower, shape.c_upper, shape.m, row, isCrossed) : sentence;
}

StandardForm::StandardForm(Functions &functions) : functions(functions), shape(functions.shape()) {
  n = functions.n(), m = functions.m();
  isFixed.assign(size_t(n), false);
  for (Index j = 0; j < n; ++j) {
    isFixed[size_t(j)] = shape.x_lower[j] == shape.x_upper[j];
    if (isFixed[size_t(j)])
      fixedVariables.push_back(int32_t(j));
  }
  classifyRows();
  relaxBounds();
}

void StandardForm::classifyRows() {
  isFree.assign(size_t(m), false);
  rowStart.assign(1, 0);
  int32_t slacks = 0;
  for (Index i = 0; i < m; ++i) {
    double low = shape.c_lower[i], high = shape.c_upper[i];
    isFree[size_t(i)] = std::isinf(low) && std::isinf(high);
    slacks += low != high && !isFree[size_t(i)];
    rowStart.push_back(slacks);
    for (int64_t p = shape.jac_rows[i]; p < shape.jac_rows[i + 1]; ++p)
      if (isFree[size_t(i)] || isFixed[size_t(shape.jac_cols[p])])
        constantSlots.push_back(p);
  }
  cost = Vector::Zero(slacks);
  sign = Vector::Constant(slacks, -1);
}

/// Bounds of slacks and targets need the scaling; prepare() calls again.
void StandardForm::relaxBounds() {
  lower.resize(n + k()), upper.resize(n + k());
  target = Vector::Zero(m);
  for (Index j = 0; j < n; ++j) {
    lower[j] = isFixed[size_t(j)] ? -inf : relaxed(shape.x_lower[j], -1);
    upper[j] = isFixed[size_t(j)] ? inf : relaxed(shape.x_upper[j], 1);
  }
  for (Index i = 0; i < m; ++i) {
    double scale = functions.rowScale[i];
    int32_t slack = rowStart[size_t(i)];
    if (slack < rowStart[size_t(i) + 1]) {
      lower[n + slack] = scale * relaxed(shape.c_lower[i], -1, scale);
      upper[n + slack] = scale * relaxed(shape.c_upper[i], 1, scale);
    } else if (!isFree[size_t(i)]) {
      target[i] = scale * shape.c_lower[i];
    }
  }
  listBounds();
}

bool StandardForm::prepare(const Vector &x) {
  if (!functions.chooseScaling(x.data(), isFixed))
    return false;
  relaxBounds();
  return true;
}

bool StandardForm::values(const double *x, double &f, Vector &c) {
  c.resize(m);
  return functions.values(x, f, c);
}

bool StandardForm::derivatives(const double *x, const Vector &y, Derivatives &out) {
  return derivatives(x, 1, y, out);
}

bool StandardForm::derivatives(const double *x, double sigma, const Vector &y, Derivatives &out) {
  out.g.resize(n), out.J.resize(shape.jac_rows[m]);
  if (out.diagonal.size() != n)
    out.diagonal = Vector::Zero(n);
  if (isApproximate)
    return firstDerivatives(x, sigma, y, out);
  if (!functions.second(x, sigma, y, out.g, out.J))
    return false;
  out.H = functions.hessian();
  zeroConstants(out);
  return true;
}

bool StandardForm::firstDerivatives(const double *x, double sigma, const Vector &y, Derivatives &out) {
  if (!functions.first(x, out.g, out.J))
    return false;
  zeroConstants(out);
  out.H = nullptr, out.lowRank = nullptr;
  if (sigma == 0)
    return true;
  learn(x, y, out);
  out.lowRank = &approximation.matrix();
  out.diagonal.setConstant(out.lowRank->xi);
  return true;
}

/// The change of grad L between the last point and this one, with today's multipliers at both.
void StandardForm::learn(const double *x, const Vector &y, const Derivatives &now) {
  Eigen::Map<const Vector> here(x, n);
  if (lastX.size() == n) {
    Vector change = now.g - lastG;
    for (Index i = 0; i < m; ++i)
      for (int64_t p = shape.jac_rows[i]; p < shape.jac_rows[i + 1]; ++p)
        change[shape.jac_cols[p]] += (now.J[p] - lastJ[p]) * y[i];
    approximation.update(here - lastX, change);
  }
  lastX = here, lastG = now.g, lastJ = now.J;
}

void StandardForm::zeroConstants(Derivatives &out) const {
  for (int64_t p : constantSlots)
    out.J[p] = 0;
  for (int32_t j : fixedVariables)
    out.g[j] = 0;
}

double StandardForm::violation(const Vector &c) const {
  double worst = 0;
  for (Index i = 0; i < m; ++i) {
    double value = c[i] / functions.rowScale[i];
    worst = std::max({worst, shape.c_lower[i] - value, value - shape.c_upper[i]});
  }
  return worst;
}

double StandardForm::relaxationWorth(const Iterate &at) const {
  double worth = 0;
  auto add = [&](double bound, double moved, double z) {
    if (std::isfinite(bound))
      worth = std::max(worth, std::abs(moved - bound) * z);
  };
  for (Index j = 0; j < n; ++j)
    if (!isFixed[size_t(j)]) {
      add(shape.x_lower[j], lower[j], at.zl[j]);
      add(shape.x_upper[j], upper[j], at.zu[j]);
    }
  for (Index i = 0; i < m; ++i)
    for (int32_t j = rowStart[size_t(i)]; j < rowStart[size_t(i) + 1]; ++j) {
      add(functions.rowScale[i] * shape.c_lower[i], lower[n + j], at.zl[n + j]);
      add(functions.rowScale[i] * shape.c_upper[i], upper[n + j], at.zu[n + j]);
    }
  return worth / functions.objectiveScale;
}

double StandardForm::gapScale(const Iterate &at) const {
  Vector z = at.zl + at.zu;
  for (Index i = 0; i < m; ++i)
    z.segment(n + rowStart[size_t(i)], rowStart[size_t(i) + 1] - rowStart[size_t(i)]) *=
        functions.rowScale[i];
  return multiplierScale(z.sum() / functions.objectiveScale,
                         double(lowerBounded.size() + upperBounded.size()));
}

double StandardForm::violationWorth(const Iterate &at) const {
  double worth = 0;
  for (Index i = 0; i < m; ++i)
    if (rowStart[size_t(i)] == rowStart[size_t(i) + 1] && !isFree[size_t(i)])
      worth = std::max(worth, std::abs(at.y[i] * at.r[i]));
  return worth / functions.objectiveScale;
}

void StandardForm::report(const Iterate &at, Result &result) {
  double sf = functions.objectiveScale, f = at.f;
  Vector c = at.c;
  bool isMoved = false;
  for (Index j = 0; j < n; ++j) {
    result.x[size_t(j)] = std::clamp(at.v[j], shape.x_lower[j], shape.x_upper[j]);
    result.reduced_cost[size_t(j)] = (at.zl[j] - at.zu[j]) / sf;
    isMoved = isMoved || result.x[size_t(j)] != at.v[j];
  }
  if (isMoved && !functions.values(result.x.data(), f, c))
    f = at.f, c = at.c;
  result.objective = f / sf;
  result.primal_infeasibility = violation(c);
  for (Index i = 0; i < m; ++i) {
    result.c[size_t(i)] = c[i] / functions.rowScale[i];
    result.dual[size_t(i)] = -at.y[i] * functions.rowScale[i] / sf;
  }
  reportFixed(at, result);
}

/// A fixed variable's bound takes whatever the stationarity of the Lagrangian leaves: g + J'y.
void StandardForm::reportFixed(const Iterate &at, Result &result) {
  if (fixedVariables.empty())
    return;
  Vector g(n), J(shape.jac_rows[m]);
  if (!functions.first(at.v.data(), g, J))
    return;
  for (Index i = 0; i < m; ++i)
    for (int64_t p = shape.jac_rows[i]; p < shape.jac_rows[i + 1]; ++p)
      g[shape.jac_cols[p]] += J[p] * at.y[i];
  for (int32_t j : fixedVariables)
    result.reduced_cost[size_t(j)] = g[j] / functions.objectiveScale;
}

} // namespace costate::rt
