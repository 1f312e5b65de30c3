// Products with R, column norms, and when residuals or steps are zero to rounding.
#include "runtime/solvers/LinearResiduals.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
/// Of D per step. Without, what a far start leaves in D hides a column for ever; below 0.6 columns that
/// vanish on the way, as those of runaway exponentials, do not come back (MGH17, BoxBOD of NIST).
constexpr double decay = 0.9;

} // namespace

LinearResiduals::LinearResiduals(BoxSolve &at, Residuals &residuals, double step_tol)
    : at(at), box(at.box), residuals(residuals), step_tol(step_tol), weight(2 * at.functions.objectiveScale) {
  std::vector<bool> isDefined(size_t(n()), false);
  for (const BoxProblem::Definition &d : box.definitions())
    isDefined[size_t(d.variable)] = true;
  for (int32_t j : residuals.cols())
    readsDefined = readsDefined || isDefined[size_t(j)];
  D = norms = Vector::Zero(n());
  polishes = true; // the certified digits of a regression are those of its data
  system = residualSystem(box, residuals, readsDefined);
}

bool LinearResiduals::value(Vector &x, double &f) {
  if ((readsDefined && !box.value(x, f)) || !residuals.values(x.data(), trial))
    return false;
  f = weight / 2 * trial.squaredNorm();
  return std::isfinite(f);
}

bool LinearResiduals::evaluate(const Vector &x, Vector &g) {
  Vector ignored;
  if ((readsDefined && !box.gradient(x, ignored)) || !residuals.values(x.data(), r) ||
      !residuals.first(x.data(), R))
    return false;
  if (firstNorm < 0)
    firstNorm = r.norm();
  g = weight * transposed(r);
  reduceVisible(g);
  measure(x);
  system->update(R, D);
  return g.allFinite();
}

Vector LinearResiduals::product(const Vector &v) {
  Vector full = v, t(residuals.count());
  if (readsDefined)
    box.complete(full);
  for (Index i = 0; i < t.size(); ++i) {
    double sum = 0;
    for (int64_t p = begin(i); p < begin(i + 1); ++p)
      sum += R[p] * full[col(p)];
    t[i] = sum;
  }
  Vector u = weight * transposed(t);
  reduceVisible(u);
  return u;
}

Vector LinearResiduals::transposed(const Vector &t) const {
  Vector u = Vector::Zero(n());
  for (Index i = 0; i < t.size(); ++i)
    for (int64_t p = begin(i); p < begin(i + 1); ++p)
      u[col(p)] += R[p] * t[i];
  return u;
}

void LinearResiduals::reduceVisible(Vector &u) const {
  if (readsDefined)
    box.reduce(u);
}

/// Sizes of columns and of what residuals subtract.
void LinearResiduals::measure(const Vector &x) {
  Vector squares = Vector::Zero(n());
  parts = weightedParts = 0;
  for (Index i = 0; i < residuals.count(); ++i) {
    double sum = std::abs(r[i]);
    for (int64_t p = begin(i); p < begin(i + 1); ++p) {
      squares[col(p)] += weight * R[p] * R[p];
      sum += std::abs(R[p] * x[col(p)]);
    }
    parts += sum * sum;
    weightedParts += weight * std::abs(r[i]) * sum;
  }
  parts = std::sqrt(parts);
  if (readsDefined)
    passOnSquares(squares);
  norms = squares.cwiseSqrt();
  double largest = n() ? norms.maxCoeff() : 0;
  for (Index j = 0; j < n(); ++j) {
    D[j] = std::max(decay * D[j], norms[j]);
    if (D[j] == 0)
      D[j] = largest > 0 ? largest : 1;
  }
  scale = 1;
  for (Index j = 0; j < n(); ++j)
    scale = norms[j] > 0 && !box.isHeld[size_t(j)] ? std::min(scale, std::pow(norms[j] / D[j], 2)) : scale;
}

/// Columns of the other variables through those of what they define; exact where no residual reads two.
void LinearResiduals::passOnSquares(Vector &squares) const {
  const ProblemShape &shape = box.shape;
  const Vector &J = box.jacobian();
  for (size_t k = box.definitions().size(); k-- > 0;) {
    const BoxProblem::Definition &d = box.definitions()[k];
    for (int64_t p = shape.jac_rows[d.row]; p < shape.jac_rows[d.row + 1]; ++p)
      if (p != d.entry)
        squares[shape.jac_cols[p]] += squares[d.variable] * std::pow(J[p] / J[d.entry], 2);
  }
}

double LinearResiduals::noise(double) const { return 2 * epsilon * weightedParts; }

/// Rounding of the differences; and where residuals vanish with their derivatives, as x^2 does at 0, the
/// square root of what x is exact to.
double LinearResiduals::zero() const {
  constexpr double rounding = 4 * epsilon, vanishing = 1e-16;
  return std::max(rounding * parts, vanishing * std::min(1.0, firstNorm));
}

double LinearResiduals::cosine() const {
  double norm = r.norm(), largest = 0;
  if (norm <= zero())
    return 0;
  for (Index j = 0; j < n(); ++j) {
    bool isBound = (at.x[j] <= box.lower[j] && at.g[j] > 0) || (at.x[j] >= box.upper[j] && at.g[j] < 0);
    if (!isBound && !box.isHeld[size_t(j)] && norms[j] > 0)
      largest = std::max(largest, std::abs(at.g[j]) / (std::sqrt(weight) * norms[j] * norm));
  }
  return largest;
}

std::optional<Stop> LinearResiduals::shouldStop(const Vector &step, bool isMinimum) {
  double norm = r.norm();
  if (norm <= zero())
    return Stop{Status::optimal, fmt::format("residuals {:.1e} <= {:.1e}, zero to rounding", norm, zero())};
  double length = norms.cwiseProduct(step).norm(), point = norms.cwiseProduct(at.x).norm();
  if (isMinimum && length <= step_tol * point)
    return Stop{Status::optimal,
                fmt::format("Gauss-Newton step {:.1e} <= step_tol {:.1e} of the scaled point, {:.1e}", length,
                            step_tol, point)};
  return std::nullopt;
}

} // namespace costate::rt
