// Which addends of a finite sum a step reads.
#pragma once

#include <cstdint>
#include <vector>

namespace costate::rt {

/// Every epoch is a permutation of the addends, by seed and number of the epoch alone, cut into batches of
/// one size; what is left over is the last batch. Of endless addends, draws of random numbers, every batch is
/// `size` others, by seed and step alone, and none of the first `addends`.
class Batches {
public:
  /// size 0, or at least `addends` where these are not endless: no batches.
  Batches(int64_t addends, bool isEndless, int64_t size, int64_t seed);

  explicit operator bool() const { return size > 0; }
  /// 1 without batches.
  int64_t stepsPerEpoch() const { return size > 0 ? (addends + size - 1) / size : 1; }
  bool endsEpoch(int64_t steps) const { return steps % stepsPerEpoch() == 0; }
  /// The addends of step 0, 1, ...
  const std::vector<int64_t> &of(int64_t step);

private:
  const std::vector<int64_t> &drawn(int64_t step);

  int64_t addends;
  bool isEndless;
  int64_t size, seed;
  int64_t epoch = -1; // of `order`
  std::vector<int64_t> order, batch;
};

} // namespace costate::rt
