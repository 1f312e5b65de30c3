// The loop of first-order methods: measurements between steps, batches, what is kept, when it ends.
#include "runtime/report/Timer.h"
#include "runtime/solvers/Batches.h"
#include "runtime/solvers/BoxSolve.h"
#include "runtime/solvers/Checkpoint.h"
#include "runtime/solvers/Guarded.h"
#include "runtime/solvers/RateSchedule.h"
#include "runtime/solvers/StepSearch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace costate::rt {
namespace {

class FirstOrder {
public:
  FirstOrder(BoxSolve &at, const FirstOrderOptions &options)
      : at(at), box(at.box), options(options), rule(updateRule(options.method)),
        batches(at.functions.addends(), at.functions.isEndless(), options.batch, options.seed),
        length(batches ? box.numMoving() : box.n()) {}

  Stop run() {
    auto stop = begin();
    while (!stop) {
      stop = isMeasuredHere() ? measure() : look();
      if (!stop)
        stop = advance();
    }
    return finish(*stop);
  }

private:
  std::optional<Stop> begin();
  std::optional<Stop> resume();
  bool isMeasuredHere() const;
  std::optional<Stop> measure();
  std::optional<Stop> look();
  std::optional<Stop> ending();
  std::optional<Stop> advance();
  bool takeStep(const Vector &g);
  bool evaluate();
  bool direction(Vector &g);
  void shorten(Vector &g) const;
  std::optional<Stop> judge();
  std::string meritName() const { return isMonitored() ? "`" + options.monitor.name + "`" : "objective"; }
  std::string save();
  Stop finish(Stop stop);
  Stop notFinite();

  bool searches() const { return options.rate == 0; }
  int64_t planned() const;
  int64_t total() const { return planned() > 0 ? planned() : options.max_iter; }
  double scale() const { return at.functions.objectiveScale; }
  bool isMonitored() const { return bool(options.monitor.value); }
  /// What `patience` and the best point look at, in the user's units.
  double inUnits(double merit) const { return isMonitored() ? merit : merit / scale(); }
  CheckpointKey key() const {
    return {rule.name,    int64_t(length),     at.functions.addends(), batches ? options.batch : 0,
            options.seed, options.monitor.name};
  }
  bool valueOf(Vector &x, double &f);
  double penalty(const Vector &x) const;

