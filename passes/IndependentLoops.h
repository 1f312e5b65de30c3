// Which loops may run strip by strip, again, or in vectors.
#pragma once

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace costate {

/// The argument or allocation that a memory reference is a view of.
mlir::Value memoryOf(mlir::Value reference);

/// Whether the instances of a loop are independent but for carried values: its body reads nothing that it
/// writes, and has no loops, branches or effects besides. O(operations).
bool isIndependent(mlir::scf::ForOp loop);

/// Whether the instances may be taken in any order and several at once: each carried value is a sum that may
/// be so taken, and what is stored where something is loaded goes back to its own place. O(operations).
bool isSum(mlir::scf::ForOp loop);

/// Whether a loop with loops in it, none of which carries values, is independent. O(operations).
bool isIndependentNest(mlir::scf::ForOp loop);

} // namespace costate
