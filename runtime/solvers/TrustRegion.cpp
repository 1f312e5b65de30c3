// The loop, its steps, and the minimum of a quadratic in a ball.
#include "runtime/solvers/TrustRegion.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace costate::rt {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity(),
                 epsilon = std::numeric_limits<double>::epsilon();
constexpr double mu0 =
    1e-2; // share of the linear decrease that a projected step must reach [LM99, eq. (2.2)]
constexpr double accepted = 1e-4; // least share of the predicted decrease
/// Rounding estimates are estimates: up to that many times, a change of f is not taken for one.
constexpr double mostNoise = 1000;

} // namespace

Stop TrustRegion::run() {
  if (!model.evaluate(at.x, at.g))
    return {Status::evaluation_error, "the derivatives are not finite" + at.functions.trace(at.x.data())};
  if (radius == 0) {
    double size = norm(at.x);
    radius = factor * (size > 0 ? size : 1);
  }
  for (;; ++at.limits.iteration) {
    auto stop = at.shouldStop(row);
    if (stop && stop->status == Status::optimal && (escapes() || polishes()))
      stop.reset();
    if (stop)
      return *stop;
    if (auto end = advance())
      return *end;
  }
}

/// The Hessian says that a first-order point is no minimum. Curvature near rounding proves nothing.
bool TrustRegion::escapes() {
  constexpr double clear = 1e-8;
  if (tiny > 0)
    return false;
  std::vector<bool> isHeld = box.isHeld;
  for (Index j = 0; j < box.n(); ++j)
    if (at.x[j] <= box.lower[j] || at.x[j] >= box.upper[j])
      isHeld[size_t(j)] = true;
  return !model.factorize(clear * model.size(), isHeld);
}

/// Goes on while that still helps, where the model asks for it.
bool TrustRegion::polishes() {
  constexpr double helps = 0.7;
  constexpr int most = 30;
  double error = at.optimality();
  bool goesOn = model.polishes && error > 0 && error <= helps * polished && numPolished < most;
  polished = error;
  numPolished += goesOn;
  return goesOn;
}

std::optional<Stop> TrustRegion::advance() {
  lambda = 0;
  row.trials = 0;
  return take(step());
}

/// Moves the point, where the derivatives are finite there and the optimality is below that.
bool TrustRegion::moveTo(const Vector &x, double f, double below) {
  Vector lastX = std::exchange(at.x, x), lastG = at.g;
  double lastF = std::exchange(at.f, f);
  if (model.evaluate(at.x, at.g) && at.optimality() < below)
    return true;
  at.x = lastX, at.g = lastG, at.f = lastF;
  Vector same;
  model.evaluate(at.x, same);
  return false;
}

/// The new point if f agrees with the model there; and the next radius [LM99, section 2], [Mor78, section 5].
std::optional<Stop> TrustRegion::take(const Vector &z) {
  Vector s = z - at.x, x = z;
  for (Index j = 0; j < box.n(); ++j)
    s[j] = box.isHeld[size_t(j)] ? 0 : s[j];
  double predicted = -q(s), length = norm(s), f = 0, slope = at.g.dot(s), before = at.optimality();
  bool isFinite = model.value(x, f);
  double actual = at.f - f, noise = model.noise(at.f);
  // Below rounding only the gradient can tell whether a step leads somewhere.
  bool isTiny = isFinite && predicted <= noise && std::abs(actual) <= mostNoise * noise;
  double ratio = !isFinite ? -1 : isTiny ? 1 : actual / predicted;
  if (ratio > accepted && !moveTo(x, f, isTiny && std::abs(actual) > noise ? before : inf))
    ratio = -1;
  row.step = s.size() ? s.lpNorm<Eigen::Infinity>() : 0;
  row.regularization = lambda;
  row.kind = ratio > accepted ? 'f' : 'r';
  if (std::exchange(isFirst, false))
    radius = std::min(radius, length);
  if (ratio < 0.25) {
    // The minimum of the parabola through f, its slope and the new value.
    double share = isFinite && actual < 0 ? 0.5 * slope / (slope + actual) : 0.5;
    radius = std::clamp(share, 0.1, 0.5) * std::min(radius, length);
  } else if (ratio > 0.75 || lambda == 0) {
    radius = std::max(radius, 2 * length);
  }
  if (auto stop = ratio > accepted ? model.shouldStop(s, isMinimum) : std::nullopt)
    return stop;
  return stalled(ratio > accepted, actual > noise);
}

