// Fourier transforms and convolutions of generated functions.
#include "runtime/numeric/Fft.h"
#include "runtime/numeric/Operation.h"

#include <algorithm>

namespace costate::rt {
namespace {

enum class Direction { forward, inverse };

/// Transforms one sequence at a time with one plan; the inverse has the factor 1/n.
class Sequences {
public:
  Sequences(int64_t n, Direction direction)
      : fft(fftOf(n)), work(size_t(fft->workSize())), direction(direction) {}

  void transform(Complex *x) {
    if (direction == Direction::forward)
      return fft->forward(x, work.data());
    fft->backward(x, work.data());
    for (int64_t k = 0; k < fft->size(); ++k)
      x[k] = 1. / double(fft->size()) * x[k];
  }

private:
  std::shared_ptr<const Fft> fft;
  std::vector<Complex> work;
  Direction direction;
};

Complex *complex(std::span<double> array) { return reinterpret_cast<Complex *>(array.data()); }
const Complex *complex(std::span<const double> array) {
  return reinterpret_cast<const Complex *>(array.data());
}

void transformRows(Complex *x, int64_t rows, int64_t n, Direction direction) {
  Sequences sequences(n, direction);
  for (int64_t row = 0; row < rows; ++row)
    sequences.transform(x + row * n);
}

/// Some columns at a time, so that what is read of a row lies side by side.
void transformColumns(Complex *x, int64_t rows, int64_t columns, Direction direction) {
  constexpr int64_t block = 8;
  Sequences sequences(rows, direction);
  std::vector<Complex> gathered(size_t(rows * block));
  for (int64_t first = 0; first < columns; first += block) {
    int64_t width = std::min(block, columns - first);
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t c = 0; c < width; ++c)
        gathered[size_t(c * rows + i)] = x[i * columns + first + c];
    for (int64_t c = 0; c < width; ++c)
      sequences.transform(&gathered[size_t(c * rows)]);
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t c = 0; c < width; ++c)
        x[i * columns + first + c] = gathered[size_t(c * rows + i)];
  }
}

void transform(void *const *arrays, const int64_t *sizes, costate_failure *failure, bool isPlane,
               Direction direction) {
  Operation call(arrays, sizes, failure);
  auto x = call.reals(3);
  auto X = call.realResults(3);
  call.run([&] {
    std::copy(x.begin(), x.end(), X.begin());
    if (X.empty())
      return;
    transformRows(complex(X), sizes[0], sizes[1], direction);
    if (isPlane)
      transformColumns(complex(X), sizes[0], sizes[1], direction);
  });
}

/// y[k - begin] = sum_i h[i] x[k-i] with the shorter h; for many k side by side, in blocks that stay near.
void convolveDirectly(std::span<const double> x, std::span<const double> h, int64_t begin,
                      std::span<double> y) {
  constexpr int64_t block = 2048;
  std::fill(y.begin(), y.end(), 0.);
  int64_t n = int64_t(x.size()), end = begin + int64_t(y.size());
  for (int64_t first = begin; first < end; first += block)
    for (int64_t i = 0; i < int64_t(h.size()); ++i) {
      int64_t from = std::max(first, i), to = std::min({first + block, end, n + i});
      const double *moved = x.data() - i;
      for (int64_t k = from; k < to; ++k)
        y[size_t(k - begin)] += h[size_t(i)] * moved[k];
    }
}

/// The same by products of spectra, for stretches of x at a time that stay near; what they add up to
/// overlaps.
void convolveBySpectra(std::span<const double> x, std::span<const double> h, int64_t begin,
                       std::span<double> y) {
  constexpr size_t stretch = 8; // of h: transforms grow by log n, and of every one 1/8 is overlap
  size_t size = 2 * size_t(smoothFrom(int64_t(std::min(x.size() + h.size(), stretch * h.size()) / 2)));
  size_t step = size - h.size() + 1; // no sum reaches around
  RealFft fft{int64_t(size)};
  std::vector<double> padded(size, 0.);
  std::vector<Complex> X(size / 2 + 1), H(X.size());
  std::copy(h.begin(), h.end(), padded.begin());
  fft.forward(padded.data(), H.data());
  std::fill(y.begin(), y.end(), 0.);
  for (size_t first = 0; first < x.size(); first += step) {
    size_t count = std::min(step, x.size() - first);
    std::fill(std::copy_n(&x[first], count, padded.begin()), padded.end(), 0.);
    fft.forward(padded.data(), X.data());
    for (size_t k = 0; k < X.size(); ++k)
      X[k] = X[k] * H[k];
    fft.inverse(X.data(), padded.data());
    int64_t shift = int64_t(first) - begin; // from padded to y
    int64_t to = std::min(int64_t(count + h.size()) - 1, int64_t(y.size()) - shift);
    for (int64_t j = std::max<int64_t>(0, -shift); j < to; ++j)
      y[size_t(j + shift)] += padded[size_t(j)];
  }
}

/// Entries begin, begin + 1, ... of all sums of products.
void convolve(std::span<const double> x, std::span<const double> h, int64_t begin, std::span<double> y) {
  constexpr size_t directly = 64; // where both take as long, measured for 10^4 to 10^6 entries
  if (x.size() < h.size())
    std::swap(x, h);
  if (h.size() <= directly)
    convolveDirectly(x, h, begin, y);
  else
    convolveBySpectra(x, h, begin, y);
}

enum class Part { full, same, valid };

void convolution(void *const *arrays, const int64_t *sizes, costate_failure *failure, Part part) {
  Operation call(arrays, sizes, failure);
  auto x = call.reals(1), h = call.reals(1);
  auto y = call.realResults(1);
  call.run([&] {
    if (x.empty() || h.empty())
      return std::fill(y.begin(), y.end(), 0.);
    int64_t begin = part == Part::full   ? 0
                    : part == Part::same ? (int64_t(h.size()) - 1) / 2
                                         : int64_t(std::min(x.size(), h.size())) - 1;
    convolve(x, h, begin, y);
  });
}

} // namespace
} // namespace costate::rt

using namespace costate::rt;

extern "C" {

void costate_fft(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  transform(arrays, sizes, failure, false, Direction::forward);
}

void costate_ifft(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  transform(arrays, sizes, failure, false, Direction::inverse);
}

void costate_fft2(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  transform(arrays, sizes, failure, true, Direction::forward);
}

void costate_ifft2(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  transform(arrays, sizes, failure, true, Direction::inverse);
}

void costate_rfft(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto x = call.reals(2);
  auto X = call.realResults(3);
  int64_t rows = sizes[0], n = sizes[1];
  call.run([&] {
    std::fill(X.begin(), X.end(), 0.); // what a row of no numbers has
    RealFft fft(n);
    for (int64_t row = 0; row < rows && n > 0; ++row)
      fft.forward(x.data() + row * n, complex(X) + row * (n / 2 + 1));
  });
}

void costate_irfft(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto X = call.reals(3);
  int64_t rows = call.nextSizes()[0], n = call.nextSizes()[1];
  auto x = call.realResults(2);
  call.run([&] {
    RealFft fft(n);
    for (int64_t row = 0; row < rows && n > 0; ++row)
      fft.inverse(complex(X) + row * (n / 2 + 1), x.data() + row * n);
  });
}

void costate_conv_full(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  convolution(arrays, sizes, failure, Part::full);
}

void costate_conv_same(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  convolution(arrays, sizes, failure, Part::same);
}

void costate_conv_valid(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  convolution(arrays, sizes, failure, Part::valid);
}
}
