#include "runtime/problem/ReadSets.h"

#include <algorithm>
#include <numeric>

namespace costate::rt {
namespace {

/// One place where a group reads a variable.
struct Site {
  int64_t first, size;                // of the variable, among the entries that are read
  std::span<const int64_t> low, high; // in it, by instance; empty: all

  void addTo(std::vector<int32_t> &set, size_t instance) const {
    int64_t from = low.empty() ? 0 : std::max<int64_t>(low[instance], 0);
    int64_t to = high.empty() ? size - 1 : std::min(high[instance], size - 1);
    for (int64_t k = from; k <= to; ++k)
      set.push_back(int32_t(first + k));
  }
};

struct Group {
  std::vector<Site> sites;
  size_t instances = 1; // that may differ
};

std::vector<Group> groupsOf(const Machine &machine, const Json &json, const WholeVariables &variables) {
  std::vector<Group> groups;
  const Json &sites = json.at("sites"), &reads = json.at("reads");
  size_t next = 0;
  for (size_t k = 0; k + 2 < sites.size(); k += 3) {
    size_t number = sites[k].get<size_t>();
    auto [offset, size] = variables.block(sites[k + 1].get<size_t>());
    groups.resize(std::max(groups.size(), number + 1));
    int columns = sites[k + 2].get<int>();
    Site site{variables.placeOf(offset), size, {}, {}};
    if (columns > 0) {
      site.low = machine.column(reads[next].get<int>()).as<int64_t>();
      site.high = machine.column(reads[next + size_t(columns) - 1].get<int>()).as<int64_t>();
      groups[number].instances = site.low.size();
    }
    next += size_t(columns);
    groups[number].sites.push_back(site);
  }
  return groups;
}

std::vector<int32_t> setOf(const Group &group, size_t instance) {
  std::vector<int32_t> set;
  for (const Site &site : group.sites)
    site.addTo(set, group.instances == 1 ? 0 : instance);
  std::sort(set.begin(), set.end());
  set.erase(std::unique(set.begin(), set.end()), set.end());
  return set;
}

} // namespace

ReadSets::ReadSets(const Machine &machine, const Json &json, const WholeVariables &variables, int64_t rows) {
  std::vector<Group> groups = groupsOf(machine, json, variables);
  auto append = [&](const std::vector<int32_t> &set) {
    members.insert(members.end(), set.begin(), set.end());
    starts.push_back(int64_t(members.size()));
  };
  std::vector<int32_t> all(variables.entries.size());
  std::iota(all.begin(), all.end(), 0);
  bool isOfRows = rows >= 0;
  if (isOfRows)
    groups.resize(1);
  for (const Group &group : groups) {
    int64_t instances = isOfRows ? rows : int64_t(group.instances);
    for (int64_t k = 0; k < instances; ++k)
      append(json.at("sites").empty() ? all : setOf(group, size_t(k)));
  }
  if (!isOfRows && groups.empty())
    append(all);
  if (!isOfRows)
    removeRepeated();
}

ReadSets ReadSets::transposed(int64_t numbers) const {
  ReadSets result;
  result.starts.assign(size_t(numbers) + 1, 0);
  result.members.resize(members.size());
  for (int32_t k : members)
    ++result.starts[size_t(k) + 1];
  std::partial_sum(result.starts.begin(), result.starts.end(), result.starts.begin());
  std::vector<int64_t> next(result.starts.begin(), result.starts.end() - 1);
  for (int64_t set = 0; set < count(); ++set)
    for (int32_t k : (*this)[set])
      result.members[size_t(next[size_t(k)]++)] = int32_t(set);
  return result;
}

void ReadSets::add(std::span<const int32_t> set, std::span<const int32_t> names) {
  for (int32_t k : set)
    members.push_back(names[size_t(k)]);
  starts.push_back(int64_t(members.size()));
}

void ReadSets::removeRepeated() {
  std::vector<int64_t> order(size_t(count()), 0);
  std::iota(order.begin(), order.end(), 0);
  auto compare = [&](int64_t a, int64_t b) {
    auto one = (*this)[a], other = (*this)[b];
    return std::lexicographical_compare(one.begin(), one.end(), other.begin(), other.end());
  };
  std::sort(order.begin(), order.end(), compare);
  ReadSets kept;
  for (size_t k = 0; k < order.size(); ++k)
    if (k == 0 || compare(order[k - 1], order[k])) {
      auto set = (*this)[order[k]];
      kept.members.insert(kept.members.end(), set.begin(), set.end());
      kept.starts.push_back(int64_t(kept.members.size()));
    }
  *this = std::move(kept);
}

} // namespace costate::rt
