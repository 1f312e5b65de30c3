#include "runtime/numeric/SparseFactors.h"

#include <algorithm>
#include <cmath>

namespace costate::rt {
namespace {

using Eigen::Index;

bool areInside(const SparseEntries &entries, Operation &call) {
  for (size_t k = 0; k < entries.values.size(); ++k) {
    int64_t row = entries.rows[k], column = entries.columns[k];
    if (row >= 0 && row < entries.n && column >= 0 && column < entries.n)
      continue;
    call.fail(COSTATE_OUTSIDE, {double(row + 1), double(column + 1), double(entries.n)},
              "entry {} is at row {} and column {}, outside of a matrix with {} rows and columns", k + 1,
              row + 1, column + 1, entries.n);
    return false;
  }
  return true;
}

bool areFinite(const SparseEntries &entries, Operation &call) {
  for (size_t k = 0; k < entries.values.size(); ++k)
    if (!std::isfinite(entries.values[k])) {
      call.fail(COSTATE_NOT_FINITE, {double(k), entries.values[k]},
                "value {} of the sparse matrix is {}, at row {} and column {}", k + 1, entries.values[k],
                entries.rows[k] + 1, entries.columns[k] + 1);
      return false;
    }
  return true;
}

SparseColumns added(const SparseEntries &entries) {
  std::vector<Eigen::Triplet<double, int>> triplets;
  triplets.reserve(entries.values.size());
  for (size_t k = 0; k < entries.values.size(); ++k)
    triplets.emplace_back(int(entries.rows[k]), int(entries.columns[k]), entries.values[k]);
  SparseColumns A(entries.n, entries.n);
  A.setFromTriplets(triplets.begin(), triplets.end());
  return A;
}

bool isSymmetric(const SparseColumns &A) {
  SparseColumns turned = A.transpose();
  auto areEqual = [&](auto *own, auto *other, Index size) { return std::equal(own, own + size, other); };
  return areEqual(A.outerIndexPtr(), turned.outerIndexPtr(), A.cols() + 1) &&
         areEqual(A.innerIndexPtr(), turned.innerIndexPtr(), A.nonZeros()) &&
         areEqual(A.valuePtr(), turned.valuePtr(), A.nonZeros());
}

/// What a pivot has to exceed, as a share of the entries around it.
double leastShare(int64_t n) { return double(std::min<int64_t>(n, 1000)) * 0x1p-52; }

/// The lower triangle as Ldlt takes it.
struct LowerTriangle {
  std::vector<int64_t> starts{0};
  std::vector<int32_t> rows;
  std::vector<double> values;

  explicit LowerTriangle(const SparseColumns &A) {
    for (Index j = 0; j < A.cols(); ++j) {
      for (SparseColumns::InnerIterator entry(A, j); entry; ++entry)
        if (entry.row() >= j) {
          rows.push_back(int32_t(entry.row()));
          values.push_back(entry.value());
        }
      starts.push_back(int64_t(rows.size()));
    }
  }
};

/// The largest entries of all rows and columns.
struct Largest {
  std::vector<double> inRow, inColumn;

