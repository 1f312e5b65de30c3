#include "frontend/driver/ProgressBar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <unistd.h>

namespace costate {

bool ProgressBar::isWanted() { return isatty(STDERR_FILENO); }

std::string ProgressBar::text(const std::string &problem, const rt::IterationRow &row,
                              double secondsPerStep) {
  constexpr int width = 24;
  std::string bar, of;
  if (row.planned > 0) {
    int full = int(double(width) * std::min(1.0, double(row.iteration) / row.planned));
    bar = " [" + std::string(size_t(full), '=') + std::string(size_t(width - full), ' ') + "]";
    of = fmt::format(" of {}", row.planned);
  }
  std::string monitor = std::isnan(row.monitor) ? "" : fmt::format(", monitor {:.4e}", row.monitor);
  return fmt::format("{}{} {}{}, objective {:.4e}{}, {:.3g} ms per step", problem, bar, row.iteration, of,
                     row.objective, monitor, 1e3 * secondsPerStep);
}

void ProgressBar::show(const std::string &problem, const rt::IterationRow &row) {
  constexpr double interval = 0.1; // s
  auto now = Clock::now();
  double seconds = std::chrono::duration<double>(now - drawn).count();
  bool isFirst = drawn == Clock::time_point{};
  if (!isFirst && seconds < interval)
    return;
  int steps = row.iteration - stepsThen;
  drawn = now, stepsThen = row.iteration;
  if (isFirst) // a solve that ends at once shows nothing
    return;
  std::fprintf(stderr, "\r\x1b[K%s", text(problem, row, steps > 0 ? seconds / steps : row.seconds).c_str());
  std::fflush(stderr);
  isShown = true;
}

void ProgressBar::clear() {
  if (isShown)
    std::fputs("\r\x1b[K", stderr), std::fflush(stderr);
  *this = {};
}

} // namespace costate
