// Refusals of problems that no solver can read; exceptions become sentences.
#include "runtime/solvers/Guarded.h"

#include <fmt/format.h>

#include <exception>

namespace costate::rt {

Result guarded(const costate_problem_v1 &problem, const costate_instance *instance,
               const std::function<Result()> &solve) {
  Result refused;
  if (problem.version != COSTATE_ABI_VERSION) {
    refused.reason =
        fmt::format("the problem has ABI version {}, this runtime {}", problem.version, COSTATE_ABI_VERSION);
    return refused;
  }
  costate_shape shape{};
  if (problem.shape(instance, &shape) != COSTATE_OK) {
    refused.reason = "the problem has no shape: it is not bound";
    return refused;
  }
  try {
    return solve();
  } catch (const std::exception &exception) { // out of memory, or an observer that throws
    refused.reason = fmt::format("the solve failed: {}", exception.what());
    return refused;
  }
}

} // namespace costate::rt
