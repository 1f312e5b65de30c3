// The interior point method on a problem written by hand through the C ABI, and its ways to stop.
#include "tests/runtime/HandWrittenProblem.h"

#include "costate/rt/Solve.h"

#include <gtest/gtest.h>

using namespace costate::rt;

namespace {

Result solveWith(const hand::Hs71 &data, InteriorPointOptions options = {}, Observer observer = {}) {
  costate_problem_v1 functions = hand::hs71Functions();
  return solve(functions, data.handle(), nullptr, options, observer);
}

TEST(InteriorPoint, SolvesHs71) { // Hock and Schittkowski 1981, problem 71
  Result r = solveWith({});
  EXPECT_EQ(r.status, Status::optimal) << r.reason;
  EXPECT_NEAR(r.objective, 17.0140173, 1e-6);
  EXPECT_NEAR(r.x[1], 4.7429994, 1e-5);
  EXPECT_LE(r.iterations, 15);
}

TEST(InteriorPoint, DualIsTheShadowPriceOfTheBound) {
  hand::Hs71 more, less;
  constexpr double h = 1e-3;
  more.cLower[0] += h, less.cLower[0] -= h;
  InteriorPointOptions tight;
  tight.tol = 1e-10;
  double difference = (solveWith(more, tight).objective - solveWith(less, tight).objective) / (2 * h);
  EXPECT_NEAR(solveWith({}, tight).dual[0], difference, 1e-5);
}

TEST(InteriorPoint, FixedVariableStaysAtItsValue) {
  hand::Hs71 data;
  data.xLower[0] = data.xUpper[0] = data.xStart[0] = 1.1;
  Result r = solveWith(data);
  EXPECT_EQ(r.status, Status::optimal) << r.reason;
  EXPECT_EQ(r.x[0], 1.1);
  EXPECT_GT(r.objective, 17.0140173);
}

TEST(InteriorPoint, SaysInfeasible) { // the product is at most 5^4 = 625 within the bounds
  hand::Hs71 data;
  data.cLower[0] = 700;
  EXPECT_EQ(solveWith(data).status, Status::infeasible);
}

TEST(InteriorPoint, SaysCrossedBounds) {
  hand::Hs71 data;
  data.xLower[2] = 6;
  Result r = solveWith(data);
  EXPECT_EQ(r.status, Status::infeasible);
  EXPECT_EQ(r.reason, "lower bound 6 of variable 3 is above its upper bound 5");
}

TEST(InteriorPoint, StopsAtLimits) {
  InteriorPointOptions few;
  few.max_iter = 2;
  EXPECT_EQ(solveWith({}, few).status, Status::iteration_limit);
  InteriorPointOptions noTime;
  noTime.time_limit = 0;
  EXPECT_EQ(solveWith({}, noTime).status, Status::time_limit);
}

TEST(InteriorPoint, ObserverStopsIt) {
  Result r = solveWith({}, {}, [](const IterationRow &row) { return row.iteration < 3; });
  EXPECT_EQ(r.status, Status::interrupted);
  EXPECT_EQ(r.iterations, 3);
}

TEST(InteriorPoint, SaysWhatIsNotFinite) {
  costate_problem_v1 functions = hand::hs71Functions();
  functions.values = [](const costate_instance *, costate_work *, const double *, double *f, double *c) {
    *f = NAN, c[0] = c[1] = 0;
    return int(COSTATE_OK);
  };
  hand::Hs71 data;
  EXPECT_EQ(solve(functions, data.handle(), nullptr, {}, {}).status, Status::evaluation_error);
}

TEST(InteriorPoint, WarmStartNeedsFewerIterations) {
  hand::Hs71 data;
  Result cold = solveWith(data);
  data.cLower[0] = 25.1;
  WarmStart warm{cold.x, cold.dual, cold.reduced_cost};
  costate_problem_v1 functions = hand::hs71Functions();
  Result again = solve(functions, data.handle(), nullptr, {}, {}, &warm);
  EXPECT_EQ(again.status, Status::optimal) << again.reason;
  EXPECT_LT(again.iterations, solveWith(data).iterations);
}

TEST(Options, RefusesValuesWithASentence) {
  InteriorPointOptions options;
  EXPECT_EQ(setOption(options, "ipm", "tol", 2), "option `tol` is 2, expected 1e-14 to 1 (scaled optimality error to reach, epsilon_tol)");
  EXPECT_EQ(setOption(options, "ipm", "tol", 1e-6), "");
  EXPECT_EQ(options.tol, 1e-6);
}

} // namespace
