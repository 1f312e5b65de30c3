// Factorizations of dense matrices by what the processor has.
#define COSTATE_FACTORS factorsPlain
#include "runtime/numeric/DenseFactorsKernel.h"

namespace costate::rt {
namespace {

const DenseFactors &factorsOfThisProcessor() {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
    return factorsAvx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return factorsAvx2;
#endif
  return factorsPlain;
}

} // namespace

const DenseFactors &denseFactors() {
  static const DenseFactors &factors = factorsOfThisProcessor();
  return factors;
}

} // namespace costate::rt
