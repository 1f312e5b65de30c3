// Sparse patterns from lists of entries: compressed structure and the slot of every entry.
#pragma once

#include <Eigen/Core>

#include <cstdint>
#include <span>
#include <vector>

namespace costate::rt {

/// Structure by `major` index (rows of a Jacobian, columns of a Hessian); within one, `minor` increases and
/// is unique.
struct Sparsity {
  std::vector<int64_t> starts; // [majors + 1]
  std::vector<int32_t> minors; // [nnz]
  std::vector<int32_t> slots;  // [entries] position of each entry given

  /// values [nnz] := the entries [entries], those of one slot added in their order.
  void add(const double *entries, Eigen::VectorXd &values) const;
};

/// O(entries + majors), and a sort within each major.
Sparsity compress(int64_t majors, std::span<const int32_t> major, std::span<const int32_t> minor);

} // namespace costate::rt
