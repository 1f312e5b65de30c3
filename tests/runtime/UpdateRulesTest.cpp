// Iterates of first-order methods by their published formulas, and schedules of rates.
#include "runtime/solvers/RateSchedule.h"
#include "tests/runtime/FirstOrderProblems.h"

#include <array>

namespace costate::rt {
namespace {

using Path = std::vector<std::vector<double>>;

std::array<double, 2> slope(double x, double y) { return {a1 * x - b1, a2 * y - b2}; }

/// The points of a solve, start included.
template <class Options> Path pathOf(HandWrittenProblem problem, Options options) {
  Path path;
  options.goesOn = [&](const double *x, int) { return path.push_back({x, x + problem.start.size()}), true; };
  Result result = problem.solve(options);
  EXPECT_EQ(result.status, Status::completed) << result.reason;
  return path;
}

void expectPath(const Path &path, const Path &expected) {
  ASSERT_EQ(path.size(), expected.size());
  for (size_t k = 0; k < path.size(); ++k)
    for (size_t j = 0; j < path[k].size(); ++j)
      EXPECT_NEAR(path[k][j], expected[k][j], 1e-14) << "step " << k;
}

// Iterates by the published formulas, entry by entry.

TEST(UpdateRules, GradientStepsAreALinearMap) {
  // x_k - x* = (1 - a lambda)^k (x_0 - x*)
  Path path = pathOf(bowl(), steps<SgdOptions>(10, 0.1)), expected;
  for (int k = 0; k <= 10; ++k)
    expected.push_back({1 + 2 * std::pow(0.9, k), -0.5 + 2.5 * std::pow(0.6, k)});
  expectPath(path, expected);
  expectPath(pathOf(bowl(), steps<GradientDescentOptions>(10, 0.1)), expected);
}

TEST(UpdateRules, TheHeavyBall) {
  // [Pol64, eq. (9)]: x+ = x - a f'(x) + b (x - x-)
  constexpr double a = 0.1, b = 0.7;
  MomentumOptions options = steps<MomentumOptions>(12, a);
  options.beta = b;
  Path expected{{3, 2}};
  std::vector<double> x{3, 2}, last = x;
  for (int k = 0; k < 12; ++k) {
    auto g = slope(x[0], x[1]);
    std::vector<double> next{x[0] - a * g[0] + b * (x[0] - last[0]), x[1] - a * g[1] + b * (x[1] - last[1])};
    last = x, x = next;
    expected.push_back(x);
  }
  expectPath(pathOf(bowl(), options), expected);
}

TEST(UpdateRules, NesterovsSequence) {
  // [Nes83]: x_k = y_k - a f'(y_k), y_(k+1) = x_k + (s_k - 1)/s_(k+1) (x_k - x_(k-1)); points are the y.
  constexpr double a = 0.2;
  NesterovOptions options = steps<NesterovOptions>(12, a);
  options.restart = Restart::none;
  Path expected{{3, 2}};
  std::vector<double> y{3, 2}, last = y;
  double s = 1;
  for (int k = 0; k < 12; ++k) {
    auto g = slope(y[0], y[1]);
    std::vector<double> x{y[0] - a * g[0], y[1] - a * g[1]};
    double next = 0.5 + std::sqrt(0.25 + s * s), beta = (s - 1) / next;
    s = next;
    y = {x[0] + beta * (x[0] - last[0]), x[1] + beta * (x[1] - last[1])};
    last = x;
    expected.push_back(y);
  }
  expectPath(pathOf(bowl(), options), expected);
}

TEST(UpdateRules, NesterovsConstantMomentumBeginsAtTheStart) {
  constexpr double a = 0.2, b = 0.5;
  NesterovOptions options = steps<NesterovOptions>(2, a);
  options.restart = Restart::none, options.beta = b;
  auto g = slope(3, 2);
  std::vector<double> x1{3 - a * g[0], 2 - a * g[1]}, y1{x1[0] + b * (x1[0] - 3), x1[1] + b * (x1[1] - 2)};
  auto h = slope(y1[0], y1[1]);
  std::vector<double> x2{y1[0] - a * h[0], y1[1] - a * h[1]};
  std::vector<double> y2{x2[0] + b * (x2[0] - x1[0]), x2[1] + b * (x2[1] - x1[1])};
  expectPath(pathOf(bowl(), options), {{3, 2}, y1, y2});
}

TEST(UpdateRules, AdamByItsAlgorithm) {
  // [KB15, algorithm 1], with their defaults; and the first step is `rate` times the sign of the gradient.
  constexpr double a = 0.05, c1 = 0.9, c2 = 0.999, eps = 1e-8;
  for (double decay : {0.0, 0.1}) {
    Path expected{{3, 2}}, coupled{{3, 2}};
    for (bool isCoupled : {false, true}) {
      std::array<double, 2> x{3, 2}, m{}, v{};
      for (int t = 1; t <= 20; ++t) {
        auto g = slope(x[0], x[1]);
        for (size_t j = 0; j < 2; ++j) {
          double gj = g[j] + (isCoupled ? decay * x[j] : 0);
          m[j] = c1 * m[j] + (1 - c1) * gj;
          v[j] = c2 * v[j] + (1 - c2) * gj * gj;
          double direction = m[j] / (1 - std::pow(c1, t)) / (std::sqrt(v[j] / (1 - std::pow(c2, t))) + eps);
          x[j] -= a * (direction + (isCoupled ? 0 : decay * x[j]));
        }
        (isCoupled ? coupled : expected).push_back({x[0], x[1]});
      }
    }
    AdamOptions adam = steps<AdamOptions>(20, a);
    adam.decay = decay;
    expectPath(pathOf(bowl(), adam), coupled);
    AdamwOptions adamw = steps<AdamwOptions>(20, a);
    adamw.decay = decay;
    expectPath(pathOf(bowl(), adamw), expected);
  }
  Path path = pathOf(bowl(), steps<AdamOptions>(1, a));
  EXPECT_NEAR(path[1][0], 3 - a, 1e-9);
  EXPECT_NEAR(path[1][1], 2 - a, 1e-9);
}

TEST(UpdateRules, LionByItsProgram) {
  // [CLH23, program 1]
  constexpr double a = 0.05, c1 = 0.9, c2 = 0.99, decay = 0.1;
  auto sign = [](double z) { return double((z > 0) - (z < 0)); };
  std::array<double, 2> x{3, 2}, m{};
  Path expected{{3, 2}};
  for (int t = 0; t < 60; ++t) {
    auto g = slope(x[0], x[1]);
    for (size_t j = 0; j < 2; ++j) {
      double update = sign(m[j] * c1 + g[j] * (1 - c1));
      m[j] = m[j] * c2 + g[j] * (1 - c2);
      x[j] -= a * (update + x[j] * decay);
    }
    expected.push_back({x[0], x[1]});
  }
  LionOptions options = steps<LionOptions>(60, a);
  options.decay = decay;
  expectPath(pathOf(bowl(), options), expected);
}

TEST(UpdateRules, RootsOfSquares) {
  // [TH12, slide 29] and [DHS11, figure 1, diagonal].
  constexpr double a = 0.1, c = 0.9;
  for (bool isMean : {true, false}) {
    double eps = isMean ? 1e-8 : 1e-10;
    std::array<double, 2> x{3, 2}, v{};
    Path expected{{3, 2}};
    for (int t = 0; t < 15; ++t) {
      auto g = slope(x[0], x[1]);
      for (size_t j = 0; j < 2; ++j) {
        v[j] = isMean ? c * v[j] + (1 - c) * g[j] * g[j] : v[j] + g[j] * g[j];
        x[j] -= a * g[j] / (std::sqrt(v[j]) + eps);
      }
      expected.push_back({x[0], x[1]});
    }
    expectPath(isMean ? pathOf(bowl(), steps<RmspropOptions>(15, a))
                      : pathOf(bowl(), steps<AdagradOptions>(15, a)),
               expected);
  }
}

TEST(UpdateRules, LongGradientsAreCut) {
  SgdOptions options = steps<SgdOptions>(1, 0.1);
  options.clip = 0.5;
  auto g = slope(3, 2);
  double norm = std::hypot(g[0], g[1]);
  expectPath(pathOf(bowl(), options), {{3, 2}, {3 - 0.05 * g[0] / norm, 2 - 0.05 * g[1] / norm}});
  options.clip = 100;
  expectPath(pathOf(bowl(), options), {{3, 2}, {3 - 0.1 * g[0], 2 - 0.1 * g[1]}});
}

TEST(UpdateRules, AScaledObjectiveTakesTheSameSteps) {
  // Functions scale a gradient above 100 down; a rate is in the user's units all the same.
  HandWrittenProblem steep([](P x) { return 500 * square(x[0]); }, {2});
  SgdOptions options = steps<SgdOptions>(1, 1e-4);
  expectPath(pathOf(steep, options), {{2}, {2 - 1e-4 * 2000}});
}

TEST(RateSchedule, Values) {
  AdamOptions o;
  o.rate = 2;
  EXPECT_EQ(rateAt(o, 70, 100), 2);
  o.schedule = Schedule::linear, o.final_rate = 0.1;
  EXPECT_EQ(rateAt(o, 0, 100), 2);
  EXPECT_DOUBLE_EQ(rateAt(o, 50, 100), 2 * 0.55);
  EXPECT_DOUBLE_EQ(rateAt(o, 100, 100), 0.2);
  EXPECT_DOUBLE_EQ(rateAt(o, 200, 100), 0.2);
  o.schedule = Schedule::cosine;
  EXPECT_DOUBLE_EQ(rateAt(o, 50, 100), 2 * 0.55);
  EXPECT_DOUBLE_EQ(rateAt(o, 25, 100), 2 * (0.1 + 0.9 * (1 + std::sqrt(0.5)) / 2));
  o.schedule = Schedule::exponential, o.drop = 0.25;
  EXPECT_DOUBLE_EQ(rateAt(o, 50, 100), 1);
  o.drop_every = 25;
  EXPECT_DOUBLE_EQ(rateAt(o, 50, 100), 2 * 0.0625);
  o.schedule = Schedule::step;
  EXPECT_DOUBLE_EQ(rateAt(o, 49, 100), 0.5);
  EXPECT_DOUBLE_EQ(rateAt(o, 50, 100), 0.125);
  o.drop_every = 0;
  EXPECT_DOUBLE_EQ(rateAt(o, 66, 99), 0.125);
  o.warmup = 10, o.schedule = Schedule::linear;
  EXPECT_DOUBLE_EQ(rateAt(o, 0, 110), 0.2);
  EXPECT_DOUBLE_EQ(rateAt(o, 4, 110), 1);
  EXPECT_DOUBLE_EQ(rateAt(o, 9, 110), 2);
  EXPECT_DOUBLE_EQ(rateAt(o, 60, 110), 2 * 0.55);
}

TEST(RateSchedule, MovesTheSteps) {
  SgdOptions options = steps<SgdOptions>(3, 0.3);
  options.schedule = Schedule::linear;
  HandWrittenProblem line([](P x) { return x[0]; }, {0});
  expectPath(pathOf(line, options), {{0}, {-0.3}, {-0.5}, {-0.6}}); // rates 0.3, 0.2, 0.1
}

} // namespace
} // namespace costate::rt
