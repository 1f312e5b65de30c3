// Random numbers of generated functions: every one is a function of seed, stream and index.
#include "runtime/numeric/Arrays.h"
#include "runtime/numeric/Failure.h"
#include "runtime/numeric/Philox.h"

#include <numeric>
#include <vector>

namespace costate::rt {
namespace {

/// Operands 0 and 1 of all operations here.
struct Source {
  explicit Source(Arrays arrays) : seed(arrays.integer(0)), stream(arrays.integer(1)) {}
  uint64_t bits(int64_t index) const { return randomBits(seed, stream, index); }
  double uniform(int64_t index) const { return uniformOfBits(bits(index)); }

  /// f(index, uniform number) for all indices below n, at one block for two of them.
  template <typename F> void each(int64_t n, F f) const {
    for (int64_t i = 0; i < n; i += 2) {
      PhiloxWords words = philoxBlock(seed, stream, i / 2);
      f(i, uniformOfBits(words[0] | uint64_t(words[1]) << 32));
      if (i + 1 < n)
        f(i + 1, uniformOfBits(words[2] | uint64_t(words[3]) << 32));
    }
  }

  int64_t seed, stream;
};

/// Sums of the weights up to each one; empty after a failure.
std::vector<double> cumulative(std::span<const double> weights, costate_failure *failure) {
  std::vector<double> sums(weights.begin(), weights.end());
  for (size_t i = 0; i < sums.size(); ++i)
    if (!(sums[i] >= 0 && sums[i] <= std::numeric_limits<double>::max())) {
      fail(failure, COSTATE_BAD_ARGUMENT, {double(i) + 1, sums[i]},
           "weight {} is {}, but weights are finite and not negative", i + 1, sums[i]);
      return {};
    }
  std::partial_sum(sums.begin(), sums.end(), sums.begin());
  if (sums.empty() || !(sums.back() > 0)) {
    fail(failure, COSTATE_BAD_ARGUMENT, {0}, "the sum of {} weights is 0, but one of them has to be positive",
         sums.size());
    return {};
  }
  return sums;
}

/// The first `count` of the numbers below n in the order of random keys, or all -1 after a failure.
void choose(const Source &source, int64_t n, int64_t count, int64_t *chosen, costate_failure *failure) {
  if (count > n) {
    fail(failure, COSTATE_BAD_ARGUMENT, {double(count), double(n)},
         "{} different numbers below {} are asked for", count, n);
    std::fill_n(chosen, count, -1);
    return;
  }
  std::vector<std::pair<uint64_t, int64_t>> keys(static_cast<size_t>(n));
  for (int64_t i = 0; i < n; ++i)
    keys[size_t(i)] = {source.bits(i), i};
  if (count < n)
    std::nth_element(keys.begin(), keys.begin() + count, keys.end());
  std::sort(keys.begin(), keys.begin() + count);
  for (int64_t i = 0; i < count; ++i)
    chosen[i] = keys[size_t(i)].second;
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

void costate_random_uniform(void *const *arrays, const int64_t *sizes, costate_failure *) {
  Arrays a{arrays, sizes};
  double *u = a.results(2);
  Source(a).each(sizes[0], [&](int64_t i, double number) { u[i] = number; });
}

void costate_random_normal(void *const *arrays, const int64_t *sizes, costate_failure *) {
  Arrays a{arrays, sizes};
  double *x = a.results(2);
  Source(a).each(sizes[0], [&](int64_t i, double number) { x[i] = costate_normal_quantile(number); });
}

void costate_random_bernoulli(void *const *arrays, const int64_t *sizes, costate_failure *) {
  Arrays a{arrays, sizes};
  const double *p = a.reals(2);
  uint8_t *isTrue = static_cast<uint8_t *>(arrays[3]);
  Source(a).each(sizes[1], [&](int64_t i, double number) { isTrue[i] = number < p[i]; });
}

void costate_random_categorical(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Arrays a{arrays, sizes};
  int64_t *drawn = a.integerResults(3);
  std::vector<double> sums = cumulative(a.row(2, sizes[0]), failure);
  if (sums.empty()) {
    std::fill_n(drawn, sizes[1], -1);
    return;
  }
  Source(a).each(sizes[1], [&](int64_t i, double number) {
    auto place = std::upper_bound(sums.begin(), sums.end(), number * sums.back());
    // Rounding may reach the last sum; the first category of that sum has a weight.
    drawn[i] = (place == sums.end() ? std::lower_bound(sums.begin(), sums.end(), sums.back()) : place) -
               sums.begin();
  });
}

void costate_random_permutation(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Arrays a{arrays, sizes};
  choose(Source(a), sizes[0], sizes[0], a.integerResults(2), failure);
}

void costate_random_choice(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Arrays a{arrays, sizes};
  choose(Source(a), a.integer(2), sizes[0], a.integerResults(3), failure);
}
}
