// Levenberg-Marquardt as a trust region method [Mor78].
#include "runtime/solvers/Guarded.h"
#include "runtime/solvers/LinearResiduals.h"

#include <cmath>

namespace costate::rt {
namespace {

/// The objective less its sum of squares; its rounding counts for nothing.
double constantOf(double objective, double squares) {
  constexpr double rounding = 1e-12;
  double rest = objective - squares;
  return std::abs(rest) <= rounding * squares ? 0 : rest;
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
  return stop;
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
