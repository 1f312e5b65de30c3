// Linear rows that share no variable, and absolute values as rows.
#include "runtime/solvers/DisjointRows.h"
#include "tests/runtime/FirstOrderProblems.h"

namespace costate::rt {
namespace {

template <class Options> class AbsoluteValues : public testing::Test {};
TYPED_TEST_SUITE(AbsoluteValues, AllMethods);

TEST(DisjointRows, NearestPoints) {
  // Against the definition: (z - P z)'(y - P z) <= 0 for points y of the set.
  LinearRow row{0, {0, 1, 2, 3}, {1, -2, 0.5, 1}, 0.3, 1.2};
  Vector lower(4), upper(4);
  lower << -1, 0, -infinite, 0.1;
  upper << 1, 2, 3, infinite;
  std::vector<Vector> members;
  uint32_t state = 7;
  auto next = [&] { return double((state = state * 1664525 + 1013904223) >> 8) / double(1 << 24) * 8 - 4; };
  auto draw = [&] {
    Vector z(4);
    for (double &entry : z)
      entry = next();
    return z;
  };
  for (int k = 0; k < 300; ++k) {
    Vector y = draw().cwiseMax(lower).cwiseMin(upper);
    if (row.value(y) >= row.low && row.value(y) <= row.high)
      members.push_back(y);
  }
  ASSERT_GT(members.size(), 20u);
  for (int k = 0; k < 200; ++k) {
    Vector z = draw(), p = z;
    row.project(p, lower, upper);
    EXPECT_TRUE((p.array() >= lower.array()).all() && (p.array() <= upper.array()).all());
    EXPECT_GE(row.value(p), row.low - 1e-12);
    EXPECT_LE(row.value(p), row.high + 1e-12);
    for (const Vector &y : members)
      ASSERT_LE((z - p).dot(y - p), 1e-10);
  }
}

/// t_j >= |x_j - c_j| as rows; the variables are x, then t.
std::vector<HandWrittenProblem::Row> absolutes(const std::vector<double> &c) {
  std::vector<HandWrittenProblem::Row> rows;
  size_t n = c.size();
  for (size_t j = 0; j < n; ++j) {
    std::vector<double> above(2 * n), below(2 * n);
    above[n + j] = 1, above[j] = -1;
    below[n + j] = -2, below[j] = -2; // the same, turned and doubled
    rows.push_back(HandWrittenProblem::linear(above, -c[j], infinite));
    rows.push_back(HandWrittenProblem::linear(below, -infinite, -2 * c[j]));
  }
  return rows;
}

TYPED_TEST(AbsoluteValues, AreTakenAsTheyAre) {
  // min |x - p|^2 / 2 + w |x - c|_1: x = c + sign(p - c) max(|p - c| - w, 0), but for the bound x_2 <= 0.5.
  constexpr double w = 0.4;
  const std::vector<double> p{2, 0.3, 3, -1}, c{0, 0.1, 0, 1};
  auto objective = [&](P x) {
    Taylor sum = 0;
    for (size_t j = 0; j < 4; ++j)
      sum = sum + 0.5 * square(x[j] - p[j]) + w * x[4 + j];
    return sum;
  };
  std::vector<double> upper(8, infinite);
  upper[2] = 0.5;
  HandWrittenProblem problem(objective, {0, 3, 0, 0, 5, 0, 0, 0}, absolutes(c), {}, upper);
  problem.firstLinear = 4;
  Result result = problem.solve(tuned<TypeParam>());
  if (TypeParam{}.method == UpdateMethod::lion) {
    EXPECT_EQ(result.status, Status::not_run);
    return;
  }
  EXPECT_TRUE(result.status == Status::optimal || result.status == Status::completed) << result.reason;
  const std::vector<double> x{1.6, 0.1, 0.5, -0.6};
  double least = 0;
  for (size_t j = 0; j < 4; ++j) {
    EXPECT_NEAR(result.x[j], x[j], 1e-5) << j;
    EXPECT_EQ(result.x[4 + j], std::abs(result.x[j] - c[j])) << j;
    least += 0.5 * (x[j] - p[j]) * (x[j] - p[j]) + w * std::abs(x[j] - c[j]);
  }
  EXPECT_EQ(result.x[1], 0.1); // exactly
  EXPECT_NEAR(result.objective, least, 1e-9);
  // Above c the first row has the whole price; at c, slope p - c is the difference of the rows' prices.
  EXPECT_NEAR(result.dual[0], w, 1e-5);
  EXPECT_NEAR(result.dual[1], 0, 1e-5);
  EXPECT_NEAR(result.dual[2], (w + 0.2) / 2, 1e-5);
  EXPECT_NEAR(result.dual[3], -(w - 0.2) / 2 / 2, 1e-5);
  EXPECT_NEAR(result.dual[7], -w / 2, 1e-5);
  EXPECT_NEAR(result.reduced_cost[2], 0.5 - 3 + w, 1e-5);
  EXPECT_LE(result.dual_infeasibility, 1e-4);
}

TEST(Kinks, SlopesMayDiffer) {
  // t >= 2 x - 1 and t >= -x / 2 + 4, price 3: the sides meet at x = 2, t = 3; nearest to x = 4: slope -1 of
  // (x - 4)^2 / 4 there is between -6 and 1.5.
  using H = HandWrittenProblem;
  HandWrittenProblem problem([](P x) { return 0.25 * square(x[0] - 4) + 3 * x[1]; }, {9, 0},
                             {H::linear({-2, 1}, -1, infinite), H::linear({0.5, 1}, 4, infinite)});
  problem.firstLinear = 1;
  Result result = problem.solve(GradientDescentOptions{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_EQ(result.x, (std::vector<double>{2, 3}));
  // 3 = d1 + d2 and -1 = -2 d1 + d2 / 2.
  EXPECT_NEAR(result.dual[0], 1, 1e-9);
  EXPECT_NEAR(result.dual[1], 2, 1e-9);
}

TEST(Kinks, WhatIsRefused) {
  auto solve = [](Function objective, double lower = -infinite, size_t firstLinear = 1) {
    HandWrittenProblem problem(objective, {1, 1}, absolutes({0}), {-infinite, lower});
    problem.firstLinear = firstLinear;
    return problem.solve(NesterovOptions{});
  };
  Result result = solve([](P x) { return square(x[0] - 1) - x[1]; });
  EXPECT_EQ(result.status, Status::unbounded);
  EXPECT_TRUE(contains(result.reason, "falls for ever along variable 2")) << result.reason;
  auto sum = [](P x) { return square(x[0] - 1) + x[1]; };
  EXPECT_EQ(solve(sum, 0).status, Status::optimal); // a bound that says nothing
  EXPECT_EQ(solve(sum, 0.1).status, Status::not_run);
  result = solve([](P x) { return square(x[0] - 1) + square(x[1]); }, -infinite, 2);
  EXPECT_EQ(result.status, Status::not_run);
  EXPECT_TRUE(contains(result.reason, "row 2 shares variable 1 with row 1")) << result.reason;
}

TEST(DisjointRows, WhatIsRefused) {
  auto sum = [](P x) { return square(x[0]) + square(x[1] - 1) + square(x[2]); };
  using H = HandWrittenProblem;
  HandWrittenProblem problem(sum, {0, 0, 0}, {H::linear({1, 1, 0}, 1, 1), H::linear({0, 1, 1}, 1, 1)},
                             {0, 0, 0});
  Result result = problem.solve(AdamOptions{});
  EXPECT_EQ(result.status, Status::not_run);
  EXPECT_TRUE(contains(result.reason, "row 2 shares variable 2 with row 1")) << result.reason;
  problem.rows = {{[](P x) { return square(x[0]); }, 0, 1}};
  result = problem.solve(AdamOptions{});
  EXPECT_EQ(result.status, Status::not_run);
  EXPECT_TRUE(contains(result.reason, "row 1 is a nonlinear constraint")) << result.reason;
  problem.rows = {H::linear({1, 1, 0}, 5, 5)};
  problem.upper = {1, 2, infinite};
  result = problem.solve(AdamOptions{});
  EXPECT_EQ(result.status, Status::infeasible);
  EXPECT_TRUE(contains(result.reason, "row 1 needs 5, but within the bounds it is at most 3"))
      << result.reason;
}

TEST(DisjointRows, TwoOfThemAndAConstant) {
  // x0 + x1 + 1 == 3 and x2 - x3 <= -1, all >= 0: nearest to (3, 0, 1, 0): (2.5 -> 2, 0), (0, 1).
  auto distance = [](P x) { return square(x[0] - 3) + square(x[1]) + square(x[2] - 1) + square(x[3]); };
  HandWrittenProblem problem(distance, {0, 0, 0, 0},
                             {HandWrittenProblem::linear({1, 1, 0, 0}, 3, 3, 1),
                              HandWrittenProblem::linear({0, 0, 1, -1}, -infinite, -1)},
                             {0, 0, 0, 0});
  Result result = problem.solve(NesterovOptions{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  const std::vector<double> x{2, 0, 0, 1};
  for (size_t j = 0; j < 4; ++j)
    EXPECT_NEAR(result.x[j], x[j], 1e-6);
  EXPECT_NEAR(result.dual[0], -2, 1e-5); // 2 (x0 - 3)
  EXPECT_NEAR(result.dual[1], -2, 1e-5); // -2 x3 = dual * -1 * -1 ... d/du of x3^2 at x3 = -u
  EXPECT_LE(result.primal_infeasibility, 1e-12);
}

} // namespace
} // namespace costate::rt
