// Expressions of variables that patterns read at several rows: arrays with values and derivatives, computed
// before the patterns.
#pragma once

#include "runtime/problem/Cost.h"
#include "runtime/problem/Input.h"
#include "runtime/problem/KernelCall.h"

namespace costate::rt {

/// See SharedOp for what the parts mean. Reads columns of the machine, which must outlive it.
class SharedArrays {
public:
  struct Expression {
    Range rows; // that patterns may read
    int positions = 0;
    Place place;
    std::vector<Input> inputs;
    KernelCall calls[3]; // by part; none where a part has no kernel of its own
    Cost costs[3];

    bool has(Part part) const { return calls[size_t(part)].kernel; }
    /// The part's kernel, or the one before it that yields as much.
    const KernelCall &call(Part part) const;
  };

  SharedArrays() = default;
  SharedArrays(const Machine &machine, const Json &list, std::span<const Range> variables);

  /// The arrays at x as far as the part needs them, in the scratch memory; null where there are none.
  const double *compute(Part part, const double *x, Scratch &scratch, const costate_host *host) const;
  /// One expression alone.
  void compute(const Expression &expression, Part part, const double *x, Scratch &scratch,
               const costate_host *host) const;

  /// The values that an expression has there.
  std::span<const double> values(size_t expression, const Point &point) const;

  std::vector<Expression> expressions;
  std::vector<int64_t> offsets; // of the arrays, in doubles; multiples of 8
  int64_t size() const { return total; }

private:
  int64_t total = 0;
};

} // namespace costate::rt
