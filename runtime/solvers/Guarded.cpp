// Refusals of problems that no solver can read; exceptions become sentences.
#include "runtime/solvers/Guarded.h"
#include "runtime/linalg/Ldlt.h"

#include <fmt/format.h>

#include <exception>
#include <new>

namespace costate::rt {
namespace {

/// How large the problem is, and what needs less memory.
std::string outOfMemory(const costate_shape &shape, const std::bad_alloc &failure) {
  auto *factors = dynamic_cast<const FactorsTooLarge *>(&failure);
  return fmt::format(
      "the solve ran out of memory{}: the problem has {} variables, {} rows with {} entries and {} second "
      "derivatives; {}",
      factors ? fmt::format(", as {}", factors->what()) : "", shape.n, shape.m, shape.jac_entries,
      shape.hess_entries,
      shape.m > 0 ? "make a variable of what many rows share, so that they have fewer entries, or use a "
                    "machine with more memory"
                  : "use `lbfgsb` or `newton_cg`, which need no matrix");
}

} // namespace

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
  } catch (const std::bad_alloc &failure) {
    refused.reason = outOfMemory(shape, failure);
    return refused;
  } catch (const std::exception &exception) { // of an observer
    refused.reason = fmt::format("the solve failed: {}", exception.what());
    return refused;
  }
}

} // namespace costate::rt
