// What all first-order methods find: minima, also in batches, within bounds and on a simplex.
#include "tests/runtime/FirstOrderProblems.h"

#include <filesystem>
#include <numeric>

namespace costate::rt {
namespace {

template <class Options> class FirstOrder : public testing::Test {};
TYPED_TEST_SUITE(FirstOrder, AllMethods);

TYPED_TEST(FirstOrder, FindTheNormalEquations) {
  Ridge ridge;
  Result result = ridge.solve(tuned<TypeParam>());
  EXPECT_TRUE(result.status == Status::optimal || result.status == Status::completed) << result.reason;
  Eigen::VectorXd w = Ridge::solution();
  for (int j = 0; j < Ridge::n; ++j)
    EXPECT_NEAR(result.x[size_t(j)], w[j], 1e-5) << j;
}

TYPED_TEST(FirstOrder, FindThemInBatches) {
  Ridge ridge;
  TypeParam options = tuned<TypeParam>();
  if (options.rate == 0)
    options.rate = 0.05;
  options.steps = 0, options.epochs = 300, options.batch = 16;
  options.schedule = Schedule::exponential, options.drop = 1e-4;
  Result result = ridge.solveInBatches(options);
  EXPECT_EQ(result.status, Status::completed) << result.reason;
  Eigen::VectorXd w = Ridge::solution();
  double nearest = 5e-3; // noise of the last steps
  for (int j = 0; j < Ridge::n; ++j)
    EXPECT_NEAR(result.x[size_t(j)], w[j], nearest) << j;
}

TYPED_TEST(FirstOrder, StayInsideBounds) {
  // min (x-3)^2 + (y+1)^2 + xy/2, 0 <= x <= 2, y >= 0: at (2, 0) the gradient is (-2, 3).
  HandWrittenProblem problem([](P x) { return square(x[0] - 3) + square(x[1] + 1) + 0.5 * x[0] * x[1]; },
                             {1, 5}, {}, {0, 0}, {2, infinite});
  problem.watch = [](const double *x) {
    EXPECT_TRUE(x[0] >= 0 && x[0] <= 2 && x[1] >= 0) << x[0] << ' ' << x[1];
    return int(COSTATE_OK);
  };
  Result result = problem.solve(tuned<TypeParam>());
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_EQ(result.x, (std::vector<double>{2, 0}));
  EXPECT_NEAR(result.reduced_cost[0], -2, 1e-8);
  EXPECT_NEAR(result.reduced_cost[1], 3, 1e-8);
}

TYPED_TEST(FirstOrder, StayOnASimplex) {
  // min |x - p|^2 / 2 over the simplex: x = max(p - tau, 0) with tau = (0.9 + 0.6 - 1) / 2 = 0.25.
  const std::vector<double> p{0.9, 0.6, 0.1, -0.4};
  auto distance = [&](P x) {
    Taylor sum = 0;
    for (size_t j = 0; j < 4; ++j)
      sum = sum + 0.5 * square(x[j] - p[j]);
    return sum;
  };
  HandWrittenProblem problem(distance, {0, 0, 0, 5}, {HandWrittenProblem::linear({1, 1, 1, 1}, 1, 1)},
                             std::vector<double>(4, 0));
  Result result = problem.solve(tuned<TypeParam>());
  if (TypeParam{}.method == UpdateMethod::lion) {
    EXPECT_TRUE(contains(result.reason, "`lion` solves problems with bounds only")) << result.reason;
    return;
  }
  EXPECT_TRUE(result.status == Status::optimal || result.status == Status::completed) << result.reason;
  const std::vector<double> x{0.65, 0.35, 0, 0};
  for (size_t j = 0; j < 4; ++j)
    EXPECT_NEAR(result.x[j], x[j], 1e-4) << j;
  EXPECT_NEAR(std::accumulate(result.x.begin(), result.x.end(), 0.0), 1, 1e-12);
  EXPECT_NEAR(result.dual[0], -0.25, 1e-4); // d/dc of |x - p|^2/2 with the sum c
  EXPECT_NEAR(result.reduced_cost[2], -0.1 + 0.25, 1e-4);
  EXPECT_NEAR(result.reduced_cost[3], 0.4 + 0.25, 1e-4);
}

TYPED_TEST(FirstOrder, GoOnWithTheSameBits) {
  std::string path = testing::TempDir() + "first-order-" + std::to_string(int(TypeParam{}.method)) + ".state";
  for (bool inBatches : {false, true}) {
    Ridge ridge;
    HandWrittenProblem valley(rosenbrock, {-1.2, 1});
    TypeParam options;
    options.steps = 61, options.patience = 40;
    if (inBatches)
      options.batch = 16, options.rate = 0.05;
    else if (options.rate > 0)
      options.rate = 1e-3;
    options.schedule = options.rate > 0 ? Schedule::cosine : Schedule::constant;
    auto solve = [&](const TypeParam &o, const Observer &observer = {}) {
      return inBatches ? ridge.solveInBatches(o, observer) : valley.solve(o, observer);
    };
    Result straight = solve(options);
    options.checkpoint.path = path, options.every = 7;
    for (int stop : {14, 31, 45}) {
      Result part = solve(options, [&](const IterationRow &row) { return row.iteration < stop; });
      EXPECT_EQ(part.status, Status::interrupted);
      options.resume = true;
    }
    Result rest = solve(options);
    EXPECT_EQ(rest.status, straight.status) << rest.reason;
    EXPECT_EQ(rest.reason, straight.reason);
    EXPECT_EQ(rest.iterations, straight.iterations);
    EXPECT_EQ(rest.x, straight.x);
    EXPECT_EQ(rest.objective, straight.objective);
  }
  std::filesystem::remove(path);
}

TEST(FirstOrderSearch, DescendsAValley) {
  HandWrittenProblem valley([](P x) { return 100 * square(x[1] - square(x[0])) + square(1 - x[0]); },
                            {-1.2, 1});
  Result result = valley.solve(GradientDescentOptions{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(result.x[0], 1, 1e-4);
  EXPECT_LE(result.iterations, 300); // spectral steps; steepest descent takes tens of thousands
  EXPECT_LE(result.value_evaluations, 2 * result.iterations);
  result = valley.solve(NesterovOptions{});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(result.x[0], 1, 1e-4);
  EXPECT_LE(result.iterations, 5000);
}

TEST(FirstOrderSearch, RestartsKeepTheLinearRate) {
  // Condition number 1e4: gradient steps need its multiple, accelerated ones its root's.
  HandWrittenProblem flat([](P x) { return 0.5 * square(x[0]) + 0.5e-4 * square(x[1]); }, {1, 1});
  NesterovOptions options = steps<NesterovOptions>(0, 1);
  options.tol = 1e-9, options.max_iter = 1500;
  EXPECT_EQ(flat.solve(options).status, Status::optimal);
  options.restart = Restart::value;
  EXPECT_EQ(flat.solve(options).status, Status::optimal);
  options.restart = Restart::none;
  EXPECT_EQ(flat.solve(options).status, Status::iteration_limit);
  SgdOptions slow = steps<SgdOptions>(0, 1);
  slow.tol = 1e-9, slow.max_iter = 1500;
  EXPECT_EQ(flat.solve(slow).status, Status::iteration_limit);
}

TEST(FirstOrderSearch, DecayIsPartOfTheSlope) {
  // min (x - 1)^2/2 + 3/2 x^2 without its own term: x = 1/4, where the projected gradient of the first part
  // is not 0.
  HandWrittenProblem problem([](P x) { return 0.5 * square(x[0] - 1); }, {5});
  for (bool isNesterov : {false, true}) {
    GradientDescentOptions descent;
    NesterovOptions accelerated;
    descent.decay = accelerated.decay = 3;
    descent.steps = accelerated.steps = 200;
    std::vector<double> last;
    descent.goesOn = accelerated.goesOn = [&](const double *x, int) { return last = {x[0]}, true; };
    Result result = isNesterov ? problem.solve(accelerated) : problem.solve(descent);
    EXPECT_NEAR(last[0], 0.25, 1e-6) << result.reason;
  }
}

} // namespace
} // namespace costate::rt
