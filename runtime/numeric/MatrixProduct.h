// Products of matrices, one function per set of vector instructions. Internal to numeric.
#pragma once

#include <cstdint>

namespace costate::rt {

/// One of the strides is 1.
template <class Real> struct MatrixOf {
  const Real *entries;
  int64_t rowStride, columnStride, rows, columns;
};
using Matrix = MatrixOf<double>;
using SingleMatrix = MatrixOf<float>;

/// C[m,n] = A[m,k] B[k,n], rows first.
using MatrixProduct = void(const Matrix &A, const Matrix &B, double *C);
MatrixProduct productPlain, productAvx2, productAvx512;

/// The same of floats, added in floats.
using SingleProduct = void(const SingleMatrix &A, const SingleMatrix &B, float *C);
SingleProduct productPlain, productAvx2, productAvx512;

} // namespace costate::rt
