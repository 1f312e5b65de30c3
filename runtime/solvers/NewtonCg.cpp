// Truncated Newton: the model is the Taylor polynomial of degree 2, its steps are those of conjugate
// gradients.
#include "runtime/solvers/Guarded.h"
#include "runtime/solvers/ProductModel.h"

namespace costate::rt {

Result solve(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
             const NewtonCgOptions &options, const Observer &observer, const WarmStart *warm) {
  return guarded(problem, instance, [&] {
    BoxSolve shell("newton_cg", problem, instance, host, options, observer, warm);
    if (!problem.hvp && !problem.second) {
      Result refused;
      refused.reason =
          "`newton_cg` needs products with the matrix of second derivatives, and the problem has "
          "none; solve with `lbfgsb`";
      return refused;
    }
    return shell.run([&] {
      ProductModel model(shell.box, shell.f, options.max_cg);
      return TrustRegion(shell, model, options.radius, 1).run();
    });
  });
}

} // namespace costate::rt
