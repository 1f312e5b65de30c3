// Liu's algorithms over the rows of the lower triangle.
#include "runtime/linalg/EliminationTree.h"

namespace costate::rt {
namespace {

struct Rows {
  std::vector<int64_t> starts;
  std::vector<int32_t> columns;
};

/// Columns below the diagonal of each row.
Rows byRows(const std::vector<int64_t> &starts, const std::vector<int32_t> &rows) {
  size_t n = starts.size() - 1;
  Rows result{std::vector<int64_t>(n + 1, 0), {}};
  for (size_t j = 0; j < n; ++j)
    for (int64_t p = starts[j]; p < starts[j + 1]; ++p)
      result.starts[size_t(rows[size_t(p)]) + 1] += size_t(rows[size_t(p)]) != j;
  for (size_t i = 0; i < n; ++i)
    result.starts[i + 1] += result.starts[i];
  result.columns.resize(size_t(result.starts[n]));
  std::vector<int64_t> next(result.starts.begin(), result.starts.end() - 1);
  for (size_t j = 0; j < n; ++j)
    for (int64_t p = starts[j]; p < starts[j + 1]; ++p)
      if (size_t(rows[size_t(p)]) != j)
        result.columns[size_t(next[size_t(rows[size_t(p)])]++)] = int32_t(j);
  return result;
}

} // namespace

std::vector<int64_t> eliminationTree(const std::vector<int64_t> &starts, const std::vector<int32_t> &rows) {
  Rows lower = byRows(starts, rows);
  size_t n = starts.size() - 1;
  std::vector<int64_t> parent(n, -1), ancestor(n, -1);
  for (size_t i = 0; i < n; ++i)
    for (int64_t p = lower.starts[i]; p < lower.starts[i + 1]; ++p)
      for (int64_t j = lower.columns[size_t(p)]; j != -1 && j < int64_t(i);) {
        int64_t next = ancestor[size_t(j)];
        ancestor[size_t(j)] = int64_t(i); // path compression
        if (next == -1)
          parent[size_t(j)] = int64_t(i);
        j = next;
      }
  return parent;
}

std::vector<int64_t> postorder(const std::vector<int64_t> &parent, const std::vector<int64_t> &first) {
  size_t n = parent.size();
  std::vector<int64_t> child(n, -1), sibling(n, -1), order, path;
  std::vector<bool> isFirst(n, false);
  auto putBeforeSiblings = [&](int64_t j) {
    sibling[size_t(j)] = child[size_t(parent[size_t(j)])];
    child[size_t(parent[size_t(j)])] = j;
  };
  for (int64_t j : first)
    isFirst[size_t(j)] = true;
  for (size_t j = n; j-- > 0;)
    if (parent[j] >= 0 && !isFirst[j])
      putBeforeSiblings(int64_t(j));
  for (size_t k = first.size(); k-- > 0;)
    putBeforeSiblings(first[k]);
  order.reserve(n);
  for (size_t root = 0; root < n; ++root) {
    if (parent[root] >= 0)
      continue;
    path.push_back(int64_t(root));
    while (!path.empty()) {
      size_t j = size_t(path.back());
      if (child[j] >= 0) {
        path.push_back(child[j]);
        child[j] = sibling[size_t(child[j])];
      } else {
        order.push_back(int64_t(j));
        path.pop_back();
      }
    }
  }
  return order;
}

std::vector<int64_t> columnCounts(const std::vector<int64_t> &starts, const std::vector<int32_t> &rows,
                                  const std::vector<int64_t> &parent) {
  Rows lower = byRows(starts, rows);
  size_t n = parent.size();
  std::vector<int64_t> count(n, 1), seen(n, -1);
  for (size_t i = 0; i < n; ++i) {
    seen[i] = int64_t(i);
    for (int64_t p = lower.starts[i]; p < lower.starts[i + 1]; ++p)
      for (size_t j = size_t(lower.columns[size_t(p)]); seen[j] != int64_t(i); j = size_t(parent[j])) {
        seen[j] = int64_t(i);
        ++count[j];
      }
  }
  return count;
}

} // namespace costate::rt
