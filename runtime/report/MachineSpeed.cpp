// Two small loops, timed.
#include "runtime/report/MachineSpeed.h"
#include "runtime/report/Timer.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace costate::rt {
namespace {

constexpr int rounds = 5;

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define COSTATE_WIDEST                                                                                       \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"), optimize("O3")))
#else
#define COSTATE_WIDEST
#endif

COSTATE_WIDEST void triad(double *a, const double *b, const double *c, int64_t count) {
  for (int64_t i = 0; i < count; ++i)
    a[i] = b[i] + 3.0 * c[i];
}

/// 16 chains of 8 lanes hide the latency of a multiply-add.
COSTATE_WIDEST void multiplyAdd(double *state, int64_t repeats) {
  double local[128];
  std::memcpy(local, state, sizeof local);
  for (int64_t r = 0; r < repeats; ++r)
    for (int k = 0; k < 128; ++k)
      local[k] = local[k] * 0.999999 + 1e-9;
  std::memcpy(state, local, sizeof local);
}

} // namespace

double triadBandwidth(int64_t bytes) {
  int64_t count = std::clamp<int64_t>(bytes / 24, 64, int64_t(1) << 24);
  std::vector<double> a(static_cast<size_t>(count)), b(a.size(), 1.0), c(a.size(), 2.0);
  int64_t repeats = std::max<int64_t>(1, 400'000 / count);
  double best = 1e300;
  for (int round = 0; round < rounds; ++round) {
    auto began = Timer::Clock::now();
    for (int64_t r = 0; r < repeats; ++r)
      triad(a.data(), b.data(), c.data(), count);
    best = std::min(best, Timer::since(began));
  }
  return double(24 * count * repeats) / best;
}

double peakFlops() {
  std::vector<double> state(128, 1.0);
  constexpr int64_t repeats = 20'000;
  double best = 1e300;
  for (int round = 0; round < rounds; ++round) {
    auto began = Timer::Clock::now();
    multiplyAdd(state.data(), repeats);
    best = std::min(best, Timer::since(began));
  }
  return 2.0 * 128 * repeats / best;
}

} // namespace costate::rt
