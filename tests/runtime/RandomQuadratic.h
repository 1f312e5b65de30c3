// Random convex quadratic and linear problems whose outcome is known by construction.
#pragma once

#include "costate/rt/Solve.h"

#include <Eigen/Core>

#include <random>
#include <vector>

namespace costate::rt {

/// min 1/2 x'Hx + g'x with rows  c_lower <= J x <= c_upper  and bounds on x, as a table filled by hand.
class RandomQuadratic {
public:
  enum class Outcome { Optimal, Infeasible, Unbounded };

  /// One of: a chosen primal-dual solution, with strict complementarity or degenerate; a contradiction with
  /// multipliers that prove it (Farkas); a ray along which the objective falls. H has any rank, 0 included.
  explicit RandomQuadratic(unsigned seed);
  RandomQuadratic(const RandomQuadratic &) = delete;
  RandomQuadratic &operator=(const RandomQuadratic &) = delete;

  Result solve(const InteriorPointOptions &options = {}, const Observer &observer = {}) const;

  Outcome outcome = Outcome::Optimal;
  double objective = 0; // of the solution
  bool isDegenerate = false;
  Eigen::Index n, m;
  Eigen::MatrixXd H, J;
  Eigen::VectorXd g, xLower, xUpper, cLower, cUpper, start;

private:
  double uniform(double low, double high);
  bool chance(double probability) { return uniform(0, 1) < probability; }
  Eigen::VectorXd vector(Eigen::Index size);
  void chooseSolution();
  void chooseContradiction();
  void chooseRay();
  double around(double value, Eigen::VectorXd &lower, Eigen::VectorXd &upper, Eigen::Index k);
  void loosely(double value, Eigen::VectorXd &lower, Eigen::VectorXd &upper, Eigen::Index k);
  void fillTable();

  std::mt19937 random;
  std::vector<int32_t> jacRows, jacCols, hessRows, hessCols;
  std::vector<double> entries; // of J
  costate_shape form{};
  costate_problem_v1 table{};
};

} // namespace costate::rt
