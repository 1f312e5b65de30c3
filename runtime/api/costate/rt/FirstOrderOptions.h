// Options of first-order methods. They share one loop, so they share one struct; each shows those it reads.
#pragma once

#include "costate/rt/Options.h"

#include <cstdint>
#include <functional>

namespace costate::rt {

enum class UpdateMethod { gradient_descent, sgd, momentum, nesterov, adam, adamw, lion, rmsprop, adagrad };
enum class Schedule { constant, linear, cosine, exponential, step };
enum class Restart { none, value, gradient };

/// What all have. Their formulas: UpdateRule.h in runtime/solvers.
struct FirstOrderOptions {
  UpdateMethod method;
  double rate;
  double beta = 0.9, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  Restart restart = Restart::gradient;
  int steps = 0, epochs = 0, batch = 0;
  int64_t seed = 1;
  Schedule schedule = Schedule::constant;
  int warmup = 0;
  double final_rate = 0, drop = 0.1;
  int drop_every = 0;
  double decay = 0;
  double clip = std::numeric_limits<double>::infinity();
  double tol = 1e-6, acceptable_tol = 1e-4;
  int max_iter = 20000;
  double time_limit = std::numeric_limits<double>::infinity();
  int patience = 0;
  double min_change = 0;
  File checkpoint;
  int every = 0;
  bool resume = false;
  bool warm = false;
  bool presolve = true;
  /// What says how good a measured point is, the less the better; empty: the objective.
  Quantity monitor;
  /// Called with every measured point [n] and the steps taken; where it returns false, the solve has
  /// `completed`. May be empty.
  std::function<bool(const double *x, int step)> goesOn;

  FirstOrderOptions(UpdateMethod method, double rate) : method(method), rate(rate) {}
};

namespace detail {

template <class O> constexpr auto rateField(double low, const char *meaning) {
  return std::tuple{Field<O, double>{"rate", &O::rate, low, 1e6, meaning}};
}

template <class O> constexpr auto momentsFields(const char *first, const char *second) {
  return std::tuple{Field<O, double>{"beta1", &O::beta1, 0, 0.99999, first},
                    Field<O, double>{"beta2", &O::beta2, 0, 0.99999, second}};
}

template <class O> constexpr auto epsilonField() {
  return std::tuple{Field<O, double>{"epsilon", &O::epsilon, 0, 1, "added to the root that divides"}};
}

/// The options that all first-order methods have. `decayMeaning`: what `decay` does.
template <class O> constexpr auto firstOrderFields(const char *decayMeaning) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  return std::tuple{
      Field<O, int>{"steps", &O::steps, 0, 1e9, "steps to take; 0: until tol"},
      Field<O, int>{"epochs", &O::epochs, 0, 1e9, "passes over the addends to take; 0: as steps says"},
      Field<O, int>{"batch", &O::batch, 0, 1e9, "addends of the objective that a step reads; 0: all"},
      Field<O, int64_t>{"seed", &O::seed, 0, 9e15, "of the order, or the draws, that batches take"},
      Field<O, Schedule>{"schedule", &O::schedule, 0, 4, "how the rate changes with the steps",
                         "constant linear cosine exponential step"},
      Field<O, int>{"warmup", &O::warmup, 0, 1e9, "steps in which the rate grows to its value"},
      Field<O, double>{"final_rate", &O::final_rate, 0, 1,
                       "share of the rate at which linear and cosine end"},
      Field<O, double>{"drop", &O::drop, 1e-9, 1, "share to which exponential and step fall in drop_every"},
      Field<O, int>{"drop_every", &O::drop_every, 0, 1e9, "steps; 0: all for exponential, a third for step"},
      Field<O, double>{"decay", &O::decay, 0, 1e6, decayMeaning},
      Field<O, double>{"clip", &O::clip, 0, inf, "norm to which longer gradients are cut"},
      Field<O, double>{"tol", &O::tol, 0, 1, "scaled projected gradient to reach, maximum norm"},
      Field<O, double>{"acceptable_tol", &O::acceptable_tol, 0, inf,
                       "projected gradient that is acceptable where no step improves the point"},
      Field<O, int>{"max_iter", &O::max_iter, 0, 1e9, "limit of steps"},
      Field<O, double>{"time_limit", &O::time_limit, 0, inf, "seconds"},
      Field<O, int>{"patience", &O::patience, 0, 1e9,
                    "measurements without a lower objective before stopping; 0: any number"},
      Field<O, Quantity>{"monitor", &O::monitor, 0, 0,
                         "what patience and the best point look at instead of the objective"},
      Field<O, double>{"min_change", &O::min_change, 0, inf, "by which it has to be lower"},
      Field<O, File>{"checkpoint", &O::checkpoint, 0, 0, "file that keeps the state of the solve"},
      Field<O, int>{"every", &O::every, 0, 1e9, "steps between its writings; 0: at the end only"},
      Field<O, bool>{"resume", &O::resume, 0, 1, "go on from the state in `checkpoint`"},
      Field<O, bool>{"warm", &O::warm, 0, 1, "start from the last point"},
      Field<O, bool>{"presolve", &O::presolve, 0, 1,
                     "linear rows in one variable are solved as bounds, rows in none are decided"}};
}

inline constexpr const char *squaredDecay = "weight decay: adds this times x to gradients";
inline constexpr const char *decoupledDecay = "weight decay: a step takes this times rate off x";
inline constexpr const char *stepLength = "length of steps, in units of x over the gradient's";
inline constexpr const char *searchedLength = "length of steps; 0: found by a line search";
inline constexpr const char *firstMean = "weight of the past in the mean of gradients";
inline constexpr const char *secondMean = "weight of the past in the mean of squared gradients";

} // namespace detail

