// Sums over the rows of an array for each of its columns.
#pragma once

#include "ir/CostateOps.h"

namespace costate {

/// map (i < n) { s = reduce add (k < m) { f(A[k,i]) }; ... } becomes
/// S = map (k < m) into (S = zeros) { map (i < n) { S[i] += f(A[k,i]) } }, map (i < n) { s = S[i]; ... }:
/// entries along i follow each other. Products of matrices stay. True if it did.
bool sumByRows(MapOp map);

} // namespace costate
