// How a first-order method moves a point along a gradient. One row per method.
//
// g: gradient, a: rate, t: steps with this one; m and v start at 0. All operations are by entries.
//
//   gradient_descent, sgd   x -= a g
//   momentum  [Pol64]       m = beta m + g                    x -= a m
//   nesterov  [Nes83]       z = P(x - a g)                    x = z + beta_t (z - m),  m = z
//                           beta_t = (s_t - 1) / s_(t+1),  s_(t+1) = (1 + sqrt(1 + 4 s_t^2)) / 2,  s_1 = 1
//   adam      [KB15]        m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2
//                           x -= a (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
//   adamw     [LH19]        the same, and x -= a decay x
//   lion      [CLH23]       x -= a (sign(beta1 m + (1 - beta1) g) + decay x)      m = beta2 m + (1 - beta2) g
//   rmsprop   [TH12]        v = beta2 v + (1 - beta2) g^2     x -= a g / (sqrt(v) + epsilon)
//   adagrad   [DHS11]       v = v + g^2                       x -= a g / (sqrt(v) + epsilon)
//
// Then x is projected onto what bounds and rows allow, P: by the distance in which the step is one of
// steepest descent, else it would end where the objective has a slope along the rows. That of lion, the
// largest entry, has no such projection. Kinks (Kinks.h) make a proximal map of it. The decay of [LH19] is
// `decay` times the rate here.
#pragma once

#include "costate/rt/FirstOrderOptions.h"
#include "runtime/solvers/BoxProblem.h"

namespace costate::rt {

/// What a first-order method knows: all of it goes into checkpoints.
struct FirstOrderState {
  int64_t step = 0; // steps taken
  Vector x, g;      // the point and the gradient there of the scaled objective; g is empty for batches, and x
                    // leaves out what is defined or fixed at the end
  double f = 0;     // the scaled objective there
  Vector m, v;      // like x; see above
  double s = 1;     // of [Nes83]
  double length = 0;          // of the last step that a search found; 0: none yet
  std::vector<double> values; // of the last points of a search
  Vector best;                // [n] the best measured point
  double bestValue = std::numeric_limits<double>::infinity(); // scaled
  int64_t bestStep = 0;
  double reference = std::numeric_limits<double>::infinity(); // objective that `patience` compares with
  int64_t waited = 0;                                         // measurements since then
  int64_t judged = -1; // the step whose measurement has been counted in `waited`
  double objectiveScale = 1;
};

struct UpdateRule {
  const char *name;
  bool hasM, hasV;  // arrays that it keeps
  bool isDecoupled; // takes `decay` off x by itself
  bool takesRows;   // besides bounds
  /// Moves s.x along g [n], the gradient in the user's units; s.step counts this step already.
  void (*apply)(const FirstOrderOptions &options, double rate, const Vector &g, const BoxProblem &box,
                FirstOrderState &s);
};

const UpdateRule &updateRule(UpdateMethod method);

/// Nesterov's step after z, with f at s.x; the sequence begins anew where f, or the slope along the way, rose
/// [OC15]. What is extrapolated is projected, too: functions may have no value outside.
void extrapolate(const FirstOrderOptions &options, const Vector &z, double f, const BoxProblem &box,
                 FirstOrderState &s);

} // namespace costate::rt
