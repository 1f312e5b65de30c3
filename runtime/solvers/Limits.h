// What bounds a whole solve: iterations, time, the user's wish to stop.
#pragma once

#include "costate/rt/Abi.h"
#include "costate/rt/Observer.h"
#include "costate/rt/Options.h"
#include "costate/rt/Result.h"
#include "runtime/problem/Functions.h"
#include "runtime/report/Timer.h"

#include <optional>
#include <string>

namespace costate::rt {

/// Why a solve ends.
struct Stop {
  Status status = Status::not_run;
  std::string reason;
};

struct Limits {
  double tol;
  int max_iter;
  double time_limit;
  const Observer &observer;
  const costate_host *host;
  Timer::Clock::time_point began = Timer::Clock::now();
  int iteration = 0;

  /// Of a solver's options, all of which have these three.
  template <class Options>
  Limits(const Options &options, const Observer &observer, const costate_host *host)
      : tol(options.tol), max_iter(options.max_iter), time_limit(options.time_limit), observer(observer),
        host(host) {}

  /// Shows the row to the observer; false where it wants to stop.
  bool show(const IterationRow &row) const { return !observer || observer(row); }
  /// A stop where the observer, the host or a limit asks for one. `error`: to be compared with tol.
  std::optional<Stop> check(bool goesOn, double error) const;
  /// What a result tells before a solver knows a point: why it stopped, at the start.
  Result atStart(const Stop &stop, const ProblemShape &shape) const;
  /// Evaluations and time until now.
  void addCosts(const Functions &functions, Result &result) const;
};

struct InteriorPointLimits : Limits {
  InteriorPointLimits(const InteriorPointOptions &options, const Observer &observer, const costate_host *host)
      : Limits(options, observer, host), options(options) {}
  const InteriorPointOptions &options;
};

} // namespace costate::rt
