// Solves with presolve against solves without, and the sentences where no point is feasible.
#include "tests/runtime/HandWrittenProblem.h"

#include <gtest/gtest.h>

#include <random>

namespace costate::rt {
namespace {

using P = const Point &;
constexpr auto linear = &HandWrittenProblem::linear;

Result without(HandWrittenProblem problem) {
  InteriorPointOptions options;
  options.presolve = false;
  return problem.solve(options);
}

void expectClose(const std::vector<double> &a, const std::vector<double> &b, const char *what) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t k = 0; k < a.size(); ++k) // 1e-5: multipliers of both solves are on the path at mu = 1e-9
    EXPECT_NEAR(a[k], b[k], 1e-5 * std::max(1.0, std::abs(b[k]))) << what << " " << k;
}

/// Both solves, and the equation between multipliers that holds exactly.
Result expectSame(HandWrittenProblem problem) {
  Result a = problem.solve(), b = without(problem);
  EXPECT_EQ(a.status, Status::optimal) << a.reason;
  EXPECT_EQ(b.status, Status::optimal) << b.reason;
  EXPECT_NEAR(a.objective, b.objective, 1e-6 * std::max(1.0, std::abs(b.objective)));
  expectClose(a.x, b.x, "x");
  expectClose(a.c, b.c, "c");
  expectClose(a.dual, b.dual, "dual");
  expectClose(a.reduced_cost, b.reduced_cost, "reduced cost");
  EXPECT_LE(a.primal_infeasibility, 1e-6);
  return a;
}

HandWrittenProblem textbook() { // the vertex (2, 6) with duals 0, -3/2, -1
  return {
      [](P x) { return -3 * x[0] - 5 * x[1]; },
      {0, 0},
      {linear({1, 0}, -infinite, 4, 0), linear({0, 2}, -infinite, 12, 0), linear({3, 2}, -infinite, 18, 0)},
      {0, 0}};
}

// ---- rows that are bounds
// ----------------------------------------------------------------------------------

TEST(Presolve, RowsInOneVariableBecomeBounds) {
  Result result = expectSame(textbook());
  EXPECT_NEAR(result.dual[0], 0, 1e-6);
  EXPECT_NEAR(result.dual[1], -1.5, 1e-6);
  EXPECT_NEAR(result.dual[2], -1, 1e-6);
  EXPECT_EQ(result.reduced_cost[1], 0); // the row has it
}

TEST(Presolve, SlopesAndOffsetsOfBothSigns) {
  for (double slope : {2.0, -2.0, 0.5, -1e3})
    for (double pull : {10.0, -10.0}) { // toward the upper and the lower end of  1 <= x <= 3
      SCOPED_TRACE(slope * pull);
      double a = slope * 1 + 7, b = slope * 3 + 7;
      HandWrittenProblem problem{[pull](P x) { return square(x[0] - pull) + x[1] * x[1]; },
                                 {0, 1},
                                 {linear({slope, 0}, std::min(a, b), std::max(a, b), 7)}};
      Result result = expectSame(problem);
      double x = pull > 0 ? 3 : 1;
      EXPECT_NEAR(result.x[0], x, 1e-7);
      EXPECT_NEAR(result.dual[0], 2 * (x - pull) / slope, 1e-6); // grad f = dual * slope
      EXPECT_EQ(result.reduced_cost[0], 0);
      EXPECT_NEAR(result.c[0], slope * x + 7, 1e-6);
    }
}

TEST(Presolve, TheTighterBoundTakesTheMultiplier) { // x >= 1, x >= 2, 2 x >= 3
  HandWrittenProblem problem{
      [](P x) { return x[0]; }, {5}, {linear({1}, 2, infinite, 0), linear({2}, 3, infinite, 0)}, {1}};
  Result result = expectSame(problem);
  EXPECT_NEAR(result.dual[0], 1, 1e-6);
  EXPECT_EQ(result.dual[1], 0);
  EXPECT_EQ(result.reduced_cost[0], 0);
  problem.lower[0] = 2.5;
  result = expectSame(problem);
  EXPECT_NEAR(result.reduced_cost[0], 1, 1e-6);
  EXPECT_EQ(result.dual[0], 0);
}

