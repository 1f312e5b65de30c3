// From a point near the solution of a convex quadratic problem to the solution, to rounding.
#pragma once

#include "runtime/solvers/KktSystem.h"
#include "runtime/solvers/StandardForm.h"

namespace costate::rt {

/// Takes the bounds whose multiplier exceeds their distance for active, solves
///
///   [ H   J_A' ] [x]     [g]          x_j at its bound for active j,  J_A: equations and rows that are
///   active [ J_A      ] [y] = - [c - b_A]    at one of their bounds b
///
/// by a regularized factorization with refinement against the matrix above, and corrects the choice a few
/// times by what comes out: the primal-dual active set method [HIK02]. Bounds are those of the user, without
/// their relaxation.
class CleanUp {
public:
  CleanUp(StandardForm &problem, KktSystem &kkt) : problem(problem), kkt(kkt) {}

  /// Moves `at` to the solution for the active set. False, and `at` as it was, where that is not feasible,
  /// has a multiplier of the wrong sign or meets the conditions of optimality no better.
  bool run(Iterate &at);

private:
  enum class Side : int8_t { Inactive, Lower, Upper };
  void readBounds();
  Index chooseSides(const Iterate &at);
  bool solve(Iterate &next);
  bool factorize();
  bool newtonStep(Iterate &next, double &left);
  void polish(Iterate &next);
  void setMultipliers(Iterate &next);
  double bound(Index j) const { return side[size_t(j)] == Side::Lower ? lower[j] : upper[j]; }
  /// Violation of rows and bounds; gradient of the Lagrangian, complementarity, multipliers below 0.
  struct Error {
    double primal = 0, dual = 0;
    double total() const { return primal > dual ? primal : dual; }
  };
  Error error(const Iterate &at, const Derivatives &derivatives) const;
  bool isSolution(const Iterate &at) const;

  StandardForm &problem;
  KktSystem &kkt;
  Vector lower, upper; // [n+k] the user's, scaled
  std::vector<Side> side;
  Vector a, D; // [n], [m] what holds an active variable, drops a row that is not
  Derivatives d;
};

} // namespace costate::rt
