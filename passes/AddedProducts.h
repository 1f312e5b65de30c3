// Nested maps that add products to few places again and again.
#pragma once

#include "ir/CostateOps.h"

namespace costate {

/// map (k, i, j) { a = g(k,i,j); map (u, v) { K[k,u,v] += a * x[i + u, j + v] };  b[k] += a }   =>
///   A = map (k, i, j) { g };  map (k, u, v) { K[k,u,v] += sum (i, j) A[k,i,j] * x[i + u, j + v] };
///   map (k) { b[k] += sum (i, j) A[k,i,j] }
///
/// Sums of entries of two arrays that are products of matrices, as in the adjoints of filters; what else the
/// nest adds is read from what is stored. True if it did.
bool sumAddedProducts(MapOp outer);

} // namespace costate
