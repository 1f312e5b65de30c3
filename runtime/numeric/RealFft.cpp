// Real data of even length as complex data of half the length: even entries are real parts, odd ones
// imaginary.
#include "runtime/numeric/Fft.h"

namespace costate::rt {

RealFft::RealFft(int64_t n) : n(n), fft(fftOf(n % 2 == 0 ? n / 2 : n)) {
  for (int64_t k = 0; n % 2 == 0 && n > 0 && k <= n / 2; ++k)
    roots.push_back(rootOfUnity(k, n));
  z.resize(size_t(fft->size()));
  work.resize(size_t(fft->workSize()));
}

void RealFft::forwardOdd(const double *x, Complex *X) {
  for (int64_t j = 0; j < n; ++j)
    z[size_t(j)] = {x[j], 0};
  fft->forward(z.data(), work.data());
  for (int64_t k = 0; k <= n / 2; ++k)
    X[k] = z[size_t(k)];
}

void RealFft::inverseOdd(const Complex *X, double *x) {
  z[0] = {X[0].re, 0};
  for (int64_t k = 1; k <= n / 2; ++k) {
    z[size_t(k)] = X[k];
    z[size_t(n - k)] = conj(X[k]);
  }
  fft->backward(z.data(), work.data());
  for (int64_t j = 0; j < n; ++j)
    x[j] = z[size_t(j)].re / double(n);
}

/// With the transforms E of even and O of odd entries: Z = E + i O, and X[k] = E[k] + exp(-2 pi i k / n)
/// O[k].
void RealFft::forward(const double *x, Complex *X) {
  if (n % 2 == 1)
    return forwardOdd(x, X);
  int64_t h = n / 2;
  for (int64_t j = 0; j < h; ++j)
    z[size_t(j)] = {x[2 * j], x[2 * j + 1]};
  fft->forward(z.data(), work.data());
  for (int64_t k = 0; k <= h && h > 0; ++k) {
    Complex a = z[size_t(k % h)], b = conj(z[size_t((h - k) % h)]), twice = a - b;
    Complex O = {twice.im, -twice.re};
    X[k] = 0.5 * (a + b + roots[size_t(k)] * O);
  }
}

void RealFft::inverse(const Complex *X, double *x) {
  if (n == 0)
    return;
  if (n % 2 == 1)
    return inverseOdd(X, x);
  int64_t h = n / 2;
  auto at = [&](int64_t k) { return k == 0 || k == h ? Complex{X[k].re, 0} : X[k]; };
  for (int64_t k = 0; k < h; ++k) {
    Complex a = at(k), b = conj(at(h - k)), O = (a - b) * conj(roots[size_t(k)]);
    z[size_t(k)] = a + b + Complex{-O.im, O.re};
  }
  fft->backward(z.data(), work.data());
  for (int64_t j = 0; j < h; ++j) { // E and O are halves of sums, and the transform is of n/2
    x[2 * j] = z[size_t(j)].re / double(n);
    x[2 * j + 1] = z[size_t(j)].im / double(n);
  }
}

} // namespace costate::rt
