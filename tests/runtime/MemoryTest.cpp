// Memory that is aligned, counted and given back where it runs out; failures of which the first is kept.
#include "costate/rt/Functions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <thread>
#include <vector>

namespace {

TEST(Memory, IsAlignedAndCounted) {
  int64_t before = costate_live_bytes();
  std::vector<void *> blocks;
  for (int64_t bytes : {0, 1, 63, 64, 65, 1000}) {
    blocks.push_back(costate_allocate(bytes));
    EXPECT_EQ(uintptr_t(blocks.back()) % 64, 0u);
    std::memset(blocks.back(), 1, size_t(std::max<int64_t>(bytes, 64)));
  }
  EXPECT_EQ(costate_live_bytes() - before, 1193);
  for (void *block : blocks)
    costate_release(block);
  costate_release(nullptr);
  EXPECT_EQ(costate_live_bytes(), before);
}

/// Allocates three blocks, releases the second, then asks for what there is not.
void exhaust(void *huge) {
  costate_allocate(100);
  void *second = costate_allocate(200);
  costate_allocate(300);
  costate_release(second);
  costate_release(costate_allocate(*static_cast<int64_t *>(huge)));
}

TEST(Memory, ThatRunsOutIsAFailureAndLeaksNothing) {
  int64_t before = costate_live_bytes();
  for (int64_t huge : {int64_t(-8), int64_t(1) << 48, int64_t(1) << 62}) {
    costate_failure failure{};
    EXPECT_EQ(costate_run(exhaust, &huge, &failure), 0);
    EXPECT_EQ(failure.code, COSTATE_OUT_OF_MEMORY);
    EXPECT_EQ(failure.values[0], double(huge));
    EXPECT_EQ(failure.values[1] - double(before), 400);
    EXPECT_EQ(costate_live_bytes(), before);
  }
}

void keepOne(void *kept) { *static_cast<void **>(kept) = costate_allocate(5); }

void runInside(void *kept) {
  keepOne(kept);
  int64_t huge = int64_t(1) << 62;
  costate_failure failure{};
  EXPECT_EQ(costate_run(exhaust, &huge, &failure), 0);
}

TEST(Memory, OfASuccessfulRunStaysUntilItIsReleased) {
  int64_t before = costate_live_bytes();
  costate_failure failure{};
  void *kept = nullptr;
  EXPECT_EQ(costate_run(runInside, &kept, &failure), 1); // the inner run ends alone
  EXPECT_EQ(failure.code, COSTATE_NO_FAILURE);
  EXPECT_EQ(costate_live_bytes() - before, 5);
  std::thread([&] { costate_release(kept); }).join();
  EXPECT_EQ(costate_live_bytes(), before);
}

/// 100 and 300 bytes at once after 100 and 200.
void inSteps(void *) {
  void *first = costate_allocate(100), *second = costate_allocate(200);
  costate_release(second);
  void *third = costate_allocate(300);
  costate_release(first), costate_release(third);
}

TEST(Memory, OfARunIsKnownAfterwards) {
  costate_failure failure{};
  EXPECT_EQ(costate_run(inSteps, nullptr, &failure), 1);
  costate_memory_use use = costate_last_use();
  EXPECT_EQ(use.blocks, 3);
  EXPECT_EQ(use.bytes, 600);
  EXPECT_EQ(use.most, 400);
}

TEST(Failure, KeepsTheFirst) {
  costate_failure failure{};
  costate_at(&failure, 7);
  costate_fail(&failure, COSTATE_OUTSIDE, 8, 12, 10);
  costate_at(&failure, 9);
  costate_fail(&failure, COSTATE_SIZES_DIFFER, 9, 1, 2);
  EXPECT_EQ(failure.code, COSTATE_OUTSIDE);
  EXPECT_EQ(failure.place, 8);
  EXPECT_EQ(failure.values[0], 12);
  EXPECT_EQ(failure.values[1], 10);
  EXPECT_STREQ(failure.text, "position 12 is outside of an array of 10 entries");
}

} // namespace
