// What a kernel of a problem computes, and what one instance of it costs.
#pragma once

#include "runtime/bind/Machine.h"

namespace costate::rt {

/// Values, first derivatives, or first and second ones.
enum class Part : uint8_t { Value, First, Second };

/// Of one instance; `read` and `written` are bytes, those of a repeated entry of x each time.
struct Cost {
  int64_t flops = 0, roots = 0, calls = 0, read = 0, written = 0;

  /// A rough time on one core; decides only how work is divided.
  double nanoseconds() const { return 1 + 0.05 * double(flops) + 0.5 * double(roots) + 1.5 * double(calls); }
  /// A function costs as many operations as an inlined sine does, a division or root those of its refinement.
  double operations() const { return double(flops) + 25 * double(calls) + 8 * double(roots); }
};

/// As the compiler counted it, without bytes; nothing for null.
inline Cost readCost(const Json &json) {
  return json.is_null() ? Cost{} : Cost{json[0], json[1], json[2], 0, 0};
}

} // namespace costate::rt
