// Leaves sorted by parent and rows; runs of them while few zeros are stored.
#include "runtime/linalg/LeafBundles.h"

#include <algorithm>
#include <tuple>

namespace costate::rt {
namespace {

/// A leaf of the tree, with what tells its rows from others.
struct Leaf {
  int64_t column, parent, below;
  uint64_t hash; // of its rows, in any order
};

uint64_t mixed(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u; // the finalizer of splitmix64
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/// By parents; those with most rows first, those with the same rows side by side.
std::vector<Leaf> leaves(const std::vector<int64_t> &starts, const std::vector<int32_t> &rows,
                         const std::vector<int64_t> &parent) {
  std::vector<bool> isLeaf(parent.size(), true);
  for (int64_t p : parent)
    if (p >= 0)
      isLeaf[size_t(p)] = false;
  std::vector<Leaf> list;
  for (size_t j = 0; j < parent.size(); ++j) {
    if (!isLeaf[j] || parent[j] < 0)
      continue;
    uint64_t hash = 0;
    for (int64_t p = starts[j]; p < starts[j + 1]; ++p)
      if (rows[size_t(p)] != int32_t(j))
        hash += mixed(uint64_t(rows[size_t(p)]) + 1);
    list.push_back({int64_t(j), parent[j], starts[j + 1] - starts[j] - 1, hash});
  }
  std::sort(list.begin(), list.end(), [](const Leaf &a, const Leaf &b) {
    return std::tuple(a.parent, -a.below, a.hash, a.column) <
           std::tuple(b.parent, -b.below, b.hash, b.column);
  });
  return list;
}

/// Leaves that are taken together so far.
struct Bundle {
  size_t begin, end; // among the leaves
  int64_t rows;      // of any of them
  int64_t entries;   // below their diagonals, without zeros
};

/// A product of full columns takes about a tenth of the time per operation that updates of one column after
/// the other take. Small bundles save little and are read by every solve.
bool pays(const Bundle &bundle) {
  double zeros = bundle.rows < 32 ? 1.25 : 2.5;
  return double(bundle.end - bundle.begin) * double(bundle.rows) <= zeros * double(bundle.entries);
}

/// Small ones leave as fast by themselves.
bool isWorthwhile(const Bundle &bundle) {
  constexpr int64_t small = 256;
  return bundle.end - bundle.begin > 1 && int64_t(bundle.end - bundle.begin) * bundle.rows >= small;
}

} // namespace

Bundles leafBundles(const std::vector<int64_t> &starts, const std::vector<int32_t> &rows,
                    const std::vector<int64_t> &parent) {
  std::vector<Leaf> list = leaves(starts, rows, parent);
  std::vector<size_t> seen(parent.size(), 0); // the number of the last bundle that has the row, from 1
  size_t number = 0;
  auto missing = [&](const Leaf &leaf) {
    int64_t count = 0;
    for (int64_t p = starts[size_t(leaf.column)]; p < starts[size_t(leaf.column) + 1]; ++p)
      count += rows[size_t(p)] != leaf.column && seen[size_t(rows[size_t(p)])] != number;
    return count;
  };
  Bundles bundles;
  auto close = [&](const Bundle &bundle) {
    if (!isWorthwhile(bundle))
      return;
    for (size_t k = bundle.begin; k < bundle.end; ++k)
      bundles.columns.push_back(list[k].column);
    bundles.starts.push_back(int64_t(bundles.columns.size()));
  };
  Bundle open{0, 0, 0, 0};
  for (size_t k = 0; k < list.size(); ++k) {
    const Leaf &leaf = list[k];
    Bundle wider{open.begin, k + 1, open.rows + missing(leaf), open.entries + leaf.below};
    if (k == 0 || leaf.parent != list[open.begin].parent || !pays(wider)) {
      close(open);
      ++number;
      wider = {k, k + 1, leaf.below, leaf.below};
    }
    for (int64_t p = starts[size_t(leaf.column)]; p < starts[size_t(leaf.column) + 1]; ++p)
      seen[size_t(rows[size_t(p)])] = number;
    open = wider;
  }
  close(open);
  return bundles;
}

} // namespace costate::rt
