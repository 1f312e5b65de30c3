// A trust region method for problems with bounds: steps from a quadratic model [LM99], [MS83].
#pragma once

#include "runtime/solvers/BoxSolve.h"

#include <cmath>
#include <limits>

namespace costate::rt {

/// The minimum of  r'w + w'Bw/2  subject to  |D w| <= radius,  w = 0 where held.
struct BallMinimum {
  Vector w;
  double lambda = 0;     // the multiplier of the radius
  bool isNewton = false; // a minimum without the ball, too
  int trials = 0;        // factorizations or products
};

/// q(s) = g's + s'Bs/2  at a point, for steps s of the variables that are not held by the problem.
class QuadraticModel {
public:
  virtual ~QuadraticModel() = default;

  /// f at x; fills in what x defines. False where it is not finite.
  virtual bool value(Vector &x, double &f) = 0;
  /// Sets g and B at x, where value() was called; false where they are not finite.
  virtual bool evaluate(const Vector &x, Vector &g) = 0;
  /// B v.
  virtual Vector product(const Vector &v) = 0;
  /// That minimum, or a step which is about as good.
  virtual BallMinimum minimum(const Vector &r, const std::vector<bool> &isHeld, double radius) = 0;
  /// Whether B is known to have negative curvature over the variables that are not in `isHeld`.
  virtual bool isIndefinite(const std::vector<bool> &isHeld) = 0;
  /// A stop besides those that all solvers have, after an accepted step. `isMinimum`: it led to the minimum
  /// of the model over the variables that no binding bound holds.
  virtual std::optional<Stop> shouldStop(const Vector & /*step*/, bool /*isMinimum*/) { return std::nullopt; }
  /// What rounding changes f by.
  virtual double noise(double f) const { return 10 * std::numeric_limits<double>::epsilon() * std::abs(f); }

  /// Whether the last digits are wanted.
  bool polishes = false;
  Vector D; // [n] > 0; the trust region is |D s| <= radius
};

/// Steps: where the minimum of the model in the trust region, over the variables that no binding bound holds,
/// stays inside the bounds, it is the step. Else the step begins at a Cauchy point of the projected gradient
/// and improves it by such minima over the variables that are off their bounds there, each followed by a
/// projected search [LM99, sections 3 and 5].
class TrustRegion {
public:
  /// radius 0: |D x| at the start times `factor`, at least that.
  TrustRegion(BoxSolve &at, QuadraticModel &model, double radius, double factor)
      : at(at), box(at.box), model(model), radius(radius), factor(factor) {}

  /// From the point of `at`, whose f must be the model's.
  Stop run();

private:
  std::optional<Stop> advance();
  std::optional<Stop> take(const Vector &z);
  bool moveTo(const Vector &x, double f, double below);
  std::optional<Stop> stalled(bool hasMoved, bool hasDecreased);
  bool escapes();
  bool polishes();

  Vector step();
  Vector cauchyPoint(bool &isInside);
  Vector improved(Vector z);
  bool isFull(const Vector &w, const Vector &z) const;
  double q(const Vector &s) { return at.g.dot(s) + 0.5 * s.dot(model.product(s)); }
  double norm(const Vector &s) const { return model.D.cwiseProduct(s).norm(); }

  Vector minimum(const Vector &r, const std::vector<bool> &isHeld);

  BoxSolve &at;
  BoxProblem &box;
  QuadraticModel &model;
  double radius, factor, lambda = 0, cauchyLength = 1;
  int tiny = 0;     // steps that change nothing beyond rounding since the last that did
  double least = 0; // optimality of the best point since the last larger step
  double polished = std::numeric_limits<double>::infinity(); // optimality after the last polishing step
  int numPolished = 0;
  bool isFirst = true;
  bool isNewton = false;  // the last minimum() is one of the model, not of the ball
  bool isMinimum = false; // so is the step, inside the bounds
  IterationRow row;
};

} // namespace costate::rt
