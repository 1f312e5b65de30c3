// Random numbers of generated functions: every one is a function of seed, stream and index.
#include "runtime/numeric/Operation.h"
#include "runtime/numeric/Philox.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace costate::rt {
namespace {

/// The first two operands of all operations here.
struct Source {
  explicit Source(Operation &call) : seed(call.integer()), stream(call.integer()) {}
  uint64_t bits(size_t index) const { return randomBits(seed, stream, int64_t(index)); }

  /// f(index, uniform number) for all indices below n; a block gives two of them.
  template <typename F> void each(size_t n, F f) const {
    for (size_t i = 0; i < n; i += 2) {
      PhiloxWords words = philoxBlock(seed, stream, int64_t(i / 2));
      f(i, uniformOfBits(words[0] | uint64_t(words[1]) << 32));
      if (i + 1 < n)
        f(i + 1, uniformOfBits(words[2] | uint64_t(words[3]) << 32));
    }
  }

  int64_t seed, stream;
};

/// Sums of the weights up to each one; empty after a failure.
std::vector<double> cumulative(std::span<const double> weights, Operation &call) {
  for (size_t i = 0; i < weights.size(); ++i)
    if (!(weights[i] >= 0 && weights[i] <= std::numeric_limits<double>::max())) {
      call.fail(COSTATE_BAD_ARGUMENT, {double(i) + 1, weights[i]},
                "weight {} is {}, but weights are finite and not negative", i + 1, weights[i]);
      return {};
    }
  std::vector<double> sums(weights.size());
  std::partial_sum(weights.begin(), weights.end(), sums.begin());
  if (!sums.empty() && sums.back() > 0)
    return sums;
  call.fail(COSTATE_BAD_ARGUMENT, {0}, "the sum of {} weights is 0, but one of them has to be positive",
            sums.size());
  return {};
}

/// The first of the numbers below n in the order of random keys.
void choose(const Source &source, size_t n, std::span<int64_t> chosen) {
  std::vector<std::pair<uint64_t, int64_t>> keys(n);
  for (size_t i = 0; i < n; ++i)
    keys[i] = {source.bits(i), int64_t(i)};
  auto end = keys.begin() + std::ptrdiff_t(chosen.size());
  if (end != keys.end())
    std::nth_element(keys.begin(), end, keys.end());
  std::sort(keys.begin(), end);
  std::transform(keys.begin(), end, chosen.begin(), [](auto &key) { return key.second; });
}

} // namespace
} // namespace costate::rt

using namespace costate::rt;

extern "C" {

int64_t costate_stream(int64_t seed, int64_t stream, int64_t index) {
  PhiloxWords words = philoxBlock(~seed, stream, index); // other keys than those of numbers
  return int64_t(words[0] | uint64_t(words[1]) << 32);
}

double costate_uniform(int64_t seed, int64_t stream, int64_t index) {
  return uniformOfBits(randomBits(seed, stream, index));
}

double costate_normal(int64_t seed, int64_t stream, int64_t index) {
  return costate_normal_quantile(costate_uniform(seed, stream, index));
}

void costate_random_uniform(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  Source source(call);
  auto u = call.realResults(1);
  source.each(u.size(), [&](size_t i, double number) { u[i] = number; });
}

void costate_random_normal(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  Source source(call);
  auto x = call.realResults(1);
  source.each(x.size(), [&](size_t i, double number) { x[i] = costate_normal_quantile(number); });
}

void costate_random_bernoulli(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  Source source(call);
  auto p = call.reals(1);
  auto b = call.truthResults(1);
  source.each(b.size(), [&](size_t i, double number) { b[i] = number < p[i]; });
}

void costate_random_categorical(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  Source source(call);
  auto weights = call.reals(1);
  auto drawn = call.integerResults(1);
  call.run([&] {
    std::vector<double> sums = cumulative(weights, call);
    if (sums.empty())
      return;
    // A product that is rounded up to the last sum means the last category with a weight.
    auto last = std::lower_bound(sums.begin(), sums.end(), sums.back());
    source.each(drawn.size(), [&](size_t i, double number) {
      drawn[i] =
          std::min(last, std::upper_bound(sums.begin(), sums.end(), number * sums.back())) - sums.begin();
    });
  });
}

void costate_random_permutation(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  Source source(call);
  auto p = call.integerResults(1);
  call.run([&] { choose(source, p.size(), p); });
}

void costate_random_choice(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  Source source(call);
  int64_t n = call.integer();
  auto chosen = call.integerResults(1);
  call.run([&] {
    if (n < 0 || chosen.size() > size_t(n))
      call.fail(COSTATE_BAD_ARGUMENT, {double(chosen.size()), double(n)},
                "{} different numbers below {} are asked for", chosen.size(), n);
    else
      choose(source, size_t(n), chosen);
  });
}
}
