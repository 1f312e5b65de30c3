// Which rows and variables count, and what is said about them.
#include "runtime/problem/Structure.h"
#include "tests/runtime/HandWrittenProblem.h"

#include <gtest/gtest.h>

namespace costate::rt {
namespace {

using Numbers = std::vector<int32_t>;
using P = const Point &;

HandWrittenProblem::Row equation(std::vector<double> slopes) {
  return HandWrittenProblem::linear(std::move(slopes), 1, 1);
}

Structure structureOf(HandWrittenProblem &problem) {
  problem.build();
  return rt::structureOf(problem.table, problem.instance());
}

std::vector<std::string> warnings(HandWrittenProblem &problem, bool hasObjective) {
  auto name = [](const char *kind) { return [kind](int64_t k) { return kind + std::to_string(k); }; };
  return structureWarnings(structureOf(problem), hasObjective, name("c"), name("x"));
}

Taylor nothing(P) { return 0; }

TEST(Structure, CountsEquationsInVariablesThatAreNotFixed) {
  HandWrittenProblem problem{nothing,
                             {0, 0, 0},
                             {equation({1, 0, 1}),                             // the second entry is none
                              HandWrittenProblem::linear({1, 1, 1}, 0, 1),     // no equation
                              equation({0, 0, 1}),                             // in a fixed variable only
                              {[](P x) { return x[0] * x[1] * x[2]; }, 0, 0}}, // all of them
                             {-1, -1, 2},
                             {1, 1, 2}};
  Structure structure = structureOf(problem);
  EXPECT_EQ(structure.equations, 2);
  EXPECT_EQ(structure.variables, 2);
  EXPECT_EQ(structure.rank, 2);
  EXPECT_TRUE(warnings(problem, false).empty());
}

TEST(Structure, NumbersArePlacesInTheProblem) {
  HandWrittenProblem problem{nothing,
                             {0, 0, 0, 0},
                             {HandWrittenProblem::linear({1, 1, 1, 1}, 0, 9), equation({0, 1, 0, 0}),
                              equation({0, 0, 1, 1}), equation({0, 2, 0, 0})},
                             {3, -9, -9, -9},
                             {3, 9, 9, 9}};
  Structure structure = structureOf(problem);
  EXPECT_EQ(structure.overRows, (Numbers{1, 3}));
  EXPECT_EQ(structure.overVariables, (Numbers{1}));
  EXPECT_EQ(structure.underRows, (Numbers{2}));
  EXPECT_EQ(structure.underVariables, (Numbers{2, 3}));
  EXPECT_EQ(structure.rank, 2);
}

TEST(Structure, TooManyEquationsAreAlwaysSaid) {
  HandWrittenProblem problem{
      nothing, {0, 0, 0}, {equation({1, 1, 0}), equation({1, 2, 0}), equation({2, 1, 0})}};
  std::vector<std::string> said = warnings(problem, true);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0], "3 equations (c0, c1, c2) have only 2 variables (x0, x1): 1 too many");
  problem.rows.push_back(equation({3, 4, 0}));
  problem.rows.push_back(equation({4, 3, 0}));
  EXPECT_EQ(warnings(problem, true)[0],
            "5 equations (c0, c1, c2, c3, ...) have only 2 variables (x0, x1): 3 too many");
}

TEST(Structure, VariablesThatNothingHoldsAreSaidOfSystems) {
  HandWrittenProblem problem{
      nothing, {0, 0, 0}, {equation({1, 1, 0}), equation({1, 2, 0}), equation({2, 1, 0})}};
  std::vector<std::string> said = warnings(problem, false);
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[1], "1 variable (x2) is in only 0 equations: 1 too few");
  problem.rows.pop_back(); // two equations and three variables: a choice is meant
  EXPECT_TRUE(warnings(problem, false).empty());
}

} // namespace
} // namespace costate::rt
