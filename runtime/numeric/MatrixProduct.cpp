// Products of matrices that generated loops ask for, by what the processor has.
#define COSTATE_PRODUCT productPlain
#include "runtime/numeric/MatrixProductKernel.h"

#include "costate/rt/Functions.h"

namespace costate::rt {
namespace {

template <class Product> Product *productOfThisProcessor() {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
    return productAvx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return productAvx2;
#endif
  return productPlain;
}

} // namespace
} // namespace costate::rt

using namespace costate::rt;

extern "C" void costate_product(const double *A, int64_t A_rows, int64_t A_columns, const double *B,
                                int64_t B_rows, int64_t B_columns, double *C, int64_t m, int64_t n,
                                int64_t k) {
  static MatrixProduct *const product = productOfThisProcessor<MatrixProduct>();
  product({A, A_rows, A_columns, m, k}, {B, B_rows, B_columns, k, n}, C);
}

extern "C" void costate_product_single(const float *A, int64_t A_rows, int64_t A_columns, const float *B,
                                       int64_t B_rows, int64_t B_columns, float *C, int64_t m, int64_t n,
                                       int64_t k) {
  static SingleProduct *const product = productOfThisProcessor<SingleProduct>();
  product({A, A_rows, A_columns, m, k}, {B, B_rows, B_columns, k, n}, C);
}
