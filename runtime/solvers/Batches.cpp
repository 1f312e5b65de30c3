#include "runtime/solvers/Batches.h"

#include "costate/rt/Functions.h"

#include <algorithm>
#include <array>

namespace costate::rt {

Batches::Batches(int64_t addends, int64_t size, int64_t seed)
    : addends(addends), size(size < addends ? size : 0), seed(seed) {}

const std::vector<int64_t> &Batches::of(int64_t step) {
  constexpr int64_t purpose = 0x6261746368; // "batch": no stream of the model's own numbers
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
