// First-order methods: their formulas, batches, projections, schedules, checkpoints, and how they end.
#include "runtime/solvers/Batches.h"
#include "runtime/solvers/DisjointRows.h"
#include "runtime/solvers/RateSchedule.h"
#include "tests/runtime/HandWrittenProblem.h"

#include <Eigen/LU>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <set>

namespace costate::rt {
namespace {

using P = const Point &;
using Path = std::vector<std::vector<double>>;

bool contains(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

/// f = (a1 x1^2 + a2 x2^2) / 2 - b1 x1 - b2 x2.
constexpr double a1 = 1, a2 = 4, b1 = 1, b2 = -2;
HandWrittenProblem bowl() {
  return {[](P x) { return 0.5 * (a1 * square(x[0]) + a2 * square(x[1])) - b1 * x[0] - b2 * x[1]; }, {3, 2}};
}
std::array<double, 2> slope(double x, double y) { return {a1 * x - b1, a2 * y - b2}; }

template <class Options> Options steps(int count, double rate) {
  Options options;
  options.steps = count, options.rate = rate;
  return options;
}

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

/// min |A w - y|^2 / N + l |w|^2 over N points; addends are the points, the rest is whole.
class Ridge : public HandWrittenProblem {
public:
  static constexpr int N = 90, n = 4;
  static constexpr double l = 0.05;

  Ridge() : HandWrittenProblem(objectiveOf(), std::vector<double>(n, 0)) {}

  static double entry(int i, int j) { return std::sin(1.0 + i * (j + 1)) + (j == 0); }
  static double target(int i) { return std::cos(2.0 * i) + 0.5 * entry(i, 1); }
  template <class Vector> static auto residual(const Vector &w, int i) {
    auto sum = entry(i, 0) * w[0] - target(i);
    for (int j = 1; j < n; ++j)
      sum = sum + entry(i, j) * w[size_t(j)];
    return sum;
  }
  static Function objectiveOf() {
    return [](P w) {
      Taylor sum = 0;
      for (int i = 0; i < N; ++i)
        sum = sum + square(residual(w, i)) * (1.0 / N);
      for (const Taylor &part : w)
        sum = sum + l * square(part);
      return sum;
    };
  }
  /// The normal equations.
  static Eigen::VectorXd solution() {
    Eigen::MatrixXd A(N, n);
    Eigen::VectorXd y(N);
    for (int i = 0; i < N; ++i) {
      y[i] = target(i);
      for (int j = 0; j < n; ++j)
        A(i, j) = entry(i, j);
    }
    Eigen::MatrixXd K = A.transpose() * A / N + l * Eigen::MatrixXd::Identity(n, n);
    return K.partialPivLu().solve(A.transpose() * y / N);
  }

  template <class Options>
  Result solveInBatches(const Options &options, const Observer &observer = {},
                        const costate_host *host = nullptr) {
    build();
    table.addends = [](const costate_instance *) { return int64_t(N); };
    table.sampled = [](const costate_instance *, costate_work *, const double *x, const int64_t *which,
                       int64_t count, double *f, double *g) {
      *f = 0;
      for (int j = 0; j < n; ++j)
        *f += l * x[j] * x[j], g[j] = 2 * l * x[j];
      for (int64_t k = 0; k < count; ++k) {
        double r = residual(x, int(which[k]));
        *f += r * r / double(count);
        for (int j = 0; j < n; ++j)
          g[j] += 2 * r * entry(int(which[k]), j) / double(count);
      }
      return 0;
    };
    return rt::solve(table, instance(), host, options, observer);
  }
};

Taylor rosenbrock(P x) { return 100 * square(x[1] - square(x[0])) + square(1 - x[0]); }

template <class Options> class FirstOrder : public testing::Test {};
using AllMethods = testing::Types<GradientDescentOptions, SgdOptions, MomentumOptions, NesterovOptions,
                                  AdamOptions, AdamwOptions, LionOptions, RmspropOptions, AdagradOptions>;
TYPED_TEST_SUITE(FirstOrder, AllMethods);

/// Rates with which a problem of unit size converges; steps that do not shrink by themselves get a schedule.
template <class Options> Options tuned() {
  Options options;
  if (options.rate > 0)
    options.rate = options.method == UpdateMethod::adagrad ? 0.5 : 0.05;
  options.decay = 0;
  options.steps = 3000;
  bool shrinks = options.method == UpdateMethod::lion || options.method == UpdateMethod::rmsprop;
  if (shrinks)
    options.schedule = Schedule::exponential, options.drop = 1e-7;
  return options;
}

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

TYPED_TEST(FirstOrder, TakeAbsoluteValuesAsTheyAre) {
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

TEST(Batches, EpochsArePermutations) {
  Batches batches(10, false, 4, 3);
  EXPECT_EQ(batches.stepsPerEpoch(), 3);
  std::vector<std::vector<int64_t>> epochs;
  for (int64_t epoch = 0; epoch < 3; ++epoch) {
    std::vector<int64_t> all;
    for (int64_t k = 0; k < 3; ++k) {
      const std::vector<int64_t> &batch = batches.of(3 * epoch + k);
      EXPECT_EQ(batch.size(), k < 2 ? 4u : 2u);
      all.insert(all.end(), batch.begin(), batch.end());
    }
    epochs.push_back(all);
    std::sort(all.begin(), all.end());
    for (int64_t i = 0; i < 10; ++i)
      EXPECT_EQ(all[size_t(i)], i);
  }
  EXPECT_NE(epochs[0], epochs[1]);
  Batches again(10, false, 4, 3), other(10, false, 4, 4);
  EXPECT_EQ(again.of(4), Batches(10, false, 4, 3).of(4)); // whatever was asked for before
  EXPECT_EQ(again.of(1), (std::vector<int64_t>(epochs[0].begin() + 4, epochs[0].begin() + 8)));
  EXPECT_NE(again.of(0), other.of(0));
  EXPECT_FALSE(Batches(10, false, 10, 1));
  EXPECT_FALSE(Batches(10, false, 0, 1));
}

TEST(Batches, EndlessOnesAreOfOtherDraws) {
  Batches batches(10, true, 4, 3), others(10, true, 4, 4);
  EXPECT_EQ(batches.stepsPerEpoch(), 3);
  std::set<int64_t> all;
  for (int64_t step = 0; step < 100; ++step)
    for (int64_t number : batches.of(step)) {
      EXPECT_GE(number, 10);
      all.insert(number);
    }
  EXPECT_EQ(all.size(), 400u);
  std::vector<int64_t> first = batches.of(0);
  EXPECT_EQ(first, Batches(10, true, 4, 3).of(0));
  EXPECT_NE(first, others.of(0));
  EXPECT_TRUE(Batches(10, true, 40, 1)) << "more than are measured";
}

TEST(Batches, AreSeenByTheObserver) {
  Ridge ridge;
  AdamOptions options = steps<AdamOptions>(0, 0.05);
  options.epochs = 3, options.batch = 40;
  std::vector<IterationRow> rows;
  Result result = ridge.solveInBatches(options, [&](const IterationRow &row) {
    rows.push_back(row);
    return true;
  });
  ASSERT_EQ(rows.size(), 10u); // three batches an epoch, and the start
  for (size_t k = 0; k < rows.size(); ++k) {
    EXPECT_EQ(rows[k].iteration, int(k));
    EXPECT_EQ(rows[k].planned, 9);
    EXPECT_EQ(rows[k].alpha_primal, k ? 0.05 : 0);
    EXPECT_GE(rows[k].seconds, 0);
  }
  double best = infinite;
  for (size_t k : {0u, 3u, 6u, 9u})
    best = std::min(best, rows[k].objective);
  EXPECT_EQ(result.objective, best);
}

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

TEST(Checkpoint, WhatIsRefused) {
  std::string path = testing::TempDir() + "refused.state";
  std::filesystem::remove(path);
  AdamOptions options = steps<AdamOptions>(10, 0.1);
  options.checkpoint.path = path, options.resume = true;
  auto reasonOf = [](HandWrittenProblem problem, const auto &o) {
    Result result = problem.solve(o);
    EXPECT_EQ(result.status, Status::not_run);
    return result.reason;
  };
  EXPECT_TRUE(contains(reasonOf(bowl(), options), "cannot be read: No such file"));
  options.resume = false;
  EXPECT_EQ(bowl().solve(options).status, Status::completed);
  options.resume = true, options.steps = 20;
  Result more = bowl().solve(options);
  EXPECT_EQ(more.iterations, 20);
  HandWrittenProblem other([](P x) { return square(x[0]); }, {1});
  EXPECT_TRUE(contains(reasonOf(other, options), "is a state of 2 variables, this problem has 1"));
  LionOptions lion = steps<LionOptions>(10, 0.1);
  lion.checkpoint.path = path, lion.resume = true;
  EXPECT_TRUE(contains(reasonOf(bowl(), lion), "is a state of `adam`, this solve is by `lion`"));
  options.seed = 9;
  EXPECT_TRUE(contains(reasonOf(bowl(), options), "with seed 1, here it is 9"));
  options.seed = 1;
  std::string bytes;
  {
    std::ifstream in(path, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  auto write = [&](const std::string &content) { std::ofstream(path, std::ios::binary) << content; };
  for (size_t size = 0; size < bytes.size(); ++size) {
    write(bytes.substr(0, size));
    std::string reason = reasonOf(bowl(), options);
    ASSERT_TRUE(contains(reason, "is damaged") || contains(reason, "is no state")) << reason;
  }
  std::string flipped = bytes;
  flipped[bytes.size() / 2] = char(flipped[bytes.size() / 2] ^ 1);
  write(flipped);
  EXPECT_TRUE(contains(reasonOf(bowl(), options), "its check sum differs"));
  std::filesystem::remove(path);
  options.resume = false, options.checkpoint.path = "/no/such/folder/x.state";
  EXPECT_TRUE(contains(bowl().solve(options).reason, "cannot be written"));
}

TEST(Checkpoint, FunctionsThatAreBrokenOffLeaveTheLastOne) {
  std::string path = testing::TempDir() + "broken-off.state";
  HandWrittenProblem valley(rosenbrock, {-1.2, 1});
  AdamOptions options = steps<AdamOptions>(40, 0.01);
  Result straight = valley.solve(options);
  options.checkpoint.path = path, options.every = 4;
  int calls = 0;
  valley.watch = [&](const double *) { return ++calls > 25 ? COSTATE_INTERRUPTED : COSTATE_OK; };
  Result part = valley.solve(options);
  EXPECT_EQ(part.status, Status::interrupted);
  EXPECT_TRUE(contains(part.reason, "the functions asked to stop after")) << part.reason;
  valley.watch = nullptr;
  options.resume = true;
  Result rest = valley.solve(options);
  EXPECT_EQ(rest.x, straight.x);
  EXPECT_EQ(rest.reason, straight.reason);
  std::filesystem::remove(path);
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
