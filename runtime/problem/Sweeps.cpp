#include "runtime/problem/Sweeps.h"

#include <numeric>

namespace costate::rt {

Sweeps::Sweeps(const Coloring &coloring) {
  numberStarts.assign(size_t(coloring.count) + 1, 0);
  for (int32_t color : coloring.colors)
    ++numberStarts[size_t(color) + 1];
  std::partial_sum(numberStarts.begin(), numberStarts.end(), numberStarts.begin());
  std::vector<int64_t> next(numberStarts.begin(), numberStarts.end() - 1);
  numberList.resize(coloring.colors.size());
  for (size_t k = 0; k < coloring.colors.size(); ++k)
    numberList[size_t(next[size_t(coloring.colors[k])]++)] = int32_t(k);
}

/// Entry after entry.
void Sweeps::place(const std::vector<Placed> &list) {
  entryStarts.assign(numberStarts.size(), 0);
  for (const Placed &placed : list)
    ++entryStarts[size_t(placed.color) + 1];
  std::partial_sum(entryStarts.begin(), entryStarts.end(), entryStarts.begin());
  std::vector<int64_t> next(entryStarts.begin(), entryStarts.end() - 1);
  entryList.resize(list.size());
  for (size_t e = 0; e < list.size(); ++e)
    entryList[size_t(next[size_t(list[e].color)]++)] = {int64_t(e), list[e].place};
}

Sweeps Sweeps::forward(const ReadSets &rows, const Coloring &columns) {
  Sweeps result(columns);
  std::vector<Placed> list;
  for (int64_t i = 0; i < rows.count(); ++i)
    for (int32_t column : rows[i])
      list.push_back({columns.colors[size_t(column)], int32_t(i)});
  result.place(list);
  return result;
}

Sweeps Sweeps::reverse(const ReadSets &rows, const Coloring &colors) {
  Sweeps result(colors);
  std::vector<Placed> list;
  for (int64_t i = 0; i < rows.count(); ++i)
    for (int32_t column : rows[i])
      list.push_back({colors.colors[size_t(i)], column});
  result.place(list);
  return result;
}

/// Entry ij is that of row j in the product of the color of i, where j has no other neighbor of that color;
/// else that of row i in the product of the color of j, by the rule of the colors.
Sweeps Sweeps::symmetric(const ReadSets &neighbors, const Coloring &colors) {
  Sweeps result(colors);
  std::vector<Placed> list;
  std::vector<int32_t> counts(size_t(colors.count), 0);
  auto colorOf = [&](int32_t k) { return colors.colors[size_t(k)]; };
  for (int32_t j = 0; j < neighbors.count(); ++j) {
    for (int32_t i : neighbors[j])
      ++counts[size_t(colorOf(i))];
    for (int32_t i : neighbors[j])
      if (i >= j)
        list.push_back(counts[size_t(colorOf(i))] == 1 ? Placed{colorOf(i), j} : Placed{colorOf(j), i});
    for (int32_t i : neighbors[j])
      counts[size_t(colorOf(i))] = 0;
  }
  result.place(list);
  return result;
}

} // namespace costate::rt
