// Many numbered things in a sentence: the first names, neighbours as ranges.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace costate::rt {

/// "`x[1..3]`, `y[a, 2]`, `z` and 7 more": at most four names of increasing numbers. Consecutive numbers
/// whose names differ in the last index alone, by one, are a range. `name` gives a name in backticks, or a
/// description.
std::string listNames(const std::vector<int32_t> &numbers, const std::function<std::string(int64_t)> &name);

} // namespace costate::rt
