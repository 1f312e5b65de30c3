// The counter-based generator Philox4x32-10 [SMDS11]: a bijection of counters, one for every key.
#pragma once

#include <array>
#include <cstdint>

namespace costate::rt {

using PhiloxWords = std::array<uint32_t, 4>;
using PhiloxKey = std::array<uint32_t, 2>;

/// Four random words. Ten rounds of two 32 by 32 bit products; the multipliers and the steps of the key are
/// those of [SMDS11].
constexpr PhiloxWords philox(PhiloxWords counter, PhiloxKey key) {
  for (int round = 0; round < 10; ++round) {
    uint64_t a = uint64_t(0xD2511F53u) * counter[0], b = uint64_t(0xCD9E8D57u) * counter[2];
    counter = {uint32_t(b >> 32) ^ counter[1] ^ key[0], uint32_t(b), uint32_t(a >> 32) ^ counter[3] ^ key[1],
               uint32_t(a)};
    key[0] += 0x9E3779B9u; // the golden ratio
    key[1] += 0xBB67AE85u; // sqrt(3) - 1
  }
  return counter;
}

/// The seed is the key; index and stream are the counter.
constexpr PhiloxWords philoxBlock(int64_t seed, int64_t stream, int64_t index) {
  auto low = [](int64_t value) { return uint32_t(uint64_t(value)); };
  auto high = [](int64_t value) { return uint32_t(uint64_t(value) >> 32); };
  return philox({low(index), high(index), low(stream), high(stream)}, {low(seed), high(seed)});
}

/// 64 random bits for every index: two of a block.
constexpr uint64_t randomBits(int64_t seed, int64_t stream, int64_t index) {
  PhiloxWords words = philoxBlock(seed, stream, int64_t(uint64_t(index) >> 1));
  return index & 1 ? words[2] | uint64_t(words[3]) << 32 : words[0] | uint64_t(words[1]) << 32;
}

/// An odd multiple of 2^-53: never 0 or 1, and as likely as one minus it.
constexpr double uniformOfBits(uint64_t bits) { return double(bits >> 11 | 1) * 0x1p-53; }

} // namespace costate::rt
