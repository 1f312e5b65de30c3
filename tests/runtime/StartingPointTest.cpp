// Mehrotra's starting point, by hand.
#include "runtime/solvers/StartingPoint.h"
#include "tests/runtime/HandWrittenProblem.h"

#include <gtest/gtest.h>

namespace costate::rt {
namespace {

using P = const Point &;

/// The cold start of a problem.
Iterate startOf(HandWrittenProblem &problem) {
  problem.build();
  Functions functions(problem.table, problem.instance());
  StandardForm form(functions);
  Iterate at;
  double mu = 0.1;
  EXPECT_TRUE(startingPoint(form, nullptr, at, mu));
  KktSystem kkt(functions.shape(), form.isFixed, form.isFree);
  EXPECT_TRUE(quadraticStart(form, kkt, at));
  return at;
}

constexpr double relaxed = 1e-8; // bounds are relaxed by 1e-10

/// x1 + 2 x2 on x1 + x2 = 4: the nearest point is (2, 2), y = -3/2 and z = (-1/2, 1/2). Shifted by 3/2 1/2
/// the multipliers are (1/4, 5/4), so the products add up to 3; half of that over 3/2 is 1 for x, over 4 it
/// is 3/8 for z.
TEST(StartingPoint, OfALinearProgram) {
  HandWrittenProblem problem{
      [](P x) { return x[0] + 2 * x[1]; }, {0, 0}, {HandWrittenProblem::linear({1, 1}, 4, 4)}, {0, 0}};
  Iterate at = startOf(problem);
  EXPECT_NEAR(at.v[0], 3, relaxed);
  EXPECT_NEAR(at.v[1], 3, relaxed);
  EXPECT_NEAR(at.y[0], -1.5, relaxed);
  EXPECT_NEAR(at.zl[0], 0.625, relaxed);
  EXPECT_NEAR(at.zl[1], 1.625, relaxed);
  EXPECT_NEAR(at.r[0], 2, relaxed);
}

/// x1 + 2 x2 = 6 leads beyond both upper bounds: at least 1/100 of the range stays free on either side.
TEST(StartingPoint, KeepsBetweenTwoBounds) {
  HandWrittenProblem problem{
      [](P x) { return x[0]; }, {0, 0}, {HandWrittenProblem::linear({1, 2}, 6, 6)}, {0, 0}, {3, 0.75}};
  Iterate at = startOf(problem);
  for (Eigen::Index j : {0, 1}) {
    double range = j == 0 ? 3 : 0.75;
    EXPECT_GE(at.v[j], 0.01 * range);
    EXPECT_LE(at.v[j], 0.99 * range);
    EXPECT_GT(at.zl[j], 0);
    EXPECT_GT(at.zu[j], 0);
  }
}

} // namespace
} // namespace costate::rt
