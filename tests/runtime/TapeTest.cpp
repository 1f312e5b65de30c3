// Tapes: states bit by bit, and as few steps as theory allows.
#include "costate/rt/Functions.h"
#include "runtime/numeric/Binomial.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>
#include <vector>

namespace costate::rt {
namespace {

using State = std::vector<uint64_t>;

/// Every word depends on t and on all words before.
void step(int64_t t, const uint64_t *state, uint64_t *next, int64_t words) {
  uint64_t carry = uint64_t(t) + 1;
  for (int64_t k = 0; k < words; ++k)
    next[k] = carry = (state[k] ^ carry) * 6364136223846793005u + 1442695040888963407u;
}

/// A loop with copies of its states, beside a tape that has to give them back.
struct Loop {
  Loop(int64_t n, int64_t words, bool isKnown, int64_t snapshots) : n(n), words(words) {
    tape = costate_tape_begin(isKnown ? n : -1, words * 8, snapshots);
    auto *state = static_cast<uint64_t *>(costate_tape_start(tape));
    std::fill_n(state, words, 0x9e3779b97f4a7c15u);
    for (int64_t t = 0; t < n; ++t) {
      states.emplace_back(state, state + words);
      state = next(t, state);
    }
    costate_tape_end(tape, n);
  }
  ~Loop() { costate_tape_release(tape); }

  uint64_t *next(int64_t t, const uint64_t *state) {
    auto *result = static_cast<uint64_t *>(costate_tape_next(tape, t));
    step(t, state, result, words);
    ++steps;
    return result;
  }

  /// Reads all states, last first; false where one differs.
  bool unwind() {
    for (int64_t t = costate_tape_steps(tape) - 1; t >= 0; --t)
      if (!visit(t))
        return false;
    return true;
  }

  bool visit(int64_t t) {
    int64_t u = costate_tape_seek(tape, t);
    auto *state = static_cast<const uint64_t *>(costate_tape_state(tape, u));
    for (; u < t; ++u)
      state = next(u, state);
    return std::equal(state, state + words, states[size_t(t)].begin());
  }

