// Products of matrices, functions per set of vector instructions. Internal to numeric.
#pragma once

#include <cstdint>

namespace costate::rt {

/// One of the strides is 1.
template <class Real> struct MatrixOf {
  const Real *entries;
  int64_t rowStride, columnStride, rows, columns;
};
using Matrix = MatrixOf<double>;

/// C[m,n] = A[m,k] B[k,n], rows first and `distance` apart.
template <class Real>
using ProductOf = void(const MatrixOf<Real> &A, const MatrixOf<Real> &B, Real *C, int64_t distance);
using MatrixProduct = ProductOf<double>;
ProductOf<double> productPlain, productAvx2, productAvx512;
ProductOf<float> productPlain, productAvx2, productAvx512;

/// C[i,j,l] = sum(k) A[i,k,l] B[k,j,l], where the places of i, j and k are any, and the `lanes` l lie side by
/// side. A may have none, and be shared: A[i,k].
template <class Real> struct LanesOf {
  const Real *A, *B;
  Real *C;
  const int64_t *rowsA, *sumsA, *sumsB, *columnsB, *rowsC, *columnsC;
  int64_t rows, columns, sums, lanes;
  bool isShared = false;
};
template <class Real> using LaneProductOf = void(const LanesOf<Real> &p);
LaneProductOf<double> lanesPlain, lanesAvx2, lanesAvx512;
LaneProductOf<float> lanesPlain, lanesAvx2, lanesAvx512;

template <class Real> struct KernelsOf {
  ProductOf<Real> *product;
  LaneProductOf<Real> *lanes;
};
using ProductKernels = KernelsOf<double>;
template <class Real> KernelsOf<Real> kernelsOfThisProcessor(); // double, float

} // namespace costate::rt
