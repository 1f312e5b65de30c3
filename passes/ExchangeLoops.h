// Nested maps that add to arrays, with the long loop inside.
#pragma once

#include "ir/CostateOps.h"

namespace costate {

/// map (f, i, j) { ...; map (u, v) { y[i + u, j + v] += ... } } with few v becomes
/// map (f, i, u, v, j) { y[i + u, j + v] += ... }: entries along j follow each other. What is added is summed
/// over indices that do not move the place, such as f, where it is a product of entries: the sums are
/// products of matrices then. Sums and loops before the inner map are stored. True if it did.
bool exchangeLoops(MapOp outer);

} // namespace costate
