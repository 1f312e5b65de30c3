// The dense loop in which a sparse factorization spends its time, for the vectors of the processor at hand.
#pragma once

#include <cstddef>
#include <cstdint>

namespace costate::rt {

/// C := C - A B'  for rows >= column of C [rows, columns]; A [rows, inner], B [columns, inner]. All lie by
/// columns with distance ldc, lda, ldb. Entries of C above the diagonal may be overwritten by anything (they
/// are not used). 2 rows columns inner operations; tiles of 8 x 4 in registers, with AVX2 and FMA where the
/// processor has them.
void subtractLowerProduct(double *C, int64_t ldc, const double *A, int64_t lda, const double *B, int64_t ldb,
                          int64_t rows, int64_t columns, int64_t inner);

} // namespace costate::rt
