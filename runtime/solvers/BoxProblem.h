// A problem whose only constraints are bounds, as the solvers of such problems see it.
#pragma once

#include "runtime/problem/Functions.h"
#include "runtime/solvers/DisjointRows.h"
#include "runtime/solvers/Kinks.h"

#include <string>
#include <vector>

namespace costate::rt {

using Index = Eigen::Index;

/// min f(x)   subject to   lower <= x <= upper,   with f scaled so that its first gradient is at most 100.
///
/// Rows may define variables: an equation  a h + e(x) = b  with constant a and an unbounded h that no other
/// row defines, where definitions do not go in circles. Defined variables are functions of the others:
/// value() fills them in, and derivatives are those of f(x, h(x)). They keep their places in x; their entries
/// of gradients and steps are 0.
///
/// Where the solver takes them, there are linear rows, too, which share no variable and read none that is
/// defined: project() meets them; and pairs of rows that make of a variable a function of another with a
/// kink. Such a variable counts as defined, and its part of the objective, price times value, is none of the
/// gradient's but land()'s.
class BoxProblem {
public:
  /// `functions` must outlive this.
  explicit BoxProblem(Functions &functions) : functions(functions), shape(functions.shape()) {}

  /// Reads bounds and definitions. A sentence about the first row that is neither free nor a definition, or
  /// empty. `takesRows`: disjoint linear rows are neither refused.
  std::string read(bool takesRows = false);
  /// A sentence about a linear row that no point within the bounds meets, or empty.
  std::string emptyRow() const;
  /// Moves x inside its bounds and chooses the scaling there; false where functions are not finite.
  bool prepare(Vector &x);

  /// f at x; fills in what is defined. False where a value is not finite.
  bool value(Vector &x, double &f);
  /// The gradient at x, after value(x). Keeps the Jacobian and the multipliers of the definitions.
  bool gradient(const Vector &x, Vector &g);
  /// Both. Where nothing is defined the gradient is first: functions that are whole give the value with it.
  bool both(Vector &x, double &f, Vector &g);
  /// The same, and functions.hessian() of f + y'c, whose restriction to steps from complete() is the Hessian.
  bool second(const Vector &x, Vector &g);

  /// That Hessian times v, which second() has left; 0 in defined entries.
  Vector hessianTimes(const Vector &v) const;
  /// The same from gradient(), by one product of the functions instead; false where it is not finite.
  bool product(const Vector &x, const Vector &v, Vector &u);

  /// Fills in the defined entries of a step: J v = 0.
  void complete(Vector &v) const;
  /// A gradient with respect to all variables becomes that of the others; defined entries are 0.
  void reduce(Vector &u) const;

  Index n() const { return shape.n; }
  /// Without the variables at the end that are held.
  Index numMoving() const;
  /// The nearest point within the bounds, and on the linear rows; by the sum of (z - x)^2 / w with w [n] > 0
  /// where that is not empty. x and w may end after the first numMoving() entries.
  void project(Vector &x, const Vector &w = {}) const;
  /// Off its bounds by as much as interior points begin.
  void moveInside(Vector &x) const;
  /// Where a step of `rate` times w [n] (empty: 1) has led to x: the nearest point as of project(), beside
  /// which kinks count with that rate. That is the proximal map of what is no part of the gradient.
  void land(Vector &x, double rate, const Vector &w = {}) const;
  /// |P(x - g) - x|, maximum norm: 0 exactly at first-order points. g: `scale` times the gradient.
  double optimality(const Vector &x, const Vector &g, double scale = 1) const;
  /// The part of kinks of the objective in the user's units.
  double kinkValue(const Vector &x) const;
  /// A sentence about a variable with a kink by which the objective falls for ever, or empty; after
  /// gradient().
  std::string fallingKink() const;
  /// Rows that define, with the entry of J that belongs to what they define.
  struct Definition {
    int64_t row;
    int32_t variable;
    int64_t entry;
  };
  const std::vector<Definition> &definitions() const { return order; }
  const Vector &jacobian() const { return J; }
  const std::vector<LinearRow> &linearRows() const { return linear; }
  const std::vector<Kink> &kinkedVariables() const { return kinks; }
  /// d(scaled objective)/dt by kink.
  const std::vector<double> &kinkPrices() const { return prices; }

  Functions &functions;
  const ProblemShape &shape;
  Vector lower, upper;      // [n]
  std::vector<bool> isHeld; // [n] fixed by its bounds, or defined
  Vector y;                 // [m] multipliers of f + y'c, of the last gradient(); 0 for other rows

private:
  void takeAbsolutes();
  std::string chooseDefinitions(const JacobianConstants &constants, bool takesRows);
  std::string sortDefinitions();
  bool isLinear(int64_t row, const JacobianConstants &constants) const;
  std::string addLinearRows(std::vector<int64_t> rows, const JacobianConstants &constants);
  void reduce(Vector &u, Vector &multipliers) const;

  std::vector<LinearRow> linear;
  std::vector<Kink> kinks;
  std::vector<double> prices;
  std::vector<Definition> order; // each after those that define what it reads
  int depth = 0;                 // of definitions that read others
  Vector J, c, slopes;           // slopes: the constant entries of J
};

} // namespace costate::rt
