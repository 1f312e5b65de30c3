// One line on the terminal while a first-order method runs.
#pragma once

#include "costate/rt/Observer.h"

#include <chrono>
#include <string>

namespace costate {

/// `ridge [=======>        ] 430 of 1000, objective 1.23e-03, 0.21 ms per step`, on the error stream, redrawn
/// a few times per second and gone at the end.
class ProgressBar {
public:
  /// The error stream is a terminal.
  static bool isWanted();
  void show(const std::string &problem, const rt::IterationRow &row);
  void clear();
  /// The line.
  static std::string text(const std::string &problem, const rt::IterationRow &row, double secondsPerStep);

private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point drawn{}; // the last time
  int stepsThen = 0;
  bool isShown = false;
};

} // namespace costate
