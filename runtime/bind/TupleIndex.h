// A hash index over tuples of integers, open addressing; rows with equal tuples are chained in order.
#pragma once

#include "runtime/bind/Columns.h"

#include <vector>

namespace costate::rt {

class TupleIndex {
public:
  /// Indexes all rows of the columns. O(rows).
  explicit TupleIndex(std::vector<const Column *> columns);
  /// The first row whose tuple equals row `row` of `query`, or -1; `next` gives the others in order.
  int32_t find(const std::vector<const Column *> &query, int64_t row) const;
  int32_t next(int32_t row) const { return following[size_t(row)]; }
  int64_t probes() const { return count; }

private:
  static uint64_t hash(const std::vector<const Column *> &columns, int64_t row);
  bool equal(int32_t row, const std::vector<const Column *> &query, int64_t at) const;

  std::vector<const Column *> columns;
  std::vector<int32_t> heads, tails, following;
  size_t mask = 0;
  mutable int64_t count = 0;
};

} // namespace costate::rt
