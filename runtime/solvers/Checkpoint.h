// The state of a first-order solve in a file, so that another run goes on where this one ends.
#pragma once

#include "runtime/solvers/UpdateRule.h"

#include <string>

namespace costate::rt {

/// What a state belongs to: others are refused.
struct CheckpointKey {
  std::string solver;
  int64_t n = 0, addends = 0, batch = 0, seed = 0;
  std::string monitor; // by which `best` is the best
};

/// The file is replaced as a whole. Its bytes: a line that says what it is, the version of the format, the
/// key, the state with the bits of its numbers, a check sum. The sentence that says why not, or empty.
std::string writeCheckpoint(const std::string &path, const CheckpointKey &key, const FirstOrderState &state);
/// The same for reading; `state` is unchanged where it fails.
std::string readCheckpoint(const std::string &path, const CheckpointKey &key, FirstOrderState &state);

} // namespace costate::rt
