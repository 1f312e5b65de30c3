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
  // x[0] + x[1] alone is determined: 3. Of the solutions the one next to (5, 4) has x[0] - x[1] = 1.
  HandWrittenProblem problem =
      squares({[](P x) { return x[0] + x[1] - 3; }, [](P x) { return 2 * (x[0] + x[1]) - 6; }}, {5, 4});
  Result result = problem.solve(LevenbergMarquardtOptions{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(result.x[0], 2, 1e-6);
  EXPECT_NEAR(result.x[1], 1, 1e-6);
}

/// x_i = i and the sum of all is c: with r_i = x_i - i and s = sum x - c, 2 (x_i - i) + 2 s = 0, so x_i = i -
/// d with d = (sum i - c)/(n + 1).
HandWrittenProblem tiedTogether(int n, double c) {
  std::vector<Function> residuals;
  std::vector<std::vector<int32_t>> reads;
  std::vector<int32_t> all;
  for (int i = 0; i < n; ++i) {
    residuals.push_back([i](P x) { return x[size_t(i)] - double(i + 1); });
    reads.push_back({i});
    all.push_back(i);
  }
  residuals.push_back([c](P x) {
    Taylor total = 0.0;
    for (const Taylor &t : x)
      total = total + t;
    return total - c;
  });
  reads.push_back(all);
  HandWrittenProblem problem = squares(residuals, std::vector<double>(size_t(n), 0));
  problem.residualReads = reads;
  return problem;
}

TEST(LevenbergMarquardt, SparseResidualsWithADenseRow) {
  constexpr int n = 140; // more than the columns that a dense factorization takes
  constexpr double sum = n * (n + 1) / 2;
  HandWrittenProblem problem = tiedTogether(n, sum + n + 1); // d = -1
  Result result = problem.solve(LevenbergMarquardtOptions{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  for (int i = 0; i < n; ++i)
    EXPECT_NEAR(result.x[size_t(i)], i + 2, 1e-9);
}

TEST(LevenbergMarquardt, SparseResidualsAtBounds) {
  // x_1 <= 0, and c is the sum of 2 .. n: x_i = i for i > 1, and only r_1 = -1 is left, with derivative -2.
  constexpr int n = 140;
  HandWrittenProblem problem = tiedTogether(n, n * (n + 1) / 2 - 1);
  problem.upper.assign(n, infinite);
  problem.upper[0] = 0;
  Result result = problem.solve(LevenbergMarquardtOptions{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_EQ(result.x[0], 0);
  EXPECT_NEAR(result.reduced_cost[0], -2, 1e-8);
  for (int i = 1; i < n; ++i)
    EXPECT_NEAR(result.x[size_t(i)], i + 1, 1e-9);
}

TEST(LevenbergMarquardt, IllConditionedColumns) {
  // Monomials up to t^10 on [0, 1] and data of coefficients 1: the condition of the columns is about 1e9,
  // that of the normal equations would be its square. 300 rows are more than a block.
  std::vector<Function> residuals;
  for (int i = 0; i < 300; ++i)
    residuals.push_back([t = i / 299.0](P a) {
      Taylor sum = 0.0;
      double power = 1, data = 0;
      for (size_t k = 0; k < a.size(); ++k, power *= t) {
        sum = sum + power * a[k];
        data += power;
      }
      return sum - data;
    });
  Result result = squares(residuals, std::vector<double>(11, 0)).solve(LevenbergMarquardtOptions{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  for (double a : result.x)
    EXPECT_NEAR(a, 1, 1e-5);
  EXPECT_LE(result.iterations, 30);
}

TEST(LevenbergMarquardt, ResidualsThatVanishWithTheirDerivatives) {
  // x^2 = 0 and x y = 0: R is zero at the solution, so that steps only halve x; from (1, 1).
  HandWrittenProblem problem =
      squares({[](P x) { return square(x[0]); }, [](P x) { return x[0] * x[1]; }}, {1, 1});
  Result result = problem.solve(LevenbergMarquardtOptions{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(result.x[0], 0, 1e-7);
  EXPECT_LE(result.iterations, 100);
}

TEST(LevenbergMarquardt, AFarStartMakesNoResidualZero) {
  // exp(x) + 0.1 y = 2 and y = 1 beside 0 = 3, from x = 40: residuals of 1e17 fall to 3.
  HandWrittenProblem problem = squares({[](P x) { return exp(x[0]) + 0.1 * x[1] - 2; },
                                        [](P x) { return x[1] - 1; }, [](P x) { return 0 * x[0] + 3; }},
                                       {40, 5});
  Result result = problem.solve(LevenbergMarquardtOptions{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(result.x[0], std::log(1.9), 1e-8);
  EXPECT_NEAR(result.x[1], 1, 1e-8);
  EXPECT_NEAR(result.objective, 9, 1e-12);
}

TEST(LevenbergMarquardt, ShowsTheWholeObjective) {
  HandWrittenProblem problem = squares(line(), {0, 0});
  problem.objective = [squares = problem.objective](P x) { return squares(x) + 7; };
  std::vector<double> objectives;
  Result result = problem.solve(LevenbergMarquardtOptions{}, [&](const IterationRow &row) {
    objectives.push_back(row.objective);
    return true;
  });
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(objectives.front(), 1 + 9 + 16 + 16 + 7, 1e-12);
  EXPECT_NEAR(objectives.back(), 8, 1e-12);
  EXPECT_NEAR(result.objective, 8, 1e-12);
}

TEST(LevenbergMarquardt, DefinedVariables) {
  // h = a + b t for four t; exp(h) = 3 2^t: a = log 3, b = log 2.
  std::vector<Function> residuals;
  std::vector<HandWrittenProblem::Row> rows;
  for (int t = 0; t < 4; ++t) {
    residuals.push_back([t](P x) { return exp(x[size_t(2 + t)]) - 3 * std::pow(2, t); });
    std::vector<double> slopes(6, 0);
    slopes[0] = -1, slopes[1] = -t, slopes[size_t(2 + t)] = 1;
    rows.push_back(HandWrittenProblem::linear(slopes, 0, 0));
  }
  HandWrittenProblem problem = squares(residuals, std::vector<double>(6, 0));
  problem.rows = rows;
  Result result = problem.solve(LevenbergMarquardtOptions{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(result.x[0], std::log(3), 1e-12);
  EXPECT_NEAR(result.x[1], std::log(2), 1e-12);
  EXPECT_NEAR(result.x[5], std::log(24), 1e-12);
}

TEST(LevenbergMarquardt, EveryStatus) {
  LevenbergMarquardtOptions options;
  options.max_iter = 2;
  HandWrittenProblem problem = squares(rosenbrock(), {-1.2, 1});
  EXPECT_EQ(problem.solve(options).status, Status::iteration_limit);
  EXPECT_EQ(
      problem.solve(LevenbergMarquardtOptions{}, [](const IterationRow &row) { return row.iteration < 2; })
          .status,
      Status::interrupted);
  options = {};
  options.time_limit = 0;
  EXPECT_EQ(problem.solve(options).status, Status::time_limit);
  EXPECT_EQ(squares({[](P x) { return log(x[0]); }}, {-1}).solve(LevenbergMarquardtOptions{}).status,
            Status::evaluation_error);
  HandWrittenProblem crossed = squares(rosenbrock(), {0, 0}, {1, 0}, {0, 1});
  EXPECT_EQ(crossed.solve(LevenbergMarquardtOptions{}).status, Status::infeasible);
  HandWrittenProblem tied = squares(rosenbrock(), {0, 0});
  tied.rows = {HandWrittenProblem::linear({1, 1}, 0, 1)};
  EXPECT_EQ(tied.solve(LevenbergMarquardtOptions{}).status, Status::not_run);
  HandWrittenProblem negative =
      squares(rosenbrock(), {0, 0}); // a factor below zero: its root is not a number
  negative.residuals = {[](P x) { return std::nan("") * x[0]; }};
  Result result = negative.solve(LevenbergMarquardtOptions{});
  EXPECT_EQ(result.status, Status::evaluation_error);
  EXPECT_NE(result.reason.find("a square has a negative factor"), std::string::npos) << result.reason;
}

TEST(LevenbergMarquardt, RefusesWhatIsNoSumOfSquares) {
  HandWrittenProblem problem([](P x) { return square(x[0]); }, {1});
  Result result = problem.solve(LevenbergMarquardtOptions{});
  EXPECT_EQ(result.status, Status::not_run);
  EXPECT_EQ(result.reason, "`lm` minimizes sums of squares, and the objective is not known as one: "
                           "write it with squares like `(y[i] - f[i])^2`, or solve with `newton`");
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
