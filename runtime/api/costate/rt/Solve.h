// Solving a bound problem.
#pragma once

#include "costate/rt/Abi.h"
#include "costate/rt/FirstOrderOptions.h"
#include "costate/rt/Observer.h"
#include "costate/rt/Options.h"
#include "costate/rt/Result.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace costate::rt {

/// A primal-dual point to start from, in the conventions of Result.
struct WarmStart {
  std::vector<double> x;            // [n]
  std::vector<double> dual;         // [m]
  std::vector<double> reduced_cost; // [n]
};

/// min f(x)   subject to   c_lower <= c(x) <= c_upper,   x_lower <= x <= x_upper
///
/// A local solution by the primal-dual interior point method with filter line search and feasibility
/// restoration [WB06], with exact Hessians. Fixed variables, rows without bounds and dependent rows are
/// allowed. Linear rows in one variable are solved as its bounds (option `presolve`); results are those of
/// the problem as given.
///
/// `instance` must be bound. `host` may be null; its cancel flag is read once per iteration. `observer` may
/// be empty. `warm` may be null; it is ignored where its sizes are not those of the problem.
///
/// Numerical trouble is a status, never an exception; x is then the last point. Reentrant: no static state.
/// Cost per iteration: one call of second(), one or more of values(), a sparse LDL' of order n + m, a few
/// solves.
Result solve(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
             const InteriorPointOptions &options, const Observer &observer, const WarmStart *warm = nullptr);

/// The same for problems whose only constraints are bounds: min f(x)  subject to  x_lower <= x <= x_upper.
/// Rows may define unbounded variables,  h - e(x) == 0  without circles; they count as functions of the
/// others. Any other row that is not decided by presolve gives `not_run` with a sentence that names it. Stops
/// where the projected gradient |P(x - g) - x| of the scaled objective is at most `tol`.
///
/// Limited memory BFGS: first derivatives only, O(n memory) per iteration besides one or two of values() and
/// first().
Result solve(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
             const LbfgsbOptions &options, const Observer &observer, const WarmStart *warm = nullptr);
/// Newton with trust region: one call of second() and about two sparse LDL' of order n per iteration;
/// quadratic convergence, and no stop where the Hessian says that the point is no minimum.
Result solve(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
             const NewtonOptions &options, const Observer &observer, const WarmStart *warm = nullptr);

/// Truncated Newton with trust region: no matrix, one of first() and some `hvp` of the ABI per iteration, or
/// second() where the problem has no products.
Result solve(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
             const NewtonCgOptions &options, const Observer &observer, const WarmStart *warm = nullptr);

/// First-order methods, for problems with bounds and linear rows that share no variable: steps end at the
/// nearest point that meets them. Each is a row of UpdateRule.cpp; `options` says which. Stops where the
/// projected gradient is at most `tol` (`optimal`), after the steps that were asked for (`completed`), or at
/// a limit. x is the best of the measured points: all of them, with batches those at the ends of epochs.
Result solve(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
             const FirstOrderOptions &options, const Observer &observer, const WarmStart *warm = nullptr);

/// Levenberg-Marquardt as a trust region method with bounds, for objectives that are sums of squares
/// (`residuals` of the ABI): first derivatives only. Stops where the residuals are orthogonal to the columns
/// of their Jacobian, or where residuals or Gauss-Newton steps are zero to rounding.
Result solve(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
             const LevenbergMarquardtOptions &options, const Observer &observer,
             const WarmStart *warm = nullptr);

/// What the point x [n] is, wherever it came from after so many `steps`: `optimal` where bounds and rows
/// hold and where, with the multipliers of least squares for the rows and bounds that x is at, the optimality
/// error is at most `tol`; `completed` where they hold and it is not; else `iteration_limit`. The error is
/// the maximum norm of the projected residual  P(x - (grad f + J'y)) - x  of the problem as scaled at its
/// start, and of the products of multipliers and distances. x is moved into its bounds. Cost: two of first(),
/// some sparse LDL' where there are rows.
Result judge(const costate_problem_v1 &problem, const costate_instance *instance,
             const JudgementOptions &options, const std::vector<double> &x, int steps);
/// A number, the name of a file, or a quantity of the problem.
struct Setting {
  Setting(double number = 0) : number(number) {}
  Setting(Quantity quantity) : quantity(std::move(quantity)) {}
  Setting(std::string path) : path(std::move(path)), isFile(true) {}
  Setting(const char *path) : Setting(std::string(path)) {}
  double number = 0;
  std::string path;
  bool isFile = false;
  Quantity quantity; // with a value where it is one
};

/// Options by name, as `using` gives them.
using Settings = std::map<std::string, Setting>;

/// How iterations are shown.
enum class Progress {
  iterations, // as a table of all
  steps       // many and cheap: a table of some, and a bar
};

/// One row per solver that `using` may name. Programs, `costate help` and errors know a solver from its row
/// alone.
struct SolverRow {
  const char *name;
  const char *method;
  Progress progress;
  /// Whether it asks for entries of the Hessian or of the residuals' Jacobian, not for gradients and products
  /// alone.
  bool takesEntries;
  /// The options with their defaults.
  std::vector<OptionRow> (*options)();
  /// solve() with these options; `warm` counts where the option of that name is set. A setting that is
  /// refused gives `not_run`.
  Result (*run)(const SolverRow &self, const costate_problem_v1 &problem, const costate_instance *instance,
                const costate_host *host, const Settings &settings, const Observer &observer,
                const WarmStart *warm);

  /// The sentence that refuses an option's value, or empty.
  std::string check(const std::string &option, double value) const;
  /// The same for an option's word; sets `value`.
  std::string check(const std::string &option, const std::string &word, double &value) const;
  /// The same for a text in quotes, a file name.
  std::string checkFile(const std::string &option, const std::string &path) const;
  bool takesFile(const std::string &option) const;
  bool takesQuantity(const std::string &option) const;
  /// One line per option: name, default, range, meaning.
  std::string help() const;
};
const std::vector<SolverRow> &solvers();
/// The row of that name, or null.
const SolverRow *solverNamed(const std::string &name);

} // namespace costate::rt
