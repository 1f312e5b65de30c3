// Minimum degree without the dense columns, which it would only carry along.
#include "runtime/linalg/EliminationOrder.h"

#include <Eigen/OrderingMethods>
#include <Eigen/SparseCore>

#include <algorithm>
#include <cmath>

namespace costate::rt {
namespace {

using IndexMatrix = Eigen::SparseMatrix<signed char, Eigen::ColMajor, int>;

/// Entries of every full column, the diagonal included.
std::vector<int32_t> degrees(int64_t n, const std::vector<int64_t> &starts,
                             const std::vector<int32_t> &rows) {
  std::vector<int32_t> degree(size_t(n), 0);
  for (size_t j = 0; j < size_t(n); ++j)
    for (int64_t p = starts[j]; p < starts[j + 1]; ++p) {
      size_t i = size_t(rows[size_t(p)]);
      ++degree[j];
      degree[i] += i != j;
    }
  return degree;
}

/// The lower triangle of the columns that have a place in `kept`, -1 for the others.
IndexMatrix part(int64_t order, const std::vector<int64_t> &starts, const std::vector<int32_t> &rows,
                 const std::vector<int32_t> &kept) {
  std::vector<int> begin{0};
  std::vector<int> inside;
  for (size_t j = 0; j < kept.size(); ++j) {
    if (kept[j] < 0)
      continue;
    for (int64_t p = starts[j]; p < starts[j + 1]; ++p)
      if (int32_t row = kept[size_t(rows[size_t(p)])]; row >= 0)
        inside.push_back(row);
    begin.push_back(int(inside.size()));
  }
  std::vector<signed char> ones(inside.size(), 1);
  return Eigen::Map<const IndexMatrix>(order, order, Eigen::Index(inside.size()), begin.data(), inside.data(),
                                       ones.data());
}

} // namespace

std::vector<int32_t> eliminationOrder(int64_t n, const std::vector<int64_t> &starts,
                                      const std::vector<int32_t> &rows) {
  std::vector<int32_t> degree = degrees(n, starts, rows), kept(size_t(n), -1), sparse, dense;
  const double limit = std::max(16.0, 10 * std::sqrt(double(n))); // that of the authors' code
  for (int32_t j = 0; j < n; ++j)
    if (degree[size_t(j)] > limit)
      dense.push_back(j);
    else
      kept[size_t(j)] = int32_t(sparse.size()), sparse.push_back(j);
  Eigen::PermutationMatrix<Eigen::Dynamic, Eigen::Dynamic, int> oldOfNew;
  if (!sparse.empty()) {
    IndexMatrix matrix = part(int64_t(sparse.size()), starts, rows, kept);
    Eigen::AMDOrdering<int>()(matrix.selfadjointView<Eigen::Lower>(), oldOfNew);
  }
  std::stable_sort(dense.begin(), dense.end(),
                   [&](int32_t a, int32_t b) { return degree[size_t(a)] < degree[size_t(b)]; });
  std::vector<int32_t> newOfOld(static_cast<size_t>(n));
  for (size_t k = 0; k < sparse.size(); ++k)
    newOfOld[size_t(sparse[size_t(oldOfNew.indices()[Eigen::Index(k)])])] = int32_t(k);
  for (size_t k = 0; k < dense.size(); ++k)
    newOfOld[size_t(dense[k])] = int32_t(sparse.size() + k);
  return newOfOld;
}

} // namespace costate::rt