TEST(Presolve, EquationsFixOneVariableAfterTheOther) {
  // min x2^2 + (x0 - 5) x1 with x0 = 2, x0 + x1 = 5, x1 - x2 = 1 (in this order): x = (2, 3, 2),
  // grad f = (3, -3, 4); duals from the last variable: d2 = -4, d1 = -3 + 4 = 1, d0 = 3 - 1 = 2.
  HandWrittenProblem problem{
      [](P x) { return square(x[2]) + (x[0] - 5) * x[1]; },
      {0, 0, 0},
      {linear({1, 0, 0}, 2, 2, 0), linear({1, 1, 0}, 5, 5, 0), linear({0, 1, -1}, 1, 1, 0)}};
  for (bool isReversed : {false, true}) {
    Result result = expectSame(problem);
    EXPECT_EQ(result.x, (std::vector<double>{2, 3, 2}));
    EXPECT_LE(result.iterations, 1);
    std::vector<double> expected{2, 1, -4};
    for (size_t i = 0; i < 3; ++i)
      EXPECT_NEAR(result.dual[isReversed ? 2 - i : i], expected[i], 1e-9);
    for (double cost : result.reduced_cost)
      EXPECT_NEAR(cost, 0, 1e-9);
    std::reverse(problem.rows.begin(), problem.rows.end());
  }
}

TEST(Presolve, ARowWithAFixedVariableIsABound) { // x1 = 4 fixed: x0 + 2 x1 >= 10 is x0 >= 2
  HandWrittenProblem problem{[](P x) { return square(x[0]) + x[1]; },
                             {0, 0},
                             {linear({1, 2}, 10, infinite, 0)},
                             {-infinite, 4},
                             {infinite, 4}};
  Result result = expectSame(problem);
  EXPECT_NEAR(result.x[0], 2, 1e-8);
  EXPECT_NEAR(result.dual[0], 4, 1e-6);
  EXPECT_NEAR(result.reduced_cost[1], 1 - 2 * 4, 1e-6);
}

/// Convex quadratic programs with general rows, rows in one variable, and equations that fix variables.
TEST(Presolve, RandomProblems) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> unit(-1, 1);
    constexpr size_t n = 6;
    std::vector<double> inside(n), target(n);
    for (size_t j = 0; j < n; ++j)
      inside[j] = unit(random), target[j] = 4 * unit(random);
    HandWrittenProblem problem{[target](P x) {
                                 Taylor f = 0;
                                 for (size_t j = 0; j < n; ++j)
                                   f = f + square(x[j] - target[j]) * (1 + double(j));
                                 return f;
                               },
                               std::vector<double>(n, 0)};
    auto add = [&](std::vector<double> slopes, double below, double above) {
      double offset = unit(random), value = offset;
      for (size_t j = 0; j < n; ++j)
        value += slopes[j] * inside[j];
      problem.rows.push_back(linear(slopes, value - below, value + above, offset));
    };
    for (int k = 0; k < 8; ++k) {
      std::vector<double> slopes(n, 0);
      slopes[random() % n] = 3 * unit(random);
      bool isEquation = k == 7;
      add(slopes,
          isEquation     ? 0
          : random() % 2 ? infinite
                         : 0.2 + std::abs(unit(random)),
          isEquation ? 0 : 0.2 + std::abs(unit(random)));
    }
    for (int k = 0; k < 2; ++k) {
      std::vector<double> slopes(n);
      for (double &slope : slopes)
        slope = unit(random);
      add(slopes, 0.3, 0.3);
    }
    std::shuffle(problem.rows.begin(), problem.rows.end(), random);
    expectSame(problem);
  }
}

