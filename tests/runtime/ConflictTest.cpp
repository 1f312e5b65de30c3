// Rows that contradict each other and rays, with multipliers that are checked by adding up.
#include "tests/runtime/HandWrittenProblem.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace costate::rt {
namespace {

using P = const Point &;
constexpr auto linear = &HandWrittenProblem::linear;

Result without(HandWrittenProblem &problem) {
  InteriorPointOptions options;
  options.presolve = false;
  return problem.solve(options);
}

/// Multipliers of rows, positive where the lower bound is in the way.
std::map<int64_t, double> ofRows(const Result &result) {
  std::map<int64_t, double> multipliers;
  for (const Conflict &conflict : result.conflicts)
    if (conflict.row >= 0)
      multipliers[conflict.row] = conflict.is_lower ? conflict.multiplier : -conflict.multiplier;
  return multipliers;
}

// ---- linear rows -----------------------------------------------------------------------------------------

// x + y >= 4 and x <= 1, y <= 2 as bounds: 4 <= 1 + 2 is false.
TEST(Conflict, OfARowWithBounds) {
  HandWrittenProblem problem{[](P x) { return x[0]; },
                             {0, 0},
                             {linear({1, 1}, 4, infinite, 0), linear({1, -1}, -9, 9, 0)},
                             {0, 0},
                             {1, 2}};
  Result result = problem.solve();
  ASSERT_EQ(result.status, Status::infeasible) << result.reason;
  ASSERT_EQ(result.conflicts.size(), 3u);
  EXPECT_EQ(result.conflicts[0].row, 0);
  EXPECT_TRUE(result.conflicts[0].is_lower);
  EXPECT_EQ(result.conflicts[0].bound, 4);
  EXPECT_NEAR(result.conflicts[0].violation, 1, 1e-6);
  for (size_t k : {1, 2}) {
    EXPECT_EQ(result.conflicts[k].row, -1);
    EXPECT_FALSE(result.conflicts[k].is_lower);
    EXPECT_NEAR(result.conflicts[k].multiplier, 1, 1e-6);
  }
  EXPECT_TRUE(result.is_irreducible);
  ASSERT_TRUE(result.contradiction);
  EXPECT_NEAR(result.contradiction->needed, 4, 1e-6);
  EXPECT_NEAR(result.contradiction->possible, 3, 1e-6);
}

// Rows in free variables, with an offset and a row that is twice another: (x + 1) + (y - z) - (x + y - z) = 1
// for every point, and the bounds want 3 + 0 - 1 = 2. Scaled by 1, 2 and 5 the multipliers are 1, 1/2, -1/5.
TEST(Conflict, MultipliersProveIt) {
  HandWrittenProblem problem{[](P x) { return x[0] + square(x[1]); },
                             {0, 0, 0},
                             {linear({1, 0, 0}, 3, infinite, 1), linear({0, 2, -2}, 0, infinite, 0),
                              linear({5, 5, -5}, -infinite, 5, 0), linear({1, 1, 1}, -90, 90, 0)}};
  Result result = without(problem);
  ASSERT_EQ(result.status, Status::infeasible) << result.reason;
  auto y = ofRows(result);
  ASSERT_EQ(y.size(), 3u);
  EXPECT_NEAR(y[1] / y[0], 0.5, 1e-6);
  EXPECT_NEAR(y[2] / y[0], -0.2, 1e-6);
  ASSERT_TRUE(result.contradiction); // offsets count on the side of the bounds: 3 - 1 + 0 - 1
  EXPECT_NEAR(result.contradiction->needed / y[0], 1, 1e-6);
  EXPECT_NEAR(result.contradiction->possible, 0, 1e-6);
}

// Two contradictions at once are not mixed: one of them is left.
TEST(Conflict, IsIrreducible) {
  HandWrittenProblem problem{[](P x) { return x[0]; },
                             {0, 0, 0, 0},
                             {linear({1, 1, 0, 0}, 4, infinite, 0), linear({1, 1, 0, 0}, -infinite, 2, 0),
                              linear({0, 0, 1, 1}, 7, infinite, 0), linear({0, 0, 2, 2}, -infinite, 6, 0)}};
  Result result = problem.solve();
  ASSERT_EQ(result.status, Status::infeasible) << result.reason;
  EXPECT_TRUE(result.is_irreducible);
  auto y = ofRows(result);
  EXPECT_EQ(y.size(), 2u);
  EXPECT_TRUE((y.count(0) && y.count(1)) || (y.count(2) && y.count(3)));
}

// A row without variables contradicts itself, whatever its gradient.
TEST(Conflict, OfAConstantRow) {
  HandWrittenProblem problem{
      [](P x) { return square(x[0]); }, {1}, {linear({0}, 5, infinite, 2), linear({1}, -1, 1, 0)}};
  Result result = without(problem);
  ASSERT_EQ(result.status, Status::infeasible) << result.reason;
  ASSERT_EQ(result.conflicts.size(), 1u);
  EXPECT_EQ(result.conflicts[0].row, 0);
  EXPECT_NEAR(result.conflicts[0].violation, 3, 1e-6);
}

/// Random rows  a_i'x >= b_i  whose sum with weights is  0 >= 1,  beside rows that hold at 0: the multipliers
/// found must add up to a contradiction, which is checked here with the problem's own numbers.
TEST(Conflict, RandomRowsAddUp) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> unit(-1, 1);
  for (int trial = 0; trial < 40; ++trial) {
    size_t n = 2 + size_t(trial % 5), guilty = n + 1;
    std::vector<std::vector<double>> a(guilty, std::vector<double>(n));
    std::vector<double> weight(guilty), b(guilty), last(n, 0);
    for (size_t i = 0; i + 1 < guilty; ++i) {
      weight[i] = 1.5 + unit(random), b[i] = 0.1 * unit(random);
      for (size_t j = 0; j < n; ++j)
        a[i][j] = unit(random), last[j] -= weight[i] * a[i][j];
    }
    a[n] = last, weight[n] = 1, b[n] = 1;
    for (size_t i = 0; i < n; ++i)
      b[n] -= weight[i] * b[i];
    HandWrittenProblem problem{[](P x) { return x[0]; }, std::vector<double>(n, 0.5)};
    for (int i = 0; i < 5; ++i) {
      std::vector<double> slopes(n);
      for (double &slope : slopes)
        slope = unit(random);
      problem.rows.push_back(linear(slopes, -2 + unit(random), 2 + unit(random), 0));
    }
    for (size_t i = 0; i < guilty; ++i)
      problem.rows.push_back(linear(a[i], b[i], infinite, 0));
    Result result = problem.solve();
    ASSERT_EQ(result.status, Status::infeasible) << trial << result.reason;
    ASSERT_TRUE(result.contradiction) << trial;
    std::vector<double> sum(n, 0);
    double needed = 0, size = 0;
    for (auto [row, y] : ofRows(result)) {
      const HandWrittenProblem::Row &r = problem.rows[size_t(row)];
      for (size_t j = 0; j < n; ++j)
        sum[j] += y * r.slopes[j];
      needed += y * (y > 0 ? r.lower : r.upper), size += std::abs(y);
    }
    for (double s : sum)
      EXPECT_NEAR(s, 0, 1e-6 * size) << trial;
    EXPECT_GT(needed, 1e-3) << trial;
    EXPECT_NEAR(needed, result.contradiction->needed, 1e-6 * size) << trial;
  }
}