/// Steps change nothing beyond rounding, or none is short enough.
std::optional<Stop> TrustRegion::stalled(bool hasMoved, bool hasDecreased) {
  double error = at.optimality();
  bool isCloser = error <= 0.9 * least && (error > at.limits.tol || model.polishes);
  if (hasMoved && (hasDecreased || isCloser))
    tiny = 0, least = error;
  else
    tiny += hasMoved;
  if (tiny > 3)
    return at.stalled("steps decrease the objective by less than rounding");
  if (radius <= epsilon * std::max(norm(at.x), std::numeric_limits<double>::min()))
    return at.stalled(fmt::format("the trust region shrank to {:.1e}", radius));
  return std::nullopt;
}

bool TrustRegion::isFull(const Vector &w, const Vector &z) const {
  for (Index j = 0; j < box.n(); ++j)
    if (!box.isHeld[size_t(j)] && z[j] != at.x[j] + w[j])
      return false;
  return true;
}

Vector TrustRegion::step() {
  std::vector<bool> isHeld = box.isHeld;
  for (Index j = 0; j < box.n(); ++j)
    if ((at.x[j] <= box.lower[j] && at.g[j] > 0) || (at.x[j] >= box.upper[j] && at.g[j] < 0))
      isHeld[size_t(j)] = true;
  Vector w = minimum(at.g, isHeld), z = at.x + w;
  box.project(z);
  bool isInBounds = isFull(w, z);
  isMinimum = isInBounds && isNewton;
  if (isInBounds)
    return z;
  bool isInside = true;
  Vector cauchy = cauchyPoint(isInside);
  return isInside ? improved(cauchy) : cauchy;
}

/// P(x - t D^-2 g) with a sufficient decrease of q inside the trust region; t is found from the last one by
/// factors of 10 [LM99, eq. (2.2)].
Vector TrustRegion::cauchyPoint(bool &isInside) {
  Vector direction = at.g.cwiseQuotient(model.D.cwiseAbs2());
  auto pointAt = [&](double t) {
    Vector z = at.x - t * direction;
    box.project(z);
    return z;
  };
  auto isGood = [&](const Vector &z) {
    Vector s = z - at.x;
    return norm(s) <= radius && q(s) <= mu0 * at.g.dot(s);
  };
  Vector z = pointAt(cauchyLength);
  if (isGood(z)) {
    for (Vector longer = pointAt(10 * cauchyLength); isGood(longer) && longer != z;
         longer = pointAt(10 * cauchyLength)) {
      cauchyLength *= 10;
      z = longer;
    }
  } else {
    constexpr int most = 300;
    for (int k = 0; k < most && !isGood(z); ++k)
      z = pointAt(cauchyLength /= 10);
  }
  isInside = norm(z - at.x) < 0.9 * radius;
  return z;
}

/// Minima over the variables off their bounds, each followed by a projected search on q [LM99, section 5].
Vector TrustRegion::improved(Vector z) {
  constexpr int mostRounds = 20, mostHalvings = 30;
  for (int round = 0; round < mostRounds; ++round) {
    std::vector<bool> isHeld = box.isHeld;
    for (Index j = 0; j < box.n(); ++j)
      if (z[j] <= box.lower[j] || z[j] >= box.upper[j])
        isHeld[size_t(j)] = true;
    Vector s = z - at.x, r = at.g + model.product(s);
    for (Index j = 0; j < box.n(); ++j)
      r[j] = isHeld[size_t(j)] ? 0 : r[j];
    if (r.lpNorm<Eigen::Infinity>() <= epsilon * at.g.lpNorm<Eigen::Infinity>())
      return z;
    Vector w = minimum(r, isHeld);
    double before = q(s);
    Vector next = z;
    double share = 1;
    for (int k = 0; k < mostHalvings; ++k, share /= 2) {
      next = z + share * w;
      box.project(next);
      if (q(next - at.x) <= before + mu0 * std::min(0.0, r.dot(next - z)))
        break;
    }
    bool isWhole = next == z + w;
    if (q(next - at.x) >= before)
      return z;
    z = next;
    if (isWhole || norm(z - at.x) >= radius)
      return z;
  }
  return z;
}

