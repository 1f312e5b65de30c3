// Problems of Hock and Schittkowski (1981): status, objective, residuals and a bound on the iterations. The
// expected objectives are those of the collection.
#include "tests/runtime/HandWrittenProblem.h"

#include <gtest/gtest.h>

namespace costate::rt {
namespace {

using P = const Point &;

struct Known {
  const char *name;
  HandWrittenProblem problem;
  double objective, tolerance;
  int iterations; // at most
};

HandWrittenProblem::Row equal(Function f) { return {std::move(f), 0, 0}; }
HandWrittenProblem::Row atLeast(Function f) { return {std::move(f), 0, infinite}; }

std::vector<Known> collection() {
  std::vector<Known> all;
  auto add = [&](const char *name, double objective, int iterations, HandWrittenProblem problem,
                 double tolerance = 1e-6) {
    all.push_back({name, std::move(problem), objective, tolerance, iterations});
  };
  add("hs1", 0, 40,
      {[](P x) { return 100 * square(x[1] - square(x[0])) + square(1 - x[0]); },
       {-2, 1},
       {},
       {-infinite, -1.5}});
  add("hs3", 0, 20, {[](P x) { return x[1] + 1e-5 * square(x[1] - x[0]); }, {10, 1}, {}, {-infinite, 0}});
  add("hs5", -1.91322295, 15,
      {[](P x) { return sin(x[0] + x[1]) + square(x[0] - x[1]) - 1.5 * x[0] + 2.5 * x[1] + 1; },
       {0, 0},
       {},
       {-1.5, -3},
       {4, 3}});
  add("hs6", 0, 20, {[](P x) { return square(1 - x[0]); }, {-1.2, 1}, {equal([](P x) {
                       return 10 * (x[1] - square(x[0]));
                     })}});
  add("hs7", -1.73205081, 40, {[](P x) { return log(1 + square(x[0])) - x[1]; }, {2, 2}, {equal([](P x) {
                                 return square(1 + square(x[0])) + square(x[1]) - 4;
                               })}});
  add("hs9", -0.5, 10,
      {[](P x) { return sin(M_PI * x[0] / 12) * cos(M_PI * x[1] / 16); }, {0, 0}, {equal([](P x) {
         return 4 * x[0] - 3 * x[1];
       })}});
  add("hs10", -1, 20, {[](P x) { return x[0] - x[1]; }, {-10, 10}, {atLeast([](P x) {
                         return -3 * square(x[0]) + 2 * x[0] * x[1] - square(x[1]) + 1;
                       })}});
  add("hs11", -8.49846422, 15,
      {[](P x) { return square(x[0] - 5) + square(x[1]) - 25; }, {4.9, 0.1}, {atLeast([](P x) {
         return x[1] - square(x[0]);
       })}});
  add("hs14", 1.39346498, 15,
      {[](P x) { return square(x[0] - 2) + square(x[1] - 1); },
       {2, 2},
       {atLeast([](P x) { return 1 - square(x[0]) / 4 - square(x[1]); }),
        equal([](P x) { return x[0] - 2 * x[1] + 1; })}});
  add("hs17", 1, 40,
      {[](P x) { return 100 * square(x[1] - square(x[0])) + square(1 - x[0]); },
       {-2, 1},
       {atLeast([](P x) { return square(x[1]) - x[0]; }), atLeast([](P x) { return square(x[0]) - x[1]; })},
       {-0.5, -infinite},
       {0.5, 1}});
  add("hs19", -6961.81387558, 30,
      {[](P x) { return pow(x[0] - 10, 3) + pow(x[1] - 20, 3); },
       {20.1, 5.84},
       {atLeast([](P x) { return square(x[0] - 5) + square(x[1] - 5) - 100; }),
        atLeast([](P x) { return 82.81 - square(x[1] - 5) - square(x[0] - 6); })},
       {13, 0},
       {100, 100}});
  add("hs22", 1, 15,
      {[](P x) { return square(x[0] - 2) + square(x[1] - 1); },
       {2, 2},
       {atLeast([](P x) { return 2 - x[0] - x[1]; }), atLeast([](P x) { return x[1] - square(x[0]); })}});
  add("hs23", 2, 20,
      {[](P x) { return square(x[0]) + square(x[1]); },
       {3, 1},
       {atLeast([](P x) { return x[0] + x[1] - 1; }),
        atLeast([](P x) { return square(x[0]) + square(x[1]) - 1; }),
        atLeast([](P x) { return 9 * square(x[0]) + square(x[1]) - 9; }),
        atLeast([](P x) { return square(x[0]) - x[1]; }), atLeast([](P x) { return square(x[1]) - x[0]; })},
       {-50, -50},
       {50, 50}});
  add("hs26", 0, 40,
      {[](P x) { return square(x[0] - x[1]) + pow(x[1] - x[2], 4); }, {-2.6, 2, 2}, {equal([](P x) {
         return (1 + square(x[1])) * x[0] + pow(x[2], 4) - 3;
       })}});
  add("hs27", 0.04, 80,
      {[](P x) { return 0.01 * square(x[0] - 1) + square(x[1] - square(x[0])); }, {2, 2, 2}, {equal([](P x) {
         return x[0] + square(x[2]) + 1;
       })}});
  add("hs29", -22.627417, 20, {[](P x) { return -x[0] * x[1] * x[2]; }, {1, 1, 1}, {atLeast([](P x) {
                                 return 48 - square(x[0]) - 2 * square(x[1]) - 4 * square(x[2]);
                               })}});
  add("hs35", 1.0 / 9, 15,
      {[](P x) {
         return 9 - 8 * x[0] - 6 * x[1] - 4 * x[2] + 2 * square(x[0]) + 2 * square(x[1]) + square(x[2]) +
                2 * x[0] * x[1] + 2 * x[0] * x[2];
       },
       {0.5, 0.5, 0.5},
       {atLeast([](P x) { return 3 - x[0] - x[1] - 2 * x[2]; })},
       {0, 0, 0}});
  add("hs38", 0, 60,
      {[](P x) {
         return 100 * square(x[1] - square(x[0])) + square(1 - x[0]) + 90 * square(x[3] - square(x[2])) +
                square(1 - x[2]) + 10.1 * (square(x[1] - 1) + square(x[3] - 1)) +
                19.8 * (x[1] - 1) * (x[3] - 1);
       },
       {-3, -1, -3, -1},
       {},
       {-10, -10, -10, -10},
       {10, 10, 10, 10}});
  add("hs39", -1, 30,
      {[](P x) { return -x[0]; },
       {2, 2, 2, 2},
       {equal([](P x) { return x[1] - pow(x[0], 3) - square(x[2]); }),
        equal([](P x) { return square(x[0]) - x[1] - square(x[3]); })}});
  add("hs41", 1.92592593, 20,
      {[](P x) { return 2 - x[0] * x[1] * x[2]; },
       {2, 2, 2, 2},
       {equal([](P x) { return x[0] + 2 * x[1] + 2 * x[2] - x[3]; })},
       {0, 0, 0, 0},
       {1, 1, 1, 2}});
  add("hs43", -44, 15,
      {[](P x) {
         return square(x[0]) + square(x[1]) + 2 * square(x[2]) + square(x[3]) - 5 * x[0] - 5 * x[1] -
                21 * x[2] + 7 * x[3];
       },
       {0, 0, 0, 0},
       {atLeast([](P x) {
          return 8 - square(x[0]) - square(x[1]) - square(x[2]) - square(x[3]) - x[0] + x[1] - x[2] + x[3];
        }),
        atLeast([](P x) {
          return 10 - square(x[0]) - 2 * square(x[1]) - square(x[2]) - 2 * square(x[3]) + x[0] + x[3];
        }),
        atLeast([](P x) {
          return 5 - 2 * square(x[0]) - square(x[1]) - square(x[2]) - 2 * x[0] + x[1] + x[3];
        })}});
  add("hs65", 0.95352886, 35,
      {[](P x) { return square(x[0] - x[1]) + square(x[0] + x[1] - 10) / 9 + square(x[2] - 5); },
       {-5, 5, 0},
       {atLeast([](P x) { return 48 - square(x[0]) - square(x[1]) - square(x[2]); })},
       {-4.5, -4.5, -5},
       {4.5, 4.5, 5}});
  add("hs71", 17.01401729, 15,
      {[](P x) { return x[0] * x[3] * (x[0] + x[1] + x[2]) + x[2]; },
       {1, 5, 5, 1},
       {{[](P x) { return x[0] * x[1] * x[2] * x[3]; }, 25, infinite},
        {[](P x) { return square(x[0]) + square(x[1]) + square(x[2]) + square(x[3]); }, 40, 40}},
       {1, 1, 1, 1},
       {5, 5, 5, 5}});
  add("hs76", -4.681818181, 15,
      {[](P x) {
         return square(x[0]) + 0.5 * square(x[1]) + square(x[2]) + 0.5 * square(x[3]) - x[0] * x[2] +
                x[2] * x[3] - x[0] - 3 * x[1] + x[2] - x[3];
       },
       {0.5, 0.5, 0.5, 0.5},
       {atLeast([](P x) { return 5 - x[0] - 2 * x[1] - x[2] - x[3]; }),
        atLeast([](P x) { return 4 - 3 * x[0] - x[1] - 2 * x[2] + x[3]; }),
        atLeast([](P x) { return x[1] + 4 * x[2] - 1.5; })},
       {0, 0, 0, 0}});
  add("hs78", -2.91970041, 15,
      {[](P x) { return x[0] * x[1] * x[2] * x[3] * x[4]; },
       {-2, 1.5, 2, -1, -1},
       {equal([](P x) {
          return square(x[0]) + square(x[1]) + square(x[2]) + square(x[3]) + square(x[4]) - 10;
        }),
        equal([](P x) { return x[1] * x[2] - 5 * x[3] * x[4]; }),
        equal([](P x) { return pow(x[0], 3) + pow(x[1], 3) + 1; })}});
  add("hs106", 7049.2480151, 40,
      {[](P x) { return x[0] + x[1] + x[2]; },
       {5000, 5000, 5000, 200, 350, 150, 225, 425},
       {atLeast([](P x) { return 1 - 0.0025 * (x[3] + x[5]); }),
        atLeast([](P x) { return 1 - 0.0025 * (x[4] + x[6] - x[3]); }),
        atLeast([](P x) { return 1 - 0.01 * (x[7] - x[4]); }),
        atLeast([](P x) { return x[0] * x[5] - 833.33252 * x[3] - 100 * x[0] + 83333.333; }),
        atLeast([](P x) { return x[1] * x[6] - 1250 * x[4] - x[1] * x[3] + 1250 * x[3]; }),
        atLeast([](P x) { return x[2] * x[7] - 1250000 - x[2] * x[4] + 2500 * x[4]; })},
       {100, 1000, 1000, 10, 10, 10, 10, 10},
       {10000, 10000, 10000, 1000, 1000, 1000, 1000, 1000}},
      1e-5);
  return all;
}

/// |grad f - sum dual grad c - reduced_cost| with derivatives taken here, not by the solver.
double stationarity(const HandWrittenProblem &problem, const Result &result) {
  size_t n = result.x.size();
  Point x;
  for (size_t j = 0; j < n; ++j)
    x.push_back(Taylor::variable(result.x[j], int64_t(j), int64_t(n)));
  Eigen::VectorXd left = problem.objective(x).g;
  for (size_t i = 0; i < problem.rows.size(); ++i)
    left -= result.dual[i] * problem.rows[i].function(x).g;
  for (size_t j = 0; j < n; ++j)
    left[Eigen::Index(j)] -= result.reduced_cost[j];
  return left.lpNorm<Eigen::Infinity>();
}

void solveAll(const InteriorPointOptions &options, int factor = 1) {
  for (Known &known : collection()) {
    SCOPED_TRACE(known.name);
    Result result = known.problem.solve(options);
    EXPECT_EQ(toString(result.status), std::string("optimal")) << result.reason;
    EXPECT_NEAR(result.objective, known.objective,
                known.tolerance * std::max(1.0, std::abs(known.objective)));
    EXPECT_LE(result.iterations, factor * known.iterations);
    EXPECT_LE(stationarity(known.problem, result), 1e-5 * std::max(1.0, std::abs(known.objective)));
    EXPECT_LE(result.primal_infeasibility, 1e-6);
  }
}

TEST(HockSchittkowski, EveryProblemReachesItsOptimum) { solveAll({}); }

TEST(HockSchittkowski, TheAdaptiveBarrierReachesThemToo) {
  InteriorPointOptions options;
  options.barrier = Barrier::adaptive;
  solveAll(options);
}

TEST(HockSchittkowski, FirstDerivativesAreEnough) {
  InteriorPointOptions options;
  options.hessian = Hessian::lbfgs;
  solveAll(options, 10);
}

TEST(HockSchittkowski, ATableWithoutSecondDerivativesIsSolvedByFirstOnes) {
  for (Known &known : collection()) {
    SCOPED_TRACE(known.name);
    known.problem.build();
    known.problem.table.second = nullptr;
    Result result = solve(known.problem.table, known.problem.instance(), nullptr, InteriorPointOptions{}, {});
    EXPECT_EQ(toString(result.status), std::string("optimal")) << result.reason;
    EXPECT_EQ(result.second_evaluations, 0);
    EXPECT_NEAR(result.objective, known.objective,
                known.tolerance * std::max(1.0, std::abs(known.objective)));
  }
}

} // namespace
} // namespace costate::rt