struct GradientDescentOptions : FirstOrderOptions {
  GradientDescentOptions() : FirstOrderOptions(UpdateMethod::gradient_descent, 0) {}
  static constexpr auto fields() {
    using O = GradientDescentOptions;
    return std::tuple_cat(detail::rateField<O>(0, detail::searchedLength),
                          detail::firstOrderFields<O>(detail::squaredDecay));
  }
};

struct SgdOptions : FirstOrderOptions {
  SgdOptions() : FirstOrderOptions(UpdateMethod::sgd, 1e-2) {}
  static constexpr auto fields() {
    using O = SgdOptions;
    return std::tuple_cat(detail::rateField<O>(1e-300, detail::stepLength),
                          detail::firstOrderFields<O>(detail::squaredDecay));
  }
};

struct MomentumOptions : FirstOrderOptions {
  MomentumOptions() : FirstOrderOptions(UpdateMethod::momentum, 1e-2) {}
  static constexpr auto fields() {
    using O = MomentumOptions;
    return std::tuple_cat(
        detail::rateField<O>(1e-300, detail::stepLength),
        std::tuple{Field<O, double>{"beta", &O::beta, 0, 0.99999, "momentum that a step keeps"}},
        detail::firstOrderFields<O>(detail::squaredDecay));
  }
};

/// beta 0: the sequence of [Nes83], which tends to 1.
struct NesterovOptions : FirstOrderOptions {
  NesterovOptions() : FirstOrderOptions(UpdateMethod::nesterov, 0) { beta = 0; }
  static constexpr auto fields() {
    using O = NesterovOptions;
    return std::tuple_cat(
        detail::rateField<O>(0, detail::searchedLength),
        std::tuple{Field<O, double>{"beta", &O::beta, 0, 0.99999, "momentum; 0: growing to 1, as in [Nes83]"},
                   Field<O, Restart>{"restart", &O::restart, 0, 2,
                                     "when the sequence begins anew [OC15]: the objective, or a slope, rose",
                                     "none value gradient"}},
        detail::firstOrderFields<O>(detail::squaredDecay));
  }
};

struct AdamOptions : FirstOrderOptions {
  AdamOptions() : FirstOrderOptions(UpdateMethod::adam, 1e-3) {}
  static constexpr auto fields() {
    using O = AdamOptions;
    return std::tuple_cat(detail::rateField<O>(1e-300, "length of the first step of every variable"),
                          detail::momentsFields<O>(detail::firstMean, detail::secondMean),
                          detail::epsilonField<O>(), detail::firstOrderFields<O>(detail::squaredDecay));
  }
};

struct AdamwOptions : FirstOrderOptions {
  AdamwOptions() : FirstOrderOptions(UpdateMethod::adamw, 1e-3) { decay = 1e-2; }
  static constexpr auto fields() {
    using O = AdamwOptions;
    return std::tuple_cat(detail::rateField<O>(1e-300, "length of the first step of every variable"),
                          detail::momentsFields<O>(detail::firstMean, detail::secondMean),
                          detail::epsilonField<O>(), detail::firstOrderFields<O>(detail::decoupledDecay));
  }
};

struct LionOptions : FirstOrderOptions {
  LionOptions() : FirstOrderOptions(UpdateMethod::lion, 1e-4) { beta2 = 0.99; }
  static constexpr auto fields() {
    using O = LionOptions;
    return std::tuple_cat(
        detail::rateField<O>(1e-300, "length of the steps of every variable"),
        detail::momentsFields<O>("weight of the mean in the sign that a step takes", detail::firstMean),
        detail::firstOrderFields<O>(detail::decoupledDecay));
  }
};

struct RmspropOptions : FirstOrderOptions {
  RmspropOptions() : FirstOrderOptions(UpdateMethod::rmsprop, 1e-3) { beta2 = 0.9; }
  static constexpr auto fields() {
    using O = RmspropOptions;
    return std::tuple_cat(detail::rateField<O>(1e-300, "length of steps where gradients stay the same"),
                          std::tuple{Field<O, double>{"beta2", &O::beta2, 0, 0.99999, detail::secondMean}},
                          detail::epsilonField<O>(), detail::firstOrderFields<O>(detail::squaredDecay));
  }
};

struct AdagradOptions : FirstOrderOptions {
  AdagradOptions() : FirstOrderOptions(UpdateMethod::adagrad, 1e-2) { epsilon = 1e-10; }
  static constexpr auto fields() {
    using O = AdagradOptions;
    return std::tuple_cat(detail::rateField<O>(1e-300, "length of the first step of every variable"),
                          detail::epsilonField<O>(), detail::firstOrderFields<O>(detail::squaredDecay));
  }
};

} // namespace costate::rt
