// How first-order methods end, and which point they return.
#include "tests/runtime/FirstOrderProblems.h"

namespace costate::rt {
namespace {

TEST(FirstOrderEnd, TheBestPointIsReturned) {
  // Momentum of 0.99 overshoots: the last of 20 points is not the best.
  MomentumOptions options = steps<MomentumOptions>(20, 0.2);
  options.beta = 0.99;
  std::vector<double> objectives;
  HandWrittenProblem problem = bowl();
  Result result = problem.solve(options, [&](const IterationRow &row) {
    objectives.push_back(row.objective);
    return true;
  });
  auto least = std::min_element(objectives.begin(), objectives.end());
  EXPECT_NE(least, objectives.end() - 1);
  EXPECT_EQ(result.objective, *least);
  EXPECT_TRUE(contains(result.reason,
                       "the best objective is that after step " + std::to_string(least - objectives.begin())))
      << result.reason;
}

TEST(FirstOrderEnd, PatienceEnds) {
  LionOptions options = steps<LionOptions>(0, 0.02); // steps that do not shrink go to and fro
  options.patience = 200;
  Result result = bowl().solve(options);
  EXPECT_EQ(result.status, Status::completed);
  EXPECT_TRUE(contains(result.reason, "200 measurements without an objective below")) << result.reason;
  EXPECT_NEAR(result.objective, -0.5 * (b1 * b1 / a1 + b2 * b2 / a2), 0.05);
  SgdOptions slow = steps<SgdOptions>(0, 1e-5);
  slow.patience = 3, slow.min_change = 1;
  EXPECT_LE(bowl().solve(slow).iterations, 3);
}

TEST(FirstOrderEnd, WhereTheCallerWishes) {
  SgdOptions options = steps<SgdOptions>(100, 0.1);
  options.goesOn = [](const double *, int step) { return step < 5; };
  Result result = bowl().solve(options);
  EXPECT_EQ(result.status, Status::completed);
  EXPECT_EQ(result.iterations, 5);
  EXPECT_TRUE(contains(result.reason, "stopped by its caller after 5 steps")) << result.reason;
}

/// From (3, 2) the bowl's minimum is (1, -1/2); the monitor is least at x = 2.
template <class Options> Options watched(Options options) {
  options.monitor = {"distance", [](const double *x) { return std::abs(x[0] - 2); }};
  return options;
}

TEST(FirstOrderEnd, TheMonitorSaysWhatIsBest) {
  // x_k - 1 = 2 * 0.9^k is nearest to 1 at k = 7: 0.9566, 0.8609 after it.
  SgdOptions options = watched(steps<SgdOptions>(0, 0.1));
  options.patience = 4;
  std::vector<double> seen;
  Result result =
      bowl().solve(options, [&](const IterationRow &row) { return seen.push_back(row.monitor), true; });
  EXPECT_EQ(result.status, Status::completed);
  EXPECT_NEAR(result.x[0], 1 + 2 * std::pow(0.9, 7), 1e-14);
  EXPECT_EQ(result.iterations, 11);
  EXPECT_TRUE(contains(result.reason, "4 measurements without `distance` below 0.0434")) << result.reason;
  EXPECT_TRUE(contains(result.reason, "the best `distance` is that after step 7")) << result.reason;
  ASSERT_EQ(seen.size(), 12u);
  EXPECT_NEAR(seen[2], 2 * 0.81 - 1, 1e-14);
}

TEST(FirstOrderEnd, AMinimumIsNotTheBestOfAMonitor) {
  Result result = bowl().solve(watched(steps<SgdOptions>(0, 0.1)));
  EXPECT_EQ(result.status, Status::completed) << "the objective's minimum is reached";
  EXPECT_TRUE(contains(result.reason, "the best `distance` is that after step 7")) << result.reason;
  EXPECT_NEAR(result.x[0], 1 + 2 * std::pow(0.9, 7), 1e-14);
  SgdOptions agrees = steps<SgdOptions>(0, 0.1);
  agrees.monitor = {"distance", [](const double *x) { return std::abs(x[0] - 1); }};
  EXPECT_EQ(bowl().solve(agrees).status, Status::optimal);
}

TEST(FirstOrderEnd, AMonitorThatIsNotFinite) {
  SgdOptions options = steps<SgdOptions>(0, 0.1);
  options.monitor = {"root", [](const double *x) { return std::sqrt(x[0] - 2); }};
  Result result = bowl().solve(options);
  EXPECT_EQ(result.status, Status::evaluation_error);
  EXPECT_TRUE(contains(result.reason, "`root` is not a number after 7 steps")) << result.reason;
}

TEST(FirstOrderEnd, EveryStatus) {
  HandWrittenProblem problem = bowl();
  SgdOptions options = steps<SgdOptions>(0, 0.1);
  EXPECT_EQ(problem.solve(options).status, Status::optimal);
  options.max_iter = 3;
  Result result = problem.solve(options);
  EXPECT_EQ(result.status, Status::iteration_limit);
  EXPECT_EQ(result.iterations, 3);
  options = steps<SgdOptions>(0, 10);
  result = problem.solve(options);
  EXPECT_EQ(result.status, Status::stalled);
  EXPECT_TRUE(contains(result.reason, "the rate 10 is too large")) << result.reason;
  EXPECT_EQ(result.x, (std::vector<double>{3, 2})); // the best
  options = steps<SgdOptions>(0, 0.1);
  options.time_limit = 0;
  EXPECT_EQ(problem.solve(options).status, Status::time_limit);
  options = steps<SgdOptions>(0, 1);
  HandWrittenProblem falling([](P x) { return -1 * square(x[0]) - x[0]; }, {1});
  EXPECT_EQ(falling.solve(options).status, Status::unbounded);
  HandWrittenProblem ends([](P x) { return square(x[0]) - log(x[0]); }, {1});
  result = ends.solve(steps<SgdOptions>(0, 5));
  EXPECT_EQ(result.status, Status::evaluation_error);
  EXPECT_TRUE(contains(result.reason, "a smaller rate may help")) << result.reason;
  EXPECT_EQ(result.x, std::vector<double>{1});
  HandWrittenProblem crossed([](P x) { return x[0]; }, {0}, {}, {1}, {0});
  EXPECT_EQ(crossed.solve(options).status, Status::infeasible);
  costate_host host{};
  int cancel = 1;
  host.cancel = &cancel;
  EXPECT_EQ(problem.solve(options, {}, &host).status, Status::interrupted);
}

TEST(FirstOrderEnd, RefusedOptions) {
  auto reason = [](auto change, bool inBatches = false) {
    GradientDescentOptions options;
    change(options);
    Ridge ridge;
    Result result = inBatches ? ridge.solveInBatches(options) : ridge.solve(options);
    EXPECT_EQ(result.status, Status::not_run);
    return result.reason;
  };
  using O = GradientDescentOptions;
  EXPECT_TRUE(contains(reason([](O &o) { o.batch = 8, o.rate = 0.1; }), "not known as a sum over a set"));
  EXPECT_TRUE(contains(reason([](O &o) { o.batch = 8; }, true), "with batches it needs a `rate`"));
  EXPECT_TRUE(contains(reason([](O &o) { o.warmup = 8; }), "a schedule needs a `rate`"));
  EXPECT_TRUE(contains(reason([](O &o) { o.resume = true; }), "`resume` needs the file"));
  EXPECT_TRUE(contains(reason([](O &o) { o.every = 3; }), "`every` needs the file"));
}

TEST(Options, FilesAreTexts) {
  const SolverRow &adam = *solverNamed("adam");
  EXPECT_EQ(adam.checkFile("checkpoint", "run.state"), "");
  EXPECT_TRUE(
      contains(adam.checkFile("tol", "x"), "option `tol` is \"x\", expected a number without quotes"));
  EXPECT_TRUE(contains(adam.checkFile("schedule", "linear"), "expected constant or linear"));
  EXPECT_TRUE(contains(adam.check("checkpoint", 3), "option `checkpoint` is 3, expected a file name"));
  double unused = 0;
  EXPECT_TRUE(contains(adam.check("checkpoint", "run", unused), "expected a file name in quotes"));
  EXPECT_TRUE(contains(adam.check("beta", 0.1), "`adam` has no option `beta`"));
  EXPECT_TRUE(contains(adam.help(), "checkpoint       none"));
  EXPECT_TRUE(adam.takesFile("checkpoint"));
  EXPECT_FALSE(adam.takesFile("tol"));
}

} // namespace
} // namespace costate::rt
