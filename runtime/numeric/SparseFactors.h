// Factors of a sparse square matrix, and the last ones, for the solves that follow with the same matrix.
#pragma once

#include "runtime/linalg/Ldlt.h"
#include "runtime/numeric/Matrices.h"

#include <Eigen/SparseLU>

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace costate::rt {

using SparseColumns = Eigen::SparseMatrix<double, Eigen::ColMajor, int>;

/// A [n,n] is the sum of values[k] at (rows[k], columns[k]), from 0.
struct SparseEntries {
  std::span<const int64_t> rows, columns;
  std::span<const double> values;
  int64_t n;
};

/// Eigen's supernodal LU [DEGLL99], with columns in the order of COLAMD and the greatest pivots of these.
class SparseLu : public Eigen::SparseLU<SparseColumns, Eigen::COLAMDOrdering<int>> {
public:
  /// In the order of elimination.
  std::vector<double> pivots() const;
  /// By step the row and column of A that elimination takes.
  PermutationType rowOrder() const { return m_perm_r.inverse(); }
  PermutationType columnOrder() const { return m_perm_c.inverse(); }
};

/// L D L' in an order that keeps fill-in low, where A is symmetric with positive diagonal and pivots; else
/// LU.
class SparseFactors {
public:
  /// Null, with a failure, where a place is outside, a value not finite or A singular: a pivot is not above
  /// min(n, 1000) ulp of the largest entry in its column or row. `alike` may have the same places; then its
  /// order is taken.
  static std::shared_ptr<SparseFactors> of(const SparseEntries &entries, const SparseFactors *alike,
                                           Operation &call);

  /// x := A^-1 x, or A'^-1 x; x [n,k]. One caller at a time, others wait.
  void solve(MatrixResult &x, bool isTransposed);

  bool isAt(const SparseEntries &entries) const;
  bool isOf(const SparseEntries &entries) const;
  int64_t bytes() const;

private:
  bool factorSymmetric(const SparseColumns &A, const SparseFactors *alike);
  bool factorGeneral(const SparseColumns &A, Operation &call);

  std::vector<int64_t> rows, columns;
  std::vector<double> values;
  int64_t n = 0;
  std::optional<Ldlt> ldlt;
  std::unique_ptr<SparseLu> lu;
  mutable std::mutex solving; // Ldlt and SparseLu write while they solve
};

/// The last factorizations of all threads: 16 at most, and as many as take 256 MB, but always one.
class SparseMemory {
public:
  /// Null where there is none with these entries, or places.
  std::shared_ptr<SparseFactors> of(const SparseEntries &entries);
  std::shared_ptr<SparseFactors> at(const SparseEntries &entries);
  void keep(std::shared_ptr<SparseFactors> factors);

private:
  std::mutex mutex;
  std::list<std::shared_ptr<SparseFactors>> last; // the latest first
};

/// Says why A is singular: by its places, or by the pivot of a column.
void explainSingular(const SparseColumns &A, int64_t column, double pivot, Operation &call);

} // namespace costate::rt
