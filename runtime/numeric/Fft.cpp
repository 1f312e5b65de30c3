// Stages: with n = r m the transform of n interleaved s times becomes r butterflies and transforms of m, s r
// times.
#include "runtime/numeric/Fft.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace costate::rt {
namespace {

/// Above that Bluestein's three transforms of twice the length are cheaper than n r products.
constexpr int largestRadix = 31;

/// Fours first, then primes; what is left in `n` has only larger factors.
std::vector<int> radicesOf(int64_t &n) {
  std::vector<int> radices;
  for (int radix : {4, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, largestRadix})
    for (; n % radix == 0; n /= radix)
      radices.push_back(radix);
  return radices;
}

/// a / i, or a i backward: a quarter turn in the direction of the transform.
template <bool isBackward> Complex turned(Complex a) {
  return isBackward ? Complex{-a.im, a.re} : Complex{a.im, -a.re};
}

template <bool isBackward> void butterfly(Complex (&a)[2]) {
  Complex b = a[1];
  a[1] = a[0] - b;
  a[0] = a[0] + b;
}

template <bool isBackward> void butterfly(Complex (&a)[3]) {
  constexpr double sin60 = 0.86602540378443864676;
  Complex sum = a[1] + a[2], middle = a[0] - 0.5 * sum, side = turned<isBackward>(sin60 * (a[1] - a[2]));
  a[0] = a[0] + sum;
  a[1] = middle + side;
  a[2] = middle - side;
}

template <bool isBackward> void butterfly(Complex (&a)[4]) {
  Complex even = a[0] + a[2], odd = a[1] + a[3], differ = a[0] - a[2], side = turned<isBackward>(a[1] - a[3]);
  a[0] = even + odd;
  a[1] = differ + side;
  a[2] = even - odd;
  a[3] = differ - side;
}

template <bool isBackward> void butterfly(Complex (&a)[5]) {
  constexpr double cos72 = 0.30901699437494742410, cos144 = -0.80901699437494742410;
  constexpr double sin72 = 0.95105651629515357212, sin144 = 0.58778525229247312917;
  Complex sum1 = a[1] + a[4], sum2 = a[2] + a[3], differ1 = a[1] - a[4], differ2 = a[2] - a[3];
  Complex middle1 = a[0] + cos72 * sum1 + cos144 * sum2, middle2 = a[0] + cos144 * sum1 + cos72 * sum2;
  Complex side1 = turned<isBackward>(sin72 * differ1 + sin144 * differ2);
  Complex side2 = turned<isBackward>(sin144 * differ1 - sin72 * differ2);
  a[0] = a[0] + sum1 + sum2;
  a[1] = middle1 + side1;
  a[2] = middle2 + side2;
  a[3] = middle2 - side2;
  a[4] = middle1 - side1;
}

/// Of an odd prime: pairs of entries share their products. `roots` are those of the radix.
template <bool isBackward> void butterfly(Complex *a, int radix, const Complex *roots) {
  Complex sum[largestRadix], differ[largestRadix], first = a[0];
  int half = radix / 2;
  for (int k = 1; k <= half; ++k) {
    sum[k] = a[k] + a[radix - k];
    differ[k] = a[k] - a[radix - k];
    a[0] = a[0] + sum[k];
  }
  for (int j = 1; j <= half; ++j) {
    Complex middle = first, side = {0, 0};
    for (int k = 1; k <= half; ++k) {
      Complex root = roots[j * k % radix];
      middle = middle + root.re * sum[k];
      side = side + -root.im * differ[k];
    }
    side = turned<isBackward>(side);
    a[j] = middle + side;
    a[radix - j] = middle - side;
  }
}

} // namespace

int64_t smoothFrom(int64_t least) {
  int64_t best = INT64_MAX;
  for (int64_t five = 1; five < 5 * least; five *= 5)
    for (int64_t three = five; three < 3 * least; three *= 3) {
      int64_t number = three;
      while (number < least)
        number *= 2;
      best = std::min(best, number);
    }
  return best;
}

Complex rootOfUnity(int64_t k, int64_t n) {
  int64_t octant = 8 * k / n,
          rest = 8 * k - octant * n; // eighths of a turn, and what is beyond in n-ths of one
  double angle = std::numbers::pi / 4 * (double(octant % 2 == 0 ? rest : n - rest) / double(n));
  double near = std::cos(angle), far = std::sin(angle);
  switch (octant) {
  case 0:
    return {near, -far};
  case 1:
    return {far, -near};
  case 2:
    return {-far, -near};
  case 3:
    return {-near, -far};
  case 4:
    return {-near, far};
  case 5:
    return {-far, near};
  case 6:
    return {far, near};
  default:
    return {near, far};
  }
}

/// X[k] = c[k] sum_j (x[j] c[j]) conj(c[k-j]) with c[j] = exp(-pi i j^2 / n): a convolution.
struct Fft::Chirp {
  explicit Chirp(int64_t n) : inner(smoothFrom(2 * n - 1)), c(size_t(n)), spectrum(size_t(inner.size())) {
    int64_t square = 0; // of j, modulo 2 n
    for (int64_t j = 0; j < n; ++j) {
      c[size_t(j)] = rootOfUnity(square, 2 * n);
      square = (square + 2 * j + 1) % (2 * n);
    }
    for (int64_t j = 0; j < n; ++j) // the factor of the transform back goes into the spectrum
      spectrum[size_t(j)] = spectrum[size_t(j == 0 ? 0 : inner.size() - j)] =
          1. / double(inner.size()) * conj(c[size_t(j)]);
    std::vector<Complex> work(size_t(inner.workSize()));
    inner.forward(spectrum.data(), work.data());
  }

