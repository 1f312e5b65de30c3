// A sum and what is added to arrays over the same instances, from the same loops.
#pragma once

#include "ir/CostateOps.h"

namespace costate {

/// s = reduce (i) { f(i) };  A = map (i) into (a) { w = f(i) ...; a[..] += .. }   =>
///   S, A = map (i) into (t = [0], a) { w = f(i) ...; a[..] += ..; t[0] += w };  s = S[0]
///
/// A value beside its gradient: where the map runs a loop that the sum would run again. Returns how many.
unsigned mergeSums(mlir::Operation *function);

} // namespace costate
