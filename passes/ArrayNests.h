// Maps, reductions and loops inside of each other: what their indices count, and what their bodies cost.
#pragma once

#include "ir/CostateOps.h"

#include "mlir/IR/IRMapping.h"

namespace costate {

/// The number of values that an index of a map, reduction or scan counts; null for other arguments.
mlir::Value sizeOfIndex(mlir::Value index);

/// The size of an array that the operation which makes it was given, else a `costate.size`.
mlir::Value sizeOf(mlir::OpBuilder &b, mlir::Location loc, mlir::Value array, int64_t dimension);

/// Whether two sizes are equal for sure: one value, one number, or one dimension of one array.
bool areEqualSizes(mlir::Value a, mlir::Value b);

/// Whether an index of a loop runs over all of a dimension and no further.
bool coversDimension(mlir::Value index, mlir::Value array, int64_t dimension);

/// `index = loop + sum of shifts`, or `sum of shifts - loop`. Casts between integers and checked positions
/// are looked through.
struct IndexForm {
  struct Shift {
    mlir::Value amount;
    bool isNegated;
    bool operator==(const Shift &) const = default;
  };
  mlir::BlockArgument loop;
  bool isNegated = false;
  llvm::SmallVector<Shift, 2> shifts;

  bool operator==(const IndexForm &) const = default;
  bool isLoop() const { return !isNegated && shifts.empty(); }
};
/// Empty unless the index has exactly one loop index that `isLoop` knows; shifts are what it does not know.
std::optional<IndexForm> indexForm(mlir::Value index, llvm::function_ref<bool(mlir::Value)> isLoop,
                                   llvm::function_ref<bool(mlir::Value)> isInvariant);

/// What an operation computes once, with its regions.
struct Work {
  double operations = 0; // in multiplications (KernelCost.h); a load is one
  bool isBounded = true; // no loop in it whose length is not a number
  void operator+=(const Work &other) { operations += other.operations, isBounded &= other.isBounded; }
};
Work workOf(mlir::Operation *op);
Work workOf(mlir::Block &body);

/// Whether it is computed again for every entry instead of stored.
bool isCheap(const Work &work);

/// Whether the size is a number of entries that no loop over vectors is worth.
bool areFew(mlir::Value size);

/// Whether a value is made of an argument of a block around it, by operations without bodies.
bool dependsOn(mlir::Value value, mlir::Value argument);

/// The value at the builder's place: it and what it is made of inside of `around`, without what is mapped,
/// are cloned.
mlir::Value copiedFrom(mlir::Operation *around, mlir::Value value, mlir::OpBuilder &builder,
                       mlir::IRMapping &values);

/// Whether a tensor is made of zeros alone.
bool isZero(mlir::Value array);

} // namespace costate
