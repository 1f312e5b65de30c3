// What compiled functions of whole variables take: data, families of variables, and what else a call gives.
#pragma once

#include "costate/rt/Functions.h"
#include "runtime/bind/Machine.h"
#include "runtime/problem/Input.h"
#include "runtime/problem/Pattern.h"

#include <utility>
#include <vector>

namespace costate::rt {

/// Borrows columns of the machine.
class WholeVariables {
public:
  /// An array of one call, after the inputs.
  struct Extra {
    const void *data;
    int64_t size;
  };

  WholeVariables() = default;
  /// `variables` are the places of variable families in x.
  WholeVariables(Machine &machine, const Json &json, const std::vector<Range> &variables);

  /// False where the function fails; `failure` says why.
  bool call(costate_kernel kernel, const double *x, const std::vector<Extra> &extras,
            const std::vector<double *> &results, costate_failure &failure) const;
  /// Where each variable that is read begins in v, which is like x.
  std::vector<Extra> partsOf(const double *v) const;
  /// Columns of all variables that are read, one after the other: the entries of columnEntries().
  std::vector<double *> columnsIn(std::vector<double> &columns) const;
  std::vector<int32_t> columnEntries() const;
  /// Adds such columns to a vector like x.
  void addTo(double *whole, const std::vector<double> &columns) const;
  /// Offset in x and size of a variable that is read, by its number among these.
  std::pair<int64_t, int64_t> block(size_t number) const {
    return {blocks[number].offset, blocks[number].size};
  }
  /// Where an entry of x stands in `entries`.
  int64_t placeOf(int64_t entry) const;
  /// What failed, with its place.
  std::string sentence(const costate_failure &failure) const;

  /// Entries of x that are read, increasing.
  std::vector<int32_t> entries;

private:
  struct Block {
    int64_t offset = 0, size = 0;
  };

  Machine *machine = nullptr;
  std::vector<void *> inputs;   // data; null where a variable stands
  std::vector<int64_t> lengths; // of the inputs
  std::vector<int> variableOf;  // by input the number in `blocks`, or -1
  std::vector<Block> blocks;    // of the variables that it reads
  std::vector<Place> places;
};

} // namespace costate::rt
