// Linear systems of linearized residuals: dense or sparse.
#pragma once

#include "runtime/problem/Residuals.h"
#include "runtime/solvers/BoxProblem.h"

#include <memory>

namespace costate::rt {

/// (A'A + lambda D^2) p = b  with  A = sqrt(2 sf) R dx/dv  over the variables v that may move; D > 0.
class ResidualSystem {
public:
  virtual ~ResidualSystem() = default;

  /// A at a new point: R [nnz] of the residuals, and what the definitions of the problem have there.
  virtual void update(const Vector &R, const Vector &D) = 0;
  /// False where the matrix is singular to rounding. Defined variables are held.
  virtual bool factorize(double lambda, const std::vector<bool> &isHeld) = 0;
  /// p := the solution for b with the last factorization, 0 where variables are held.
  virtual void solve(const Vector &b, Vector &p) = 0;

  int factorizations = 0;
  double factorSeconds = 0, solveSeconds = 0;
};

/// Dense for few columns and for dense residuals, where memory allows; else sparse. `readsDefined`: residuals
/// read variables that rows of the problem define. All arguments must outlive the system.
std::unique_ptr<ResidualSystem> residualSystem(const BoxProblem &box, const Residuals &residuals,
                                               bool readsDefined);

} // namespace costate::rt
