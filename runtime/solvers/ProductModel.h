// The Taylor polynomial of degree 2, known by products with its Hessian alone.
#pragma once

#include "runtime/solvers/TrustRegion.h"

namespace costate::rt {

/// B v is that of the Hessian of f(x, h(x)): of f + y'c with a direction that the definitions complete.
/// Minima in a ball by conjugate gradients that end at negative curvature, at the ball or where the residual
/// is small against the slope [NW06, algorithm 7.2], [Ste83].
class ProductModel final : public QuadraticModel {
public:
  /// f: the first value. `most`: products for one step.
  ProductModel(BoxProblem &box, double f, int most);

  bool value(Vector &x, double &f) override { return box.value(x, f); }
  bool evaluate(const Vector &x, Vector &g) override;
  /// NaN where the products are not finite.
  Vector product(const Vector &v) override;
  BallMinimum minimum(const Vector &r, const std::vector<bool> &isHeld, double radius) override;
  /// By the curvature that conjugate gradients meet from a direction without structure.
  bool isIndefinite(const std::vector<bool> &isHeld) override;
  double noise(double f) const override;

private:
  bool addCurvature(const Vector &b, double radius, BallMinimum &found);

  BoxProblem &box;
  double leastSize;
  int most;
  Vector point;
  Vector bent; // [n] a direction of negative curvature, of length 1, where the last minimum of a slope of 0
               // was no minimum; else empty
};

} // namespace costate::rt
