// Products of matrices, one function per set of vector instructions. Internal to numeric.
#pragma once

#include <cstdint>

namespace costate::rt {

/// One of the strides is 1.
struct Matrix {
  const double *entries;
  int64_t rowStride, columnStride, rows, columns;
};

/// C[m,n] = A[m,k] B[k,n], rows first.
using MatrixProduct = void(const Matrix &A, const Matrix &B, double *C);
MatrixProduct productPlain, productAvx2, productAvx512;

} // namespace costate::rt
