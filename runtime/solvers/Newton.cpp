// Newton's method: the model is the Taylor polynomial of degree 2.
#include "runtime/solvers/Guarded.h"
#include "runtime/solvers/TaylorModel.h"

namespace costate::rt {

Result solve(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
             const NewtonOptions &options, const Observer &observer, const WarmStart *warm) {
  return guarded(problem, instance, [&] {
    BoxSolve shell("newton", problem, instance, host, options, observer, warm);
    if (!problem.second) {
      Result refused;
      refused.reason =
          "`newton` needs the matrix of second derivatives, and the objective is a function of too many "
          "variables for one; solve with `newton_cg`";
      return refused;
    }
    return shell.run([&] {
      TaylorModel model(shell.box, shell.f);
      Stop stop = TrustRegion(shell, model, options.radius, 1).run();
      shell.factorizations = model.face.factorizations;
      shell.factorSeconds = model.face.factorSeconds, shell.solveSeconds = model.face.solveSeconds;
      return stop;
    });
  });
}

} // namespace costate::rt
