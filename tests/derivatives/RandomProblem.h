// A random problem: its text, and its rows with dense derivatives.
#pragma once

#include "tests/derivatives/RandomExpression.h"

#include <memory>

namespace costate::test {

struct RandomProblem {
  /// `isSum`: the objective is a sum or mean, and another term.
  RandomProblem(const World &world, const std::string &name, Random &random, Coverage &seen,
                bool isSum = false);

  /// Values within the families' ranges.
  Eigen::VectorXd point(Random &random) const;
  /// Every row in order of the constraints, then the objective.
  std::vector<Taylor> evaluate(Point &point) const;

  std::string name, text;
  int n = 0;
  bool maximize = false;

private:
  struct Rows {
    Binder binder;
    Expression body;
  };
  std::string constraint(RandomExpression &make, int number, Random &random, Coverage &seen);

  std::shared_ptr<std::vector<Family>> families; // expressions refer to them
  std::vector<Rows> rows;
  Expression objective;
};

} // namespace costate::test
