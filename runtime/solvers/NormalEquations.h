// Sparse least squares.
#pragma once

#include "runtime/solvers/FaceSystem.h"
#include "runtime/solvers/ResidualSystem.h"

namespace costate::rt {

/// A'A of the rows with few entries is multiplied out; rows with many, and the definitions of variables, stay
/// rows of the system.
class NormalEquations final : public ResidualSystem {
public:
  NormalEquations(const BoxProblem &box, const Residuals &residuals, bool readsDefined);

  void update(const Vector &R, const Vector &newD) override;
  bool factorize(double lambda, const std::vector<bool> &isHeld) override;
  void solve(const Vector &b, Vector &p) override;

private:
  int64_t begin(Index i) const { return residuals.rows()[size_t(i)]; }
  int32_t col(int64_t p) const { return residuals.cols()[size_t(p)]; }
  void multiplyOut(const Vector &R);

  const BoxProblem &box;
  const Residuals &residuals;
  bool readsDefined;
  std::vector<bool> isDefined;  // [n]
  std::vector<bool> isDenseRow; // [count]
  Index numDenseRows = 0;
  std::vector<std::pair<int64_t, int64_t>> definitions; // entries of J
  Sparsity products; // of the pairs of entries of sparse rows, in their order, by columns
  std::vector<double> N, rows;
  Vector D;
  FaceSystem face;
};

} // namespace costate::rt
