// Data that a problem reads must be finite, but for bounds that are written or read as `inf`.
#include "runtime/problem/Instance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace costate::rt {
namespace {

const char *described(double value) { return std::isnan(value) ? "not a number" : "infinite"; }

} // namespace

/// Infinite bounds are legal where somebody said so; those that arithmetic made are not meant.
void Instance::requireFinite(int slot, const FamilyRange &family, int64_t entry, double value,
                             const std::string &what) const {
  std::optional<Place> place = machine.overflowOf(slot);
  if (std::isinf(value) && !place && what != "start")
    return;
  throw StepFailure{"not-finite",
                    fmt::format("the {} of {} is {}, expected a finite number", what,
                                quotedName(family, entry), described(value)),
                    1, place.value_or(Place())};
}

/// An infinite factor would only show as a failed evaluation, or as a row that nothing meets. What a choice
/// leaves aside may be infinite: the value at the start tells.
void Instance::requireFiniteData(const Json &list) const {
  for (size_t number = 0; number < patterns.size(); ++number)
    for (auto &input : list[number].at("inputs"))
      if (input[0] != "variable" && !machine.isFinite(input[1].get<int>()))
        requireFiniteTerms(patterns[number], input[1].get<int>());
}

/// The instances that read a value that is not finite, and their terms.
void Instance::requireFiniteTerms(const Pattern &pattern, int slot) const {
  auto values = machine.column(slot).as<double>();
  bool isOfInstances = int64_t(values.size()) == pattern.instances;
  Scratch scratch;
  for (int64_t s = 0; s < pattern.instances; ++s) {
    double value = values[isOfInstances ? size_t(s) : 0];
    if (std::isfinite(value))
      continue;
    std::vector<double> terms = pattern.valuesOf(s, xStart.data(), scratch);
    for (size_t t = 0; t < terms.size(); ++t)
      if (!std::isfinite(terms[t]))
        throw notFinite(pattern, t, s, machine.overflowOf(slot), value);
  }
}

/// Names the row and the variables that the instance reads, at the place of the expression where finite data
/// ended.
StepFailure Instance::notFinite(const Pattern &pattern, size_t term, int64_t instance,
                                std::optional<Place> place, double value) const {
  constexpr size_t most = 3;
  std::vector<int64_t> read = pattern.variablesOf(term, instance);
  std::string at;
  for (size_t k = 0; k < std::min(most, read.size()); ++k)
    at += (k ? ", " : " at ") + entryName(variables, read[k]);
  return {"not-finite",
          fmt::format("in {}{}{} {} {}, expected a finite number", rowName(pattern.terms[term], instance), at,
                      read.size() > most ? ", ..." : "", place ? "this is" : "a parameter is",
                      described(value)),
          1, place.value_or(pattern.terms[term].place)};
}

} // namespace costate::rt
