// Sparse symmetric indefinite factorization K = P' L D L' P with diagonal D.
#pragma once

#include <Eigen/Sparse>

namespace costate::rt {

/// Quasidefinite matrices have such a factorization for every order [Van95]; regularization makes ours so. The order
/// (approximate minimum degree [ADD96]) is found once per structure.
class Ldlt {
public:
  using Matrix = Eigen::SparseMatrix<double>; // lower triangle, compressed columns

  /// Symbolic part; the structure must not change afterwards.
  void analyze(const Matrix &lower);
  /// Numeric part; false where a pivot is zero or not finite.
  bool factorize(const Matrix &lower);
  /// Pivots above zero: the number of positive eigenvalues (Sylvester).
  int positivePivots() const { return positive; }
  Eigen::VectorXd solve(const Eigen::VectorXd &b) const { return factor.solve(b); }

private:
  Eigen::SimplicialLDLT<Matrix, Eigen::Lower, Eigen::AMDOrdering<int>> factor;
  int positive = 0;
};

} // namespace costate::rt
