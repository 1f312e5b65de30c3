// The rows of the program that an addend of a sum has, and what it is multiplied by there.
#pragma once

#include "frontend/lower/Space.h"
#include "frontend/lower/SumParts.h"

#include <deque>

namespace costate::lower {

/// One row per instance of the sums on the way to the addend. A factor is a column over them.
struct AddendRows {
  struct Factor {
    mlir::Value column;
    bool isDivisor;
  };
  std::deque<Space> spaces;
  std::deque<Env> envs;
  const Env *env = nullptr; // of the rows
  mlir::Value outer;        // for each row the row that the way begins in; null: its only one
  llvm::SmallVector<Factor> factors;
};

} // namespace costate::lower
