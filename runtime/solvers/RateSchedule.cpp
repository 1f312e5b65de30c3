#include "runtime/solvers/RateSchedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace costate::rt {

static double shareAt(const FirstOrderOptions &options, double t, double total) {
  double u = std::min(1.0, t / std::max(1.0, total)), e = options.final_rate;
  double thirds = options.schedule == Schedule::step ? 3 : 1;
  double every = options.drop_every > 0 ? options.drop_every : std::max(1.0, total / thirds);
  switch (options.schedule) {
  case Schedule::constant:
    return 1;
  case Schedule::linear:
    return 1 - (1 - e) * u;
  case Schedule::cosine:
    return e + (1 - e) * (1 + std::cos(std::numbers::pi * u)) / 2;
  case Schedule::exponential:
    return std::pow(options.drop, t / every);
  case Schedule::step:
    return std::pow(options.drop, std::floor(t / every));
  }
  return 1;
}

double rateAt(const FirstOrderOptions &options, int64_t t, int64_t total) {
  if (t < options.warmup)
    return options.rate * double(t + 1) / double(options.warmup);
  return options.rate * shareAt(options, double(t - options.warmup), double(total - options.warmup));
}

} // namespace costate::rt
