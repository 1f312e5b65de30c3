// Rows of several columns as one column.
#pragma once

#include "ir/CostateOps.h"

namespace costate {

/// Makes columns at `outside`, with as few operations as the rows' origins allow.
class MergeRows {
public:
  struct Row {
    mlir::Value column;
    int64_t row = 0;
  };
  explicit MergeRows(mlir::OpBuilder &outside) : outside(outside) {}

  /// One row after the other. Rows of literals are a literal, rows that one set was searched for are found by
  /// one search, which keeps the places of the others for its error, rows that were gathered from one column
  /// are gathered at once; rows of unlike origins are concatenated pairwise, in log2(rows) levels.
  mlir::Value merged(llvm::SmallVector<Row> rows, mlir::Location loc);
  mlir::Value codes(llvm::ArrayRef<int32_t> values, mlir::Location loc);
  mlir::Value reals(llvm::ArrayRef<double> values, mlir::Location loc);

private:
  mlir::Value gathered(llvm::ArrayRef<Row> rows, mlir::Location loc);
  mlir::Value literal(llvm::ArrayRef<Row> rows, mlir::Location loc);
  template <class Op> mlir::Value search(llvm::ArrayRef<Row> rows, mlir::Location loc);
  mlir::Value concatenated(llvm::ArrayRef<Row> rows, mlir::Location loc);

  mlir::OpBuilder &outside;
};

} // namespace costate
