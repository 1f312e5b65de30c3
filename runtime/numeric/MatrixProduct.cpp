// Kernels of products by what the processor has.
#define COSTATE_PRODUCT productPlain
#define COSTATE_LANES lanesPlain
#include "runtime/numeric/MatrixProductKernel.h"

namespace costate::rt {

template <class Real> KernelsOf<Real> kernelsOfThisProcessor() {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
    return {productAvx512, lanesAvx512};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return {productAvx2, lanesAvx2};
#endif
  return {productPlain, lanesPlain};
}

template KernelsOf<double> kernelsOfThisProcessor();
template KernelsOf<float> kernelsOfThisProcessor();

} // namespace costate::rt