// ---- nonlinear rows --------------------------------------------------------------------------------------

// The disk comes to 2.585786 = 4 - sqrt(2) of the plane at (1, 1)/sqrt(2), where grad plane is 1/sqrt(2) of
// grad disk.
TEST(Conflict, OfCurvedRowsIsStationary) {
  HandWrittenProblem problem{[](P x) { return x[0] + x[1]; },
                             {1, 1},
                             {{[](P x) { return square(x[0]) + square(x[1]); }, -infinite, 1},
                              linear({1, 1}, 4, infinite, 0),
                              linear({1, 0}, -50, 50, 0)}};
  Result result = problem.solve();
  ASSERT_EQ(result.status, Status::infeasible) << result.reason;
  ASSERT_EQ(result.conflicts.size(), 2u);
  EXPECT_EQ(result.conflicts[0].row, 1);
  EXPECT_NEAR(result.conflicts[0].violation, 4 - std::sqrt(2.0), 1e-5);
  EXPECT_EQ(result.conflicts[1].row, 0);
  EXPECT_NEAR(result.conflicts[1].multiplier, std::sqrt(0.5), 1e-4);
  EXPECT_FALSE(result.contradiction); // nothing is proved beyond the neighbourhood
}

TEST(Conflict, IsNotLookedForWithoutTheOption) {
  HandWrittenProblem problem{
      [](P x) { return x[0]; }, {0, 0}, {linear({1, 1}, 4, 4, 0), linear({1, 1}, 5, 5, 0)}};
  InteriorPointOptions options;
  options.explain = false;
  Result result = problem.solve(options);
  EXPECT_TRUE(result.conflicts.empty());
  EXPECT_EQ(result.diagnosis_seconds, 0);
}

