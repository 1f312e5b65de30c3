// What functions of whole variables read, instance by instance.
#pragma once

#include "runtime/problem/WholeVariables.h"

#include <span>
#include <vector>

namespace costate::rt {

/// Sets of numbers of variables; see the sites of costate.smooth. The numbers are places in a list of entries
/// of x, increasing within each set.
class ReadSets {
public:
  ReadSets() = default;
  /// One set per row of a family, or (-1) the sets that the addends of an objective have, without order and
  /// repetition. Reads columns of the machine.
  ReadSets(const Machine &machine, const Json &json, const WholeVariables &variables, int64_t rows);

  int64_t count() const { return int64_t(starts.size()) - 1; }
  std::span<const int32_t> operator[](int64_t set) const {
    return {members.data() + starts[size_t(set)], members.data() + starts[size_t(set) + 1]};
  }
  int64_t size() const { return int64_t(members.size()); } // of all sets together
  /// The sets that have each number below `numbers`.
  ReadSets transposed(int64_t numbers) const;
  /// Adds the set, whose members the list names.
  void add(std::span<const int32_t> set, std::span<const int32_t> names);
  void removeRepeated();

private:
  std::vector<int64_t> starts{0};
  std::vector<int32_t> members;
};

} // namespace costate::rt
