// Products of matrices, functions per set of vector instructions. Internal to numeric.
#pragma once

#include <cstdint>

namespace costate::rt {

/// One of the strides is 1.
struct Matrix {
  const double *entries;
  int64_t rowStride, columnStride, rows, columns;
};

/// C[m,n] = A[m,k] B[k,n], rows first and `distance` apart.
using MatrixProduct = void(const Matrix &A, const Matrix &B, double *C, int64_t distance);
MatrixProduct productPlain, productAvx2, productAvx512;

/// C[i,j,l] = sum(k) A[i,k,l] B[k,j,l], where the places of i, j and k are any, and the `lanes` l lie side by
/// side.
struct Lanes {
  const double *A, *B;
  double *C;
  const int64_t *rowsA, *sumsA, *sumsB, *columnsB, *rowsC, *columnsC;
  int64_t rows, columns, sums, lanes;
};
using LaneProduct = void(const Lanes &p);
LaneProduct lanesPlain, lanesAvx2, lanesAvx512;

struct ProductKernels {
  MatrixProduct *product;
  LaneProduct *lanes;
};
ProductKernels kernelsOfThisProcessor();

} // namespace costate::rt
