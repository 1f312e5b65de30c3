// What a solver reports while it runs. Printing is one observer among others.
#pragma once

#include <functional>
#include <limits>

namespace costate::rt {

/// The state before an iteration, and the step that led there.
struct IterationRow {
  int iteration = 0;
  double objective = 0;            // the user's units
  double primal_infeasibility = 0; // largest violation of a row, the user's units
  double dual_infeasibility = 0;   // scaled, maximum norm
  double barrier = 0;              // mu
  double step = 0;                 // |d|, maximum norm
  double regularization = 0;       // delta_w; 0 for none
  double alpha_primal = 0, alpha_dual = 0;
  int trials = 0; // line-search steps
  // Of first-order methods; their rates are alpha_primal:
  double seconds = 0;                                        // since the row before
  int planned = 0;                                           // steps that were asked for; 0: until tol
  double monitor = std::numeric_limits<double>::quiet_NaN(); // as last measured; nan: none
  /// ' ' start; f, F: the objective decreased enough (F: second-order correction); h, H: the filter took the
  /// point; m: predictor-corrector step; t: tiny step; r: no step found; R: restoration; g: step of a
  /// first-order method.
  char kind = ' ';
};

/// Returns false to stop the solve (status `interrupted`).
using Observer = std::function<bool(const IterationRow &)>;

} // namespace costate::rt
