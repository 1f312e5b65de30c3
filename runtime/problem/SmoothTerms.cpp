#include "runtime/problem/SmoothTerms.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

namespace costate::rt {

SmoothTerms::SmoothTerms(Machine &machine, const Json &list, const std::vector<Range> &variables,
                         const std::vector<Range> &rows) {
  auto read = [&](const std::vector<int32_t> &own) {
    std::vector<int32_t> all;
    std::set_union(entries.begin(), entries.end(), own.begin(), own.end(), std::back_inserter(all));
    entries = std::move(all);
  };
  for (auto &json : list)
    if (json.at("residuals").get<bool>()) {
      continue; // another view of the objective
    } else if (json.at("target").get<int>() < 0) {
      objective = SmoothObjective(machine, json, variables);
      read(objective.entries());
    } else {
      families.emplace_back(machine, json, variables, rows);
      read(families.back().entries());
    }
  if (*this)
    chooseSweeps();
}

/// Numbers that are together in one of the sets, of which there are `numbers`; nothing where that takes long.
static std::optional<ReadSets> neighborsIn(const ReadSets &sets, int64_t numbers) {
  constexpr int64_t mostPairs = 200'000'000;
  int64_t pairs = 0;
  for (int64_t k = 0; k < sets.count(); ++k)
    pairs += int64_t(sets[k].size() * sets[k].size());
  if (pairs > mostPairs)
    return std::nullopt;
  ReadSets setsOf = sets.transposed(numbers), result;
  std::vector<int32_t> seenBy(size_t(numbers), -1), list, names(size_t(numbers), 0);
  std::iota(names.begin(), names.end(), 0);
  for (int32_t j = 0; j < numbers; ++j) {
    list.assign(1, j);
    seenBy[size_t(j)] = j;
    for (int32_t set : setsOf[j])
      for (int32_t i : sets[set])
        if (std::exchange(seenBy[size_t(i)], j) != j)
          list.push_back(i);
    std::sort(list.begin(), list.end());
    result.add(list, names);
  }
  return result;
}

/// The Hessian has the entries of which one row or addend reads both variables.
void SmoothTerms::chooseSweeps() {
  ReadSets sets;
  auto add = [&](const ReadSets &own, const std::vector<int32_t> &read) {
    std::vector<int32_t> names;
    for (int32_t entry : read)
      names.push_back(int32_t(std::lower_bound(entries.begin(), entries.end(), entry) - entries.begin()));
    for (int64_t k = 0; k < own.count(); ++k)
      sets.add(own[k], names);
  };
  if (objective)
    add(objective.reads(), objective.entries());
  for (const SmoothRows &family : families)
    add(family.reads(), family.entries());
  sets.removeRepeated();
  auto found = neighborsIn(sets, int64_t(entries.size()));
  if (!found)
    return;
  neighbors = std::move(*found);
  Coloring coloring = colorSymmetric(neighbors);
  if (isKnown = coloring.count <= mostProducts; isKnown)
    sweeps = Sweeps::symmetric(neighbors, coloring);
}

void SmoothTerms::values(const double *x, double *f, double *c, Scratch &scratch) const {
  if (objective) {
    const auto &known = scratch.known;
    bool isKnown = !known.x.empty() && std::equal(known.x.begin(), known.x.end(), x);
    *f += isKnown ? known.f : objective.value(x);
  }
  for (const SmoothRows &family : families)
    family.values(x, c);
}

void SmoothTerms::list(EntryList &jacobian, EntryList &hessian) {
  for (SmoothRows &family : families)
    family.list(jacobian);
  begin = hessian.size();
  for (int32_t col = 0; hasHessian() && col < neighbors.count(); ++col)
    for (int32_t row : neighbors[col])
      if (row >= col) {
        hessian.rows.push_back(entries[size_t(row)]);
        hessian.cols.push_back(entries[size_t(col)]);
      }
  filled = hessian.size() - begin;
  hessian.pad();
  end = hessian.size();
}

void SmoothTerms::first(const double *x, double *g, double *J, Scratch &scratch) const {
  if (objective) {
    scratch.known.f = objective.first(x, g);
    scratch.known.x.assign(x, x + (entries.empty() ? 0 : entries.back() + 1));
  }
  for (const SmoothRows &family : families)
    family.first(x, J);
}

void SmoothTerms::second(const double *x, double weight, const double *y, double *H) const {
  if (begin == end)
    return;
  size_t size = size_t(entries.back()) + 1;
  std::vector<double> direction(size, 0), column(size);
  for (int32_t color = 0; color < sweeps.count(); ++color) {
    for (int32_t k : sweeps.numbers(color))
      direction[size_t(entries[size_t(k)])] = 1;
    std::fill(column.begin(), column.end(), 0.0);
    product(x, weight, y, direction.data(), column.data());
    for (int32_t k : sweeps.numbers(color))
      direction[size_t(entries[size_t(k)])] = 0;
    for (auto [entry, place] : sweeps.entries(color))
      H[begin + entry] = column[size_t(entries[size_t(place)])];
  }
  std::fill(H + begin + filled, H + end, 0.0);
}

void SmoothTerms::product(const double *x, double weight, const double *y, const double *v, double *u) const {
  if (objective && weight != 0)
    objective.product(x, weight, v, u);
  for (const SmoothRows &family : families)
    family.product(x, y, v, u);
}

std::string SmoothTerms::trace(const double *x) const {
  std::string failed = objective ? objective.trace(x) : "";
  for (const SmoothRows &family : families)
    if (failed.empty())
      failed = family.trace(x);
  return failed;
}

} // namespace costate::rt
