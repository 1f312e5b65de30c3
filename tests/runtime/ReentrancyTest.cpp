// Solves in two threads at a time: the results of one. ThreadSanitizer runs this file alone, too.
#include "tests/runtime/HandWrittenProblem.h"
#include "tests/runtime/LuksanVlcek.h"
#include "tests/runtime/RandomQuadratic.h"

#include <gtest/gtest.h>

#include <thread>

namespace costate::rt {
namespace {

/// Problem `number`: linear and quadratic ones of every outcome, one with a restoration-prone start, a chain.
Result solveNumbered(unsigned number) {
  if (number % 10 == 0)
    return hs71().solve();
  if (number % 10 == 1) {
    LuksanVlcek chain(20 + number % 7);
    return solve(chain.table, chain.instance(), nullptr, InteriorPointOptions{}, {});
  }
  return RandomQuadratic(number).solve();
}

TEST(Reentrancy, AThousandProblemsInTwoThreads) {
  constexpr unsigned problems = 500; // each of them in both threads
  std::vector<Result> results[2];
  auto work = [&](int which) {
    for (unsigned number = 0; number < problems; ++number)
      results[which].push_back(solveNumbered(which == 0 ? number : problems - 1 - number));
  };
  std::thread other(work, 1);
  work(0);
  other.join();
  for (unsigned number = 0; number < problems; ++number) {
    const Result &a = results[0][number], &b = results[1][problems - 1 - number];
    EXPECT_EQ(a.status, b.status) << number;
    EXPECT_EQ(a.iterations, b.iterations) << number;
    EXPECT_EQ(a.x, b.x) << number;
  }
}

} // namespace
} // namespace costate::rt
