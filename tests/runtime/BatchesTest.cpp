// Which addends a step takes.
#include "runtime/solvers/Batches.h"
#include "tests/runtime/FirstOrderProblems.h"

#include <set>

namespace costate::rt {
namespace {

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

} // namespace
} // namespace costate::rt
