// Why a sparse matrix is singular. Where its places alone say so, some columns have entries in fewer rows
// than they are: rows are assigned to columns, along alternating paths [Duff81], until one column finds no
// row.
#include "runtime/numeric/SparseFactors.h"

#include <algorithm>

namespace costate::rt {
namespace {

/// A row for each column, no row twice. Zeros that are stored are no entries.
class Assignment {
public:
  explicit Assignment(const SparseColumns &A)
      : A(A), rowOf(size_t(A.cols()), -1), columnOf(size_t(A.rows()), -1), from(size_t(A.rows())),
        visitor(size_t(A.rows()), -1) {}

  /// False where all rows of the columns that were `reached` belong to others of them.
  bool add(int first) {
    reached.assign(1, first);
    for (size_t next = 0; next < reached.size(); ++next)
      for (SparseColumns::InnerIterator entry(A, reached[next]); entry; ++entry) {
        size_t row = size_t(entry.row());
        if (entry.value() == 0 || visitor[row] == first)
          continue;
        visitor[row] = first, from[row] = reached[next];
        if (columnOf[row] < 0)
          return assign(int(row), first);
        reached.push_back(columnOf[row]);
      }
    return false;
  }

  std::vector<int> reached;

private:
  /// Along the path by which the row was reached.
  bool assign(int row, int first) {
    for (;;) {
      int column = from[size_t(row)], before = rowOf[size_t(column)];
      rowOf[size_t(column)] = row, columnOf[size_t(row)] = column;
      if (column == first)
        return true;
      row = before;
    }
  }

  const SparseColumns &A;
  std::vector<int> rowOf, columnOf, from, visitor;
};

/// The first row without entries; -1 where there is none.
int64_t emptyRow(const SparseColumns &A) {
  std::vector<bool> hasEntry(size_t(A.rows()));
  for (Eigen::Index j = 0; j < A.cols(); ++j)
    for (SparseColumns::InnerIterator entry(A, j); entry; ++entry)
      if (entry.value() != 0)
        hasEntry[size_t(entry.row())] = true;
  auto first = std::find(hasEntry.begin(), hasEntry.end(), false);
  return first == hasEntry.end() ? -1 : first - hasEntry.begin();
}

/// `3, 5, 8, ...`
std::string listed(std::vector<int> columns) {
  constexpr size_t most = 5;
  std::sort(columns.begin(), columns.end());
  std::string text;
  for (size_t k = 0; k < std::min(most, columns.size()); ++k)
    text += fmt::format("{}{}", k ? ", " : "", columns[k] + 1);
  return text + (columns.size() > most ? ", ..." : "");
}

/// True, with a failure, where the places alone make A singular.
bool explainPlaces(const SparseColumns &A, Operation &call) {
  if (int64_t row = emptyRow(A); row >= 0) {
    call.fail(COSTATE_SINGULAR, {double(row) + 1, 0},
              "the sparse matrix is singular: row {} has no entry other than 0", row + 1);
    return true;
  }
  Assignment rows(A);
  for (int column = 0; column < A.cols(); ++column) {
    if (rows.add(column))
      continue;
    size_t columns = rows.reached.size();
    if (columns == 1)
      call.fail(COSTATE_SINGULAR, {double(column) + 1, 0},
                "the sparse matrix is singular: column {} has no entry other than 0", column + 1);
    else
      call.fail(COSTATE_SINGULAR, {double(column) + 1, double(columns) - 1},
                "the sparse matrix is singular: the {} columns {} have entries in {} rows only", columns,
                listed(rows.reached), columns - 1);
    return true;
  }
  return false;
}

} // namespace

void explainSingular(const SparseColumns &A, int64_t column, double pivot, Operation &call) {
  if (explainPlaces(A, call))
    return;
  double largest = A.col(column).cwiseAbs().toDense().maxCoeff();
  call.fail(
      COSTATE_SINGULAR, {double(column) + 1, pivot, largest},
      "the sparse matrix is singular: what elimination leaves of column {} is {:.3g} where the largest entry "
      "of the column is {:.3g}",
      column + 1, pivot, largest);
}

} // namespace costate::rt
