// The condensed Newton system of the interior point method, and its factorization.
//
//   [ H + diag(a)   J'  ] [dx]   [rx]
//   [ J            -D   ] [dy] = [ry]      a [n], D [m] >= 0
#pragma once

#include "runtime/linalg/Ldlt.h"
#include "runtime/solvers/BarrierProblem.h"

namespace costate::rt {

enum class Inertia { Correct, Wrong, Singular };

/// The structure is set up and analysed once; every call after that only moves numbers. Fixed variables and
/// free rows keep a unit diagonal and no other entry.
class KktSystem {
public:
  KktSystem(const ProblemShape &shape, const std::vector<bool> &isFixed, const std::vector<bool> &isFree);

  /// Factors with H (null: zero), J, a, D. Correct: n positive and m negative eigenvalues.
  Inertia factorize(const double *H, const Vector &J, const Vector &a, const Vector &D);

  /// Solves with the last factorization and refines the solution against the same matrix, but with `exactD`
  /// for D (D without its regularization). Returns the residual that is left, relative to the right-hand side
  /// and the solution; rows count divided by 1 + D_i. Where rows depend on each other the exact system may
  /// have no solution: call again with the regularized D.
  double solve(const double *H, const Vector &J, const Vector &a, const Vector &exactD, const Vector &rx,
               const Vector &ry, Vector &dx, Vector &dy);

  /// What the last solve left of its rows with exactD = 0, in the maximum norm.
  double rowsLeft() const { return rowsResidual; }

  /// out [m] := J v.
  void multiply(const Vector &J, const double *v, Vector &out) const;
  /// out [n] += J' w.
  void addTransposed(const Vector &J, const Vector &w, Vector &out) const;

  /// out [n] += the diagonal of H.
  void addHessianDiagonal(const double *H, Vector &out) const;

  const ProblemShape &problemShape() const { return shape; }
  /// Added to H in every call that follows, xi left out; null: nothing. Each factorization then takes 2k
  /// solves more, by the formula of Sherman, Morrison and Woodbury.
  void setLowRank(const LowRank *matrix) { lowRank = matrix && matrix->U.size() ? matrix : nullptr; }

  int64_t entries() const { return ldlt.entries(); }
  int factorizations = 0;
  double factorSeconds = 0, solveSeconds = 0;

private:
  void buildStructure();
  std::vector<int64_t> countEntries();
  bool isKept(Index row, Index column) const { return !isFixed[size_t(row)] && !isFixed[size_t(column)]; }
  void residual(const double *H, const Vector &J, const Vector &a, const Vector &D, const Vector &rx,
                const Vector &ry);
  double residualSize(const Vector &D) const;
  void prepareLowRank();
  void solveFactored(double *b);
  double equationsResidual(const Vector &D) const;

  const ProblemShape &shape;
  Index n, m;
  std::vector<bool> isFixed, isFree;
  std::vector<int64_t> starts;
  std::vector<int32_t> rows;
  std::vector<int64_t> hessianSlots, jacobianSlots, diagonalSlots; // -1: left out
  std::vector<double> values;
  Ldlt ldlt;
  Vector solution, left, best;
  const LowRank *lowRank = nullptr;
  Eigen::MatrixXd Z;                         // [n+m, 2k] K0^-1 [U; 0]
  Eigen::PartialPivLU<Eigen::MatrixXd> core; // W - U'Z
  double rowsResidual = 0;
};

} // namespace costate::rt
