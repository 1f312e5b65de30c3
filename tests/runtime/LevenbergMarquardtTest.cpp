// Sums of squares: known minima, bounds, rank deficiency, zero residuals, definitions.
#include "tests/runtime/HandWrittenProblem.h"

#include <gtest/gtest.h>

#include <cmath>

namespace costate::rt {
namespace {

using P = const Point &;

HandWrittenProblem squares(std::vector<Function> residuals, std::vector<double> start,
                           std::vector<double> lower = {}, std::vector<double> upper = {}) {
  auto objective = [residuals](P x) {
    Taylor sum = 0.0;
    for (const Function &r : residuals)
      sum = sum + square(r(x));
    return sum;
  };
  HandWrittenProblem problem(objective, std::move(start), {}, std::move(lower), std::move(upper));
  problem.residuals = std::move(residuals);
  return problem;
}

std::vector<Function> rosenbrock() {
  return {[](P x) { return 10 * (x[1] - square(x[0])); }, [](P x) { return 1 - x[0]; }};
}

/// A line through (0, 1), (1, 3), (2, 4), (3, 4): slope 1, intercept 1.5, sum of squares 1 (normal
/// equations).
std::vector<Function> line() {
  std::vector<Function> residuals;
  const double y[] = {1, 3, 4, 4};
  for (int t = 0; t < 4; ++t)
    residuals.push_back([t, value = y[t]](P x) { return x[0] + double(t) * x[1] - value; });
  return residuals;
}

TEST(LevenbergMarquardt, LinearResidualsTakeOneStep) {
  HandWrittenProblem problem = squares(line(), {10, -5});
  LevenbergMarquardtOptions options;
  options.factor = 1e6;
  Result result = problem.solve(options);
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(result.x[0], 1.5, 1e-13);
  EXPECT_NEAR(result.x[1], 1, 1e-13);
  EXPECT_NEAR(result.objective, 1, 1e-13);
  EXPECT_LE(result.iterations, 3); // one, and what polishing takes
  EXPECT_EQ(result.second_evaluations, 0);
}

TEST(LevenbergMarquardt, ZeroResiduals) {
  HandWrittenProblem problem = squares(rosenbrock(), {-1.2, 1});
  Result result = problem.solve(LevenbergMarquardtOptions{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(result.x[0], 1, 1e-12);
  EXPECT_NEAR(result.x[1], 1, 1e-12);
  EXPECT_LE(result.iterations, 40);
}

TEST(LevenbergMarquardt, BoundsHoldAndHavePrices) {
  // The line with slope x[1] <= 1/2: the intercept is mean(y - t/2) = 3 - 3/4 = 9/4, and df/dx[1] =
  // 2 sum t (x[0] + t/2 - y) = 2 (9/4 * 6 + 14/2 - 23) = -5.
  HandWrittenProblem problem = squares(line(), {0, 0}, {}, {infinite, 0.5});
  Result result = problem.solve(LevenbergMarquardtOptions{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(result.x[0], 2.25, 1e-12);
  EXPECT_EQ(result.x[1], 0.5);
  EXPECT_NEAR(result.reduced_cost[1], -5, 1e-11);
}

TEST(LevenbergMarquardt, DependentColumns) {
  // x[0] + x[1] alone is determined: 3.
  HandWrittenProblem problem =
      squares({[](P x) { return x[0] + x[1] - 3; }, [](P x) { return 2 * (x[0] + x[1]) - 6; }}, {5, 5});
  Result result = problem.solve(LevenbergMarquardtOptions{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(result.x[0] + result.x[1], 3, 1e-9);
}

TEST(LevenbergMarquardt, DenseRowsStayRows) {
  // x_i = i, and the sum of all, n variables: with r_i = x_i - i and s = sum x - c, x_i = i - d, where
  // 2(x_i - i) + 2 s = 0: d = s = sum i - n d - c, so d = (sum i - c)/(n + 1).
  constexpr int n = 140;
  constexpr double sum = n * (n + 1) / 2, c = sum + n + 1; // d = -1
  std::vector<Function> residuals;
  for (int i = 0; i < n; ++i)
    residuals.push_back([i](P x) { return x[size_t(i)] - double(i + 1); });
  residuals.push_back([](P x) {
    Taylor total = 0.0;
    for (const Taylor &t : x)
      total = total + t;
    return total - c;
  });
  HandWrittenProblem problem = squares(residuals, std::vector<double>(n, 0));
  Result result = problem.solve(LevenbergMarquardtOptions{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  for (int i = 0; i < n; ++i)
    EXPECT_NEAR(result.x[size_t(i)], i + 2, 1e-9);
}

TEST(LevenbergMarquardt, RefusesWhatIsNoSumOfSquares) {
  HandWrittenProblem problem([](P x) { return square(x[0]); }, {1});
  Result result = problem.solve(LevenbergMarquardtOptions{});
  EXPECT_EQ(result.status, Status::not_run);
  EXPECT_EQ(result.reason, "`lm` solves sums of squares, and the objective is not known to be one");
}

TEST(LevenbergMarquardt, RunawayExponentialsComeBack) {
  // BoxBOD of NIST from its hard start (1, 1), where the first Gauss-Newton step leads to vanishing columns.
  const double t[] = {1, 2, 3, 5, 7, 10}, y[] = {109, 149, 149, 191, 213, 224};
  std::vector<Function> residuals;
  for (int k = 0; k < 6; ++k)
    residuals.push_back([t = t[k], y = y[k]](P b) { return y - b[0] * (1 - exp(-t * b[1])); });
  Result result = squares(residuals, {1, 1}).solve(LevenbergMarquardtOptions{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(result.x[0], 2.1380940889e2, 1e-8 * 214); // certified
  EXPECT_NEAR(result.x[1], 5.4723748542e-1, 1e-9);
}

} // namespace
} // namespace costate::rt
