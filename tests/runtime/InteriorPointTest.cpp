// Every exit status once, the conventions of results, and the special cases of problems.
#include "runtime/linalg/Ldlt.h"
#include "runtime/report/IterationTable.h"
#include "runtime/report/Summary.h"
#include "tests/runtime/HandWrittenProblem.h"
#include "tests/runtime/LuksanVlcek.h"

#include <gtest/gtest.h>

namespace costate::rt {
namespace {

using P = const Point &;

HandWrittenProblem rosenbrock() {
  return {[](P x) { return 100 * square(x[1] - square(x[0])) + square(1 - x[0]); }, {-1.2, 1}};
}

bool contains(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

// ---- every status ----------------------------------------------------------------------------------------

TEST(Status, NotRunUntilSolved) {
  EXPECT_EQ(Result{}.status, Status::not_run);
  HandWrittenProblem problem = rosenbrock();
  problem.lower = {std::numeric_limits<double>::quiet_NaN(), 0};
  Result result = problem.solve();
  EXPECT_EQ(result.status, Status::not_run);
  EXPECT_EQ(result.reason, "the bounds nan and inf of variable 1 leave it no value");
  problem.build();
  problem.table.version = 99;
  EXPECT_TRUE(contains(solve(problem.table, problem.instance(), nullptr, InteriorPointOptions{}, {}).reason,
                       "ABI version 99"));
  problem.build();
  problem.table.shape = [](const costate_instance *, costate_shape *) { return int(COSTATE_DATA_ERROR); };
  EXPECT_EQ(solve(problem.table, problem.instance(), nullptr, InteriorPointOptions{}, {}).reason,
            "the problem has no shape: it is not bound");
}

TEST(Status, OptimalWithTheNumbersCompared) {
  Result result = hs71().solve();
  EXPECT_EQ(result.status, Status::optimal);
  EXPECT_TRUE(contains(result.reason, "<= tol 1.0e-08")) << result.reason;
  EXPECT_NEAR(result.objective, 17.0140173, 1e-6);
  const double known[] = {1, 4.74299963, 3.82114998, 1.37940829}; // Hock and Schittkowski (1981)
  for (size_t j = 0; j < 4; ++j)
    EXPECT_NEAR(result.x[j], known[j], 1e-6);
  EXPECT_NEAR(result.c[0], 25, 1e-6);
  EXPECT_NEAR(result.c[1], 40, 1e-6);
  EXPECT_LE(result.iterations, 12);
}

TEST(Status, AcceptableWhereTolIsOutOfReach) {
  HandWrittenProblem problem = hs71();
  InteriorPointOptions options;
  options.tol = 1e-14; // beyond the rounding of the multipliers
  options.acceptable_iter = 3;
  Result result = problem.solve(options);
  EXPECT_EQ(result.status, Status::acceptable) << result.reason;
  EXPECT_TRUE(contains(result.reason, "<= acceptable_tol 1.0e-06 ")) << result.reason;
  EXPECT_NEAR(result.objective, 17.0140173, 1e-6);
}

TEST(Status, InfeasibleAtTheLeastViolation) {
  HandWrittenProblem problem{[](P x) { return x[0] + x[1]; },
                             {1, 1},
                             {{[](P x) { return square(x[0]) + square(x[1]); }, -infinite, 1},
                              {[](P x) { return x[0] + x[1]; }, 4, infinite}}};
  Result result = problem.solve();
  EXPECT_EQ(result.status, Status::infeasible);
  EXPECT_TRUE(contains(result.reason, "violation 2.6e+00 > constr_viol_tol 1.0e-06")) << result.reason;
  EXPECT_NEAR(result.primal_infeasibility, 4 - std::sqrt(2.0), 1e-6); // on the circle, in direction (1, 1)
  EXPECT_NEAR(result.x[0], std::sqrt(0.5), 1e-5);
}

TEST(Status, InfeasibleLinearProgram) {
  HandWrittenProblem problem{
      [](P x) { return x[0]; }, {0, 0}, {{[](P x) { return x[0] + x[1]; }, 3, infinite}}, {0, 0}, {1, 1}};
  Result result = problem.solve();
  EXPECT_EQ(result.status, Status::infeasible);
  EXPECT_NEAR(result.primal_infeasibility, 1, 1e-6);
  EXPECT_TRUE(contains(result.reason, "violation 1.0e+00 > constr_viol_tol 1.0e-06")) << result.reason;
}

TEST(Status, InfeasibleWhereEquationsContradictEachOther) {
  HandWrittenProblem problem{
      [](P x) { return square(x[0]) + square(x[1]); },
      {3, -1},
      {{[](P x) { return x[0] + x[1]; }, 1, 1}, {[](P x) { return x[0] + x[1]; }, 2, 2}}};
  EXPECT_EQ(problem.solve().status, Status::infeasible);
}

TEST(Status, InfeasibleWhereBoundsCross) {
  HandWrittenProblem problem = rosenbrock();
  problem.lower = {0, 3}, problem.upper = {1, 2};
  Result result = problem.solve();
  EXPECT_EQ(result.status, Status::infeasible);
  EXPECT_EQ(result.reason, "lower bound 3 of variable 2 is above its upper bound 2");
  problem = rosenbrock();
  problem.rows = {{[](P x) { return x[0]; }, 1, 0}};
  EXPECT_EQ(problem.solve().reason, "lower bound 1 of row 1 is above its upper bound 0");
}

TEST(Status, Unbounded) {
  HandWrittenProblem linear{
      [](P x) { return -x[0] - x[1]; }, {1, 1}, {{[](P x) { return x[0] - x[1]; }, 0, infinite}}, {0, 0}};
  Result result = linear.solve();
  EXPECT_EQ(result.status, Status::unbounded);
  EXPECT_TRUE(contains(result.reason, "> 1e+20 at a feasible point")) << result.reason;
  HandWrittenProblem free{[](P x) { return -x[0]; }, {1}};
  EXPECT_EQ(free.solve().status, Status::unbounded);
  HandWrittenProblem onALine{[](P x) { return x[0]; }, {1, 1}, {{[](P x) { return x[0] + x[1]; }, 2, 2}}};
  result = onALine.solve();
  EXPECT_EQ(result.status, Status::unbounded);
  EXPECT_TRUE(contains(result.reason, " > 1e+20: the iterates diverge")) << result.reason;
}

/// Steps must grow as on the line alone, by 3 per iteration: 1e20 takes some 30 of them from the first step,
/// 5e6.
TEST(Status, UnboundedThoughRowsAreMultiplesOfEachOther) {
  for (int rows : {2, 5}) {
    HandWrittenProblem onALine{[](P x) { return x[0]; }, {1, 1}};
    for (int i = 1; i <= rows; ++i)
      onALine.rows.push_back({[i](P x) { return i * x[0] + i * x[1]; }, 2.0 * i, 2.0 * i});
    Result result = onALine.solve();
    EXPECT_EQ(result.status, Status::unbounded) << result.reason;
    EXPECT_LE(result.iterations, 40) << rows;
  }
}

TEST(Status, DegenerateWhereNoMultipliersExist) { // hs13: the solution (1, 0) is no Karush-Kuhn-Tucker point
  HandWrittenProblem problem{[](P x) { return square(x[0] - 2) + square(x[1]); },
                             {-2, -2},
                             {{[](P x) { return pow(1 - x[0], 3) - x[1]; }, 0, infinite}},
                             {0, 0}};
  Result result = problem.solve();
  EXPECT_EQ(result.status, Status::degenerate) << result.reason;
  EXPECT_TRUE(contains(result.reason, "e-06 of the objective")) << result.reason;
  EXPECT_NEAR(result.x[0], 1, 1e-2);
  EXPECT_NEAR(result.x[1], 0, 1e-2);
}

TEST(Status, IterationLimit) {
  HandWrittenProblem problem = rosenbrock();
  InteriorPointOptions options;
  options.max_iter = 5;
  Result result = problem.solve(options);
  EXPECT_EQ(result.status, Status::iteration_limit);
  EXPECT_EQ(result.iterations, 5);
  EXPECT_TRUE(contains(result.reason, "5 iterations >= max_iter 5, optimality error ")) << result.reason;
  options.max_iter = 0;
  EXPECT_EQ(problem.solve(options).iterations, 0);
}

TEST(Status, TimeLimit) {
  HandWrittenProblem problem = rosenbrock();
  InteriorPointOptions options;
  options.time_limit = 0;
  Result result = problem.solve(options);
  EXPECT_EQ(result.status, Status::time_limit);
  EXPECT_TRUE(contains(result.reason, ">= time_limit 0 s")) << result.reason;
}

TEST(Status, StalledWhereDerivativesContradictValues) {
  HandWrittenProblem problem = rosenbrock();
  Function right = problem.objective;
  problem.objective = [right](P x) {
    Taylor f = right(x);
    f.value = -f.value; // every step that the derivatives promise to go down goes up
    return f;
  };
  Result result = problem.solve();
  EXPECT_EQ(result.status, Status::stalled) << result.reason;
  EXPECT_TRUE(contains(result.reason, "no step improves a feasible point")) << result.reason;
  EXPECT_TRUE(contains(result.reason, "> tol 1.0e-08")) << result.reason;
}

TEST(Status, EvaluationErrorAtTheStart) {
  HandWrittenProblem problem{[](P x) { return log(x[0]); }, {-1}};
  Result result = problem.solve();
  EXPECT_EQ(result.status, Status::evaluation_error);
  EXPECT_EQ(result.reason, "the functions are not finite at the start");
  problem.build();
  problem.table.trace = [](const costate_instance *, costate_work *, const double *x, int64_t row, char *text,
                           int64_t size) {
    return std::snprintf(text, size_t(size), "log(%g) in row %d", x[0], int(row)), 0;
  };
  result = solve(problem.table, problem.instance(), nullptr, InteriorPointOptions{}, {});
  EXPECT_EQ(result.reason, "the functions are not finite at the start: log(-1) in row -1");
}

TEST(Status, EvaluationErrorWhereDerivativesEnd) {
  HandWrittenProblem problem{[](P x) { return square(x[0]) * square(x[0]); }, {3}};
  Function right = problem.objective;
  problem.objective = [right](P x) {
    Taylor f = right(x);
    if (f.g.size() && f.value < 1)
      f.g[0] = std::numeric_limits<double>::quiet_NaN();
    return f;
  };
  Result result = problem.solve();
  EXPECT_EQ(result.status, Status::evaluation_error);
  EXPECT_EQ(result.reason, "the derivatives are not finite");
  EXPECT_LT(result.objective, 1); // the point where they end
}

TEST(Status, InterruptedByObserverHostAndProblem) {
  HandWrittenProblem problem = rosenbrock();
  Result result = problem.solve({}, [](const IterationRow &row) { return row.iteration < 3; });
  EXPECT_EQ(result.status, Status::interrupted);
  EXPECT_EQ(result.iterations, 3);
  EXPECT_EQ(result.reason, "the observer stopped after 3 iterations");
  int cancel = 1;
  costate_host host{};
  host.cancel = &cancel;
  EXPECT_EQ(problem.solve({}, {}, &host).status, Status::interrupted);
  EXPECT_EQ(problem.solve({}, {}, &host).reason, "cancelled after 0 iterations");
  problem.watch = [](const double *) { return COSTATE_INTERRUPTED; };
  EXPECT_EQ(problem.solve().status, Status::interrupted);
}

TEST(Status, AnObserverThatThrowsDoesNotEscape) {
  Result result =
      rosenbrock().solve({}, [](const IterationRow &) -> bool { throw std::runtime_error("no"); });
  EXPECT_EQ(result.status, Status::not_run);
  EXPECT_EQ(result.reason, "the solve failed: no");
}

TEST(Status, MemoryThatRunsOutIsSaidWithTheSizes) {
  Result result = rosenbrock().solve({}, [](const IterationRow &) -> bool { throw FactorsTooLarge(2, 16); });
  EXPECT_EQ(result.status, Status::not_run);
  EXPECT_EQ(
      result.reason,
      "the solve ran out of memory, as the factors of a matrix of order 2 take 1.6e-05 MB: the problem has "
      "2 variables, 0 rows with 0 entries and 3 second derivatives; use `lbfgsb` or `newton_cg`, which "
      "need no matrix");
  result = rosenbrock().solve({}, [](const IterationRow &) -> bool { throw std::bad_alloc(); });
  EXPECT_EQ(result.reason.find("the solve ran out of memory: the problem has 2 variables"), 0u);
}

TEST(Status, Spelling) {
  const char *names[] = {"not_run",    "optimal",    "acceptable",       "infeasible",
                         "unbounded",  "degenerate", "completed",        "iteration_limit",
                         "time_limit", "stalled",    "evaluation_error", "interrupted"};
  for (int k = 0; k < 12; ++k)
    EXPECT_STREQ(toString(Status(k)), names[k]);
}

/// (x^4 + x + y^2)' at the start is 4e9 + 1, so the objective is scaled by 2.5e-8, and complementarity 1e-6
/// in the user's units is 2.5e-14 in the solver's, far below tol. At (1, 2): z = (5, 4), of mean 4.5 < 100.
TEST(Tolerance, ComplementarityIsReachedInTheUsersUnits) {
  HandWrittenProblem problem{[](P x) { return square(square(x[0])) + x[0] + square(x[1]); },
                             {1000, 500},
                             {},
                             {1, 2},
                             {infinite, infinite}};
  InteriorPointOptions options;
  for (double tol : {1e-6, 1e-3}) {
    options.compl_inf_tol = tol;
    Result result = problem.solve(options);
    ASSERT_EQ(result.status, Status::optimal) << result.reason;
    EXPECT_LE(result.complementarity, tol);
    EXPECT_NEAR(result.objective, 6, 2 * tol + 1e-8); // the gap of two bounds
    EXPECT_NEAR(result.reduced_cost[0], 5, 1e-3);
    EXPECT_NEAR(result.reduced_cost[1], 4, 1e-3);
  }
}

// ---- conventions of results
// --------------------------------------------------------------------------------

TEST(Dual, IsTheChangeOfTheOptimumPerChangeOfTheBound) {
  const double h = 1e-4;
  auto objective = [](auto change) {
    HandWrittenProblem problem = hs71();
    change(problem);
    return problem.solve().objective;
  };
  Result result = hs71().solve();
  for (size_t i = 0; i < 2; ++i) {
    auto shifted = [&](double by) {
      return objective([&](HandWrittenProblem &p) { p.rows[i].lower += by, p.rows[i].upper += by; });
    };
    EXPECT_NEAR(result.dual[i], (shifted(h) - shifted(-h)) / (2 * h), 1e-5);
  }
  auto lowered = [&](double by) { return objective([&](HandWrittenProblem &p) { p.lower[0] += by; }); };
  EXPECT_NEAR(result.reduced_cost[0], (lowered(h) - lowered(-h)) / (2 * h), 1e-5);
  EXPECT_GT(result.dual[0], 0);         // min f, c >= 25
  EXPECT_GT(result.reduced_cost[0], 0); // x >= 1
}

TEST(Dual, OfAnUpperBoundIsNegative) {
  HandWrittenProblem problem{[](P x) { return -3 * x[0] - 2 * x[1]; },
                             {0, 0},
                             {{[](P x) { return x[0] + x[1]; }, -infinite, 4}},
                             {0, 0},
                             {3, 5}};
  Result result = problem.solve();
  EXPECT_NEAR(result.objective, -11, 1e-6);
  EXPECT_NEAR(result.dual[0], -2, 1e-6);
  EXPECT_NEAR(result.reduced_cost[0], -1, 1e-6);
  EXPECT_NEAR(result.reduced_cost[1], 0, 1e-6);
}

TEST(Result, LinearProgram) { // a textbook blending problem with the vertex (2, 6)
  HandWrittenProblem problem{[](P x) { return -3 * x[0] - 5 * x[1]; },
                             {0, 0},
                             {{[](P x) { return x[0]; }, -infinite, 4},
                              {[](P x) { return 2 * x[1]; }, -infinite, 12},
                              {[](P x) { return 3 * x[0] + 2 * x[1]; }, -infinite, 18}},
                             {0, 0}};
  Result result = problem.solve();
  EXPECT_NEAR(result.objective, -36, 1e-6);
  EXPECT_NEAR(result.x[0], 2, 1e-6);
  EXPECT_NEAR(result.x[1], 6, 1e-6);
  EXPECT_NEAR(result.dual[0], 0, 1e-6);
  EXPECT_NEAR(result.dual[1], -1.5, 1e-6);
  EXPECT_NEAR(result.dual[2], -1, 1e-6);
}

TEST(Result, FixedVariablesAreConstantsWithAReducedCost) {
  HandWrittenProblem problem = hs71();
  problem.lower[3] = problem.upper[3] = 1.5;
  Result result = problem.solve();
  ASSERT_EQ(result.status, Status::optimal);
  EXPECT_EQ(result.x[3], 1.5);
  const double h = 1e-4;
  auto at = [&](double value) {
    problem.lower[3] = problem.upper[3] = value;
    return problem.solve().objective;
  };
  EXPECT_NEAR(result.reduced_cost[3], (at(1.5 + h) - at(1.5 - h)) / (2 * h), 1e-5);
}

TEST(Result, AllVariablesFixed) {
  HandWrittenProblem problem{
      [](P x) { return square(x[0]); }, {7}, {{[](P x) { return x[0]; }, -infinite, infinite}}, {2}, {2}};
  Result result = problem.solve();
  EXPECT_EQ(result.status, Status::optimal);
  EXPECT_EQ(result.objective, 4);
  EXPECT_EQ(result.reduced_cost[0], 4);
}

TEST(Result, NoVariablesAtAll) {
  HandWrittenProblem problem{[](P) { return Taylor(3); }, {}};
  Result result = problem.solve();
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_EQ(result.objective, 3);
  problem.rows = {{[](P) { return Taylor(1); }, 2, 2}};
  EXPECT_EQ(problem.solve().status, Status::infeasible);
}

TEST(Result, RowsWithoutBoundsAreValuesOnly) {
  HandWrittenProblem problem = hs71();
  Result before = problem.solve();
  problem.rows.push_back({[](P x) { return exp(x[0]) * x[1]; }, -infinite, infinite});
  Result result = problem.solve();
  EXPECT_EQ(result.iterations, before.iterations);
  EXPECT_DOUBLE_EQ(result.objective, before.objective);
  EXPECT_NEAR(result.c[2], std::exp(result.x[0]) * result.x[1], 1e-6);
  EXPECT_EQ(result.dual[2], 0);
}

TEST(Result, DependentEquationsAreNoObstacle) {
  HandWrittenProblem problem{
      [](P x) { return pow(x[0], 4) + square(x[1]); },
      {3, -1},
      {{[](P x) { return x[0] + x[1]; }, 1, 1}, {[](P x) { return 2 * x[0] + 2 * x[1]; }, 2, 2}}};
  Result result = problem.solve();
  ASSERT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(4 * std::pow(result.x[0], 3), 2 * result.x[1], 1e-6);
  EXPECT_NEAR(result.dual[0] + 2 * result.dual[1], 2 * result.x[1], 1e-6);
}

TEST(Result, RangesAreOneRow) {
  HandWrittenProblem problem{[](P x) { return square(x[0] - 3) + square(x[1]); },
                             {0, 0},
                             {{[](P x) { return x[0] + x[1]; }, -1, 1}}};
  Result result = problem.solve();
  EXPECT_NEAR(result.x[0], 2, 1e-6);
  EXPECT_NEAR(result.x[1], -1, 1e-6);
  EXPECT_NEAR(result.dual[0], -2, 1e-6);
}

TEST(Result, ValuesThatAreNotFiniteShortenTheStep) {
  HandWrittenProblem problem{
      [](P x) { return x[0] - log(x[0]); }, {20}, {{[](P x) { return sqrt(x[0] - 0.5); }, -infinite, 10}}};
  Result result = problem.solve();
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_NEAR(result.x[0], 1, 1e-6);
}

TEST(Result, WarmStartSavesIterations) {
  HandWrittenProblem problem = hs71();
  Result cold = problem.solve();
  WarmStart warm{cold.x, cold.dual, cold.reduced_cost};
  Result again = problem.solve({}, {}, nullptr, &warm);
  EXPECT_EQ(again.status, Status::optimal);
  EXPECT_NEAR(again.objective, cold.objective, 1e-7);
  EXPECT_LE(again.iterations, 4);
  problem.rows[0].lower = 25.5;
  Result moved = problem.solve({}, {}, nullptr, &warm);
  EXPECT_EQ(moved.status, Status::optimal);
  EXPECT_LT(moved.iterations, problem.solve().iterations);
  warm.x.pop_back(); // not this problem's: ignored
  EXPECT_EQ(problem.solve({}, {}, nullptr, &warm).iterations, problem.solve().iterations);
}

TEST(Result, SolvesAreRepeatable) {
  LuksanVlcek problem(200);
  Result first = solve(problem.table, problem.instance(), nullptr, InteriorPointOptions{}, {});
  Result second = solve(problem.table, problem.instance(), nullptr, InteriorPointOptions{}, {});
  EXPECT_EQ(first.x, second.x);
  EXPECT_EQ(first.dual, second.dual);
}

// ---- options and reports ---------------------------------------------------------------------------------

TEST(Options, AreSetByName) {
  InteriorPointOptions options;
  EXPECT_EQ(setOption(options, "ipm", "tol", 1e-6), "");
  EXPECT_EQ(options.tol, 1e-6);
  EXPECT_EQ(setOption(options, "ipm", "max_iter", std::string("20")), "");
  EXPECT_EQ(options.max_iter, 20);
  EXPECT_EQ(setOption(options, "ipm", "warm", std::string("true")), "");
  EXPECT_TRUE(options.warm);
  EXPECT_EQ(setOption(options, "ipm", "barrier", std::string("adaptive")), "");
  EXPECT_EQ(options.barrier, Barrier::adaptive);
}

TEST(Options, RefusalsAreSentences) {
  InteriorPointOptions options;
  EXPECT_EQ(setOption(options, "ipm", "mu_init", 0),
            "option `mu_init` is 0, expected 1e-12 to 1e+12 (first barrier parameter, mu_0)");
  EXPECT_EQ(setOption(options, "ipm", "max_iter", 2.5),
            "option `max_iter` is 2.5, expected a whole number from 0 to 1e+09 (iterations)");
  EXPECT_EQ(setOption(options, "ipm", "tol", std::string("tight")),
            "option `tol` is `tight`, expected a number (scaled optimality error to reach, epsilon_tol)");
  EXPECT_TRUE(
      contains(setOption(options, "ipm", "tool", 1), "`ipm` has no option `tool`; its options are tol, "));
  EXPECT_NE(setOption(options, "ipm", "tol", std::numeric_limits<double>::quiet_NaN()), "");
  EXPECT_TRUE(contains(setOption(options, "ipm", "barrier", std::string("fast")),
                       "option `barrier` is `fast`, expected monotone or adaptive ("));
  EXPECT_TRUE(contains(setOption(options, "ipm", "barrier", 2), "option `barrier` is 2, expected monotone"));
  EXPECT_EQ(options.max_iter, InteriorPointOptions{}.max_iter);
}

TEST(Options, RegistryListsThem) {
  const SolverRow *row = solverNamed("ipm");
  ASSERT_EQ(row, &solvers().front());
  EXPECT_EQ(row->check("tol", 1e-6), "");
  EXPECT_NE(row->check("tol", -1), "");
  EXPECT_EQ(row->options().size(), optionRows(InteriorPointOptions{}).size());
  EXPECT_TRUE(contains(row->help(), "max_iter"));
  EXPECT_EQ(solverNamed("simplex"), nullptr);
}

TEST(Report, SummaryAndTable) {
  std::vector<std::string> lines;
  Result result = hs71().solve({}, [&](const IterationRow &row) {
    lines.push_back(iterationLine(row));
    return true;
  });
  ASSERT_EQ(lines.size(), size_t(result.iterations) + 1);
  for (const std::string &line : lines)
    EXPECT_EQ(line.size(), iterationHeader().size());
  std::string text = summary(result);
  EXPECT_TRUE(contains(text, "optimal: optimality error"));
  EXPECT_TRUE(contains(text, "objective     17.0140173") || contains(text, "objective     17.0140172"))
      << text;
}

} // namespace
} // namespace costate::rt
