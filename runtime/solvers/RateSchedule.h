// The rate of a first-order method step by step.
#pragma once

#include "costate/rt/FirstOrderOptions.h"

namespace costate::rt {

/// The rate of step t = 0, 1, ..., of `total`. It grows in `warmup` steps, w (t + 1) / warmup; after these,
/// with u = (t - warmup) / (total - warmup) and e = `final_rate`:
///
///   constant     1
///   linear       1 - (1 - e) u
///   cosine       e + (1 - e) (1 + cos(pi u)) / 2                     [LH17, eq. (5)]
///   exponential  drop ^ ((t - warmup) / drop_every)
///   step         drop ^ floor((t - warmup) / drop_every)
double rateAt(const FirstOrderOptions &options, int64_t t, int64_t total);

} // namespace costate::rt
