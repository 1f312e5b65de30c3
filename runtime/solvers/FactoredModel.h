// Quadratic models whose matrix can be factored.
#pragma once

#include "runtime/solvers/TrustRegion.h"

namespace costate::rt {

/// Minima in a ball by Newton's method for lambda, with the hard case, [MS83]. Relative accuracy of the
/// radius 0.1.
class FactoredModel : public QuadraticModel {
public:
  BallMinimum minimum(const Vector &r, const std::vector<bool> &isHeld, double radius) override;
  bool isIndefinite(const std::vector<bool> &isHeld) override;

  /// Factors B + lambda D^2 over the variables that are not in `isHeld`; false where that is not positive
  /// definite.
  virtual bool factorize(double lambda, const std::vector<bool> &isHeld) = 0;
  /// p := (B + lambda D^2)^-1 r with the last factorization, 0 where variables are held.
  virtual void solve(const Vector &r, Vector &p) = 0;
  /// A typical size of B, for the first lambda.
  virtual double size() const = 0;

private:
  void solveRefined(const Vector &r, const std::vector<bool> &isHeld, Vector &p);
  bool addCurvature(const Vector &r, const std::vector<bool> &isHeld, double radius, Vector &p);
  double norm(const Vector &s) const { return D.cwiseProduct(s).norm(); }

  double lambda = 0; // of the last factorization
};

} // namespace costate::rt
