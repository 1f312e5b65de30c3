// What a solver reports while it runs. Printing is one observer among others.
#pragma once

#include <functional>

namespace costate::rt {

struct IterationRow {
  int iteration = 0;
  double objective = 0;            // unscaled
  double primal_infeasibility = 0; // unscaled, maximum norm
  double dual_infeasibility = 0;   // scaled, maximum norm
  double barrier = 0;              // mu
  double step = 0;                 // maximum norm of the step in x
  double regularization = 0;       // delta_w; 0 for none
  double alpha_primal = 0, alpha_dual = 0;
  int trials = 0;                  // line-search steps
  char kind = ' ';                 // f: objective step, h: filter step, R: restoration
};

/// Returns false to stop the solve (status `interrupted`).
using Observer = std::function<bool(const IterationRow &)>;

} // namespace costate::rt
