// Reciprocal differences of eigenvalues, real or complex, which have to be simple.
#include "runtime/numeric/Matrices.h"

#include <algorithm>
#include <complex>

namespace costate::rt {
namespace {

/// False, with a failure, where two numbers agree but for rounding.
bool areSimple(std::span<const double> w, Operation &call) {
  std::vector<double> sorted(w.begin(), w.end());
  std::sort(sorted.begin(), sorted.end());
  double largest = sorted.empty() ? 0 : std::max(std::abs(sorted.front()), std::abs(sorted.back()));
  double least = 8 * double(w.size()) * 0x1p-52 * largest;
  for (size_t k = 1; k < sorted.size(); ++k) {
    double gap = sorted[k] - sorted[k - 1];
    if (gap > least)
      continue;
    call.fail(
        COSTATE_NOT_SIMPLE, {sorted[k - 1], sorted[k], least},
        "the values {} and {} are not simple: their gap is {:.3g}, and a derivative needs more than {:.3g}",
        sorted[k - 1], sorted[k], gap, least);
    return false;
  }
  return true;
}

using Complex = std::complex<double>;

std::string shown(Complex z) {
  return z.imag() == 0 ? fmt::format("{}", z.real()) : fmt::format("{}{:+}i", z.real(), z.imag());
}

/// The same for complex numbers; O(n^2).
bool areSimple(std::span<const Complex> w, Operation &call) {
  double largest = 0;
  for (Complex each : w)
    largest = std::max(largest, std::abs(each));
  double least = 8 * double(w.size()) * 0x1p-52 * largest;
  for (size_t j = 0; j < w.size(); ++j)
    for (size_t i = 0; i < j; ++i)
      if (double gap = std::abs(w[j] - w[i]); gap <= least) {
        call.fail(COSTATE_NOT_SIMPLE, {w[i].real(), w[j].real(), least},
                  "the values {} and {} are not simple: their gap is {:.3g}, and a derivative needs more "
                  "than {:.3g}",
                  shown(w[i]), shown(w[j]), gap, least);
        return false;
      }
  return true;
}

} // namespace
} // namespace costate::rt

using namespace costate::rt;

extern "C" void costate_gaps(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto w = call.reals(1);
  Eigen::Index n = Eigen::Index(w.size());
  std::span<double> all = call.realResults(2);
  MatrixResult E(all.data(), n, n);
  call.run([&] {
    if (!areSimple(w, call))
      return;
    for (Eigen::Index i = 0; i < n; ++i)
      for (Eigen::Index j = 0; j < n; ++j)
        E(i, j) = i == j ? 1 : 1 / (w[size_t(j)] - w[size_t(i)]);
  });
}

extern "C" void costate_complex_gaps(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  Operation call(arrays, sizes, failure);
  auto numbers = call.reals(2);
  std::span<const Complex> w(reinterpret_cast<const Complex *>(numbers.data()), numbers.size() / 2);
  auto *E = reinterpret_cast<Complex *>(call.realResults(3).data());
  call.run([&] {
    if (!areSimple(w, call))
      return;
    for (size_t i = 0; i < w.size(); ++i)
      for (size_t j = 0; j < w.size(); ++j)
        E[i * w.size() + j] = i == j ? 1 : 1. / (w[j] - w[i]);
  });
}
