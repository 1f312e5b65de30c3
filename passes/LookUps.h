// Equal look-ups: two arrays over one set are read at one column of positions.
#pragma once

#include "ir/CostateOps.h"

namespace costate {

class LookUps {
public:
  /// The first column seen that holds the same positions; the look-ups may differ in the array that an error
  /// would name. Other columns stand for themselves.
  mlir::Value first(mlir::Value column);

private:
  llvm::SmallVector<mlir::Operation *> seen;
};

} // namespace costate
