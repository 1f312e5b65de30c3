// Systems with a sparse matrix. Factors are kept for the solves with the same matrix that follow: those of
// derivatives, of the transposed system, of more right-hand sides.
#include "runtime/numeric/SparseFactors.h"

namespace costate::rt {
namespace {

SparseMemory &memory() {
  static SparseMemory memory;
  return memory;
}

/// Null after a failure.
std::shared_ptr<SparseFactors> factorsOf(const SparseEntries &entries, Operation &call) {
  std::shared_ptr<SparseFactors> factors = memory().of(entries);
  if (factors)
    return factors;
  factors = SparseFactors::of(entries, memory().at(entries).get(), call);
  if (factors)
    memory().keep(factors);
  return factors;
}

void solveSparse(Operation call, bool isTransposed) {
  SparseEntries entries{call.integers(1), call.integers(1), call.reals(1), call.nextSizes()[0]};
  auto b = matrix(call);
  auto x = matrixResult(call);
  call.run([&] {
    auto factors = factorsOf(entries, call);
    if (!factors)
      return;
    x = b;
    factors->solve(x, isTransposed);
  });
}

} // namespace
} // namespace costate::rt

using namespace costate::rt;

extern "C" {

void costate_sparse_solve(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  solveSparse({arrays, sizes, failure}, false);
}

void costate_sparse_solve_transposed(void *const *arrays, const int64_t *sizes, costate_failure *failure) {
  solveSparse({arrays, sizes, failure}, true);
}
}
