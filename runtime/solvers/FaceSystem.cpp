// One structure; values of what is held are left out at every factorization.
#include "runtime/solvers/FaceSystem.h"
#include "runtime/report/Timer.h"

namespace costate::rt {

/// Columns of variables: the diagonal, the rest of B, R's rows; columns of rows: the diagonal.
void FaceSystem::analyze(int64_t size, const std::vector<int64_t> &starts, const std::vector<int32_t> &rows,
                         const std::vector<int64_t> &rowStarts, const std::vector<int32_t> &columns) {
  Timer timer(factorSeconds);
  n = size, k = int64_t(rowStarts.size()) - 1;
  ownRows = rows, rowColumns = columns;
  ownSlots.resize(rows.size()), rowSlots.resize(columns.size());
  std::vector<std::vector<std::pair<int32_t, int64_t>>> inColumn(static_cast<size_t>(n)); // row of R, entry
  for (int64_t i = 0; i < k; ++i)
    for (int64_t p = rowStarts[size_t(i)]; p < rowStarts[size_t(i) + 1]; ++p)
      inColumn[size_t(columns[size_t(p)])].emplace_back(int32_t(i), p);
  std::vector<int64_t> begin{0};
  std::vector<int32_t> lower;
  auto openColumn = [&](int64_t j) {
    diagonalSlots.push_back(int64_t(lower.size()));
    lower.push_back(int32_t(j));
  };
  for (int64_t j = 0; j < n; ++j) {
    openColumn(j);
    for (int64_t p = starts[size_t(j)]; p < starts[size_t(j) + 1]; ++p) {
      ownColumns.push_back(int32_t(j));
      bool isDiagonal = rows[size_t(p)] == j;
      ownSlots[size_t(p)] = isDiagonal ? diagonalSlots.back() : int64_t(lower.size());
      if (!isDiagonal)
        lower.push_back(rows[size_t(p)]);
    }
    for (auto [row, entry] : inColumn[size_t(j)]) {
      rowSlots[size_t(entry)] = int64_t(lower.size());
      lower.push_back(int32_t(n) + row);
    }
    begin.push_back(int64_t(lower.size()));
  }
  for (int64_t i = 0; i < k; ++i) {
    openColumn(n + i);
    begin.push_back(int64_t(lower.size()));
  }
  values.resize(lower.size());
  full.resize(n + k);
  ldlt.analyze(n + k, begin, lower);
}

bool FaceSystem::factorize(const double *B, const double *R, const Vector &a, const Vector &e,
                           const std::vector<bool> &isHeld) {
  Timer timer(factorSeconds);
  ++factorizations;
  held = isHeld;
  std::fill(values.begin(), values.end(), 0.0);
  for (size_t p = 0; p < ownSlots.size(); ++p)
    if (!held[size_t(ownRows[p])] && !held[size_t(ownColumns[p])])
      values[size_t(ownSlots[p])] += B[p];
  for (size_t p = 0; p < rowSlots.size(); ++p)
    values[size_t(rowSlots[p])] = held[size_t(rowColumns[p])] ? 0 : R[p];
  for (int64_t j = 0; j < n; ++j) {
    double &diagonal = values[size_t(diagonalSlots[size_t(j)])];
    diagonal = held[size_t(j)] ? 1 : diagonal + a[j];
  }
  for (int64_t i = 0; i < k; ++i)
    values[size_t(diagonalSlots[size_t(n + i)])] = -e[i];
  return ldlt.factorize(values.data()) && ldlt.positivePivots() == n;
}

void FaceSystem::solve(const Vector &r, Vector &p) {
  Timer timer(solveSeconds);
  full.setZero();
  for (int64_t j = 0; j < n; ++j)
    full[j] = held[size_t(j)] ? 0 : r[j];
  ldlt.solve(full.data());
  p = full.head(n);
}

} // namespace costate::rt
