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
void Instance::requireFiniteData(const Json &sharedList, const Json &list) const {
  auto infinite = [&](const Json &inputs, auto found) {
    for (size_t k = 0; k < inputs.size(); ++k)
      if (inputs[k][0] == "slot" && !machine.isFinite(inputs[k][1].get<int>()))
        found(int(k), inputs[k][1].get<int>());
  };
  for (size_t number = 0; number < patterns.size(); ++number)
    infinite(list[number].at("inputs"),
             [&](int input, int slot) { requireFiniteTerms(patterns[number], input, slot); });
  for (size_t number = 0; number < sharedList.size(); ++number)
    infinite(sharedList[number].at("inputs"), [&](int, int slot) { requireFiniteShared(number, slot); });
}

/// The instances that read a value that is not finite, and their terms.
void Instance::requireFiniteTerms(const Pattern &pattern, int input, int slot) const {
  auto values = machine.column(slot).as<double>();
  bool isOfInstances = int64_t(values.size()) == pattern.instances;
  Scratch scratch;
  Point start = pointAt(Part::Value, xStart.data(), scratch);
  for (int64_t s = 0; s < pattern.instances; ++s)
    if (double value = values[isOfInstances ? size_t(s) : 0]; !std::isfinite(value))
      requireFiniteInstance(pattern, s, start, input, slot, value, scratch);
}

/// The rows of a shared expression that read a value which is not finite, and the terms which that reaches:
/// they read the variables of such a row.
void Instance::requireFiniteShared(size_t number, int slot) const {
  auto values = machine.column(slot).as<double>();
  Scratch scratch;
  Point start = pointAt(Part::Value, xStart.data(), scratch);
  std::span<const double> results = shared.values(number, start);
  bool isOfRows = values.size() == results.size();
  std::map<int64_t, double> reached; // by variable
  for (size_t row = 0; row < results.size(); ++row) {
    double value = values[isOfRows ? row : 0];
    if (std::isfinite(value) || std::isfinite(results[row]))
      continue;
    for (const Input &input : shared.expressions[number].inputs)
      if (input.from == Input::From::Variable)
        reached.emplace(input.offset + int64_t(row), value);
  }
  for (const Pattern &pattern : patterns)
    for (int64_t s = 0; s < pattern.instances && !reached.empty(); ++s)
      requireFiniteRows(pattern, s, start, slot, reached, scratch);
}

void Instance::requireFiniteRows(const Pattern &pattern, int64_t instance, const Point &start, int slot,
                                 const std::map<int64_t, double> &reached, Scratch &scratch) const {
  std::vector<double> terms = pattern.valuesOf(instance, start, scratch);
  for (size_t t = 0; t < terms.size(); ++t) {
    if (std::isfinite(terms[t]))
      continue;
    for (int64_t variable : pattern.variablesOf(t, instance))
      if (auto found = reached.find(variable); found != reached.end())
        throw notFinite(pattern, t, instance, machine.overflowOf(slot), found->second);
  }
}

void Instance::requireFiniteInstance(const Pattern &pattern, int64_t instance, const Point &start, int input,
                                     int slot, double value, Scratch &scratch) const {
  std::vector<double> terms = pattern.valuesOf(instance, start, scratch);
  for (size_t t = 0; t < terms.size(); ++t) {
    const std::vector<int> &reads = pattern.terms[t].reads;
    bool isReader = std::find(reads.begin(), reads.end(), input) != reads.end();
    if (isReader && !std::isfinite(terms[t]))
      throw notFinite(pattern, t, instance, machine.overflowOf(slot), value);
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
