// What columns of positions and codes are made of: row numbers, other columns, and amounts that are the same
// in every row.
#pragma once

#include "ir/CostateOps.h"

#include "llvm/ADT/DenseMap.h"

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace costate {

/// column[s] = sum_k factor_k * lengths_k * leaf_k[s], plus the same for amounts that are equal in every row.
/// `lengths` is a product of lengths of columns; a leaf is base[rows1[rows2[...[s]]]], the row number s
/// itself where it is empty; an amount is one entry of a column, or 1.
///
/// Forms hold modulo 2^64. Two columns of positions whose varying parts are equal differ by the same number
/// in every row, since positions are counted from 0 and below 2^31 (where bind found them).
struct PositionForm {
  using Columns = std::vector<const void *>;              // values as opaque pointers: these have an order
  using Entry = std::pair<const void *, int64_t>;         // column and row; null: 1
  std::map<std::pair<Columns, Columns>, int64_t> varying; // (lengths, leaf) => factor
  std::map<std::pair<Columns, Entry>, int64_t> amounts;   // (lengths, entry) => factor

  bool operator==(const PositionForm &other) const = default;
  /// s plus an amount.
  bool isConsecutive() const;
};

/// Forms by column, found once. Cost: O(operations that make a column).
class PositionForms {
public:
  const PositionForm &of(mlir::Value column);
  /// Whether the columns differ by the same number in every row.
  bool areParallel(mlir::Value a, mlir::Value b) { return of(a).varying == of(b).varying; }

private:
  PositionForm make(mlir::Value column);
  PositionForm located(mlir::ValueRange query, mlir::ValueRange members, bool mustBeThere,
                       mlir::Value column);
  /// A scalar in the body of a map over `index`; nothing where it is not a sum of what forms hold.
  std::optional<PositionForm> scalar(mlir::Value value, mlir::Value index);
  /// The form at rows[s].
  PositionForm at(const PositionForm &form, mlir::Value rows);

  llvm::DenseMap<mlir::Value, std::unique_ptr<PositionForm>> known;
};

} // namespace costate
