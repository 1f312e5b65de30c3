// Random numbers: the published vectors of Philox, the distributions by their moments and by chi-square,
// quantiles by high precision.
#include "costate/rt/Functions.h"
#include "runtime/numeric/Philox.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

namespace costate::rt {
namespace {

TEST(Philox, GivesTheVectorsOfItsAuthors) { // kat_vectors of Random123, philox4x32 with 10 rounds
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (PhiloxWords{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}),
            (PhiloxWords{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (PhiloxWords{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

/// Draws of one operation: seed and stream, further operands, the result.
template <typename Result>
std::vector<Result> draw(costate_operation operation, int64_t seed, int64_t stream, int64_t n,
                         std::vector<double> operand = {}, costate_failure *failure = nullptr) {
  std::vector<Result> drawn(static_cast<size_t>(n));
  costate_failure none{};
  std::vector<void *> arrays = {&seed, &stream};
  std::vector<int64_t> sizes;
  if (!operand.empty()) {
    arrays.push_back(operand.data());
    sizes.push_back(int64_t(operand.size()));
  }
  arrays.push_back(drawn.data());
  sizes.push_back(n);
  operation(arrays.data(), sizes.data(), failure ? failure : &none);
  EXPECT_EQ(none.code, COSTATE_NO_FAILURE) << none.text;
  return drawn;
}

std::vector<int64_t> choose(int64_t seed, int64_t n, int64_t k, costate_failure *failure) {
  std::vector<int64_t> chosen(static_cast<size_t>(k));
  int64_t stream = 0;
  void *arrays[] = {&seed, &stream, &n, chosen.data()};
  costate_random_choice(arrays, &k, failure);
  return chosen;
}

/// Sum of (seen - expected)^2 / expected; of `counts.size() - 1` degrees of freedom.
double chiSquare(const std::vector<int64_t> &counts, const std::vector<double> &expected) {
  double sum = 0;
  for (size_t i = 0; i < counts.size(); ++i)
    sum += (double(counts[i]) - expected[i]) * (double(counts[i]) - expected[i]) / expected[i];
  return sum;
}

/// 4 standard deviations off the mean: seeds are fixed, so what passes once always does.
void expectPlausible(double chi, double freedom) { EXPECT_NEAR(chi, freedom, 4 * std::sqrt(2 * freedom)); }

TEST(Random, UniformNumbersFillTheUnitInterval) {
  constexpr int64_t n = 1 << 20, bins = 1024;
  for (int64_t seed : {0, 1, -1}) {
    std::vector<double> u = draw<double>(costate_random_uniform, seed, 5, n);
    std::vector<int64_t> counts(bins), pairs(bins);
    for (int64_t i = 0; i < n; ++i) {
      EXPECT_TRUE(u[i] > 0 && u[i] < 1);
      ++counts[size_t(u[i] * bins)];
      if (i % 2 == 1)
        ++pairs[size_t(u[i] * 32) * 32 + size_t(u[i - 1] * 32)];
    }
    expectPlausible(chiSquare(counts, std::vector<double>(bins, double(n) / bins)), bins - 1);
    expectPlausible(chiSquare(pairs, std::vector<double>(bins, double(n) / 2 / bins)), bins - 1);
  }
}

TEST(Random, LowBitsAreAsRandomAsHighOnes) {
  constexpr int64_t n = 1 << 18;
  std::vector<int64_t> ones(52);
  for (double u : draw<double>(costate_random_uniform, 3, 4, n))
    for (size_t bit = 0; bit < 52; ++bit)
      ones[bit] += int64_t(u * 0x1p53) >> (bit + 1) & 1;
  for (int64_t count : ones)
    EXPECT_NEAR(double(count), n / 2, 4 * std::sqrt(n) / 2);
}

TEST(Random, UniformNumbersNeverReachTheirEnds) {
  EXPECT_EQ(uniformOfBits(0), 0x1p-53);
  EXPECT_EQ(uniformOfBits(~uint64_t(0)), 1 - 0x1p-53);
}

TEST(Random, StreamsAndSeedsDoNotCorrelate) {
  constexpr int64_t n = 100000;
  auto of = [](int64_t seed, int64_t stream) { return draw<double>(costate_random_normal, seed, stream, n); };
  std::vector<std::vector<double>> all = {of(1, 0), of(2, 0), of(1, 1), of(1, costate_stream(1, 0, 0)),
                                          of(1, costate_stream(1, 0, 1))};
  for (size_t a = 0; a < all.size(); ++a)
    for (size_t b = 0; b < a; ++b) {
      double product = 0;
      for (size_t i = 0; i < n; ++i)
        product += all[a][i] * all[b][i];
      EXPECT_LE(std::abs(product), 4 * std::sqrt(n)) << a << " " << b;
    }
}

TEST(Random, NormalNumbersHaveTheMomentsOfTheirDistribution) {
  constexpr int64_t n = 1 << 20;
  double sums[5] = {};
  for (double x : draw<double>(costate_random_normal, 11, 0, n))
    for (int k = 1; k <= 4; ++k)
      sums[k] += std::pow(x, k) / n;
  // Variances of x, x^2, x^3, x^4 are 1, 2, 15, 96.
  EXPECT_NEAR(sums[1], 0, 4 * std::sqrt(1. / n));
  EXPECT_NEAR(sums[2], 1, 4 * std::sqrt(2. / n));
  EXPECT_NEAR(sums[3], 0, 4 * std::sqrt(15. / n));
  EXPECT_NEAR(sums[4], 3, 4 * std::sqrt(96. / n));
}

TEST(Random, OneNumberIsThatOfTheArray) {
  for (int64_t n : {0, 1, 2, 7}) {
    std::vector<double> u = draw<double>(costate_random_uniform, 8, 9, n);
    std::vector<double> x = draw<double>(costate_random_normal, 8, 9, n);
    for (int64_t i = 0; i < n; ++i) {
      EXPECT_EQ(u[i], costate_uniform(8, 9, i));
      EXPECT_EQ(x[i], costate_normal(8, 9, i));
    }
  }
}

TEST(Random, NormalQuantilesHave16Digits) {
  struct {
    double p, x;
  } table[] = {// 60 digits by mpmath: sqrt(2) erfinv(2p - 1)
               {1e-300, -37.04709629936119923655},  {1e-20, -9.262340089798407579572},
               {0x1p-53, -8.209536151601386855631}, {1e-12, -7.034483825301131932614},
               {1e-05, -4.264890793922824610234},   {0.001, -3.090232306167813535358},
               {0.02, -2.053748910631823044339},    {0.0749, -1.440238267527963663112},
               {0.0751, -1.438825392752539982436},  {0.25, -0.6744897501960817432022},
               {0.4, -0.2533471031357997413247},    {0.6, 0.2533471031357997413247},
               {0.9, 1.281551565544600593487},      {0.975, 1.959963984540053855604},
               {0.999, 3.090232306167813277758}};
  for (auto [p, x] : table)
    EXPECT_NEAR(costate_normal_quantile(p), x, 1e-15 * std::abs(x)) << p;
  EXPECT_EQ(costate_normal_quantile(0.5), 0);
  EXPECT_EQ(costate_normal_quantile(0), -INFINITY);
  EXPECT_EQ(costate_normal_quantile(1), INFINITY);
  EXPECT_TRUE(std::isnan(costate_normal_quantile(-0.1)) && std::isnan(costate_normal_quantile(1.1)));
  EXPECT_TRUE(std::isnan(costate_normal_quantile(NAN)));
}

TEST(Random, NormalQuantilesInvertTheDistribution) {
  for (double p = 1e-9; p < 0.5; p *= 1.01) {
    double x = costate_normal_quantile(p);
    // One ulp of x, and one of the argument of erfc, move p by x^2 ulp each.
    EXPECT_NEAR(std::erfc(-x / std::sqrt(2)) / 2, p, (1 + 2 * x * x) * 5e-16 * p) << p;
  }
}

TEST(Random, BernoulliAndCategoricalDrawsFollowTheirWeights) {
  constexpr int64_t n = 1 << 18;
  std::vector<double> p(n);
  for (size_t i = 0; i < p.size(); ++i)
    p[i] = i % 2 == 0 ? 0.3 : 1;
  std::vector<uint8_t> b = draw<uint8_t>(costate_random_bernoulli, 1, 2, n, p);
  int64_t rare = 0;
  for (size_t i = 0; i < p.size(); i += 2) {
    rare += b[i];
    EXPECT_EQ(b[i + 1], 1);
  }
  EXPECT_NEAR(double(rare), 0.3 * n / 2, 4 * std::sqrt(0.21 * n / 2));

  std::vector<double> weights = {0, 2, 1, 0, 5, 0};
  std::vector<int64_t> counts(weights.size());
  for (int64_t c : draw<int64_t>(costate_random_categorical, 1, 2, n, weights))
    ++counts[size_t(c)];
  EXPECT_EQ(counts[0] + counts[3] + counts[5], 0);
  expectPlausible(chiSquare({counts[1], counts[2], counts[4]}, {n * 2. / 8, n * 1. / 8, n * 5. / 8}), 2);
}

TEST(Random, WeightsThatMeanNothingAreRefused) {
  for (std::vector<double> weights : {std::vector<double>{1, -1}, {1, NAN}, {1, INFINITY}, {0, 0}}) {
    costate_failure failure{};
    EXPECT_EQ(draw<int64_t>(costate_random_categorical, 0, 0, 2, weights, &failure),
              (std::vector<int64_t>{0, 0}));
    EXPECT_EQ(failure.code, COSTATE_BAD_ARGUMENT);
  }
  costate_failure failure{};
  draw<int64_t>(costate_random_categorical, 0, 0, 1, {1, -0.5}, &failure);
  EXPECT_STREQ(failure.text, "weight 2 is -0.5, but weights are finite and not negative");
}

TEST(Random, PermutationsAreAllAsLikely) {
  std::vector<int64_t> counts(24);
  constexpr int64_t n = 24000;
  for (int64_t seed = 0; seed < n; ++seed) {
    std::vector<int64_t> p = draw<int64_t>(costate_random_permutation, seed, 0, 4);
    EXPECT_EQ(std::set<int64_t>(p.begin(), p.end()), (std::set<int64_t>{0, 1, 2, 3}));
    size_t rank = 0; // in the factorial system
    for (size_t i = 0; i < 4; ++i)
      rank =
          rank * (4 - i) + size_t(std::count_if(p.begin() + i, p.end(), [&](int64_t q) { return q < p[i]; }));
    ++counts[rank];
  }
  expectPlausible(chiSquare(counts, std::vector<double>(24, n / 24.)), 23);
}

TEST(Random, AChoiceIsTheBeginningOfAPermutation) {
  costate_failure failure{};
  std::vector<int64_t> p = draw<int64_t>(costate_random_permutation, 6, 0, 1000);
  for (int64_t k : {0, 1, 10, 999, 1000})
    EXPECT_EQ(choose(6, 1000, k, &failure), std::vector<int64_t>(p.begin(), p.begin() + k));
  EXPECT_EQ(failure.code, COSTATE_NO_FAILURE);
  EXPECT_EQ(choose(6, 2, 3, &failure), (std::vector<int64_t>{0, 0, 0}));
  EXPECT_STREQ(failure.text, "3 different numbers below 2 are asked for");
}

} // namespace
} // namespace costate::rt