  template <bool isBackward> void transform(Complex *x, Complex *work) const {
    Complex *a = work, *rest = work + inner.size();
    auto oriented = [](Complex z) { return isBackward ? conj(z) : z; };
    for (size_t j = 0; j < c.size(); ++j)
      a[j] = oriented(x[j]) * c[j];
    std::fill(a + c.size(), a + inner.size(), Complex{0, 0});
    inner.forward(a, rest);
    for (size_t j = 0; j < spectrum.size(); ++j)
      a[j] = a[j] * spectrum[j];
    inner.backward(a, rest);
    for (size_t j = 0; j < c.size(); ++j)
      x[j] = oriented(a[j] * c[j]);
  }

  Fft inner;
  std::vector<Complex> c, spectrum;
};

Fft::Fft(int64_t n) : n(n), work(n) {
  int64_t rest = n;
  std::vector<int> radices = n > 0 ? radicesOf(rest) : std::vector<int>();
  if (rest > 1) {
    chirp = std::make_unique<Chirp>(n);
    work = chirp->inner.size() + chirp->inner.workSize();
  } else {
    makeStages(radices);
  }
}

Fft::~Fft() = default;

void Fft::makeStages(const std::vector<int> &radices) {
  int64_t length = n, stride = 1;
  for (int radix : radices) {
    int64_t count = length / radix;
    stages.push_back({radix, count, stride, twiddles.size()});
    for (int64_t p = 0; p < count; ++p)
      for (int j = 1; j < radix; ++j)
        twiddles.push_back(rootOfUnity(p * j, length));
    length = count;
    stride *= radix;
  }
}

template <int radix, bool isBackward> void Fft::pass(const Stage &stage, const Complex *x, Complex *y) const {
  const int64_t s = stage.stride, m = stage.count;
  for (int64_t p = 0; p < m; ++p) {
    Complex w[radix];
    for (int j = 1; j < radix; ++j) {
      Complex root = twiddles[stage.twiddles + size_t(p * (radix - 1) + j - 1)];
      w[j] = isBackward ? conj(root) : root;
    }
    for (int64_t q = 0; q < s; ++q) {
      Complex a[radix];
      for (int k = 0; k < radix; ++k)
        a[k] = x[q + s * (p + m * k)];
      butterfly<isBackward>(a);
      y[q + s * radix * p] = a[0];
      for (int j = 1; j < radix; ++j)
        y[q + s * (radix * p + j)] = a[j] * w[j];
    }
  }
}

template <bool isBackward> void Fft::passOfPrime(const Stage &stage, const Complex *x, Complex *y) const {
  const int64_t s = stage.stride, m = stage.count, radix = stage.radix;
  Complex roots[largestRadix], a[largestRadix];
  for (int64_t k = 0; k < radix; ++k)
    roots[k] = rootOfUnity(k, radix);
  for (int64_t p = 0; p < m; ++p)
    for (int64_t q = 0; q < s; ++q) {
      for (int64_t k = 0; k < radix; ++k)
        a[k] = x[q + s * (p + m * k)];
      butterfly<isBackward>(a, int(radix), roots);
      y[q + s * radix * p] = a[0];
      for (int64_t j = 1; j < radix; ++j) {
        Complex root = twiddles[stage.twiddles + size_t(p * (radix - 1) + j - 1)];
        y[q + s * (radix * p + j)] = a[j] * (isBackward ? conj(root) : root);
      }
    }
}

template <bool isBackward> void Fft::run(const Stage &stage, const Complex *x, Complex *y) const {
  switch (stage.radix) {
  case 2:
    return pass<2, isBackward>(stage, x, y);
  case 3:
    return pass<3, isBackward>(stage, x, y);
  case 4:
    return pass<4, isBackward>(stage, x, y);
  case 5:
    return pass<5, isBackward>(stage, x, y);
  default:
    return passOfPrime<isBackward>(stage, x, y);
  }
}

template <bool isBackward> void Fft::transform(Complex *x, Complex *work) const {
  if (chirp)
    return chirp->transform<isBackward>(x, work);
  Complex *from = x, *to = work;
  for (const Stage &stage : stages) {
    run<isBackward>(stage, from, to);
    std::swap(from, to);
  }
  if (from != x)
    std::copy(from, from + n, x);
}

void Fft::forward(Complex *x, Complex *work) const { transform<false>(x, work); }
void Fft::backward(Complex *x, Complex *work) const { transform<true>(x, work); }

std::shared_ptr<const Fft> fftOf(int64_t n) {
  constexpr size_t most = 16;
  constexpr int64_t largest = 1 << 20;                       // 16 MB and more per plan are not kept
  thread_local std::vector<std::shared_ptr<const Fft>> kept; // last used last
  auto known = std::find_if(kept.begin(), kept.end(), [&](auto &plan) { return plan->size() == n; });
  if (known != kept.end()) {
    std::rotate(known, known + 1, kept.end());
    return kept.back();
  }
  auto plan = std::make_shared<const Fft>(n);
  if (n > largest)
    return plan;
  if (kept.size() == most)
    kept.erase(kept.begin());
  kept.push_back(plan);
  return plan;
}

} // namespace costate::rt
