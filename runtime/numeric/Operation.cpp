// What results are after a failure.
#include "runtime/numeric/Operation.h"

#include <algorithm>
#include <limits>

namespace costate::rt {

double Operation::nan() { return std::numeric_limits<double>::quiet_NaN(); }

void Operation::voidResults() {
  for (std::span<double> result : realsOut)
    std::fill(result.begin(), result.end(), nan());
  for (std::span<int64_t> result : integersOut)
    std::fill(result.begin(), result.end(), 0);
}

} // namespace costate::rt
