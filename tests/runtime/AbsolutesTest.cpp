// Absolute values in the objective: soft thresholds, medians, conditions of optimality.
#include "tests/runtime/HandWrittenProblem.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace costate::rt;

namespace {

using P = const Point &;

/// min sum_j a_j (x_j - b_j)^2/2 + w_j |x_j - p_j|, which is least where x_j - p_j is b_j - p_j moved towards
/// 0 by w_j/a_j.
struct Thresholds {
  std::vector<double> a{1, 2, 0.5, 4, 1}, b{3, -0.2, -2, 1.7, 0.3}, w{1, 0.5, 0.3, 2, 0.1},
      p{0, 0, 1, 1.6, 0.3};

  HandWrittenProblem problem(double slope = 1) const {
    HandWrittenProblem result({[*this](P x) {
                                 Taylor sum = 0;
                                 for (size_t j = 0; j < a.size(); ++j)
                                   sum = sum + 0.5 * a[j] * square(x[j] - b[j]);
                                 return sum;
                               },
                               std::vector<double>(a.size(), 2)});
    for (size_t j = 0; j < a.size(); ++j) {
      std::vector<double> slopes(a.size(), 0);
      slopes[j] = slope;
      result.absolutes.push_back({w[j] / std::abs(slope), -slope * p[j], slopes});
    }
    result.isQuadratic = true;
    return result;
  }
  double least(size_t j) const {
    double gap = b[j] - p[j], moved = std::abs(gap) - w[j] / a[j];
    return moved > 0 ? p[j] + std::copysign(moved, gap) : p[j];
  }
  double objective() const {
    double sum = 0;
    for (size_t j = 0; j < a.size(); ++j)
      sum += a[j] * std::pow(least(j) - b[j], 2) / 2 + w[j] * std::abs(least(j) - p[j]);
    return sum;
  }
  void expectAt(const Result &result, double tolerance) const {
    for (size_t j = 0; j < a.size(); ++j)
      EXPECT_NEAR(result.x[j], least(j), tolerance) << j;
    EXPECT_NEAR(result.objective, objective(), tolerance);
  }
};

template <class Options> class ProximalSteps : public testing::Test {};
using WithRows = testing::Types<GradientDescentOptions, SgdOptions, MomentumOptions, NesterovOptions,
                                AdamOptions, AdamwOptions, RmspropOptions, AdagradOptions>;
TYPED_TEST_SUITE(ProximalSteps, WithRows);

} // namespace

TYPED_TEST(ProximalSteps, EndAtSoftThresholds) {
  TypeParam options;
  options.rate = options.rate == 0 ? 0 : options.method == UpdateMethod::adagrad ? 0.5 : 0.05;
  options.decay = 0;
  if (options.method == UpdateMethod::rmsprop)
    options.schedule = Schedule::exponential, options.drop = 1e-7, options.steps = 5000;
  Thresholds t;
  for (double slope : {1.0, -3.0}) {
    Result result = t.problem(slope).solve(options);
    EXPECT_TRUE(result.status == Status::optimal || result.status == Status::completed) << result.reason;
    t.expectAt(result, 1e-5);
    for (size_t j : {1, 3, 4}) // at the kink exactly, as far as it is a number
      EXPECT_EQ(result.x[j], slope * t.p[j] / slope) << j;
  }
}

TEST(Absolutes, AreSmoothToTheInteriorPoint) {
  Thresholds t;
  Result result = t.problem().solve();
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  t.expectAt(result, 1e-8);
  EXPECT_EQ(result.x.size(), t.a.size());
  EXPECT_TRUE(result.c.empty() && result.dual.empty());
  EXPECT_EQ(result.reduced_cost.size(), t.a.size());
}

TEST(Absolutes, TheMedianIsALinearProgram) {
  // sum_k |x - y_k| is least at the median; with weights 3 and 1 for what is above and below, at a quantile.
  std::vector<double> y{4, -1, 7, 2.5, 0.5};
  HandWrittenProblem problem([](P) { return Taylor(0); }, {10});
  for (double value : y)
    problem.absolutes.push_back({1, -value, {1}});
  problem.isQuadratic = true, problem.firstLinear = 0;
  Result result = problem.solve();
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(result.x[0], 2.5, 1e-9);
  EXPECT_NEAR(result.objective, 1.5 + 3.5 + 4.5 + 0 + 2, 1e-8);
}

