// Adds the time until the end of a scope to a sum.
#pragma once

#include <chrono>

namespace costate::rt {

class Timer {
public:
  using Clock = std::chrono::steady_clock;
  explicit Timer(double &seconds) : total(seconds) {}
  ~Timer() { total += since(start); }
  Timer(const Timer &) = delete;
  Timer &operator=(const Timer &) = delete;

  static double since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  }

private:
  double &total; // seconds
  Clock::time_point start = Clock::now();
};

} // namespace costate::rt
