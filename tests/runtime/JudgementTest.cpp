// Points with known multipliers, and points that only look like solutions.
#include "tests/runtime/HandWrittenProblem.h"

#include <gtest/gtest.h>

using namespace costate::rt;

namespace {

/// min (x - 2)^2 + (y - 1)^2  with  x + y <= 1: the nearest point is (1, 0), the multiplier -2.
HandWrittenProblem nearest() {
  auto distance = [](const Point &x) { return (x[0] - 2) * (x[0] - 2) + (x[1] - 1) * (x[1] - 1); };
  return {distance, {0, 0}, {HandWrittenProblem::linear({1, 1}, -infinite, 1)}};
}

} // namespace

TEST(Judgement, MultipliersOfAnActiveRow) {
  Result r = nearest().judge({1, 0}, {}, 17);
  EXPECT_EQ(r.status, Status::optimal) << r.reason;
  EXPECT_NEAR(r.dual[0], -2, 1e-8);
  EXPECT_NEAR(r.objective, 2, 1e-12);
  EXPECT_NEAR(r.c[0], 1, 1e-12);
  EXPECT_EQ(r.iterations, 17);
  EXPECT_NE(r.reason.find("<= tol 1.0e-06 after 17 steps"), std::string::npos) << r.reason;
}

TEST(Judgement, ARowThatPullsTheWrongWayDoesNotHold) {
  HandWrittenProblem problem = nearest();
  problem.rows[0] = HandWrittenProblem::linear({1, 1}, 1, infinite); // (1, 0) is at its lower bound
  Result r = problem.judge({1, 0});
  EXPECT_EQ(r.status, Status::completed);
  EXPECT_NEAR(r.dual_infeasibility, 2, 1e-8) << "the gradient alone is left";
  EXPECT_EQ(problem.judge({2, 1}).status, Status::optimal) << "inside, where the gradient vanishes";
}

TEST(Judgement, EquationsTakeBothSigns) {
  for (double target : {1.0, 5.0}) {
    HandWrittenProblem problem = nearest();
    problem.rows[0] = HandWrittenProblem::linear({1, 1}, target, target);
    double shift = (target - 3) / 2; // (2, 1) + shift (1, 1); d/dtarget of 2 shift^2 is 2 shift
    Result r = problem.judge({2 + shift, 1 + shift});
    EXPECT_EQ(r.status, Status::optimal) << r.reason;
    EXPECT_NEAR(r.dual[0], 2 * shift, 1e-8);
  }
}

TEST(Judgement, BoundsHoldWhereTheyAreReached) {
  HandWrittenProblem problem = nearest();
  problem.rows.clear();
  problem.lower = {-infinite, -infinite}, problem.upper = {1, infinite};
  Result r = problem.judge({1, 1});
  EXPECT_EQ(r.status, Status::optimal) << r.reason;
  EXPECT_NEAR(r.reduced_cost[0], -2, 1e-12) << "d/dbound of (bound - 2)^2";
  problem.upper = {infinite, infinite}, problem.lower = {1, -infinite};
  EXPECT_EQ(problem.judge({1, 1}).status, Status::completed) << "the objective falls into the inside";
}

TEST(Judgement, BoundsAndRowsTogether) {
  HandWrittenProblem problem = nearest();
  problem.lower = {-infinite, 0.5}, problem.upper = {infinite, infinite};
  // At (0.5, 0.5): the row's multiplier comes from x alone, -3; y is held by its bound with -1 - (-3) = 2.
  Result r = problem.judge({0.5, 0.5});
  EXPECT_EQ(r.status, Status::optimal) << r.reason;
  EXPECT_NEAR(r.dual[0], -3, 1e-8);
  EXPECT_NEAR(r.reduced_cost[1], 2, 1e-8);
}

TEST(Judgement, DependentRows) {
  HandWrittenProblem problem = nearest();
  problem.rows.push_back(HandWrittenProblem::linear({2, 2}, -infinite, 2));
  Result r = problem.judge({1, 0});
  EXPECT_EQ(r.status, Status::optimal) << r.reason;
  EXPECT_NEAR(r.dual[0] + 2 * r.dual[1], -2, 1e-6);
}

TEST(Judgement, TolerancesAreThoseOfTheOptions) {
  HandWrittenProblem problem = nearest();
  problem.rows.clear();
  std::vector<double> near{2 + 1e-5, 1}; // gradient 2e-5
  EXPECT_EQ(problem.judge(near).status, Status::completed);
  EXPECT_EQ(problem.judge(near, {.tol = 1e-4}).status, Status::optimal);
  EXPECT_EQ(problem.judge({2.5, 1}, {.tol = 2}).status, Status::optimal);
}

TEST(Judgement, ViolationsAreMeasured) {
  Result r = nearest().judge({2, 1});
  EXPECT_EQ(r.status, Status::iteration_limit);
  EXPECT_NE(r.reason.find("violation is 2.0e+00 > constr_viol_tol"), std::string::npos) << r.reason;
  HandWrittenProblem problem = nearest();
  problem.rows.clear();
  problem.lower = {3, -infinite}, problem.upper = {infinite, infinite};
  r = problem.judge({2, 1});
  EXPECT_EQ(r.status, Status::iteration_limit);
  EXPECT_EQ(r.x[0], 3) << "moved into its bounds";
}

TEST(Judgement, ViolatedRowsHaveMultipliersToo) {
  // (x - 2)^2 + (y - 1)^2 with x + y == 1, at (2 - t, 1 - t) of a penalty: the gradient is -2t of the row's.
  for (double t : {0.155, 1.155}) { // violated by 2 - 2t, above and below
    HandWrittenProblem problem = nearest();
    problem.rows[0] = HandWrittenProblem::linear({1, 1}, 1, 1);
    Result r = problem.judge({2 - t, 1 - t});
    EXPECT_EQ(r.status, Status::iteration_limit);
    EXPECT_NEAR(r.dual_infeasibility, 0, 1e-8);
    EXPECT_NEAR(r.dual[0], -2 * t, 1e-8);
  }
  Result r = nearest().judge({2 - 0.155, 1 - 0.155});
  EXPECT_NEAR(r.dual_infeasibility, 0, 1e-8) << "an inequality pulls back from its violated side";
  r = nearest().judge({2.155, 1.155});
  EXPECT_NEAR(r.dual_infeasibility, 0.31, 1e-8) << "and never to it";
}

TEST(Judgement, ValuesThatAreNotFinite) {
  HandWrittenProblem problem({[](const Point &x) { return log(x[0]); }, {1.0}});
  EXPECT_EQ(problem.judge({-1}).status, Status::evaluation_error);
}

TEST(Judgement, PointsFarOut) {
  HandWrittenProblem problem({[](const Point &x) { return x[0]; }, {0.0}});
  EXPECT_EQ(problem.judge({-1e21}).status, Status::unbounded);
}
