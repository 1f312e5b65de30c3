// Equal joins and distinct rows through one hash index; the product is never formed.
#include "runtime/bind/Machine.h"
#include "runtime/bind/TupleIndex.h"

#include <fmt/format.h>

namespace costate::rt {

TupleIndex::TupleIndex(std::vector<const Column *> given) : columns(std::move(given)) {
  int64_t rows = columns[0]->size();
  size_t capacity = 16;
  while (capacity < size_t(rows) * 2)
    capacity *= 2;
  mask = capacity - 1;
  heads.assign(capacity, -1);
  tails.assign(capacity, -1);
  following.assign(size_t(rows), -1);
  for (int64_t row = 0; row < rows; ++row) {
    size_t at = hash(columns, row) & mask;
    while (heads[at] >= 0 && !equal(heads[at], columns, row))
      at = (at + 1) & mask;
    if (heads[at] < 0)
      heads[at] = int32_t(row);
    else
      following[size_t(tails[at])] = int32_t(row);
    tails[at] = int32_t(row);
  }
}

uint64_t TupleIndex::hash(const std::vector<const Column *> &columns, int64_t row) {
  uint64_t h = 0x9E3779B97F4A7C15u;
  for (auto *column : columns) {
    h ^= uint64_t(column->integer(row));
    h *= 0xBF58476D1CE4E5B9u;
    h ^= h >> 31;
  }
  return h;
}

bool TupleIndex::equal(int32_t row, const std::vector<const Column *> &query, int64_t at) const {
  ++count;
  for (size_t k = 0; k < columns.size(); ++k)
    if (columns[k]->integer(row) != query[k]->integer(at))
      return false;
  return true;
}

int32_t TupleIndex::find(const std::vector<const Column *> &query, int64_t row) const {
  for (size_t at = hash(query, row) & mask; heads[at] >= 0; at = (at + 1) & mask)
    if (equal(heads[at], query, row))
      return heads[at];
  return -1;
}

namespace {

std::vector<const Column *> columnsOf(const Machine &m, const std::vector<int> &slots) {
  std::vector<const Column *> result;
  for (int slot : slots)
    result.push_back(&m.column(slot));
  return result;
}

void join(Machine &m, Step &step) {
  auto left = columnsOf(m, step.in[0]), right = columnsOf(m, step.in[1]);
  TupleIndex index(right);
  std::vector<int32_t> l, r;
  for (int64_t row = 0; row < left[0]->size(); ++row)
    for (int32_t match = index.find(left, row); match >= 0; match = index.next(match))
      l.push_back(int32_t(row)), r.push_back(match);
  step.rowsIn = left[0]->size() + right[0]->size();
  step.rowsOut = checkedRows(int64_t(l.size()), "an index space");
  step.probes = index.probes();
  std::copy(l.begin(), l.end(), m.make(step.out[0], Type::I32, step.rowsOut).as<int32_t>().begin());
  std::copy(r.begin(), r.end(), m.make(step.out[1], Type::I32, step.rowsOut).as<int32_t>().begin());
}

void unique(Machine &m, Step &step) {
  auto columns = columnsOf(m, step.in[0]);
  TupleIndex index(columns);
  bool isError = step.attr("on_duplicate") == "error";
  std::vector<int32_t> kept;
  for (int64_t row = 0; row < columns[0]->size(); ++row) {
    int32_t first = index.find(columns, row);
    if (first == row)
      kept.push_back(int32_t(row));
    else if (isError)
      throw StepFailure{"duplicate-tuple",
                        fmt::format("element {} is there twice, as entries {} and {}",
                                    m.indexText(step.in[0], step.attr("roots"), row), first + 1, row + 1)};
  }
  step.rowsIn = columns[0]->size(), step.rowsOut = int64_t(kept.size()), step.probes = index.probes();
  std::copy(kept.begin(), kept.end(), m.make(step.out[0], Type::I32, step.rowsOut).as<int32_t>().begin());
}

} // namespace

void defineJoin(Machine &m) {
  m.define("join", join);
  m.define("unique", unique);
}

} // namespace costate::rt
