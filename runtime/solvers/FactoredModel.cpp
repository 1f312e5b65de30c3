// The minimum of a quadratic in a ball by factorizations of its matrix.
#include "runtime/solvers/FactoredModel.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

} // namespace

/// Curvature near rounding proves nothing.
bool FactoredModel::isIndefinite(const std::vector<bool> &isHeld) {
  constexpr double clear = 1e-8;
  return !factorize(clear * size(), isHeld);
}

/// With iterative refinement: B may be known better as a product than as a matrix.
void FactoredModel::solveRefined(const Vector &r, const std::vector<bool> &isHeld, Vector &p) {
  constexpr int rounds = 3;
  constexpr double enough = 1e-14;
  solve(r, p);
  double last = inf;
  for (int round = 0; round < rounds; ++round) {
    Vector left = r - product(p) - lambda * D.cwiseAbs2().cwiseProduct(p);
    for (Index j = 0; j < r.size(); ++j)
      left[j] = isHeld[size_t(j)] ? 0 : left[j];
    double size = left.norm();
    if (!(size < 0.5 * last) || size <= enough * r.norm())
      return;
    last = size;
    Vector correction;
    solve(left, correction);
    p += correction;
  }
}

/// Newton's method on  1/radius - 1/|D p(lambda)| = 0  between bounds of lambda [MS83, algorithm 3.14].
BallMinimum FactoredModel::minimum(const Vector &r, const std::vector<bool> &isHeld, double radius) {
  constexpr int most = 40;
  constexpr double accuracy = 0.1;
  constexpr double negligible = 1e-12, singular = 1e-8; // relative to the size of the model; see below
  Vector b = -r, p = Vector::Zero(r.size()), weighted, change;
  for (Index j = 0; j < r.size(); ++j)
    b[j] = isHeld[size_t(j)] ? 0 : b[j];
  double low = 0, high = inf;
  bool hasNegative = false;
  BallMinimum found;
  const double first = 1e-3 * (b.cwiseQuotient(D).norm() / radius + size());
  lambda = 0;
  for (int k = 0; k < most; ++k) {
    ++found.trials;
    double next;
    if (!factorize(lambda, isHeld)) {
      hasNegative = true;
      low = lambda;
      next = std::isinf(high) ? std::max(first, 10 * lambda)
                              : std::max(std::sqrt(low * high), low + 0.01 * (high - low));
    } else {
      solveRefined(b, isHeld, p);
      double length = norm(p);
      // Where B is singular, a smaller lambda amplifies rounding along its null space.
      double enough = (hasNegative ? singular : negligible) * size();
      found.isNewton = lambda <= enough && length <= (1 + accuracy) * radius;
      if (found.isNewton || std::abs(length - radius) <= accuracy * radius)
        break;
      if (length < radius) {
        high = lambda;
        if (hasNegative && addCurvature(b, isHeld, radius, p))
          break;
      } else {
        low = lambda;
      }
      if (length > 0) {
        weighted = D.cwiseAbs2().cwiseProduct(p);
        solve(weighted, change);
        next = lambda + (length / radius - 1) * length * length / weighted.dot(change);
      } else {
        next = low;
      }
      if (!(next > low && next < high))
        next = std::isinf(high) ? std::max(first, 10 * low)
                                : std::max(std::sqrt(low * high), low + 0.01 * (high - low));
      if (std::isfinite(high) && high - low <= 1e-12 * high)
        break;
    }
    lambda = next;
  }
  double length = norm(p);
  found.w = length > (1 + accuracy) * radius ? Vector(radius / length * p) : p;
  found.lambda = lambda;
  return found;
}

/// The hard case: adds to p a direction of the least curvature, up to the radius, where that is as good as a
/// smaller lambda could be [MS83, lemma 3.13].
bool FactoredModel::addCurvature(const Vector &b, const std::vector<bool> &isHeld, double radius, Vector &p) {
  constexpr double sigma = 0.2;
  constexpr int inverseIterations = 3;
  Vector z(b.size()), next;
  for (Index j = 0; j < b.size(); ++j)
    z[j] = isHeld[size_t(j)] ? 0 : 1 + 0.5 * std::sin(double(j + 1)); // no structure of a model is orthogonal
  for (int k = 0; k < inverseIterations; ++k) {
    solve(D.cwiseAbs2().cwiseProduct(z), next);
    double length = norm(next);
    if (!(length > 0) || !std::isfinite(length))
      return false;
    z = next / length;
  }
  Vector weights = D.cwiseAbs2();
  double pz = weights.cwiseProduct(p).dot(z), missing = radius * radius - norm(p) * norm(p);
  double root = std::sqrt(pz * pz + missing);
  // Of the two ends the one that does not raise the linear part.
  double tau = b.dot(z) >= 0 ? -pz + root : -pz - root;
  double curvature = z.dot(product(z));
  if (curvature > -0.5 * lambda) // a singular matrix, not an indefinite one: nothing to win
    return false;
  double bent = tau * tau * (curvature + lambda);
  double whole = p.dot(b) + lambda * radius * radius;
  if (bent > sigma * whole)
    return false;
  p += tau * z;
  return true;
}

} // namespace costate::rt