/// With iterative refinement: B may be known better as a product than as a matrix.
void TrustRegion::solveRefined(const Vector &r, const std::vector<bool> &isHeld, Vector &p) {
  constexpr int rounds = 3;
  constexpr double enough = 1e-14;
  model.solve(r, p);
  double last = inf;
  for (int round = 0; round < rounds; ++round) {
    Vector left = r - model.product(p) - lambda * model.D.cwiseAbs2().cwiseProduct(p);
    for (Index j = 0; j < box.n(); ++j)
      left[j] = isHeld[size_t(j)] ? 0 : left[j];
    double size = left.norm();
    if (!(size < 0.5 * last) || size <= enough * r.norm())
      return;
    last = size;
    Vector correction;
    model.solve(left, correction);
    p += correction;
  }
}

/// Newton's method on  1/radius - 1/|D p(lambda)| = 0  between bounds of lambda [MS83, algorithm 3.14].
Vector TrustRegion::minimum(const Vector &r, const std::vector<bool> &isHeld) {
  constexpr int most = 40;
  constexpr double accuracy = 0.1;
  constexpr double negligible = 1e-12, singular = 1e-8; // relative to the size of the model; see below
  Vector b = -r, p = Vector::Zero(box.n()), weighted, change;
  for (Index j = 0; j < box.n(); ++j)
    b[j] = isHeld[size_t(j)] ? 0 : b[j];
  double low = 0, high = inf;
  bool isIndefinite = isNewton = false;
  const double first = 1e-3 * (b.cwiseQuotient(model.D).norm() / radius + model.size());
  lambda = 0;
  for (int k = 0; k < most; ++k) {
    ++row.trials;
    double next;
    if (!model.factorize(lambda, isHeld)) {
      isIndefinite = true;
      low = lambda;
      next = std::isinf(high) ? std::max(first, 10 * lambda)
                              : std::max(std::sqrt(low * high), low + 0.01 * (high - low));
    } else {
      solveRefined(b, isHeld, p);
      double length = norm(p);
      // Where B is singular, a smaller lambda amplifies rounding along its null space.
      double enough = (isIndefinite ? singular : negligible) * model.size();
      isNewton = lambda <= enough && length <= (1 + accuracy) * radius;
      if (isNewton || std::abs(length - radius) <= accuracy * radius)
        break;
      if (length < radius) {
        high = lambda;
        if (isIndefinite && addCurvature(b, isHeld, p))
          break;
      } else {
        low = lambda;
      }
      if (length > 0) {
        weighted = model.D.cwiseAbs2().cwiseProduct(p);
        model.solve(weighted, change);
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
  return length > (1 + accuracy) * radius ? Vector(radius / length * p) : p;
}

/// The hard case: adds to p a direction of the least curvature, up to the radius, where that is as good as a
/// smaller lambda could be [MS83, lemma 3.13].
bool TrustRegion::addCurvature(const Vector &b, const std::vector<bool> &isHeld, Vector &p) {
  constexpr double sigma = 0.2;
  constexpr int inverseIterations = 3;
  Vector z(box.n()), next;
  for (Index j = 0; j < box.n(); ++j)
    z[j] = isHeld[size_t(j)] ? 0 : 1 + 0.5 * std::sin(double(j + 1)); // no structure of a model is orthogonal
  for (int k = 0; k < inverseIterations; ++k) {
    model.solve(model.D.cwiseAbs2().cwiseProduct(z), next);
    double length = norm(next);
    if (!(length > 0) || !std::isfinite(length))
      return false;
    z = next / length;
  }
  Vector weights = model.D.cwiseAbs2();
  double pz = weights.cwiseProduct(p).dot(z), missing = radius * radius - norm(p) * norm(p);
  double root = std::sqrt(pz * pz + missing);
  // Of the two ends the one that does not raise the linear part.
  double tau = b.dot(z) >= 0 ? -pz + root : -pz - root;
  double curvature = z.dot(model.product(z));
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
