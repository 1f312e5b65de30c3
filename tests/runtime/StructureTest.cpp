// Which rows and variables count, and what is said about them.
#include "runtime/problem/Structure.h"
#include "runtime/problem/ListNames.h"
#include "tests/runtime/HandWrittenProblem.h"

#include <gtest/gtest.h>

namespace costate::rt {
namespace {

using Numbers = std::vector<int32_t>;
using Sentences = std::vector<std::string>;
using P = const Point &;

HandWrittenProblem::Row equation(std::vector<double> slopes) {
  return HandWrittenProblem::linear(std::move(slopes), 1, 1);
}

Structure structureOf(HandWrittenProblem &problem) {
  problem.build();
  return rt::structureOf(problem.table, problem.instance());
}

std::vector<std::string> warnings(HandWrittenProblem &problem, bool hasObjective) {
  auto name = [](const char *kind) {
    return [kind](int64_t k) { return "`" + (kind + std::to_string(k)) + "`"; };
  };
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
  ASSERT_EQ(structure.over.size(), 1u);
  EXPECT_EQ(structure.over[0].rows, (Numbers{1, 3}));
  EXPECT_EQ(structure.over[0].variables, (Numbers{1}));
  EXPECT_TRUE(structure.over[0].fixed.empty());
  ASSERT_EQ(structure.under.size(), 1u);
  EXPECT_EQ(structure.under[0].rows, (Numbers{2}));
  EXPECT_EQ(structure.under[0].variables, (Numbers{2, 3}));
  EXPECT_EQ(structure.rank, 2);
}

TEST(Structure, TooManyEquationsAreAlwaysSaid) {
  HandWrittenProblem problem{
      nothing, {0, 0, 0}, {equation({1, 1, 0}), equation({1, 2, 0}), equation({2, 1, 0})}};
  EXPECT_EQ(warnings(problem, true),
            Sentences{"3 equations (`c0`, `c1`, `c2`) have only 2 variables (`x0`, `x1`): remove 1 of these "
                      "equations"});
  problem.rows.push_back(equation({3, 4, 0}));
  problem.rows.push_back(equation({4, 3, 0}));
  EXPECT_EQ(
      warnings(problem, true),
      Sentences{"5 equations (`c0`, `c1`, `c2`, `c3` and 1 more) have only 2 variables (`x0`, `x1`): remove "
                "3 of these equations"});
}

TEST(Structure, EveryConnectedPartIsSaidByItself) { // x0, x1 with three equations; x2 with two
  HandWrittenProblem problem{nothing,
                             {0, 0, 0},
                             {equation({1, 1, 0}), equation({0, 0, 1}), equation({1, 2, 0}),
                              equation({0, 0, 2}), equation({2, 1, 0})}};
  EXPECT_EQ(
      warnings(problem, true),
      (Sentences{
          "3 equations (`c0`, `c2`, `c4`) have only 2 variables (`x0`, `x1`): remove 1 of these equations",
          "2 equations (`c1`, `c3`) have only 1 variable (`x2`): remove 1 of these equations"}));
}

TEST(Structure, FixedVariablesThatCouldBeFreedAreNamed) { // x1 and x2 are fixed, and only x1 is in the part
  HandWrittenProblem problem{nothing,
                             {0, 0, 0, 0},
                             {equation({1, 1, 0, 0}), equation({2, 1, 0, 0}), equation({0, 0, 1, 1})},
                             {-9, 3, 3, -9},
                             {9, 3, 3, 9}};
  EXPECT_EQ(
      warnings(problem, true),
      Sentences{"2 equations (`c0`, `c1`) have only 1 variable (`x0`): remove 1 of these equations or free "
                "the fixed variable (`x1`)"});
}

/// Seven variables with two equations each: five parts are named, of the others 2 * 2 equations and 2
/// variables.
TEST(Structure, ManyPartsAreCounted) {
  HandWrittenProblem problem{nothing, std::vector<double>(7, 0)};
  for (size_t k = 0; k < 14; ++k) {
    std::vector<double> slopes(7, 0);
    slopes[k / 2] = 1;
    problem.rows.push_back(equation(slopes));
  }
  Sentences said = warnings(problem, true);
  ASSERT_EQ(said.size(), 6u);
  EXPECT_EQ(said[4], "2 equations (`c8`, `c9`) have only 1 variable (`x4`): remove 1 of these equations");
  EXPECT_EQ(said[5], "2 more parts have too many equations: 4 equations, 2 variables");
}

TEST(Structure, VariablesThatNothingHoldsAreSaidOfSystems) {
  HandWrittenProblem problem{
      nothing, {0, 0, 0}, {equation({1, 1, 0}), equation({1, 2, 0}), equation({2, 1, 0})}};
  Sentences said = warnings(problem, false);
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[1], "1 variable (`x2`) is in no equation: fix 1 of these variables or add an equation");
  problem.rows.pop_back(); // two equations and three variables: a choice is meant
  EXPECT_TRUE(warnings(problem, false).empty());
}

TEST(ListNames, NeighboursAreRanges) {
  const char *names[] = {"`a[1]`",    "`a[2]`",    "`a[3]`",  "`a[5]`",  "`b[x, 1]`", "`b[x, 2]`",
                         "`b[y, 3]`", "`b[y, 4]`", "`total`", "`c[-1]`", "`c[0]`",    "a sum in `c[1]`"};
  auto listed = [&](Numbers numbers) {
    return listNames(numbers, [&](int64_t k) { return std::string(names[k]); });
  };
  EXPECT_EQ(listed({}), "");
  EXPECT_EQ(listed({0, 1, 2, 3}), "`a[1..3]`, `a[5]`");
  EXPECT_EQ(listed({0, 2}), "`a[1]`, `a[3]`"); // a[2] is not among them
  EXPECT_EQ(listed({4, 5, 6, 7}), "`b[x, 1..2]`, `b[y, 3..4]`");
  EXPECT_EQ(listed({8, 9, 10, 11}), "`total`, `c[-1..0]`, a sum in `c[1]`");
  EXPECT_EQ(listed({0, 1, 2, 3, 5, 7, 8, 9}), "`a[1..3]`, `a[5]`, `b[x, 2]`, `b[y, 4]` and 2 more");
}

} // namespace
} // namespace costate::rt