TEST(Absolutes, TheObjectiveIsThatOfThePoint) {
  HandWrittenProblem problem([](P) { return Taylor(0); }, {3});
  problem.absolutes = {{2, 1, {1}}};
  problem.isQuadratic = true, problem.firstLinear = 0;
  Result result = problem.solve();
  EXPECT_EQ(result.status, Status::optimal);
  EXPECT_GE(result.objective, 0);
  EXPECT_NEAR(result.objective, 2 * std::abs(result.x[0] + 1), 1e-15);
}

TEST(Absolutes, RowsAndBoundsHold) {
  // |x| + |y| is 1 wherever x + y == 1 and both are positive: (x - 2)^2 moves to x = 1.
  HandWrittenProblem problem([](P x) { return 0.1 * square(x[0] - 2); }, {3, -4},
                             {HandWrittenProblem::linear({1, 1}, 1, 1)});
  problem.absolutes = {{1, 0, {1, 0}}, {1, 0, {0, 1}}};
  Result result = problem.solve();
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(result.x[0], 1, 1e-6);
  EXPECT_NEAR(result.objective, 1.1, 1e-6);
  EXPECT_EQ(result.dual.size(), 1u);
  WarmStart warm{result.x, result.dual, result.reduced_cost};
  InteriorPointOptions options;
  options.warm = true;
  Result again = problem.solve(options, {}, nullptr, &warm);
  EXPECT_EQ(again.status, Status::optimal) << again.reason;
  EXPECT_LT(again.iterations, result.iterations);
  problem.upper = {0.25, infinite};
  problem.lower = {-infinite, -infinite};
  result = problem.solve();
  EXPECT_NEAR(result.x[0], 0.25, 1e-7);
  EXPECT_NEAR(result.reduced_cost[0], 0.2 * (0.25 - 2), 1e-5) << "1 of |x| and -1 by the row cancel";
}

TEST(Absolutes, NegativeWeightsStay) {
  // x^2/2 - |x| has its minima at 1 and -1.
  HandWrittenProblem problem([](P x) { return 0.5 * square(x[0]) + 0.5 * square(x[1] - 1); }, {0.3, 5});
  problem.absolutes = {{-1, 0, {1, 0}}, {2, 0, {0, 1}}};
  Result byPoint = problem.solve(), bySteps = problem.solve(GradientDescentOptions{});
  for (const Result &result : {byPoint, bySteps}) {
    EXPECT_EQ(result.status, Status::optimal) << result.reason;
    EXPECT_NEAR(result.x[0], 1, 1e-5);
    EXPECT_NEAR(result.x[1], 0, 1e-6);
    EXPECT_NEAR(result.objective, -0.5 + 0.5, 1e-6);
  }
}

TEST(Absolutes, DoNotHoldWhatFallsForEver) {
  HandWrittenProblem problem([](P x) { return -2 * x[0]; }, {0});
  problem.absolutes = {{1, 0, {1}}};
  EXPECT_EQ(problem.solve(GradientDescentOptions{}).status, Status::unbounded);
  EXPECT_EQ(problem.solve().status, Status::unbounded);
}

TEST(Absolutes, CountForSolversWithoutKinks) {
  // Away from its kink |x| is a slope like any other.
  HandWrittenProblem problem([](P x) { return 0.5 * square(x[0] - 3); }, {2});
  problem.absolutes = {{1, 0, {1}}};
  EXPECT_NEAR(problem.solve(NewtonOptions{}).x[0], 2, 1e-8);
  EXPECT_NEAR(problem.solve(LbfgsbOptions{}).x[0], 2, 1e-8);
  EXPECT_NEAR(problem.solve(NewtonOptions{}).objective, 0.5 + 2, 1e-12);
  problem.absolutes = {{5, 0, {1}}};
  Result result = problem.solve(NewtonOptions{});
  EXPECT_EQ(result.status, Status::stalled);
  EXPECT_NE(result.reason.find("knows the kinks of absolute values"), std::string::npos) << result.reason;
}

TEST(Absolutes, PointsAtKinksAreJudged) {
  Thresholds t;
  std::vector<double> x;
  for (size_t j = 0; j < t.a.size(); ++j)
    x.push_back(t.least(j));
  Result result = t.problem().judge(x);
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  t.expectAt(result, 1e-12);
  x[1] += 0.1;
  EXPECT_EQ(t.problem().judge(x).status, Status::completed);
  x[1] -= 0.1, t.w[1] = 0.1; // a kink too weak to hold
  EXPECT_EQ(t.problem().judge(x).status, Status::completed);
}
