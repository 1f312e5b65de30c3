// Factors of a square matrix for solving with it, by what a look at its entries tells.
#pragma once

#include "runtime/numeric/AlignedMatrix.h"

#include <vector>

namespace costate::rt {

/// What F holds. The number in the place of each row's, where rows keep their order: so factors are two
/// arrays.
enum Factorization : int64_t {
  choleskyFactor = -1, // R with R'R = A, on and above the diagonal
  lowerTriangle = -2,  // A, which is lower triangular
  upperTriangle = -3,  // A, which is upper triangular
  luFactors = 0        // L below its diagonal of ones, and U; any other number
};

/// In the memory of whoever asks for them; F at a multiple of 64 bytes, see AlignedMatrix.
struct SolveFactors {
  MatrixResult F;
  std::span<int64_t> order; // row i of L U is row order[i] of A; or numbers as above

  Factorization kind() const { return order.empty() || order[0] >= 0 ? luFactors : Factorization(order[0]); }
};

/// Factors that nobody else sees.
class OwnFactors {
public:
  explicit OwnFactors(Eigen::Index n) : F(n, n), order(size_t(n)) {}
  SolveFactors view() { return {F.view(), order}; }

private:
  AlignedMatrix F;
  std::vector<int64_t> order;
};

/// By partial pivoting. False, with a failure, where A is singular: a pivot is not above n ulp of the largest
/// entry in its row or column of A.
bool factorByRows(const Eigen::Ref<const Matrix> &A, SolveFactors factors, Operation &call);

/// A triangular matrix is its own factor, a symmetric one with positive diagonal has one by Cholesky, where
/// all pivots are above what counts as 0; else by partial pivoting. False, with a failure, where A is
/// singular or has an entry that is not finite.
bool factorToSolve(const Eigen::Ref<const Matrix> &A, SolveFactors factors, Operation &call);

/// x := A^-1 b, or A'^-1 b, by the factors of A; b, x [n,k].
void solveByFactors(const MatrixOperand &F, std::span<const int64_t> order, bool isTransposed,
                    const Eigen::Ref<const Matrix> &b, MatrixResult &x);

} // namespace costate::rt