  explicit Largest(const SparseColumns &A) : inRow(size_t(A.rows())), inColumn(size_t(A.cols())) {
    for (Index j = 0; j < A.cols(); ++j)
      for (SparseColumns::InnerIterator entry(A, j); entry; ++entry)
        for (double *largest : {&inRow[size_t(entry.row())], &inColumn[size_t(j)]})
          *largest = std::max(*largest, std::abs(entry.value()));
  }
};

} // namespace

std::vector<double> SparseLu::pivots() const {
  std::vector<double> all;
  for (Index j = 0; j < cols(); ++j)
    for (SCMatrix::InnerIterator entry(m_Lstore, j); entry; ++entry)
      if (entry.row() == j) {
        all.push_back(entry.value());
        break;
      }
  return all;
}

std::shared_ptr<SparseFactors> SparseFactors::of(const SparseEntries &entries, const SparseFactors *alike,
                                                 Operation &call) {
  if (!areInside(entries, call) || !areFinite(entries, call))
    return nullptr;
  auto factors = std::make_shared<SparseFactors>();
  SparseColumns A = added(entries);
  bool mayBePositive = (A.diagonal().array() > 0).all() && isSymmetric(A);
  if (!(mayBePositive && factors->factorSymmetric(A, alike)) && !factors->factorGeneral(A, call))
    return nullptr;
  factors->n = entries.n;
  factors->rows.assign(entries.rows.begin(), entries.rows.end());
  factors->columns.assign(entries.columns.begin(), entries.columns.end());
  factors->values.assign(entries.values.begin(), entries.values.end());
  return factors;
}

/// False where a pivot is not positive or counts as 0.
bool SparseFactors::factorSymmetric(const SparseColumns &A, const SparseFactors *alike) {
  LowerTriangle lower(A);
  if (alike && alike->ldlt) {
    std::lock_guard lock(alike->solving);
    ldlt = alike->ldlt;
  } else {
    ldlt.emplace().analyze(A.cols(), lower.starts, lower.rows);
  }
  bool isPositive = ldlt->factorize(lower.values.data()) && ldlt->positivePivots() == A.cols();
  Eigen::VectorXd diagonal = A.diagonal();
  for (Index j = 0; isPositive && j < A.cols(); ++j)
    isPositive = ldlt->pivot(j) > leastShare(A.cols()) * diagonal[j];
  if (!isPositive)
    ldlt.reset();
  return isPositive;
}

bool SparseFactors::factorGeneral(const SparseColumns &A, Operation &call) {
  lu = std::make_unique<SparseLu>();
  lu->compute(A);
  if (lu->info() != Eigen::Success) { // its sentence ends with the number of the step
    const std::string text = lu->lastErrorMessage();
    int64_t step = std::stoll(text.substr(text.rfind(' ') + 1)) - 1;
    explainSingular(A, lu->columnOrder().indices()[step], 0, call);
    return false;
  }
  Largest largest(A);
  std::vector<double> pivots = lu->pivots();
  auto rowOrder = lu->rowOrder(), columnOrder = lu->columnOrder();
  for (size_t k = 0; k < pivots.size(); ++k) {
    int row = rowOrder.indices()[Index(k)], column = columnOrder.indices()[Index(k)];
    double scale = std::min(largest.inRow[size_t(row)], largest.inColumn[size_t(column)]);
    if (std::abs(pivots[k]) > leastShare(A.cols()) * scale)
      continue;
    explainSingular(A, column, pivots[k], call);
    return false;
  }
  return true;
}

void SparseFactors::solve(MatrixResult &x, bool isTransposed) {
  std::lock_guard lock(solving);
  for (Index j = 0; j < x.cols(); ++j) {
    Vector column = x.col(j);
    if (ldlt)
      ldlt->solve(column.data());
    else if (isTransposed)
      column = lu->transpose().solve(column).eval();
    else
      column = lu->solve(column).eval();
    x.col(j) = column;
  }
}

bool SparseFactors::isAt(const SparseEntries &entries) const {
  return n == entries.n && std::ranges::equal(rows, entries.rows) &&
         std::ranges::equal(columns, entries.columns);
}

bool SparseFactors::isOf(const SparseEntries &entries) const {
  return std::ranges::equal(values, entries.values) && isAt(entries);
}

int64_t SparseFactors::bytes() const {
  int64_t own = int64_t(values.size()) * 24;
  return own + (ldlt ? 8 * ldlt->entries() : 12 * (lu->nnzL() + lu->nnzU()));
}

// ---- the last ones -------------------------------------------------------------------------------------

std::shared_ptr<SparseFactors> SparseMemory::of(const SparseEntries &entries) {
  std::lock_guard lock(mutex);
  auto known = std::ranges::find_if(last, [&](auto &each) { return each->isOf(entries); });
  if (known == last.end())
    return nullptr;
  last.splice(last.begin(), last, known);
  return last.front();
}

std::shared_ptr<SparseFactors> SparseMemory::at(const SparseEntries &entries) {
  std::lock_guard lock(mutex);
  auto known = std::ranges::find_if(last, [&](auto &each) { return each->isAt(entries); });
  return known == last.end() ? nullptr : *known;
}

void SparseMemory::keep(std::shared_ptr<SparseFactors> factors) {
  constexpr int64_t most = 256'000'000;
  constexpr size_t mostInAll = 16;
  std::lock_guard lock(mutex);
  last.push_front(std::move(factors));
  int64_t bytes = 0;
  size_t kept = 0;
  for (auto each = last.begin(); each != last.end(); ++each, ++kept) {
    bytes += (*each)->bytes();
    if (kept == mostInAll || (kept > 0 && bytes > most)) {
      last.erase(each, last.end());
      return;
    }
  }
}

} // namespace costate::rt
