// Linear and convex quadratic problems: recognized, solved to 1e-9 and better, judged where they have no
// solution. Solutions by hand are derived beside the problem.
#include "runtime/solvers/Convexity.h"
#include "tests/runtime/HandWrittenProblem.h"

#include <gtest/gtest.h>

#include <array>

namespace costate::rt {
namespace {

using P = const Point &;
using Row = HandWrittenProblem::Row;

constexpr double sharp = 1e-9;

HandWrittenProblem quadratic(Function objective, std::vector<double> start, std::vector<Row> rows,
                             std::vector<double> lower = {}, std::vector<double> upper = {}) {
  HandWrittenProblem problem{std::move(objective), std::move(start), std::move(rows), std::move(lower),
                             std::move(upper)};
  problem.isQuadratic = true;
  return problem;
}

bool isClean(const Result &result) {
  return result.reason.find("the equations of the active set are solved") != std::string::npos;
}

void expectPoint(const Result &result, const std::vector<double> &x) {
  ASSERT_EQ(result.status, Status::optimal) << result.reason;
  for (size_t j = 0; j < x.size(); ++j)
    EXPECT_NEAR(result.x[j], x[j], sharp) << j;
}

TEST(ConvexQuadratic, LinearProgramWithAVertex) { // Hillier and Lieberman's Wyndor Glass: (2, 6), 36
  HandWrittenProblem problem = quadratic(
      [](P x) { return -3 * x[0] - 5 * x[1]; }, {0, 0},
      {HandWrittenProblem::linear({0, 2}, -infinite, 12), HandWrittenProblem::linear({3, 2}, -infinite, 18)},
      {0, 0}, {4, infinite});
  Result result = problem.solve();
  expectPoint(result, {2, 6});
  EXPECT_NEAR(result.objective, -36, sharp);
  EXPECT_NEAR(result.dual[0], -1.5, sharp);
  EXPECT_NEAR(result.dual[1], -1, sharp);
  EXPECT_TRUE(isClean(result)) << result.reason;
  EXPECT_LE(result.iterations, 10);
}

TEST(ConvexQuadratic, DegenerateLinearProgram) { // Beale's, on which simplex rules cycle: (0.04, 0, 1, 0)
  HandWrittenProblem problem =
      quadratic([](P x) { return -0.75 * x[0] + 150 * x[1] - 0.02 * x[2] + 6 * x[3]; }, {0, 0, 0, 0},
                {HandWrittenProblem::linear({0.25, -60, -0.04, 9}, -infinite, 0),
                 HandWrittenProblem::linear({0.5, -90, -0.02, 3}, -infinite, 0)},
                {0, 0, 0, 0}, {infinite, infinite, 1, infinite});
  Result result = problem.solve();
  expectPoint(result, {0.04, 0, 1, 0});
  EXPECT_NEAR(result.objective, -0.05, sharp);
}

TEST(ConvexQuadratic, LinearProgramWithAWholeFaceOfSolutions) {
  HandWrittenProblem problem = quadratic([](P x) { return x[0] + x[1]; }, {3, 0},
                                         {HandWrittenProblem::linear({1, 1}, 1, infinite)}, {0, 0});
  Result result = problem.solve();
  ASSERT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(result.objective, 1, sharp);
  EXPECT_NEAR(result.dual[0], 1, sharp);
}

/// The projection of (0.5, 0.9, -1) on the simplex: subtract (0.5 + 0.9 - 1)/2 = 0.2 from those that stay
/// positive.
TEST(ConvexQuadratic, ProjectionOnASimplex) {
  HandWrittenProblem problem =
      quadratic([](P x) { return 0.5 * (square(x[0] - 0.5) + square(x[1] - 0.9) + square(x[2] + 1)); },
                {1, 1, 1}, {HandWrittenProblem::linear({1, 1, 1}, 1, 1)}, {0, 0, 0});
  Result result = problem.solve();
  expectPoint(result, {0.3, 0.7, 0});
  EXPECT_NEAR(result.objective, 0.54, sharp);
  EXPECT_NEAR(result.dual[0], -0.2, sharp);        // x - a = dual + reduced cost
  EXPECT_NEAR(result.reduced_cost[2], 1.2, sharp); // 0 + 1 + 0.2
}

TEST(ConvexQuadratic, HockSchittkowski35) { // 1/9 at (4/3, 7/9, 4/9)
  HandWrittenProblem problem = quadratic(
      [](P x) {
        return 9 - 8 * x[0] - 6 * x[1] - 4 * x[2] + 2 * square(x[0]) + 2 * square(x[1]) + square(x[2]) +
               2 * x[0] * x[1] + 2 * x[0] * x[2];
      },
      {0.5, 0.5, 0.5}, {HandWrittenProblem::linear({1, 1, 2}, -infinite, 3)}, {0, 0, 0});
  Result result = problem.solve();
  expectPoint(result, {4.0 / 3, 7.0 / 9, 4.0 / 9});
  EXPECT_NEAR(result.objective, 1.0 / 9, sharp);
}

TEST(ConvexQuadratic, EquationsAloneAreOneStep) { // x = (0.5, 0.5) is nearest to 0 on x + y = 1
  HandWrittenProblem problem = quadratic([](P x) { return square(x[0]) + square(x[1]); }, {3, -7},
                                         {HandWrittenProblem::linear({1, 1}, 1, 1)});
  Result result = problem.solve();
  expectPoint(result, {0.5, 0.5});
  EXPECT_LE(result.iterations, 1);
}

TEST(ConvexQuadratic, DependentRowsAndFixedVariables) { // x3 = 2 is given; x1 + x2 = 3 twice: (1.5, 1.5, 2)
  HandWrittenProblem problem = quadratic(
      [](P x) { return square(x[0]) + square(x[1]) + x[2]; }, {0, 0, 2},
      {HandWrittenProblem::linear({1, 1, 1}, 5, 5), HandWrittenProblem::linear({-2, -2, -2}, -10, -10)},
      {-infinite, -infinite, 2}, {infinite, infinite, 2});
  Result result = problem.solve();
  expectPoint(result, {1.5, 1.5, 2});
  EXPECT_NEAR(result.objective, 6.5, sharp);
}

TEST(ConvexQuadratic, ConcaveProblemsGoTheUsualWay) { // -x^2 on [-1, 2] from 0.5: the end at 2
  HandWrittenProblem problem = quadratic([](P x) { return -square(x[0]); }, {0.5}, {}, {-1}, {2});
  Result result = problem.solve();
  ASSERT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_FALSE(isClean(result));
  EXPECT_NEAR(result.x[0], 2, 1e-6);
}

TEST(ConvexQuadratic, Infeasible) { // x + y >= 3 in the unit square
  HandWrittenProblem problem = quadratic([](P x) { return x[0] + square(x[1]); }, {0, 0},
                                         {HandWrittenProblem::linear({1, 1}, 3, infinite)}, {0, 0}, {1, 1});
  Result result = problem.solve();
  EXPECT_EQ(result.status, Status::infeasible) << result.reason;
  EXPECT_NEAR(result.primal_infeasibility, 1, 1e-8); // at (1, 1)
  EXPECT_LE(result.iterations, 30);
}

TEST(ConvexQuadratic, UnboundedAlongARay) { // along (1, 1): curvature 0, slope -1
  HandWrittenProblem problem = quadratic([](P x) { return square(x[0] - x[1]) - x[0]; }, {0, 0},
                                         {HandWrittenProblem::linear({1, 1}, 0, infinite)});
  Result result = problem.solve();
  EXPECT_EQ(result.status, Status::unbounded) << result.reason;
  EXPECT_LE(result.iterations, 30);
}

TEST(ConvexQuadratic, MultipliersWithoutBound) { // x + y = 1 and x + y <= 1: any multiplier of the second
  HandWrittenProblem problem = quadratic(
      [](P x) { return x[0] - x[1]; }, {5, 5},
      {HandWrittenProblem::linear({1, 1}, 1, 1), HandWrittenProblem::linear({1, 1}, -infinite, 1)}, {0, 0});
  Result result = problem.solve();
  expectPoint(result, {0, 1});
  EXPECT_NEAR(result.objective, -1, sharp);
}

TEST(Convexity, OfMatricesOfOrderTwo) { // by columns: (0, 0), (1, 0), (1, 1)
  const int64_t starts[] = {0, 2, 3};
  const int32_t rows[] = {0, 1, 1};
  ProblemShape shape;
  shape.n = 2, shape.hess_cols = starts, shape.hess_rows = rows;
  auto check = [&](double a, double b, double c) { return isConvex(shape, std::array{a, b, c}.data()); };
  EXPECT_TRUE(check(2, 1, 2)); // eigenvalues 1 and 3
  EXPECT_TRUE(check(1, 1, 1)); // 0 and 2
  EXPECT_TRUE(check(0, 0, 0));
  EXPECT_FALSE(check(1, 2, 1)); // -1 and 3
  EXPECT_FALSE(check(0, 1, 0)); // -1 and 1
}

} // namespace
} // namespace costate::rt
