#include "runtime/solvers/Batches.h"

#include "costate/rt/Functions.h"
#include "runtime/numeric/Philox.h"

#include <algorithm>
#include <array>

namespace costate::rt {

namespace {

constexpr int64_t purpose = 0x6261746368; // "batch": no stream of the model's own numbers

} // namespace

Batches::Batches(int64_t addends, bool isEndless, int64_t size, int64_t seed)
    : addends(addends), isEndless(isEndless), size(size < addends || isEndless ? size : 0), seed(seed) {}

/// Numbers from 2^61 on: two of 2^61 are hardly ever equal.
const std::vector<int64_t> &Batches::drawn(int64_t step) {
  int64_t stream = costate_stream(seed, purpose, step);
  batch.resize(size_t(size));
  for (int64_t k = 0; k < size; ++k)
    batch[size_t(k)] = int64_t(randomBits(seed, stream, k) >> 3 | uint64_t(1) << 61);
  return batch;
}

const std::vector<int64_t> &Batches::of(int64_t step) {
  if (isEndless)
    return drawn(step);
  int64_t wanted = step / stepsPerEpoch(), begin = step % stepsPerEpoch() * size;
  if (epoch != wanted) {
    int64_t stream = costate_stream(seed, purpose, wanted);
    order.resize(size_t(addends));
    std::array<void *, 3> arrays{&seed, &stream, order.data()};
    costate_failure failure{};
    costate_random_permutation(arrays.data(), &addends, &failure);
    epoch = wanted;
  }
  auto first = order.begin() + begin;
  batch.assign(first, first + std::min(size, addends - begin));
  return batch;
}

} // namespace costate::rt
