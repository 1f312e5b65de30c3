// A sparse problem of a thousand and of a hundred thousand variables.
#include "tests/runtime/LuksanVlcek.h"

#include <gtest/gtest.h>

namespace costate::rt {
namespace {

TEST(LargeProblem, LuksanVlcekConvergesInFewIterations) {
  LuksanVlcek problem(1000);
  Result result = solve(problem.table, problem.instance(), nullptr, InteriorPointOptions{}, {});
  EXPECT_EQ(toString(result.status), std::string("optimal")) << result.reason;
  EXPECT_NEAR(result.objective, 6.232458632, 1e-6); // Ipopt 3.14 from the same start
  EXPECT_LE(result.iterations, 12);
  EXPECT_LE(result.primal_infeasibility, 1e-8);
  EXPECT_EQ(result.second_evaluations, result.iterations + 2); // one per point, one for the first multipliers
}

TEST(LargeProblem, IterationsDoNotGrowWithTheSize) {
  LuksanVlcek problem(20000);
  Result result = solve(problem.table, problem.instance(), nullptr, InteriorPointOptions{}, {});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_LE(result.iterations, 12);
}

} // namespace
} // namespace costate::rt
