// The rows and their formulas.
#include "runtime/solvers/UpdateRule.h"

#include <array>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

using Options = FirstOrderOptions;

void gradientStep(const Options &, double rate, const Vector &g, const BoxProblem &box, FirstOrderState &s) {
  s.x -= rate * g;
  box.land(s.x, rate);
}

void heavyBall(const Options &o, double rate, const Vector &g, const BoxProblem &box, FirstOrderState &s) {
  s.m = o.beta * s.m + g;
  Vector before = s.x;
  s.x -= rate * s.m;
  box.land(s.x, rate);
  for (const Kink &kink : box.kinkedVariables()) // the way, as [OCBP14] has it, not what led there
    s.m[kink.x] = (before[kink.x] - s.x[kink.x]) / rate;
}

void accelerated(const Options &o, double rate, const Vector &g, const BoxProblem &box, FirstOrderState &s) {
  Vector z = s.x - rate * g;
  box.land(z, rate);
  extrapolate(o, z, s.f, box, s);
}

/// x - rate w d, then the nearest point in the metric 1 / w: the projection of another may be where the
/// objective has a slope along the rows.
void scaledStep(double rate, const Eigen::ArrayXd &w, const Eigen::ArrayXd &d, const BoxProblem &box,
                FirstOrderState &s) {
  s.x.array() -= rate * w * d;
  box.land(s.x, rate, w);
}

/// 1 / (root + epsilon), finite.
Eigen::ArrayXd inverse(const Options &o, const Eigen::ArrayXd &root) {
  constexpr double least = std::numeric_limits<double>::min();
  return (root + o.epsilon).max(least).inverse();
}

void adamWithout(double decay, const Options &o, double rate, const Vector &g, const BoxProblem &box,
                 FirstOrderState &s) {
  s.m = o.beta1 * s.m + (1 - o.beta1) * g;
  s.v = o.beta2 * s.v + (1 - o.beta2) * g.cwiseAbs2();
  double first = 1 - std::pow(o.beta1, double(s.step)), second = 1 - std::pow(o.beta2, double(s.step));
  Eigen::ArrayXd w = inverse(o, (s.v.array() / second).sqrt());
  s.x *= 1 - rate * decay;
  scaledStep(rate, w, s.m.array() / first, box, s);
}

void adam(const Options &o, double rate, const Vector &g, const BoxProblem &box, FirstOrderState &s) {
  adamWithout(0, o, rate, g, box, s);
}

void adamw(const Options &o, double rate, const Vector &g, const BoxProblem &box, FirstOrderState &s) {
  adamWithout(o.decay, o, rate, g, box, s);
}

void lion(const Options &o, double rate, const Vector &g, const BoxProblem &box, FirstOrderState &s) {
  Eigen::ArrayXd direction = (o.beta1 * s.m + (1 - o.beta1) * g).array().sign();
  s.x.array() -= rate * (direction + o.decay * s.x.array());
  s.m = o.beta2 * s.m + (1 - o.beta2) * g;
  box.project(s.x);
}

void rmsprop(const Options &o, double rate, const Vector &g, const BoxProblem &box, FirstOrderState &s) {
  s.v = o.beta2 * s.v + (1 - o.beta2) * g.cwiseAbs2();
  scaledStep(rate, inverse(o, s.v.array().sqrt()), g, box, s);
}

void adagrad(const Options &o, double rate, const Vector &g, const BoxProblem &box, FirstOrderState &s) {
  s.v += g.cwiseAbs2();
  scaledStep(rate, inverse(o, s.v.array().sqrt()), g, box, s);
}

} // namespace

const UpdateRule &updateRule(UpdateMethod method) {
  static constexpr std::array<UpdateRule, 9> rows{{
      {"gradient_descent", false, false, false, true, gradientStep},
      {"sgd", false, false, false, true, gradientStep},
      {"momentum", true, false, false, true, heavyBall},
      {"nesterov", true, false, false, true, accelerated},
      {"adam", true, true, false, true, adam},
      {"adamw", true, true, true, true, adamw},
      {"lion", true, false, true, false, lion},
      {"rmsprop", false, true, false, true, rmsprop},
      {"adagrad", false, true, false, true, adagrad},
  }};
  return rows[size_t(method)];
}

namespace {

/// s_(t+1), and beta_t that belongs to it.
double nextMomentum(double &s) {
  double next = (1 + std::sqrt(1 + 4 * s * s)) / 2, beta = (s - 1) / next;
  s = next;
  return beta;
}

} // namespace

/// x - z points along the slope.
void extrapolate(const FirstOrderOptions &options, const Vector &z, double f, const BoxProblem &box,
                 FirstOrderState &s) {
  if (s.step == 1)
    s.m = s.x;
  double last = s.values.empty() ? f : s.values[0];
  s.values.assign(1, f);
  bool isRestart = (options.restart == Restart::value && f > last) ||
                   (options.restart == Restart::gradient && (s.x - z).dot(z - s.m) > 0);
  if (isRestart)
    s.s = 1;
  double beta = options.beta > 0 ? (isRestart ? 0 : options.beta) : nextMomentum(s.s);
  s.x = z + beta * (z - s.m);
  s.m = z;
  box.project(s.x);
}

} // namespace costate::rt
