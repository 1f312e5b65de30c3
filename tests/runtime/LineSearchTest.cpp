// The filter line search: corrections of second order.
#include "tests/runtime/HandWrittenProblem.h"

#include <gtest/gtest.h>

#include <cmath>

namespace costate::rt {
namespace {

using P = const Point &;

struct Course {
  Result result;
  std::vector<IterationRow> rows;
};

/// min 2 (x1^2 + x2^2 - 1) - x1  on the unit circle, from the angle t on it [NW06, example 15.4]: (1, 0) with
/// the multiplier -3/2.
Course maratos(double t, int mostCorrections) {
  HandWrittenProblem problem{[](P x) { return 2 * (square(x[0]) + square(x[1]) - 1) - x[0]; },
                             {std::cos(t), std::sin(t)},
                             {{[](P x) { return square(x[0]) + square(x[1]); }, 1, 1}}};
  InteriorPointOptions options;
  options.max_soc = mostCorrections;
  Course course;
  course.result = problem.solve(options, [&](const IterationRow &row) {
    course.rows.push_back(row);
    return true;
  });
  return course;
}

/// From (cos t, sin t), with the multiplier of least squares there, -2 + cos(t)/2, the Hessian of the
/// Lagrangian is cos(t) I and the Newton step d is tangent to the circle, |d| = tan t. It leaves the circle
/// by |d|^2 and the objective rises by 2 |d|^2 - |d| sin t = tan(t)^2 (2 - cos t): the filter refuses it,
/// however close to the solution (Maratos' effect).
TEST(LineSearch, CorrectionsKeepFullStepsAndQuadraticConvergence) {
  for (double t : {0.6, 0.3, 0.1, 0.01}) {
    Course with = maratos(t, 4), without = maratos(t, 0);
    for (const Course &course : {with, without}) {
      ASSERT_EQ(course.result.status, Status::optimal) << t << course.result.reason;
      EXPECT_NEAR(course.result.x[0], 1, 1e-8) << t;
      EXPECT_NEAR(course.result.x[1], 0, 1e-8) << t;
      EXPECT_NEAR(course.result.dual[0], 1.5, 1e-6) << t;       // d(objective)/d(right side)
      EXPECT_NEAR(course.rows[1].step, std::sin(t), 1e-6) << t; // of tan t (sin t, -cos t)
    }
    EXPECT_EQ(with.rows[1].kind, 'F') << t;
    EXPECT_LE(with.result.iterations, 4) << t;
    for (size_t k = 1; k < with.rows.size(); ++k)
      EXPECT_EQ(with.rows[k].alpha_primal, 1) << t;
    for (size_t k = 2; k < with.rows.size(); ++k)
      EXPECT_LE(with.rows[k].step, with.rows[k - 1].step * with.rows[k - 1].step) << t;
    EXPECT_LT(without.rows[1].alpha_primal, 1) << t;
    EXPECT_GT(without.result.iterations, with.result.iterations) << t;
  }
}

} // namespace
} // namespace costate::rt