  BoxSolve &at;
  BoxProblem &box;
  const FirstOrderOptions &options;
  const UpdateRule &rule;
  Batches batches;
  /// Of the arrays that steps change: without the variables at the end that are defined or fixed, where
  /// batches read no others.
  const Index length;
  FirstOrderState s;
  double start = 0;    // the objective there
  double searched = 0; // the scaled objective where a search looked last
  double merit = 0;    // of the measured point: the monitor or the scaled objective
  IterationRow row;
  bool isBroken = false;                               // the state is between two steps
  Timer::Clock::time_point last = Timer::Clock::now(); // a row was shown
};

/// Steps that were asked for; 0: none, until tol.
int64_t FirstOrder::planned() const {
  int64_t passes = int64_t(options.epochs) * batches.stepsPerEpoch();
  bool hasBoth = options.steps > 0 && passes > 0;
  int64_t count =
      hasBoth ? std::min<int64_t>(options.steps, passes) : std::max<int64_t>(options.steps, passes);
  return std::min<int64_t>(count, std::numeric_limits<int>::max() - 1);
}

std::optional<Stop> FirstOrder::begin() {
  s.x = at.x.head(length), s.f = start = at.f;
  s.g = at.g;
  s.objectiveScale = scale();
  if (planned() > 0)
    at.limits.max_iter = int(planned()) + 1; // ending() comes first
  if (rule.hasM)
    s.m = Vector::Zero(length);
  if (rule.hasV)
    s.v = Vector::Zero(length);
  return options.resume ? resume() : std::nullopt;
}

std::optional<Stop> FirstOrder::resume() {
  if (std::string sentence = readCheckpoint(options.checkpoint.path, key(), s); !sentence.empty()) {
    s.best.resize(0);
    return Stop{Status::not_run, sentence};
  }
  if (std::exchange(at.functions.objectiveScale, s.objectiveScale) != s.objectiveScale)
    box.gradient(at.x, at.g); // prices of kinks are scaled
  at.limits.iteration = int(s.step);
  at.x.head(length) = s.x, at.f = s.f;
  if (s.g.size() > 0)
    at.g = s.g;
  return std::nullopt;
}

/// The objective of all addends is known only where it is computed for its own sake.
bool FirstOrder::isMeasuredHere() const {
  return batches.endsEpoch(s.step) || s.step == planned() || s.step >= at.limits.max_iter;
}

std::optional<Stop> FirstOrder::measure() {
  constexpr double blownUp = 1e12;
  at.x.head(length) = s.x;
  if (batches && !box.both(at.x, at.f, at.g))
    return notFinite();
  if (auto stop = judge())
    return stop;
  row.seconds = Timer::since(std::exchange(last, Timer::Clock::now()));
  row.planned = int(planned());
  if (at.f / scale() > start / scale() + blownUp * std::max(1.0, std::abs(start / scale())))
    return Stop{Status::stalled, fmt::format("the objective grew from {:.3g} to {:.3g} in {} steps: the rate "
                                             "{:.3g} is too large",
                                             start / scale(), at.f / scale(), s.step, options.rate)};
  auto stop = at.shouldStop(row);
  return stop ? stop : ending();
}

/// Between two measurements.
std::optional<Stop> FirstOrder::look() {
  row.iteration = at.limits.iteration;
  row.objective = s.f;
  row.seconds = Timer::since(std::exchange(last, Timer::Clock::now()));
  row.planned = int(planned());
  bool goesOn = at.limits.show(row);
  if (at.functions.wasInterrupted())
    return Stop{Status::interrupted, fmt::format("the functions asked to stop after {} steps", s.step)};
  return at.limits.check(goesOn, row.dual_infeasibility);
}

/// How good the measured point is; keeps the best.
std::optional<Stop> FirstOrder::judge() {
  merit = isMonitored() ? options.monitor.value(at.x.data()) : at.f;
  if (isMonitored())
    row.monitor = merit;
  if (isMonitored() && !std::isfinite(merit))
    return Stop{Status::evaluation_error,
                fmt::format("`{}` is {} after {} steps", options.monitor.name,
                            std::isnan(merit) ? "not a number" : "infinite", s.step)};
  if (merit < s.bestValue)
    s.best = at.x, s.bestValue = merit, s.bestStep = s.step;
  return std::nullopt;
}

/// What the user asked for besides accuracy.
std::optional<Stop> FirstOrder::ending() {
  auto best = [&] {
    return fmt::format("the best {} is that after step {}, projected gradient {:.1e} > tol {:.1e} here",
                       meritName(), s.bestStep, at.optimality(), options.tol);
  };
  if (options.goesOn && !options.goesOn(at.x.data(), int(s.step)))
    return Stop{Status::completed, fmt::format("stopped by its caller after {} steps; {}", s.step, best())};
  if (s.step == planned() && s.step > 0)
    return Stop{Status::completed, fmt::format("{} steps are taken; {}", s.step, best())};
  if (std::exchange(s.judged, s.step) == s.step) // before this state was saved
    return std::nullopt;
  bool isLower = merit < s.reference - options.min_change * (isMonitored() ? 1 : scale());
  if (isLower)
    s.reference = merit;
  s.waited = isLower ? 0 : s.waited + 1;
  if (options.patience > 0 && s.waited >= options.patience)
    return Stop{Status::completed, fmt::format("{} measurements without {} below {:.9g}; {}", s.waited,
                                               isMonitored() ? meritName() : "an objective",
                                               inUnits(s.reference) - options.min_change, best())};
  return std::nullopt;
}

/// A step, and the functions where it leads to.
std::optional<Stop> FirstOrder::advance() {
  bool isDue = options.every > 0 && s.step % options.every == 0 && s.step > 0;
  if (isDue)
    if (std::string sentence = save(); !sentence.empty())
      return Stop{Status::interrupted, sentence};
  Vector g(length), before = s.x;
  if (!direction(g))
    return notFinite();
  if (!takeStep(g))
    return at.stalled("no step along the projected gradient decreases the objective");
  ++at.limits.iteration;
  if (!batches && !evaluate())
    return notFinite();
  row.step = length ? (s.x - before).lpNorm<Eigen::Infinity>() : 0;
  row.kind = 'g';
  return std::nullopt;
}

/// The gradient in the user's units, of a batch or of all, without what problem and bounds hold.
bool FirstOrder::direction(Vector &g) {
  if (!batches) {
    g = at.g / scale();
  } else {
    at.x.head(length) = s.x;
    if (!at.functions.sampled(at.x.data(), batches.of(s.step), s.f, g))
      return false;
  }
  for (Index j = 0; j < g.size(); ++j)
    g[j] = box.isHeld[size_t(j)] ? 0 : g[j];
  shorten(g);
  if (!rule.isDecoupled && options.decay > 0)
    for (Index j = 0; j < g.size(); ++j)
      g[j] += box.isHeld[size_t(j)] ? 0 : options.decay * s.x[j];
  return true;
}

void FirstOrder::shorten(Vector &g) const {
  double norm = std::isinf(options.clip) ? 0 : g.norm();
  if (norm > options.clip)
    g *= options.clip / norm;
}

/// False where a search finds none.
bool FirstOrder::takeStep(const Vector &g) {
  ++s.step;
  if (!searches()) {
    row.alpha_primal = rateAt(options, s.step - 1, total());
    rule.apply(options, row.alpha_primal, g, box, s);
    return true;
  }
  auto value = [this](Vector &x, double &f) { return valueOf(x, f); };
  double f = s.f / scale() + penalty(s.x);
  SearchResult found = options.method == UpdateMethod::nesterov
                           ? acceleratedStep(options, value, f, g, box, s)
                           : spectralStep(value, f, g, box, s);
  s.step -= !found.isFound;
  row.alpha_primal = found.length, row.trials = found.trials;
  return found.isFound;
}

/// What a search goes down: the objective and the decay, in the user's units.
bool FirstOrder::valueOf(Vector &x, double &f) {
  bool isFinite = box.value(x, f);
  searched = f;
  f = f / scale() + penalty(x);
  return isFinite;
}

double FirstOrder::penalty(const Vector &x) const {
  double squares = 0;
  for (Index j = 0; options.decay > 0 && j < x.size(); ++j)
    squares += box.isHeld[size_t(j)] ? 0 : x[j] * x[j];
  return options.decay / 2 * squares;
}

/// A spectral step ends at the last point of its search.
bool FirstOrder::evaluate() {
  bool isKnown = searches() && options.method == UpdateMethod::gradient_descent;
  if (isKnown)
    at.f = searched;
  if (!(isKnown ? box.gradient(s.x, at.g) : box.both(s.x, at.f, at.g)))
    return false;
  s.f = at.f, s.g = at.g;
  return true;
}

Stop FirstOrder::notFinite() {
  isBroken = true;
  at.x.head(length) = s.x;
  if (at.functions.wasInterrupted())
    return {Status::interrupted, fmt::format("the functions asked to stop after {} steps", s.step)};
  return {Status::evaluation_error,
          fmt::format("the functions are not finite after {} steps; a smaller rate may help{}", s.step,
                      at.functions.trace(at.x.data()))};
}

std::string FirstOrder::save() {
  if (options.checkpoint.path.empty())
    return "";
  if (batches)
    s.g.resize(0);
  return writeCheckpoint(options.checkpoint.path, key(), s);
}

/// The state as it is, then the best point for the report. Where the monitor was less before, a point to tol
/// is not the one.
Stop FirstOrder::finish(Stop stop) {
  bool isSaved = stop.status != Status::not_run && !isBroken;
  if (std::string sentence = isSaved ? save() : ""; !sentence.empty() && stop.reason != sentence)
    stop.reason += "; " + sentence;
  bool isEarlier = isMonitored() && s.bestStep != s.step && stop.status == Status::optimal;
  if (isEarlier)
    stop = {Status::completed, fmt::format("{} after {} steps; the best {} is that after step {}",
                                           stop.reason, s.step, meritName(), s.bestStep)};
  if (stop.status != Status::optimal && s.best.size() > 0)
    at.x = s.best;
  return stop;
}

/// Options that contradict each other or the problem.
std::string refusal(const BoxSolve &shell, const FirstOrderOptions &o) {
  bool isSearched = o.rate == 0, isBatch = o.batch > 0;
  if (isBatch && shell.functions.addends() == 0)
    return fmt::format(
        "`{}` takes batches of the addends of an objective, and this objective is not known as "
        "a sum over a set; leave out `batch`",
        shell.name);
  if (isBatch && isSearched)
    return fmt::format(
        "`{}` searches for the length of steps on the whole objective; with batches it needs a "
        "`rate`",
        shell.name);
  if (isSearched && (o.schedule != Schedule::constant || o.warmup > 0))
    return fmt::format("`{}` searches for the length of steps; a schedule needs a `rate`", shell.name);
  if (o.resume && o.checkpoint.path.empty())
    return "`resume` needs the file of the state, `checkpoint`";
  if (o.every > 0 && o.checkpoint.path.empty())
    return "`every` needs the file of the state, `checkpoint`";
  return "";
}

} // namespace

Result solve(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
             const FirstOrderOptions &options, const Observer &observer, const WarmStart *warm) {
  return guarded(problem, instance, [&] {
    BoxSolve shell(updateRule(options.method).name, problem, instance, host, options, observer, warm);
    shell.takesRows = updateRule(options.method).takesRows;
    Result refused;
    refused.reason = refusal(shell, options);
    if (!refused.reason.empty())
      return refused;
    return shell.run([&] { return FirstOrder(shell, options).run(); });
  });
}

} // namespace costate::rt
