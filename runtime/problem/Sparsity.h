// Sparse patterns from lists of entries: compressed structure and the slot of every entry.
#pragma once

#include <cstdint>
#include <vector>

namespace costate::rt {

/// Structure by `major` index (rows of a Jacobian, columns of a Hessian); within one, `minor` increases and
/// is unique.
struct Sparsity {
  std::vector<int64_t> starts; // [majors + 1]
  std::vector<int32_t> minors; // [nnz]
  std::vector<int32_t> slots;  // [entries] position of each entry given
};

/// O(entries + majors), and a sort within each major.
Sparsity compress(int64_t majors, const std::vector<int32_t> &major, const std::vector<int32_t> &minor);

} // namespace costate::rt
