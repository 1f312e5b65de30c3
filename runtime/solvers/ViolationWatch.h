// Notices an iteration whose rows stay violated.
#pragma once

namespace costate::rt {

/// A point that meets the rows shows that the problem is feasible and ends the watch.
class ViolationWatch {
public:
  /// True where no row's violation has fallen to half of what it was `patience` iterations ago.
  bool isStuck(int iteration, double violation, double allowed) {
    constexpr int patience = 50; // problems that are solved usually take less in all
    hasBeenMet |= violation <= allowed;
    if (violation <= 0.5 * least || iteration == 0)
      least = violation, since = iteration;
    return !hasBeenMet && iteration - since >= patience;
  }

private:
  bool hasBeenMet = false;
  double least = 0; // the violation at `since`
  int since = 0;
};

} // namespace costate::rt
