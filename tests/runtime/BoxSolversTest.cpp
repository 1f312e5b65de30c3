// Solvers of problems with bounds: known minima, every status, definitions, saddles.
#include "runtime/solvers/LimitedMemory.h"
#include "runtime/solvers/WolfeSearch.h"
#include "tests/runtime/HandWrittenProblem.h"

#include <Eigen/LU>
#include <gtest/gtest.h>

#include <cmath>

namespace costate::rt {
namespace {

using P = const Point &;

bool contains(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

/// 0 at (1, ..., 1), its only minimum for n < 4.
Taylor rosenbrock(P x) {
  Taylor sum = 0.0;
  for (size_t i = 0; i + 1 < x.size(); ++i)
    sum = sum + 100 * square(x[i + 1] - square(x[i])) + square(1 - x[i]);
  return sum;
}

template <class Options> class BoxSolvers : public testing::Test {};
using AllOptions = testing::Types<LbfgsbOptions, NewtonOptions, NewtonCgOptions>;
TYPED_TEST_SUITE(BoxSolvers, AllOptions);

TYPED_TEST(BoxSolvers, FindTheMinimum) {
  HandWrittenProblem problem(rosenbrock, {-1.2, 1});
  Result result = problem.solve(TypeParam{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_TRUE(contains(result.reason, "projected gradient")) << result.reason;
  EXPECT_NEAR(result.x[0], 1, 1e-7);
  EXPECT_NEAR(result.x[1], 1, 1e-7);
  EXPECT_LE(result.iterations, 50);
}

TYPED_TEST(BoxSolvers, StayInsideBoundsAndPriceThem) {
  // min (x-3)^2 + (y+1)^2 + xy/2, 0 <= x <= 2, y >= 0: at (2, 0) the gradient is (-2, 3).
  HandWrittenProblem problem([](P x) { return square(x[0] - 3) + square(x[1] + 1) + 0.5 * x[0] * x[1]; },
                             {1, 5}, {}, {0, 0}, {2, infinite});
  problem.watch = [](const double *x) {
    EXPECT_TRUE(x[0] >= 0 && x[0] <= 2 && x[1] >= 0) << x[0] << ' ' << x[1];
    return int(COSTATE_OK);
  };
  Result result = problem.solve(TypeParam{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_EQ(result.x, (std::vector<double>{2, 0}));
  EXPECT_NEAR(result.reduced_cost[0], -2, 1e-8);
  EXPECT_NEAR(result.reduced_cost[1], 3, 1e-8);
}

TYPED_TEST(BoxSolvers, SolveABoundedQuadratic) {
  // min sum (x_i - x_(i-1))^2/2 - x_i/n^2, x_0 = x_(n+1) = 0, x <= 0.1: an obstacle. Off the obstacle the
  // second difference is -1/n^2, so with h = 1/n the string leaves 0.1 with slope 0: x(t) = a t - t^2/2, a^2
  // = 0.2.
  constexpr size_t n = 40;
  auto energy = [](P x) {
    Taylor sum = 0.5 * square(x[0]) + 0.5 * square(x[n - 1]);
    for (size_t i = 0; i < n; ++i) {
      sum = sum - x[i] * (1.0 / (n * n));
      if (i > 0)
        sum = sum + 0.5 * square(x[i] - x[i - 1]);
    }
    return sum;
  };
  HandWrittenProblem problem(energy, std::vector<double>(n, 0), {}, {}, std::vector<double>(n, 0.1));
  TypeParam options;
  options.tol = 1e-10; // the gradient is of order 1/n^2
  Result result = problem.solve(options);
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  for (size_t i = 0; i < 16; ++i) {
    double t = double(i + 1) / n;
    EXPECT_NEAR(result.x[i], std::sqrt(0.2) * t - t * t / 2, 5e-4) << i; // O(h^2), h = 1/40
  }
  EXPECT_EQ(result.x[n / 2], 0.1);
  EXPECT_LE(result.iterations, 150);
}

TYPED_TEST(BoxSolvers, DefinedVariablesAreFunctionsOfTheOthers) {
  // h = 2x - y + 1: min exp(h) + x^2 + y^2 has the dual exp(h) for h == ..., that of raising h by its row.
  HandWrittenProblem linear([](P x) { return exp(x[2]) + square(x[0]) + square(x[1]); }, {0.3, 0.1, 7},
                            {HandWrittenProblem::linear({-2, 1, 1}, 1, 1)});
  Result result = linear.solve(TypeParam{});
  ASSERT_EQ(result.status, Status::optimal) << result.reason;
  double h = 2 * result.x[0] - result.x[1] + 1;
  EXPECT_NEAR(result.x[2], h, 1e-12);
  EXPECT_NEAR(result.c[0], 1, 1e-12);
  // Stationary: 2x + 2 exp(h) = 0, 2y - exp(h) = 0.
  EXPECT_NEAR(result.x[0], -std::exp(h), 1e-7);
  EXPECT_NEAR(result.x[1], std::exp(h) / 2, 1e-7);
  EXPECT_NEAR(result.dual[0], std::exp(h), 1e-7);
}

TYPED_TEST(BoxSolvers, ConstraintsAreRefusedByName) {
  HandWrittenProblem problem(rosenbrock, {0, 0}, {HandWrittenProblem::linear({1, 1}, 0, 1)});
  Result result = problem.solve(TypeParam{});
  EXPECT_EQ(result.status, Status::not_run);
  EXPECT_TRUE(contains(result.reason, "row 1 is a constraint")) << result.reason;
  problem.rows = {HandWrittenProblem::linear({2, 0}, -infinite, 1)}; // a bound: x <= 1/2
  result = problem.solve(TypeParam{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(result.x[0], 0.5, 1e-12);
  EXPECT_NEAR(result.x[1], 0.25, 1e-8);
  EXPECT_NEAR(result.dual[0], -0.5, 1e-7); // df/dx = -2 (1 - x) = -1 at y = x^2, per 2x
}

TYPED_TEST(BoxSolvers, EveryStatus) {
  TypeParam options;
  options.max_iter = 3;
  HandWrittenProblem problem(rosenbrock, {-1.2, 1});
  EXPECT_EQ(problem.solve(options).status, Status::iteration_limit);
  EXPECT_EQ(problem.solve(TypeParam{}, [](const IterationRow &row) { return row.iteration < 2; }).status,
            Status::interrupted);
  options = {};
  options.time_limit = 0;
  EXPECT_EQ(problem.solve(options).status, Status::time_limit);
  HandWrittenProblem falling([](P x) { return -1 * square(x[0]) - x[0]; }, {1});
  EXPECT_EQ(falling.solve(TypeParam{}).status, Status::unbounded);
  HandWrittenProblem straight([](P x) { return -1 * x[0]; }, {0}, {}, {0});
  EXPECT_EQ(straight.solve(TypeParam{}).status, Status::unbounded);
  HandWrittenProblem nan([](P x) { return log(x[0]); }, {-1});
  EXPECT_EQ(nan.solve(TypeParam{}).status, Status::evaluation_error);
  HandWrittenProblem crossed(rosenbrock, {0, 0}, {}, {1, 0}, {0, 1});
  EXPECT_EQ(crossed.solve(TypeParam{}).status, Status::infeasible);
}

TYPED_TEST(BoxSolvers, PointsThatAreNotFiniteShortenTheStep) {
  // x - log(x) has its minimum 1 at 1; from 20 a Newton step leads below 0.
  HandWrittenProblem problem([](P x) { return x[0] - log(x[0]); }, {20});
  Result result = problem.solve(TypeParam{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(result.x[0], 1, 1e-7);
}

TYPED_TEST(BoxSolvers, AStartWhereFunctionsHaveNoValueMovesInside) {
  // x - log(x) and x >= 0, from 0.
  HandWrittenProblem problem([](P x) { return x[0] - log(x[0]); }, {0}, {}, {0});
  Result result = problem.solve(TypeParam{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(result.x[0], 1, 1e-7);
}

TYPED_TEST(BoxSolvers, ASteepStartDoesNotLoosenTheTolerance) {
  // (exp(x) - 1)^2 from 12, where its slope is 5e10: scaled by 1e-8, the slope 1 would pass for 1e-8.
  HandWrittenProblem problem([](P x) { return square(exp(x[0]) - 1); }, {12});
  Result result = problem.solve(TypeParam{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(result.x[0], 0, 1e-4); // slope 2 x <= 1e-4
}

TEST(Newton, ASlopeThatIsNotFiniteShortensTheStep) {
  // (x - 1)^2 - sqrt(x), x >= 0, from 2: 4 (x - 1) sqrt(x) = 1.
  HandWrittenProblem problem([](P x) { return square(x[0] - 1) - sqrt(x[0]); }, {2}, {}, {0});
  NewtonOptions options;
  options.radius = 10;
  Result result = problem.solve(options);
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(4 * (result.x[0] - 1) * std::sqrt(result.x[0]), 1, 1e-6);
}

TEST(Newton, StallsAtAKink) {
  // |x| - x_0/2 has no derivative at its minimum 0.
  HandWrittenProblem problem([](P x) { return sqrt(square(x[0]) + square(x[1])) - 0.5 * x[0]; }, {1, 1});
  Result result = problem.solve(NewtonOptions{});
  EXPECT_EQ(result.status, Status::stalled) << result.reason;
  EXPECT_NEAR(result.objective, 0, 1e-10);
  EXPECT_LE(result.iterations, 300);
}

TEST(Newton, LeavesASaddle) {
  // x^2 - y^2 + y^4/2: a saddle at 0 with gradient 0, minima -1/2 at (0, +-1).
  HandWrittenProblem problem([](P x) { return square(x[0]) - square(x[1]) + 0.5 * square(square(x[1])); },
                             {0, 0});
  Result result = problem.solve(NewtonOptions{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(std::abs(result.x[1]), 1, 1e-7);
  EXPECT_NEAR(result.objective, -0.5, 1e-12);
}

TEST(Newton, ConvergesQuadratically) {
  std::vector<double> errors; // the gradient is Lipschitz with a constant below 2500 around the minimum
  HandWrittenProblem problem(rosenbrock, {-1.2, 1});
  problem.solve(NewtonOptions{}, [&](const IterationRow &row) {
    errors.push_back(row.dual_infeasibility);
    return true;
  });
  size_t last = errors.size() - 1;
  ASSERT_GE(last, 4u);
  EXPECT_LE(errors[last], 100 * errors[last - 1] * errors[last - 1]);
  EXPECT_LE(errors.size(), 40u);
}

TEST(Newton, SolvesAConvexQuadraticInOneStep) {
  HandWrittenProblem problem([](P x) { return square(x[0] - 1) + 100 * square(x[0] + x[1]) + x[1]; }, {0, 0});
  NewtonOptions options;
  options.radius = 1e6;
  EXPECT_LE(problem.solve(options).iterations, 1);
}

TEST(NewtonCg, LeavesASaddle) {
  HandWrittenProblem problem([](P x) { return square(x[0]) - square(x[1]) + 0.5 * square(square(x[1])); },
                             {0, 0});
  Result result = problem.solve(NewtonCgOptions{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(std::abs(result.x[1]), 1, 1e-7);
  EXPECT_NEAR(result.objective, -0.5, 1e-12);
}

TEST(NewtonCg, NeedsProductsAlone) {
  HandWrittenProblem problem(rosenbrock, std::vector<double>(20, -1));
  Result byMatrix = problem.solve(NewtonCgOptions{});
  problem.hasProducts = true;
  Result byProducts = problem.solve(NewtonCgOptions{});
  EXPECT_EQ(byProducts.status, Status::optimal) << byProducts.reason;
  EXPECT_EQ(byProducts.iterations, byMatrix.iterations);
  for (size_t j = 0; j < 20; ++j)
    EXPECT_NEAR(byProducts.x[j], byMatrix.x[j], 1e-8);
  EXPECT_NEAR(byProducts.objective, 0, 1e-12);
  EXPECT_LE(byProducts.iterations, 80);
  EXPECT_GT(byProducts.second_evaluations, byProducts.iterations);
  EXPECT_EQ(byProducts.factorizations, 0);
}

TEST(NewtonCg, ProductsGoThroughDefinitions) {
  // As DefinedVariablesAreFunctionsOfTheOthers; without the curvature of exp(h) steps would not be Newton's.
  HandWrittenProblem problem([](P x) { return exp(x[2]) + square(x[0]) + square(x[1]); }, {0.3, 0.1, 7},
                             {HandWrittenProblem::linear({-2, 1, 1}, 1, 1)});
  problem.hasProducts = true;
  Result result = problem.solve(NewtonCgOptions{});
  ASSERT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(result.x[0], -std::exp(result.x[2]), 1e-8);
  EXPECT_LE(result.iterations, 12);
}

TEST(Lbfgsb, NeedsNoSecondDerivatives) {
  HandWrittenProblem problem(rosenbrock, {-1.2, 1, -1.2});
  problem.build();
  problem.table.second = nullptr;
  Result result = solve(problem.table, problem.instance(), nullptr, LbfgsbOptions{}, {});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_EQ(result.second_evaluations, 0);
}

TEST(LimitedMemory, IsTheBfgsMatrix) {
  // [NW06, eq. (6.19)] applied pair by pair to theta I gives the same matrix.
  Eigen::MatrixXd A(3, 3);
  A << 4, 1, 0, 1, 3, 1, 0, 1, 2;
  LimitedMemory memory(5);
  std::vector<Eigen::VectorXd> steps;
  for (int k = 0; k < 3; ++k) {
    Eigen::VectorXd s(3);
    s << 1 + k, std::cos(k), 0.5 * k - 1;
    steps.push_back(s);
    ASSERT_TRUE(memory.push(s, A * s));
  }
  Eigen::MatrixXd B = memory.theta * Eigen::MatrixXd::Identity(3, 3), W(3, 6);
  for (const Eigen::VectorXd &s : steps) {
    Eigen::VectorXd y = A * s, Bs = B * s;
    B += y * y.transpose() / y.dot(s) - Bs * Bs.transpose() / s.dot(Bs);
  }
  for (int j = 0; j < 3; ++j)
    W.row(j) = memory.row(j).transpose();
  Eigen::MatrixXd compact = memory.theta * Eigen::MatrixXd::Identity(3, 3) - W * memory.M() * W.transpose();
  EXPECT_LE((B - compact).norm(), 1e-12 * B.norm());
  EXPECT_FALSE(memory.push(steps[0], -steps[0])); // negative curvature
}

TEST(WolfeSearch, MeetsBothConditions) {
  // The function of [MT94, eq. (5.1)], beta = 2: -a/(a^2 + 2), minimum at sqrt(2).
  auto at = [](double a, LinePoint &p) {
    p.value = -a / (a * a + 2);
    p.slope = (a * a - 2) / ((a * a + 2) * (a * a + 2));
    return true;
  };
  LinePoint start;
  at(0, start);
  for (double first : {1e-3, 1e-1, 10.0, 1000.0}) {
    LinePoint found;
    int trials = 0;
    ASSERT_TRUE(wolfeSearch(at, start, first, 1e10, found, trials));
    EXPECT_LE(found.value, start.value + 1e-4 * found.alpha * start.slope);
    EXPECT_LE(std::abs(found.slope), 0.9 * std::abs(start.slope));
    EXPECT_LE(trials, 15);
  }
}

TEST(Solvers, EachRunsByName) {
  HandWrittenProblem problem([](P x) { return square(x[0] - 3); }, {0});
  problem.residuals = {[](P x) { return x[0] - 3; }};
  problem.build();
  for (const SolverRow &row : solvers()) {
    Settings settings{{"tol", 1e-10}};
    if (row.progress == Progress::steps) // with a rate at which steps of one length end, too
      settings = {{"rate", 0.5}, {"steps", 5000}, {"schedule", 3}, {"drop", 1e-9}, {"decay", 0}};
    Result result = row.run(row, problem.table, problem.instance(), nullptr, settings, {}, nullptr);
    EXPECT_TRUE(result.status == Status::optimal || result.status == Status::completed)
        << row.name << ": " << result.reason;
    EXPECT_NEAR(result.x[0], 3, row.progress == Progress::steps ? 1e-5 : 1e-8) << row.name;
    Result refused = row.run(row, problem.table, problem.instance(), nullptr, {{"tol", -1}}, {}, nullptr);
    EXPECT_EQ(refused.status, Status::not_run);
    EXPECT_TRUE(contains(refused.reason, "option `tol` is -1")) << refused.reason;
  }
}

} // namespace
} // namespace costate::rt
