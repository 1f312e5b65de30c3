// Nested maps that add to arrays, with the long loop inside.
#pragma once

#include "ir/CostateOps.h"

namespace costate {

/// map (i, j) { ...; map (u, v) { y[i + u, j + v] += ... } } with few v becomes
/// map (i, u, v, j) { ...; y[i + u, j + v] += ... }: entries along j follow each other. True if it did.
bool exchangeLoops(MapOp outer);

} // namespace costate
