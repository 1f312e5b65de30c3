// The limited memory BFGS matrix in compact form [BLNZ95, section 3].
#pragma once

#include <Eigen/Core>

#include <vector>

namespace costate::rt {

/// B = theta I - W M W',   W = [Y, theta S] [n, 2k],   M = [-D L'; L theta S'S]^-1 [2k, 2k],
/// from the last k <= memory pairs s = change of x, y = change of the gradient; D and L are the diagonal and
/// the strictly lower part of S'Y. B is positive definite. Products with W cost O(n k), a new pair the same.
class LimitedMemory {
public:
  using Vector = Eigen::VectorXd;
  using Matrix = Eigen::MatrixXd;
  using Index = Eigen::Index;

  explicit LimitedMemory(int memory) : memory(memory) {}

  /// Takes the pair if its curvature is positive enough; false where it is not.
  bool push(const Vector &s, const Vector &y);
  void clear();

  Index size() const { return Index(S.size()); } // k
  /// Row j of W.
  Vector row(Index j) const;
  /// W'v.
  Vector transposed(const Vector &v) const;
  /// out += W v.
  void addProduct(const Vector &v, Vector &out) const;
  /// M v.
  Vector middle(const Vector &v) const;
  /// M itself, for small systems.
  const Matrix &M() const { return inverse; }

  double theta = 1;

private:
  void refresh();

  int memory;
  std::vector<Vector> S, Y;
  Matrix SY, SS; // S'Y and S'S
  Matrix inverse;
};

} // namespace costate::rt