TEST(Presolve, BoundsThatOnlyRoundingKeepsApartFixTheVariable) { // 0.9/3 is above 0.3
  HandWrittenProblem problem{
      [](P x) { return x[0] * x[1]; }, {0, 1}, {linear({3, 0}, 0.9, infinite, 0)}, {0, 1}, {0.3, 2}};
  Result result = problem.solve();
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_EQ(result.x[0], 0.3);
  EXPECT_NEAR(result.objective, 0.3, 1e-8);
}

TEST(Presolve, WarmStartsAreThoseOfTheProblem) { // the same as of the problem with bounds in place of rows
  HandWrittenProblem rows = textbook(), bounds = textbook();
  bounds.rows.erase(bounds.rows.begin(), bounds.rows.begin() + 2);
  bounds.upper = {4, 6};
  auto solveNear = [](HandWrittenProblem &problem, const Result &cold) {
    WarmStart warm{cold.x, cold.dual, cold.reduced_cost};
    problem.rows.back().upper += 0.5;
    return problem.solve({}, {}, nullptr, &warm);
  };
  Result a = solveNear(rows, rows.solve()), b = solveNear(bounds, bounds.solve());
  EXPECT_EQ(a.status, Status::optimal);
  EXPECT_EQ(a.iterations, b.iterations);
  EXPECT_LT(a.iterations, rows.solve().iterations);
  for (size_t j = 0; j < 2; ++j)
    EXPECT_NEAR(a.x[j], b.x[j], 1e-12);
}

// ---- rows that are decided
// ---------------------------------------------------------------------------------

TEST(Presolve, RowsWithoutEntriesHoldOrDoNot) {
  HandWrittenProblem problem = textbook();
  problem.rows.push_back(linear({0, 0}, 2, 4, 3));
  Result result = expectSame(problem);
  EXPECT_EQ(result.c[3], 3);
  EXPECT_EQ(result.dual[3], 0);
  problem.rows.back() = linear({0, 0}, 5, 6, 3);
  result = problem.solve();
  EXPECT_EQ(result.status, Status::infeasible);
  EXPECT_EQ(result.reason, "row 4 has no free variable and the value 3, its lower bound is 5");
}

TEST(Presolve, NonlinearRowsInFixedVariablesHoldOrDoNot) {
  HandWrittenProblem problem{
      [](P x) { return square(x[0]); }, {3}, {{[](P x) { return exp(x[0]); }, -infinite, 20}}, {2}, {2}};
  EXPECT_EQ(problem.solve().status, Status::optimal); // e^2 = 7.389
  problem.rows[0].upper = 7;
  EXPECT_EQ(problem.solve().reason,
            "row 1 has no free variable and the value 7.3890561, its upper bound is 7");
}

TEST(Presolve, BoundsThatCrossNameBothSides) {
  HandWrittenProblem problem{
      [](P x) { return x[0]; }, {0}, {linear({1}, 5, infinite, 0), linear({-2}, -8, infinite, 0)}};
  Result result = problem.solve();
  EXPECT_EQ(result.status, Status::infeasible);
  EXPECT_EQ(result.reason, "row 2 needs variable 1 <= 4, row 1 needs variable 1 >= 5");
  problem.rows.pop_back();
  problem.upper = {4};
  EXPECT_EQ(problem.solve().reason, "row 1 needs variable 1 >= 5, the upper bound of variable 1 is 4");
  problem.build();
  problem.table.name = [](const costate_instance *, int isRow, int64_t number, char *text, int64_t size) {
    return std::snprintf(text, size_t(size), "`%s[%d]`", isRow ? "demand" : "flow", int(number) + 7), 0;
  };
  EXPECT_EQ(solve(problem.table, problem.instance(), nullptr, InteriorPointOptions{}, {}).reason,
            "`demand[7]` needs `flow[7]` >= 5, the upper bound of `flow[7]` is 4");
  InteriorPointOptions options;
  options.presolve = false;
  EXPECT_EQ(problem.solve(options).status, Status::infeasible);
}

} // namespace
} // namespace costate::rt
