// Columns that wait for nothing and feed one parent, taken together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace costate::rt {

/// Leaves of an elimination tree with one parent and nearly the same rows: their columns do not touch each
/// other, so they are eliminated together by a product.
struct Bundles {
  std::vector<int64_t> columns;   // of one bundle after the other
  std::vector<int64_t> starts{0}; // in columns; [bundles + 1]
};

/// The bundles that pay: what their columns lack of each other's rows is stored as zeros. `parent`: the
/// elimination tree of the structure. O(entries + n log n).
Bundles leafBundles(const std::vector<int64_t> &starts, const std::vector<int32_t> &rows,
                    const std::vector<int64_t> &parent);

} // namespace costate::rt
