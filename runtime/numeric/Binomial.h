// The binomial plan of reversing a chain of steps with few snapshots [GW00].
#pragma once

#include <cstdint>

namespace costate::rt {

/// (s + r)! / (s! r!), or 2^62 where that is more: the longest chain that s snapshots reverse when no step is
/// done more than r times. O(r) time.
int64_t binomialReach(int64_t s, int64_t r);

/// The least number of steps done before adjoints when a chain of l >= 1 steps is reversed with s >= 1
/// snapshots, of which one holds its start:  r l - (s + r)! / ((r - 1)! (s + 1)!)  with the least r whose
/// reach is l or more. The step that an adjoint does itself is not counted.
int64_t reversalSteps(int64_t l, int64_t s);

/// The distance from the start of such a chain to the snapshot that is to be taken next; 0 where s or l is 1.
/// O(r) time.
int64_t nextSnapshot(int64_t l, int64_t s);

} // namespace costate::rt