// An objective that falls for ever keeps the iteration away from rows that contradict each other; the
// violation is seen to stay and minimized by itself.
TEST(Conflict, IsFoundWhereTheViolationStays) {
  HandWrittenProblem problem{
      [](P x) { return x[0]; },
      {0, 0, 0},
      {linear({2, 2, 0}, 8, infinite, 0), linear({0, 1, -1}, -infinite, 1, 0), linear({1, 0, 1}, 2, 2, 0)}};
  Result result = problem.solve();
  EXPECT_EQ(result.status, Status::infeasible) << result.reason;
  EXPECT_LT(result.iterations, 100);
  EXPECT_EQ(ofRows(result).size(), 3u);
}

TEST(Conflict, OfPresolve) { // 2 x >= 10 and x <= 3: the multiplier of x >= 5 is half of the row's
  HandWrittenProblem problem{[](P x) { return x[0]; }, {0}, {linear({-2}, -infinite, -10, 0)}, {0}, {3}};
  Result result = problem.solve();
  ASSERT_EQ(result.status, Status::infeasible);
  ASSERT_EQ(result.conflicts.size(), 2u);
  EXPECT_EQ(result.conflicts[0].row, 0);
  EXPECT_FALSE(result.conflicts[0].is_lower);
  EXPECT_EQ(result.conflicts[0].bound, -10);
  EXPECT_EQ(result.conflicts[0].value, -6);
  EXPECT_EQ(result.conflicts[0].violation, 4);
  EXPECT_EQ(result.conflicts[0].multiplier, 1);
  EXPECT_EQ(result.conflicts[1].variable, 0);
  EXPECT_EQ(result.conflicts[1].bound, 3);
  EXPECT_EQ(result.conflicts[1].multiplier, 2);
}

// ---- rays ------------------------------------------------------------------------------------------------

TEST(Ray, OfACurvedProblemIsNoProof) {
  HandWrittenProblem problem{
      [](P x) { return -1 * square(x[0]) + x[1]; }, {1, 0}, {linear({1, -1}, -3, 3, 0)}};
  Result result = problem.solve();
  ASSERT_EQ(result.status, Status::unbounded) << result.reason;
  ASSERT_EQ(result.ray.size(), 2u);
  EXPECT_EQ(std::abs(result.ray[0]), 1); // the row keeps the other beside it
  EXPECT_NEAR(result.ray[1], result.ray[0], 1e-6);
  EXPECT_LT(result.ray_slope, 0);
  EXPECT_FALSE(result.ray_is_proof);
}

TEST(Ray, IsEmptyElsewhere) {
  HandWrittenProblem problem{[](P x) { return square(x[0]); }, {1}};
  EXPECT_TRUE(problem.solve().ray.empty());
}

} // namespace
} // namespace costate::rt
