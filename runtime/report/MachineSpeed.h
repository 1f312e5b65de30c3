// What this machine can do at most: the bounds that kernels are compared with.
#pragma once

#include <cstdint>

namespace costate::rt {

/// Bytes per second of a triad a[i] = b[i] + s c[i] whose three arrays take `bytes` together, the best of
/// several runs; writes count once. About 10 ms.
double triadBandwidth(int64_t bytes);

/// Double precision operations per second of independent multiply-adds on one core, the widest vectors the
/// processor has. About 5 ms.
double peakFlops();

} // namespace costate::rt
