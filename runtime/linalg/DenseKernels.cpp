// Register tiles in the compilers' vector extension; one body, instantiated for two instruction sets.
#include "runtime/linalg/DenseKernels.h"

#include <cstring>

namespace costate::rt {
namespace {

#define COSTATE_INLINE inline __attribute__((always_inline))

typedef double Four __attribute__((vector_size(32)));

COSTATE_INLINE void load(Four &value, const double *from) { std::memcpy(&value, from, sizeof value); }
COSTATE_INLINE void store(double *into, const Four &value) { std::memcpy(into, &value, sizeof value); }

struct Operands {
  double *C;
  int64_t ldc;
  const double *A;
  int64_t lda;
  const double *B;
  int64_t ldb, inner;
};

/// 4*V rows by W columns at (i, c).
template <int V, int W> COSTATE_INLINE void tile(const Operands &o, int64_t i, int64_t c) {
  Four sum[V][W];
  for (int q = 0; q < W; ++q)
    for (int v = 0; v < V; ++v)
      load(sum[v][q], o.C + i + 4 * v + (c + q) * o.ldc);
  for (int64_t k = 0; k < o.inner; ++k) {
    Four a[V];
    for (int v = 0; v < V; ++v)
      load(a[v], o.A + i + 4 * v + k * o.lda);
    for (int q = 0; q < W; ++q) {
      double b = o.B[c + q + k * o.ldb];
      for (int v = 0; v < V; ++v)
        sum[v][q] -= a[v] * b;
    }
  }
  for (int q = 0; q < W; ++q)
    for (int v = 0; v < V; ++v)
      store(o.C + i + 4 * v + (c + q) * o.ldc, sum[v][q]);
}

template <int W> COSTATE_INLINE void single(const Operands &o, int64_t i, int64_t c) {
  double sum[W];
  for (int q = 0; q < W; ++q)
    sum[q] = o.C[i + (c + q) * o.ldc];
  for (int64_t k = 0; k < o.inner; ++k)
    for (int q = 0; q < W; ++q)
      sum[q] -= o.A[i + k * o.lda] * o.B[c + q + k * o.ldb];
  for (int q = 0; q < W; ++q)
    o.C[i + (c + q) * o.ldc] = sum[q];
}

template <int W> COSTATE_INLINE void columnsAt(const Operands &o, int64_t rows, int64_t c) {
  int64_t i = c;
  for (; i + 8 <= rows; i += 8)
    tile<2, W>(o, i, c);
  for (; i + 4 <= rows; i += 4)
    tile<1, W>(o, i, c);
  for (; i < rows; ++i)
    single<W>(o, i, c);
}

COSTATE_INLINE void product(const Operands &o, int64_t rows, int64_t columns) {
  int64_t c = 0;
  for (; c + 4 <= columns; c += 4)
    columnsAt<4>(o, rows, c);
  for (; c + 2 <= columns; c += 2)
    columnsAt<2>(o, rows, c);
  for (; c < columns; ++c)
    columnsAt<1>(o, rows, c);
}

void portableProduct(const Operands &o, int64_t rows, int64_t columns) { product(o, rows, columns); }

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) void avx2Product(const Operands &o, int64_t rows, int64_t columns) {
  product(o, rows, columns);
}
bool hasAvx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#else
void avx2Product(const Operands &o, int64_t rows, int64_t columns) { product(o, rows, columns); }
bool hasAvx2() { return false; }
#endif

} // namespace

void subtractLowerProduct(double *C, int64_t ldc, const double *A, int64_t lda, const double *B, int64_t ldb,
                          int64_t rows, int64_t columns, int64_t inner) {
  Operands operands{C, ldc, A, lda, B, ldb, inner};
  (hasAvx2() ? avx2Product : portableProduct)(operands, rows, columns);
}

} // namespace costate::rt
