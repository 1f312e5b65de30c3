// Index spaces while lowering: a space is a length; the indices bound over it are columns of element codes.
#pragma once

#include "frontend/sema/Checked.h"

#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"

namespace costate::lower {

/// The columns of a set: one per component, all of the set's length.
struct SetColumns {
  llvm::SmallVector<mlir::Value> columns;
  llvm::SmallVector<const sema::Root *> roots;
  mlir::Value low, high;           // i64, length 1: the bounds, where the set is a range
  std::vector<SetColumns> factors; // where the set is a dense product of one-component sets
  std::string name;
  size_t arity() const { return columns.size(); }
};

/// Rows under construction or finished. `rows` is any column of the space's length; null means one single
/// row.
struct Space {
  mlir::Value rows;
  mlir::Value parentRow; // row of the enclosing space for each row; null: not needed or all zero
  llvm::DenseMap<const sema::Index *, mlir::Value> codes;
  llvm::SmallVector<const sema::Index *> order; // in order of declaration
  bool single() const { return !rows; }
};

/// Where an expression is evaluated: a space, the indices visible there, and the enclosing environment.
/// `bound` overlays the arguments of a `let` that is being inlined; it is over the same space. A branch holds
/// the rows where a condition has one truth value: what may fail is computed there and not farther out.
struct Env {
  const Space *space = nullptr;
  const Env *outer = nullptr;
  llvm::DenseMap<const sema::Index *, mlir::Value> bound;
  bool isBranch = false;
  const sema::Expr *use = nullptr; // of the `let` whose arguments are bound
  // Local lets computed here: columns, and scalars by the block that they stand in.
  mutable llvm::DenseMap<const sema::Let *, mlir::Value> localColumns;
  mutable llvm::DenseMap<std::pair<const sema::Let *, mlir::Block *>, mlir::Value> localScalars;
  /// The indices of a space are bound where it begins: what `bound` overlays farther in comes first.
  bool beginsSpace() const { return !outer || outer->space != space; }
  bool binds(const sema::Index *index) const {
    return bound.contains(index) || (beginsSpace() && space->codes.contains(index));
  }
};

} // namespace costate::lower
