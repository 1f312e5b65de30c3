// Symmetric systems of a model over the variables that may move, one structure for every choice of them.
//
//   [ B_FF + diag(a)   R_F' ] [p]   [r]
//   [ R_F         -diag(e) ] [q] = [0]
#pragma once

#include "runtime/linalg/Ldlt.h"

#include <Eigen/Core>

#include <cstdint>
#include <vector>

namespace costate::rt {

/// B [n,n] and rows R [k,n] of fixed structure. Variables that are held keep a unit diagonal and nothing
/// else, so that the structure is analysed once.
class FaceSystem {
public:
  using Vector = Eigen::VectorXd;

  /// B: lower triangle, column pointers [n+1] and row numbers; R: row pointers [k+1] and column numbers.
  void analyze(int64_t n, const std::vector<int64_t> &starts, const std::vector<int32_t> &rows,
               const std::vector<int64_t> &rowStarts, const std::vector<int32_t> &rowColumns);

  /// Values in the order of the structure. True where the matrix has n positive and k negative eigenvalues:
  /// B + diag(a) + R' diag(1/e) R is positive definite; for small e, B + diag(a) is so on the null space of
  /// R.
  bool factorize(const double *B, const double *R, const Vector &a, const Vector &e,
                 const std::vector<bool> &isHeld);
  /// p := the solution for r [n], 0 where variables are held.
  void solve(const Vector &r, Vector &p);

  int factorizations = 0;
  double factorSeconds = 0, solveSeconds = 0;

private:
  int64_t n = 0, k = 0;
  std::vector<int64_t> ownSlots, rowSlots, diagonalSlots; // in values
  std::vector<int32_t> ownRows, ownColumns, rowColumns;   // of every entry of B, of R
  std::vector<double> values;
  std::vector<bool> held;
  Vector full;
  Ldlt ldlt;
};

} // namespace costate::rt
