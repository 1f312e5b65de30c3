// Splitting a chain: with r repetitions in all, the part before the snapshot has r-1 left, that after it r.
#include "runtime/numeric/Binomial.h"

#include <algorithm>

namespace costate::rt {
namespace {

constexpr int64_t saturated = int64_t(1) << 62;

/// value * up / down, an exact quotient.
int64_t scaled(int64_t value, int64_t up, int64_t down) {
  __int128 result = __int128(value) * up / down;
  return value >= saturated || result > saturated ? saturated : int64_t(result);
}

struct Repetitions {
  int64_t r, reach; // reach = binomialReach(s, r)
};

Repetitions leastRepetitions(int64_t l, int64_t s) {
  Repetitions least{0, 1};
  while (least.reach < l) {
    ++least.r;
    least.reach = scaled(least.reach, s + least.r, least.r);
  }
  return least;
}

} // namespace

int64_t binomialReach(int64_t s, int64_t r) {
  int64_t reach = 1;
  for (int64_t i = 1; i <= std::min(s, r); ++i)
    reach = scaled(reach, std::max(s, r) + i, i);
  return reach;
}

int64_t reversalSteps(int64_t l, int64_t s) {
  if (s == 1)
    return l * (l - 1) / 2;
  auto [r, reach] = leastRepetitions(l, s);
  return r == 0 ? 0 : r * l - binomialReach(s + 1, r - 1);
}

int64_t nextSnapshot(int64_t l, int64_t s) {
  if (l == 1 || s == 1)
    return 0;
  auto [r, reach] = leastRepetitions(l, s);
  int64_t before = binomialReach(s, r - 1), after = binomialReach(s - 1, r - 1);
  return std::min(
      before, l - after); // any part before of [reach(s, r-2), before] and after of [after, reach(s-1, r)]
}

} // namespace costate::rt
