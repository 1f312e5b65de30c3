// Discrete Fourier transforms of any length in O(n log n): mixed radices [CT65] without reordering [Swa82],
// and Bluestein's chirps [Blu70] where n has a large prime factor.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace costate::rt {

/// As in arrays: two doubles. (Products of std::complex look for infinities.)
struct Complex {
  double re, im;
};
inline Complex operator+(Complex a, Complex b) { return {a.re + b.re, a.im + b.im}; }
inline Complex operator-(Complex a, Complex b) { return {a.re - b.re, a.im - b.im}; }
inline Complex operator*(Complex a, Complex b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
inline Complex operator*(double s, Complex a) { return {s * a.re, s * a.im}; }
inline Complex conj(Complex a) { return {a.re, -a.im}; }

/// exp(-2 pi i k / n) to an ulp; 0 <= k < n.
Complex rootOfUnity(int64_t k, int64_t n);

/// The least number from `least` >= 1 on whose prime factors are 2, 3 and 5.
int64_t smoothFrom(int64_t least);

/// A plan for one length; many threads may use it.
class Fft {
public:
  explicit Fft(int64_t n);
  ~Fft();

  /// X[k] = sum_j x[j] exp(-2 pi i j k / n), in place; with exp(+...) backward. `work` has workSize()
  /// numbers. The error is a few ulp of the root mean square of X.
  void forward(Complex *x, Complex *work) const;
  void backward(Complex *x, Complex *work) const;

  int64_t size() const { return n; }
  int64_t workSize() const { return work; }

private:
  /// One factor of n: `count` butterflies over `stride` interleaved sequences.
  struct Stage {
    int radix;
    int64_t count, stride;
    size_t twiddles; // of this stage: radix - 1 for each butterfly
  };
  struct Chirp;

  void makeStages(const std::vector<int> &radices);
  template <bool isBackward> void transform(Complex *x, Complex *work) const;
  template <int radix, bool isBackward> void pass(const Stage &, const Complex *x, Complex *y) const;
  template <bool isBackward> void passOfPrime(const Stage &, const Complex *x, Complex *y) const;
  template <bool isBackward> void run(const Stage &, const Complex *x, Complex *y) const;

  int64_t n, work;
  std::vector<Stage> stages;
  std::vector<Complex> twiddles;
  std::unique_ptr<Chirp> chirp; // null: the stages do it all
};

/// The plan for n; a thread keeps its last few.
std::shared_ptr<const Fft> fftOf(int64_t n);

/// X[k], 0 <= k <= n/2, of n real numbers, and back (with the factor 1/n). An even n costs transforms of n/2.
class RealFft {
public:
  explicit RealFft(int64_t n);
  void forward(const double *x, Complex *X);
  /// Imaginary parts of X[0] and, for even n, of X[n/2] count as 0.
  void inverse(const Complex *X, double *x);

private:
  void forwardOdd(const double *x, Complex *X);
  void inverseOdd(const Complex *X, double *x);

  int64_t n;
  std::shared_ptr<const Fft> fft; // of n/2, or of n if that is odd
  std::vector<Complex> roots;     // exp(-2 pi i k / n), k <= n/2, for even n
  std::vector<Complex> z, work;
};

} // namespace costate::rt
