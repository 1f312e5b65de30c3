// Dense least squares: an orthogonal factorization of the columns that may move.
#pragma once

#include "runtime/solvers/ResidualSystem.h"

namespace costate::rt {

/// T'T = D^-1 A'A D^-1 + lambda I  with an upper triangular T, found by Householder's method without forming
/// A'A: condition numbers up to 1e15 instead of 1e7. Rows come in blocks, so memory does not depend on their
/// number. Costs 2 m k^2 for k columns at every point, and 10/3 k^3 for every lambda.
class ColumnQr final : public ResidualSystem {
public:
  ColumnQr(const BoxProblem &box, const Residuals &residuals, bool readsDefined)
      : box(box), residuals(residuals), readsDefined(readsDefined) {}

  static bool fits(const BoxProblem &box, const Residuals &residuals, bool readsDefined);

  void update(const Vector &newR, const Vector &newD) override;
  bool factorize(double lambda, const std::vector<bool> &isHeld) override;
  void solve(const Vector &b, Vector &p) override;

private:
  using Matrix = Eigen::MatrixXd;
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  void chooseColumns(const std::vector<bool> &isHeld);
  void reduceRows();
  void addRow(Index i, Matrix::RowXpr row) const;

  const BoxProblem &box;
  const Residuals &residuals;
  bool readsDefined, isStale = true;
  Vector R, D;
  std::vector<bool> held;
  std::vector<int32_t> columns; // variables that may move [k]
  std::vector<int32_t> place;   // [n] in them, or -1
  Rows V;                       // [n, k] dx/dv D^-1, where residuals read defined variables
  Matrix reduced, T;            // [k, k] for lambda 0, and the last
};

} // namespace costate::rt
