// Levenberg-Marquardt as a trust region method [Mor78].
#include "runtime/solvers/Guarded.h"
#include "runtime/solvers/LinearResiduals.h"
#include "runtime/solvers/TaylorModel.h"

#include <cmath>

namespace costate::rt {
namespace {

/// The objective less its sum of squares; its rounding counts for nothing.
double constantOf(double objective, double squares) {
  constexpr double rounding = 1e-12;
  double rest = objective - squares;
  return std::abs(rest) <= rounding * squares ? 0 : rest;
}

/// Whether curvature of the residuals may decide, which J'J does not know: where steps do not help, as with
/// large residuals; and at a start without slope, since descent ends at a maximum only if it begins there.
bool needsCurvature(const BoxSolve &shell, const Stop &stop) {
  bool isStalled = stop.status == Status::stalled || stop.status == Status::acceptable;
  bool isStart = stop.status == Status::optimal && shell.limits.iteration == 0 && shell.f > 0;
  return shell.functions.hasSecond() && (isStalled || isStart);
}

/// By Newton's steps from the point; `stop` where they do not end at a solution.
Stop finish(BoxSolve &shell, const Stop &stop) {
  Vector x = shell.x, g;
  double f = 0;
  if (!shell.box.value(x, f) || !shell.box.gradient(x, g))
    return stop;
  shell.x = x, shell.g = g, shell.f = f, shell.fConstant = 0;
  shell.measureName = "projected gradient";
  TaylorModel model(shell.box, f);
  Stop last = TrustRegion(shell, model, 0, 1).run();
  shell.factorizations += model.face.factorizations;
  shell.factorSeconds += model.face.factorSeconds, shell.solveSeconds += model.face.solveSeconds;
  return last.status == Status::stalled || last.status == Status::acceptable ? stop : last;
}

Stop iterate(BoxSolve &shell, const costate_problem_v1 &problem, const costate_instance *instance,
             const LevenbergMarquardtOptions &options) {
  Residuals residuals(problem, instance, shell.functions);
  LinearResiduals model(shell, residuals, options.step_tol);
  double objective = shell.f;
  if (!model.value(shell.x, shell.f))
    return {Status::evaluation_error,
            "the objective is finite at the start but not its residuals: a square has a negative factor; "
            "solve with `newton`, or make the factor positive"};
  shell.fConstant = constantOf(objective, shell.f);
  shell.measure = [&] { return model.cosine(); };
  shell.measureName = "cosine of residuals and Jacobian";
  Stop stop = TrustRegion(shell, model, 0, options.factor).run();
  shell.measure = nullptr;
  const ResidualSystem &system = model.linearSystem();
  shell.factorizations = system.factorizations;
  shell.factorSeconds = system.factorSeconds, shell.solveSeconds = system.solveSeconds;
  return needsCurvature(shell, stop) ? finish(shell, stop) : stop;
}

} // namespace

Result solve(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
             const LevenbergMarquardtOptions &options, const Observer &observer, const WarmStart *warm) {
  return guarded(problem, instance, [&] {
    BoxSolve shell("lm", problem, instance, host, options, observer, warm);
    if (!Residuals::areKnown(problem, instance)) {
      Result refused;
      refused.reason = "`lm` minimizes sums of squares, and the objective is not known as one: write it with "
                       "squares like `(y[i] - f[i])^2`, or solve with `newton`";
      return refused;
    }
    return shell.run([&] { return iterate(shell, problem, instance, options); });
  });
}

} // namespace costate::rt
