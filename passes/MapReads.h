// Where the entries of what a map makes are read, and how often.
#pragma once

#include "passes/ArrayNests.h"

namespace costate {

/// Loads of entries at the same indices of a map, which one copy of its body can serve.
struct MapRead {
  mlir::Operation *before;                // the place of the copy
  llvm::SmallVector<mlir::Value> indices; // those of the map, or of what it is reshaped to
  ReshapeOp reshape;                      // or null
  llvm::SmallVector<AtOp> loads;
  bool isRepeated;   // an entry may be read more than once
  bool isSequential; // inside of a loop over carried values
};

struct MapReads {
  std::vector<MapRead> reads;
  bool isStored = false; // something needs the tensors themselves
};

/// A copy of the body stands outside of loops that do not change the indices, if these are in range for sure.
MapReads readsOf(MapOp map);

} // namespace costate
