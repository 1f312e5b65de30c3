// Index spaces: ranges, products, filters, selections, orders.
#include "runtime/bind/Machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace costate::rt {
namespace {

int64_t scalar(const Machine &m, int slot, const char *what) {
  if (m.column(slot).size() != 1)
    throw StepFailure{"internal", fmt::format("{} has {} rows, expected 1", what, m.column(slot).size())};
  return m.column(slot).integer(0);
}

void range(Machine &m, Step &step) {
  int64_t low = scalar(m, step.in[0][0], "a bound of a range"),
          high = scalar(m, step.in[0][1], "a bound of a range");
  int64_t rows = high < low ? 0 : high - low + 1;
  if (low < INT32_MIN || high > INT32_MAX)
    throw StepFailure{"range-limit",
                      fmt::format("range {}..{} leaves {}..{}", low, high, INT32_MIN, INT32_MAX)};
  auto codes = m.make(step.out[0], Type::I32, rows).as<int32_t>();
  std::iota(codes.begin(), codes.end(), int32_t(low));
  step.rowsOut = rows;
}

void expand(Machine &m, Step &step) {
  auto low = m.column(step.in[0][0]).as<int64_t>(), high = m.column(step.in[0][1]).as<int64_t>();
  int64_t rows = 0;
  for (size_t r = 0; r < low.size(); ++r)
    rows = checkedRows(rows + std::max<int64_t>(0, high[r] - low[r] + 1), "an index space");
  auto parent = m.make(step.out[0], Type::I32, rows).as<int32_t>();
  auto value = m.make(step.out[1], Type::I32, rows).as<int32_t>();
  size_t at = 0;
  for (size_t r = 0; r < low.size(); ++r)
    for (int64_t v = low[r]; v <= high[r]; ++v, ++at)
      parent[at] = int32_t(r), value[at] = int32_t(v);
  step.rowsIn = int64_t(low.size()), step.rowsOut = rows;
}

void product(Machine &m, Step &step) {
  int64_t left = m.column(step.in[0][0]).size(), right = m.column(step.in[0][1]).size();
  int64_t rows = checkedRows(left * right, "an index space");
  auto l = m.make(step.out[0], Type::I32, rows).as<int32_t>();
  auto r = m.make(step.out[1], Type::I32, rows).as<int32_t>();
  size_t at = 0;
  for (int64_t i = 0; i < left; ++i)
    for (int64_t j = 0; j < right; ++j, ++at)
      l[at] = int32_t(i), r[at] = int32_t(j);
  step.rowsIn = left + right, step.rowsOut = rows;
}

void filter(Machine &m, Step &step) {
  auto mask = m.column(step.in[0][0]).as<uint8_t>();
  bool wanted = !step.has("negated");
  int64_t rows = std::count_if(mask.begin(), mask.end(), [=](uint8_t t) { return (t != 0) == wanted; });
  auto kept = m.make(step.out[0], Type::I32, rows).as<int32_t>();
  size_t at = 0;
  for (size_t r = 0; r < mask.size(); ++r)
    if ((mask[r] != 0) == wanted)
      kept[at++] = int32_t(r);
  step.rowsIn = int64_t(mask.size()), step.rowsOut = rows;
}

template <class T> void gatherAs(const Column &source, std::span<const int32_t> rows, Column &result) {
  auto from = source.as<T>();
  auto to = result.as<T>();
  for (size_t k = 0; k < rows.size(); ++k)
    to[k] = from[size_t(rows[k])];
}

void gather(Machine &m, Step &step) {
  const Column &source = m.column(step.in[0][0]);
  auto rows = m.column(step.in[0][1]).as<int32_t>();
  Column &result = m.makeLike(step.out[0], int64_t(rows.size()));
  switch (sizeOf(source.type())) {
  case 1:
    return gatherAs<uint8_t>(source, rows, result);
  case 4:
    return gatherAs<int32_t>(source, rows, result);
  default:
    return gatherAs<int64_t>(source, rows, result);
  }
}

void sort(Machine &m, Step &step) {
  std::vector<const Column *> keys;
  for (int slot : step.in[0])
    keys.push_back(&m.column(slot));
  auto order = m.make(step.out[0], Type::I32, keys[0]->size()).as<int32_t>();
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) {
    for (auto *key : keys)
      if (int64_t x = key->integer(a), y = key->integer(b); x != y)
        return x < y;
    return false;
  });
}

void concat(Machine &m, Step &step) {
  const Column &a = m.column(step.in[0][0]), &b = m.column(step.in[0][1]);
  Column &result = m.makeLike(step.out[0], a.size() + b.size());
  size_t width = sizeOf(a.type());
  std::memcpy(result.data(), a.data(), size_t(a.size()) * width);
  std::memcpy(static_cast<char *>(result.data()) + size_t(a.size()) * width, b.data(),
              size_t(b.size()) * width);
}

} // namespace

void defineSpaces(Machine &m) {
  m.define("range", range);
  m.define("expand", expand);
  m.define("product", product);
  m.define("filter", filter);
  m.define("gather", gather);
  m.define("sort", sort);
  m.define("concat", concat);
}

} // namespace costate::rt
