// The model of Levenberg-Marquardt: the sum of squares of the linear residuals.
#pragma once

#include "runtime/solvers/FactoredModel.h"
#include "runtime/solvers/ResidualSystem.h"

namespace costate::rt {

/// f = sf r'r (without the constant of the objective), g = 2 sf R'r, B = 2 sf R'R; D: the largest norms that
/// columns had so far [Mor78, section 6], which are forgotten slowly.
class LinearResiduals final : public FactoredModel {
public:
  /// All must outlive the model. `step_tol`: see LevenbergMarquardtOptions.
  LinearResiduals(BoxSolve &at, Residuals &residuals, double step_tol);

  bool value(Vector &x, double &f) override;
  bool evaluate(const Vector &x, Vector &g) override;
  Vector product(const Vector &v) override;
  bool factorize(double lambda, const std::vector<bool> &isHeld) override {
    return system->factorize(lambda, isHeld);
  }
  void solve(const Vector &b, Vector &p) override { system->solve(b, p); }
  /// A residual is a difference of numbers of the size of its derivatives times x: sum 2 |r| |dr|.
  double noise(double f) const override;
  double size() const override { return scale; }
  std::optional<Stop> shouldStop(const Vector &step, bool isMinimum) override;

  /// The largest cosine between r and a column of R whose variable may move; 0 where r is 0 to rounding.
  double cosine() const;
  const ResidualSystem &linearSystem() const { return *system; }

private:
  Index n() const { return box.n(); }
  int64_t begin(Index i) const { return residuals.rows()[size_t(i)]; }
  int32_t col(int64_t p) const { return residuals.cols()[size_t(p)]; }
  Vector transposed(const Vector &t) const;
  void reduceVisible(Vector &u) const;
  void measure(const Vector &x);
  void passOnSquares(Vector &squares) const;
  /// What |r| may be where exact arithmetic gives 0.
  double zero() const;

  BoxSolve &at;
  BoxProblem &box;
  Residuals &residuals;
  double step_tol, weight;          // 2 sf
  double firstNorm = -1, scale = 1; // of D^-1 B D^-1: the least of its diagonal that is not 0
  double parts = 0;                 // the norm of what residuals subtract: |r_i| + sum_j |R_ij x_j|
  double weightedParts = 0;         // sum_i 2 sf |r_i| parts_i
  bool readsDefined = false;        // residuals read variables that rows define
  Vector r, R, trial, norms;        // norms: of the columns of sqrt(2 sf) R
  std::unique_ptr<ResidualSystem> system;
};

} // namespace costate::rt
