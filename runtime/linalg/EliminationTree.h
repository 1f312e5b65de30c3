// The elimination tree of a symmetric matrix [Liu90], its postorder and the columns counts of the factor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace costate::rt {

/// Parent of every column, -1 for roots. `starts`, `rows`: the strict or full lower triangle, by columns.
/// Nearly O(entries).
std::vector<int64_t> eliminationTree(const std::vector<int64_t> &starts, const std::vector<int32_t> &rows);

/// Columns in an order in which children come before parents and subtrees are contiguous: of siblings those
/// that `first` lists, in its order, then the others as they are numbered.
std::vector<int64_t> postorder(const std::vector<int64_t> &parent, const std::vector<int64_t> &first = {});

/// Entries of every column of L, the diagonal included. O(|L|).
std::vector<int64_t> columnCounts(const std::vector<int64_t> &starts, const std::vector<int32_t> &rows,
                                  const std::vector<int64_t> &parent);

} // namespace costate::rt
