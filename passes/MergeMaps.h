// Maps and reductions over one index space, side by side => one.
#pragma once

#include "ir/CostateOps.h"

namespace costate {

/// Merges one pair of maps, or of reductions of one kind, of a block: over equal sizes, where the second
/// reads what the first reads or makes, at its own indices, and where what stands between allows it. Bodies
/// of more than `maxBody` operations stay alone. Returns whether there was such a pair.
bool mergeInBlock(mlir::Block &block, unsigned maxBody);

} // namespace costate
