// Factorizations of dense matrices, one set of functions per set of vector instructions. Internal to numeric.
#pragma once

#include <cstdint>

namespace costate::rt {

/// The part of a matrix that is read. The diagonal of unitLower counts as ones.
enum class Triangle { lower, unitLower, upper };

/// Matrices lie rows first.
struct DenseFactors {
  /// R on and above the diagonal of A [n,n], which is symmetric, with R'R = A; what is below stays as it is.
  /// The row whose pivot is not positive, where one is not; -1 else.
  int64_t (*cholesky)(double *A, int64_t n);

  /// Row i of L U is row order[i] [n] of A [n,n]: U, and below its diagonal L, in the place of A.
  void (*lu)(double *A, int64_t *order, int64_t n);

  /// b [n,k] := T^-1 b, or T'^-1 b, for the triangle T of A [n,n].
  void (*solve)(const double *A, Triangle triangle, bool isTransposed, double *b, int64_t n, int64_t k);
};
extern const DenseFactors factorsPlain, factorsAvx2, factorsAvx512;

/// By what the processor has.
const DenseFactors &denseFactors();

} // namespace costate::rt
