// The entries of a derivative matrix out of products with few vectors.
#pragma once

#include "runtime/problem/Coloring.h"

namespace costate::rt {

/// One product per color: the vector has ones at the numbers of that color, and each entry of the matrix is
/// one of the product of one color.
class Sweeps {
public:
  Sweeps() = default;
  /// J of which row i has the columns rows[i], entries row by row: by J v of the columns.
  static Sweeps forward(const ReadSets &rows, const Coloring &columns);
  /// The same by J'w of the rows.
  static Sweeps reverse(const ReadSets &rows, const Coloring &colors);
  /// The lower triangle of a symmetric matrix by columns, with the neighbors (and itself) of each.
  static Sweeps symmetric(const ReadSets &neighbors, const Coloring &colors);

  int32_t count() const { return int32_t(numberStarts.size()) - 1; }
  /// The numbers that have the color.
  std::span<const int32_t> numbers(int32_t color) const {
    return {numberList.data() + numberStarts[size_t(color)],
            numberList.data() + numberStarts[size_t(color) + 1]};
  }
  /// Entries that the product of a color has: where they go, and where they stand in it.
  struct Entry {
    int64_t entry;
    int32_t place;
  };
  std::span<const Entry> entries(int32_t color) const {
    return {entryList.data() + entryStarts[size_t(color)], entryList.data() + entryStarts[size_t(color) + 1]};
  }

private:
  explicit Sweeps(const Coloring &coloring);
  struct Placed {
    int32_t color, place;
  };
  void place(const std::vector<Placed> &list);

  std::vector<int64_t> numberStarts{0}, entryStarts{0};
  std::vector<int32_t> numberList;
  std::vector<Entry> entryList;
};

} // namespace costate::rt
