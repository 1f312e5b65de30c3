// The order in which a sparse symmetric matrix is eliminated, chosen by its structure alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace costate::rt {

/// Approximate minimum degree [ADD96] of the columns with few entries; behind them the dense ones, of which
/// there is nothing to gain but by their number of entries: few first. So the short side of a full matrix
/// J in  [ A J'; J -D ]  is what fills in, whichever it is.
///
/// `starts` [n+1], `rows`: the lower triangle of order n by columns, with its diagonal. Position of every
/// column. About O(entries log n), some bytes per entry.
std::vector<int32_t> eliminationOrder(int64_t n, const std::vector<int64_t> &starts,
                                      const std::vector<int32_t> &rows);

} // namespace costate::rt
