// What derivative rules of operations on whole arrays are written with, and what the frontend makes of them.
#pragma once

#include "ir/CostateOps.h"

namespace costate {

/// Builds maps at the builder's place. Matrices are tensors of rank 2.
class ArrayArithmetic {
public:
  /// An entry at the indices, built by a builder inside of the map.
  using Entry = llvm::function_ref<mlir::Value(ArrayArithmetic &, mlir::ValueRange)>;

  ArrayArithmetic(mlir::OpBuilder &builder, mlir::Location loc) : b(builder), loc(loc) {}

  // ---- arrays ----
  mlir::Value array(mlir::ValueRange sizes, Entry entry);
  mlir::Value likeArray(mlir::Value array, Entry entry) { return this->array(sizes(array), entry); }
  llvm::SmallVector<mlir::Value> sizes(mlir::Value array);
  mlir::Value size(mlir::Value array, uint64_t dimension);
  mlir::Value plus(mlir::Value x, mlir::Value y); // entries added; null is zero
  mlir::Value scaled(mlir::Value array, mlir::Value number);
  mlir::Value negated(mlir::Value array);
  mlir::Value reshaped(mlir::Value array, mlir::ValueRange sizes);

  // ---- matrices ----
  mlir::Value transposed(mlir::Value A);
  /// A B, with A' for A or B' for B.
  mlir::Value product(mlir::Value A, mlir::Value B, bool turnsA = false, bool turnsB = false);
  /// The entries on and below the diagonal, which is multiplied by `diagonal`; zeros above.
  mlir::Value lower(mlir::Value A, double diagonal = 1);
  mlir::Value upper(mlir::Value A, double diagonal = 1);
  /// The symmetric matrix with A's entries on and below the diagonal, and the adjoint of this.
  mlir::Value mirrored(mlir::Value A);
  mlir::Value folded(mlir::Value A);
  /// costate.lower_solve
  mlir::Value lowerSolved(mlir::Value L, mlir::Value b, bool transposed, uint32_t place);

  /// A B, where A has `size` rows and is the sum of values[k] at (rows[k], columns[k]).
  mlir::Value sparseProduct(mlir::Value rows, mlir::Value columns, mlir::Value values, mlir::Value B,
                            mlir::Value size);

  // ---- scalars ----
  mlir::Value at(mlir::Value array, mlir::ValueRange indices);
  mlir::Value number(double value);
  mlir::Value index(int64_t value);
  mlir::Value add(mlir::Value x, mlir::Value y) { return make<mlir::arith::AddFOp>(x, y); }
  mlir::Value sub(mlir::Value x, mlir::Value y) { return make<mlir::arith::SubFOp>(x, y); }
  mlir::Value mul(mlir::Value x, mlir::Value y) { return make<mlir::arith::MulFOp>(x, y); }
  mlir::Value neg(mlir::Value x) { return b.create<mlir::arith::NegFOp>(loc, x); }
  mlir::Value shifted(mlir::Value i, mlir::Value by) { return make<mlir::arith::AddIOp>(i, by); }
  mlir::Value less(mlir::Value i, mlir::Value j);
  mlir::Value equal(mlir::Value i, mlir::Value j);
  mlir::Value choose(mlir::Value condition, mlir::Value yes, mlir::Value no);
  mlir::Value sum(mlir::ValueRange sizes, Entry entry);
  /// The entry of an array of integers as an index.
  mlir::Value position(mlir::Value integers, mlir::Value i);

  mlir::OpBuilder &b;
  mlir::Location loc;

private:
  template <class Op> mlir::Value make(mlir::Value x, mlir::Value y) { return b.create<Op>(loc, x, y); }
};

} // namespace costate
