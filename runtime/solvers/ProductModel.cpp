// Conjugate gradients in a ball.
#include "runtime/solvers/ProductModel.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void clearHeld(Vector &v, const std::vector<bool> &isHeld) {
  for (Index j = 0; j < v.size(); ++j)
    v[j] = isHeld[size_t(j)] ? 0 : v[j];
}

/// The t >= 0 for which w + t d lies on the sphere.
double toSphere(const Vector &w, const Vector &d, double radius) {
  double dd = d.squaredNorm(), wd = w.dot(d), missing = radius * radius - w.squaredNorm();
  return (-wd + std::sqrt(wd * wd + dd * std::max(0.0, missing))) / dd;
}

} // namespace

ProductModel::ProductModel(BoxProblem &box, double f, int most)
    : box(box), leastSize(std::min(1.0, std::abs(f))), most(most) {
  D = Vector::Ones(box.n());
}

double ProductModel::noise(double f) const { return QuadraticModel::noise(std::max(std::abs(f), leastSize)); }

bool ProductModel::evaluate(const Vector &x, Vector &g) {
  point = x;
  bent.resize(0);
  return box.functions.hasProduct() ? box.gradient(x, g) : box.second(x, g);
}

Vector ProductModel::product(const Vector &v) {
  if (!box.functions.hasProduct())
    return box.hessianTimes(v);
  Vector u;
  return box.product(point, v, u) ? u : Vector::Constant(box.n(), nan);
}

BallMinimum ProductModel::minimum(const Vector &r, const std::vector<bool> &isHeld, double radius) {
  BallMinimum found;
  Vector b = -r;
  clearHeld(b, isHeld);
  found.w = Vector::Zero(b.size());
  if (addCurvature(b, radius, found))
    return found;
  double rr = b.squaredNorm(), slope = std::sqrt(rr);
  double enough = slope * std::min(0.1, std::sqrt(slope)); // superlinear, [NW06, eq. (7.3)]
  Vector residual = b, d = b;
  while (std::sqrt(rr) > enough && found.trials < most) {
    Vector Bd = product(d);
    ++found.trials;
    clearHeld(Bd, isHeld);
    double curvature = d.dot(Bd), alpha = rr / curvature;
    Vector next = found.w + alpha * d;
    if (!(curvature > 0) || !(next.norm() < radius)) {
      if (std::isnan(curvature))
        break;
      alpha = toSphere(found.w, d, radius);
      found.w += alpha * d;
      residual -= alpha * Bd; // = b - B w, which is lambda w at a minimum on the sphere
      found.lambda = std::max(found.w.dot(residual) / (radius * radius), std::numeric_limits<double>::min());
      return found;
    }
    found.w = next;
    residual -= alpha * Bd;
    double before = rr;
    rr = residual.squaredNorm();
    d = residual + rr / before * d;
  }
  found.isNewton = std::sqrt(rr) <= enough;
  return found;
}

/// At a point without slope that is no minimum, the way that isIndefinite() has found.
bool ProductModel::addCurvature(const Vector &b, double radius, BallMinimum &found) {
  if (bent.size() == 0)
    return false;
  found.w = (b.dot(bent) < 0 ? -radius : radius) * bent;
  found.lambda = std::max(-bent.dot(product(bent)), std::numeric_limits<double>::min());
  found.trials = 1;
  return true;
}

bool ProductModel::isIndefinite(const std::vector<bool> &isHeld) {
  constexpr double clear = 1e-8; // of the largest |B d| / |d| so far: below, it may be rounding
  constexpr double small = 1e-10;
  Vector b(box.n());
  for (Index j = 0; j < b.size(); ++j)
    b[j] = 1 + 0.5 * std::sin(double(j + 1)); // no structure of a model is orthogonal
  clearHeld(b, isHeld);
  Vector residual = b, d = b;
  double rr = b.squaredNorm(), largest = 0;
  const double enough = small * small * rr;
  for (int k = 0; k < most && rr > enough; ++k) {
    Vector Bd = product(d);
    clearHeld(Bd, isHeld);
    double dd = d.squaredNorm(), curvature = d.dot(Bd);
    largest = std::max(largest, Bd.norm() / std::sqrt(dd));
    if (curvature < -clear * largest * dd) {
      bent = d / std::sqrt(dd);
      return true;
    }
    if (!(curvature > 0))
      return false;
    double alpha = rr / curvature, before = rr;
    residual -= alpha * Bd;
    rr = residual.squaredNorm();
    d = residual + rr / before * d;
  }
  return false;
}

} // namespace costate::rt
