// Fourier transforms against the sums that define them, in extended precision; convolutions likewise.
#include "runtime/numeric/Fft.h"
#include "tests/runtime/CallOperation.h"

#include <cmath>
#include <complex>
#include <numbers>
#include <random>
#include <thread>

namespace costate::rt {
namespace {

using Long = std::complex<long double>;

std::vector<double> numbers(size_t count, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> values(count);
  for (double &value : values)
    value = normal(random);
  return values;
}

std::vector<Long> turns(int64_t n, int sign) {
  std::vector<Long> roots;
  for (int64_t k = 0; k < n; ++k)
    roots.push_back(
        std::polar(1.0L, sign * 2 * std::numbers::pi_v<long double> * (long double)(k) / (long double)(n)));
  return roots;
}

/// sum_j x[j] exp(sign 2 pi i j k / n)
Long term(const double *x, int64_t n, int64_t k, const std::vector<Long> &roots) {
  Long sum = 0;
  for (int64_t j = 0; j < n; ++j)
    sum += Long(x[2 * j], x[2 * j + 1]) * roots[size_t(j * k % n)];
  return sum;
}

double norm(const std::vector<double> &x) {
  double sum = 0;
  for (double value : x)
    sum += value * value;
  return std::sqrt(sum);
}

std::vector<double> apply(costate_operation operation, const std::vector<double> &x,
                          std::vector<int64_t> sizes, std::vector<int64_t> resultSizes) {
  CallOperation call;
  call.reals(x, sizes).realResult(resultSizes);
  EXPECT_TRUE(call.run(operation)) << call.failure.text;
  return call.real(1);
}

/// The largest error of a transform, by the root mean square of its entries; of all entries or some.
double error(const std::vector<double> &x, const std::vector<double> &X, int64_t n, int sign,
             int64_t everyNth = 1) {
  std::vector<Long> roots = turns(n, sign);
  long double largest = 0;
  for (int64_t k = 0; k < n; k += everyNth)
    largest = std::max(largest, std::abs(Long(X[2 * k], X[2 * k + 1]) - term(x.data(), n, k, roots)));
  return double(largest) / norm(x); // which is the root mean square of the exact transform
}

TEST(Fft, EqualsItsSumForAllLengthsTo200) {
  for (int64_t n = 1; n <= 200; ++n) {
    std::vector<double> x = numbers(size_t(2 * n), unsigned(n));
    std::vector<double> X = apply(costate_fft, x, {1, n, 2}, {1, n, 2});
    EXPECT_LE(error(x, X, n, -1), 1e-14) << n;
    std::vector<double> y = apply(costate_ifft, x, {1, n, 2}, {1, n, 2});
    for (double &value : y)
      value *= double(n);
    EXPECT_LE(error(x, y, n, 1), 1e-14) << n;
  }
}

TEST(Fft, EqualsItsSumForLargeLengths) {
  for (int64_t n : {1009, 1024, 2310, 4093, 6561, 15625, 16807, 65536, 65537, 30030, 31 * 31 * 31,
                    37 * 41 * 43, 99991, 300000}) {
    std::vector<double> x = numbers(size_t(2 * n), 5);
    std::vector<double> X = apply(costate_fft, x, {1, n, 2}, {1, n, 2});
    EXPECT_LE(error(x, X, n, -1, n / 3), 1e-14) << n;
    std::vector<double> back = apply(costate_ifft, X, {1, n, 2}, {1, n, 2});
    double largest = 0;
    for (size_t i = 0; i < x.size(); ++i)
      largest = std::max(largest, std::abs(back[i] - x[i]));
    EXPECT_LE(largest, 1e-14) << n;
  }
}

TEST(Fft, OfOneWaveIsOneEntry) { // and of no more error where other entries are 0
  for (int64_t n : {8, 97, 360, 100003}) {
    int64_t frequency = n / 3;
    std::vector<double> x(size_t(2 * n));
    for (int64_t j = 0; j < n; ++j) {
      Complex root = rootOfUnity(j * frequency % n, n);
      x[size_t(2 * j)] = root.re;
      x[size_t(2 * j + 1)] = -root.im;
    }
    std::vector<double> X = apply(costate_fft, x, {1, n, 2}, {1, n, 2});
    X[size_t(2 * frequency)] -= double(n);
    EXPECT_LE(norm(X), 1e-14 * double(n)) << n;
  }
}

TEST(Fft, RootsOfUnityAreExactToAnUlp) {
  for (int64_t n : {1, 2, 3, 8, 12, 97, 4096, 1000003})
    for (int64_t k = 0; k < n; k += n / 1000 + 1) {
      long double angle = 2 * std::numbers::pi_v<long double> * (long double)(k) / (long double)(n);
      Complex root = rootOfUnity(k, n);
      EXPECT_NEAR(root.re, double(std::cos(angle)), 1.2e-16) << k << " " << n;
      EXPECT_NEAR(root.im, double(-std::sin(angle)), 1.2e-16) << k << " " << n;
    }
  EXPECT_EQ(rootOfUnity(1, 4).re, 0);
}

TEST(Fft, RealTransformsAreHalvesOfComplexOnes) {
  for (int64_t n = 1; n <= 200; ++n) {
    int64_t h = n / 2 + 1;
    std::vector<double> x = numbers(size_t(3 * n), unsigned(n)), padded(size_t(6 * n));
    for (size_t i = 0; i < x.size(); ++i)
      padded[2 * i] = x[i];
    std::vector<double> X = apply(costate_rfft, x, {3, n}, {3, h, 2});
    std::vector<double> full = apply(costate_fft, padded, {3, n, 2}, {3, n, 2});
    double largest = 0;
    for (int64_t row = 0; row < 3; ++row)
      for (int64_t k = 0; k < 2 * h; ++k)
        largest = std::max(largest, std::abs(X[size_t(2 * h * row + k)] - full[size_t(2 * n * row + k)]));
    EXPECT_LE(largest, 1e-15 * norm(x)) << n;
    std::vector<double> back = apply(costate_irfft, X, {3, h, 2}, {3, n});
    for (size_t i = 0; i < x.size(); ++i)
      EXPECT_NEAR(back[i], x[i], 5e-15) << n;
  }
}

TEST(Fft, OfRealDataIgnoresImaginaryPartsThatRealDataHasNot) {
  std::vector<double> X = {1, 99, 2, 3, 4, 99}, clean = {1, 0, 2, 3, 4, 0};
  EXPECT_EQ(apply(costate_irfft, X, {1, 3, 2}, {1, 4}), apply(costate_irfft, clean, {1, 3, 2}, {1, 4}));
  EXPECT_EQ(apply(costate_irfft, {1, 99, 2, 3}, {1, 2, 2}, {1, 3}),
            apply(costate_irfft, {1, 0, 2, 3}, {1, 2, 2}, {1, 3}));
}

TEST(Fft, OfAPlaneIsThatOfRowsThenColumns) {
  for (auto [m, n] : {std::pair<int64_t, int64_t>{1, 1}, {2, 3}, {7, 5}, {12, 37}, {20, 9}}) {
    std::vector<double> x = numbers(size_t(2 * m * n));
    std::vector<double> X = apply(costate_fft2, x, {m, n, 2}, {m, n, 2});
    std::vector<Long> first = turns(m, -1), second = turns(n, -1);
    for (int64_t p = 0; p < m; ++p)
      for (int64_t q = 0; q < n; ++q) {
        Long sum = 0;
        for (int64_t j = 0; j < m; ++j)
          for (int64_t k = 0; k < n; ++k)
            sum += Long(x[size_t(2 * (j * n + k))], x[size_t(2 * (j * n + k) + 1)]) *
                   first[size_t(j * p % m)] * second[size_t(k * q % n)];
        EXPECT_NEAR(X[size_t(2 * (p * n + q))], double(sum.real()), 1e-14 * norm(x));
        EXPECT_NEAR(X[size_t(2 * (p * n + q) + 1)], double(sum.imag()), 1e-14 * norm(x));
      }
    std::vector<double> back = apply(costate_ifft2, X, {m, n, 2}, {m, n, 2});
    for (size_t i = 0; i < x.size(); ++i)
      EXPECT_NEAR(back[i], x[i], 5e-15);
  }
}

TEST(Fft, OfNothingIsNothing) {
  EXPECT_TRUE(apply(costate_fft, {}, {0, 5, 2}, {0, 5, 2}).empty());
  EXPECT_TRUE(apply(costate_fft2, {}, {5, 0, 2}, {5, 0, 2}).empty());
  EXPECT_EQ(apply(costate_rfft, {}, {1, 0}, {1, 1, 2}), (std::vector<double>{0, 0}));
  EXPECT_TRUE(apply(costate_irfft, {3, 4}, {1, 1, 2}, {1, 0}).empty());
}

TEST(Fft, PlansAreKeptPerThread) {
  EXPECT_EQ(fftOf(360), fftOf(360));
  std::shared_ptr<const Fft> mine = fftOf(360), other;
  std::thread([&] { other = fftOf(360); }).join();
  EXPECT_NE(mine, other);
  for (int64_t n = 1; n <= 40; ++n)
    fftOf(n);
  EXPECT_NE(mine, fftOf(360)); // forgotten by now; still good to use
  EXPECT_EQ(mine->size(), 360);
}

TEST(Fft, SmoothNumbers) {
  EXPECT_EQ(smoothFrom(1), 1);
  EXPECT_EQ(smoothFrom(7), 8);
  EXPECT_EQ(smoothFrom(11), 12);
  EXPECT_EQ(smoothFrom(241), 243);
  EXPECT_EQ(smoothFrom(1000001), 1012500); // OEIS A051037: 1000000, 1012500
}

std::vector<double> convolve(costate_operation operation, const std::vector<double> &x,
                             const std::vector<double> &h, int64_t size) {
  CallOperation call;
  call.reals(x).reals(h).realResult({size});
  EXPECT_TRUE(call.run(operation));
  return call.real(2);
}

TEST(Convolution, EqualsItsSum) {
  for (auto [n, m] : {std::pair<int64_t, int64_t>{1, 1},
                      {5, 1},
                      {1, 5},
                      {7, 4},
                      {4, 7},
                      {63, 65},
                      {64, 500},
                      {65, 65},
                      {5000, 60},
                      {3000, 150},
                      {20000, 130},
                      {200, 3001}}) {
    std::vector<double> x = numbers(size_t(n), 1), h = numbers(size_t(m), 2);
    std::vector<long double> full(size_t(n + m - 1));
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < m; ++j)
        full[size_t(i + j)] += (long double)(x[size_t(i)]) * h[size_t(j)];
    auto expect = [&](costate_operation operation, int64_t begin, int64_t size) {
      std::vector<double> z = convolve(operation, x, h, size);
      double largest = 0;
      for (int64_t k = 0; k < size; ++k)
        largest = std::max(largest, std::abs(z[size_t(k)] - double(full[size_t(begin + k)])));
      EXPECT_LE(largest, 2e-15 * norm(x) * norm(h)) << n << " " << m;
    };
    expect(costate_conv_full, 0, n + m - 1);
    expect(costate_conv_same, (m - 1) / 2, n);
    expect(costate_conv_valid, std::min(n, m) - 1, std::abs(n - m) + 1);
  }
}

TEST(Convolution, OfPowersOfOnePlusXHasBinomials) {
  std::vector<double> two = {1, 2, 1};
  EXPECT_EQ(convolve(costate_conv_full, two, two, 5), (std::vector<double>{1, 4, 6, 4, 1}));
  EXPECT_EQ(convolve(costate_conv_same, two, two, 3), (std::vector<double>{4, 6, 4}));
  EXPECT_EQ(convolve(costate_conv_valid, two, two, 1), (std::vector<double>{6}));
  EXPECT_EQ(convolve(costate_conv_same, two, {}, 3), (std::vector<double>{0, 0, 0}));
}

} // namespace
} // namespace costate::rt
