// The known name a misspelt one most likely meant.
#pragma once

#include <string>
#include <vector>

namespace costate {

/// The nearest of `known` at edit distance 1 or 2 (1 for names of up to three letters), or empty.
/// O(known * length^2).
std::string nearestName(const std::string &name, const std::vector<std::string> &known);

} // namespace costate