  int64_t n, words, steps = 0;
  costate_tape *tape;
  std::vector<State> states;
};

/// Steps of recording and one reading.
int64_t stepsOf(int64_t n, bool isKnown, int64_t snapshots) {
  Loop loop(n, 1, isKnown, snapshots);
  EXPECT_TRUE(loop.unwind()) << n << " " << snapshots;
  return loop.steps;
}

TEST(Tape, TakesThePublishedNumbersOfSteps) {
  // Chains of l steps, whose last one follows the loop: [GW00] theorem 3 and the numbers of revolve.
  struct {
    int64_t l, s, steps;
  } published[] = {{10, 3, 15}, {50, 5, 122}, {100, 5, 316}, {100, 10, 222}, {200, 10, 522}, {500, 20, 1247}};
  for (auto [l, s, steps] : published) {
    EXPECT_EQ(reversalSteps(l, s), steps);
    EXPECT_EQ(stepsOf(l - 1, true, s), steps) << l << " " << s;
  }
}

/// By the definition: the least over all places of the next snapshot.
std::vector<std::vector<int64_t>> leastSteps(int64_t length, int64_t snapshots) {
  std::vector<std::vector<int64_t>> least(size_t(snapshots) + 1, std::vector<int64_t>(size_t(length) + 1, 0));
  for (int64_t s = 1; s <= snapshots; ++s)
    for (int64_t l = 2; l <= length; ++l) {
      least[s][l] = l * (l - 1) / 2;
      for (int64_t k = 1; k < l && s > 1; ++k)
        least[s][l] = std::min(least[s][l], k + least[s][k] + least[s - 1][l - k]);
    }
  return least;
}

TEST(Tape, TakesTheLeastStepsOfAllPlans) {
  auto least = leastSteps(60, 12);
  for (int64_t s = 1; s <= 12; ++s)
    for (int64_t l = 1; l <= 60; ++l) {
      EXPECT_EQ(reversalSteps(l, s), least[s][l]) << l << " " << s;
      EXPECT_EQ(stepsOf(l - 1, true, s), least[s][l]) << l << " " << s;
    }
}

TEST(Tape, StaysNearTheLeastStepsWhereTheLengthIsNotKnown) {
  double worst = 0; // 1.5 is where it tends to at n = (s + 2)! / (s! 2!) for large s
  for (int64_t s : {2, 3, 4, 5, 8, 12, 20, 40})
    for (int64_t n = 1; n <= 700; n += n < 100 ? 1 : 37)
      worst = std::max(worst, double(stepsOf(n, false, s)) / double(reversalSteps(n + 1, s)));
  EXPECT_LE(worst, 1.5);
}

TEST(Tape, IsReadTwice) {
  for (bool isKnown : {true, false})
    for (int64_t s : {1, 3, 10, 100}) {
      Loop loop(100, 3, isKnown, s);
      EXPECT_TRUE(loop.unwind());
      int64_t first = loop.steps;
      EXPECT_TRUE(loop.unwind());
      if (s == 100) {
        EXPECT_EQ(loop.steps, 100); // nothing is computed again
      } else if (isKnown) {
        EXPECT_EQ(loop.steps - first, reversalSteps(100, s));
      }
    }
}

TEST(Tape, FindsStatesInAnyOrder) {
  for (bool isKnown : {true, false}) {
    Loop loop(50, 2, isKnown, 6);
    for (int64_t t : {3, 49, 20, 20, 21, 0, 49, 48, 7})
      EXPECT_TRUE(loop.visit(t)) << t;
  }
}

TEST(Tape, HoldsEveryStateWithinTheBudget) {
  EXPECT_EQ(stepsOf(100000, true, 0), 100000);
  EXPECT_EQ(stepsOf(100000, false, 0), 100000);
}

TEST(Tape, TakesItsBudgetFromTheEnvironment) {
  setenv("COSTATE_TAPE_BYTES", "6400", 1);
  int64_t before = costate_live_bytes();
  {
    Loop loop(1000, 8, true, 0); // 64 bytes and their entry of 24: 72 snapshots
    EXPECT_TRUE(loop.unwind());
    EXPECT_EQ(loop.steps, reversalSteps(1001, 72));
    EXPECT_LE(costate_live_bytes() - before, 6400 + 1024);
  }
  unsetenv("COSTATE_TAPE_BYTES");
  EXPECT_EQ(costate_live_bytes(), before);
}

TEST(Tape, OfNoStepsHasNoStates) {
  for (bool isKnown : {true, false}) {
    Loop loop(0, 1, isKnown, 0);
    EXPECT_EQ(costate_tape_steps(loop.tape), 0);
    EXPECT_TRUE(loop.unwind());
  }
}

/// Nothing is copied: a state is read where it was written.
TEST(Tape, GivesStatesWhereTheyWereWritten) {
  constexpr int64_t n = 300;
  for (bool isKnown : {true, false}) {
    costate_tape *tape = costate_tape_begin(isKnown ? n : -1, 512, 0);
    std::vector<void *> places{costate_tape_start(tape)};
    for (int64_t t = 0; t < n; ++t)
      places.push_back(costate_tape_next(tape, t));
    costate_tape_end(tape, n);
    for (int64_t t = n - 1; t >= 0; --t) {
      ASSERT_EQ(costate_tape_seek(tape, t), t);
      ASSERT_EQ(costate_tape_state(tape, t), places[size_t(t)]) << t;
    }
    costate_tape_release(tape);
  }
}

TEST(Tape, AlignsLargeStates) {
  Loop loop(20, 9, true, 4); // 72 bytes
  for (int64_t t = 19; t >= 0; --t)
    EXPECT_EQ(uintptr_t(costate_tape_state(loop.tape, costate_tape_seek(loop.tape, t))) % 64, 0u);
}

TEST(Tape, HoldsAllStatesSideBySideIfTheyFit) {
  constexpr int64_t mebibyte = int64_t(1) << 20;
  for (auto [n, bytes, fits] : {std::tuple{int64_t(10), int64_t(24), true},
                                {16 * mebibyte / 64 - 1, int64_t(64), true},
                                {16 * mebibyte / 64, int64_t(64), false},
                                {int64_t(-1), int64_t(8), false}}) {
    costate_tape *tape = costate_tape_begin(n, bytes, 0);
    void *states = costate_tape_all(tape, bytes);
    EXPECT_EQ(states != nullptr, fits) << n << " of " << bytes;
    costate_tape_restart(tape);
    EXPECT_EQ(costate_tape_all(tape, bytes), states);
    EXPECT_EQ(costate_tape_steps(tape), n);
    costate_tape_release(tape);
  }
}

TEST(Tape, RecordsAgainAfterARestart) {
  for (bool isKnown : {true, false})
    for (int64_t snapshots : {3, 0}) {
      Loop loop(40, 2, isKnown, snapshots);
      ASSERT_TRUE(loop.unwind());
      costate_tape_restart(loop.tape);
      auto *state = static_cast<uint64_t *>(costate_tape_start(loop.tape));
      std::copy_n(loop.states[0].begin(), 2, state);
      for (int64_t t = 0; t < loop.n; ++t)
        state = loop.next(t, state);
      costate_tape_end(loop.tape, loop.n);
      EXPECT_TRUE(loop.unwind()) << isKnown << " " << snapshots;
    }
}

} // namespace
} // namespace costate::rt
