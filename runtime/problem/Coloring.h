// Which columns of a sparse matrix share a product with it.
#pragma once

#include "runtime/problem/ReadSets.h"

namespace costate::rt {

/// A color, from 0, for each column.
struct Coloring {
  std::vector<int32_t> colors;
  int32_t count = 0; // of colors
};

/// No row has two columns of one color, so that all entries of a matrix are among its products with one
/// vector per color [CPR74]. Greedy, columns in their order; every column its own color where that takes too
/// long.
Coloring colorColumns(const ReadSets &rows, int64_t columns);

/// Of the columns of a symmetric matrix with the neighbors of each: neighbors differ and no path of four has
/// two colors, so that each entry h_ij is in one of two products, see entryPlace() [GMP05, algorithm 4.1].
/// Columns with many neighbors come first.
Coloring colorSymmetric(const ReadSets &neighbors);

} // namespace costate::rt
