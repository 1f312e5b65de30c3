// The loop and its steps.
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

/// The Hessian says that a first-order point is no minimum.
bool TrustRegion::escapes() {
  if (tiny > 0)
    return false;
  std::vector<bool> isHeld = box.isHeld;
  for (Index j = 0; j < box.n(); ++j)
    if (at.x[j] <= box.lower[j] || at.x[j] >= box.upper[j])
      isHeld[size_t(j)] = true;
  return model.isIndefinite(isHeld);
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

/// Keeps what the search for it came to.
Vector TrustRegion::minimum(const Vector &r, const std::vector<bool> &isHeld) {
  BallMinimum found = model.minimum(r, isHeld, radius);
  lambda = found.lambda, isNewton = found.isNewton;
  row.trials += found.trials;
  return found.w;
}

} // namespace costate::rt
