// Names and places of a bound problem's rows and variables.
#include "runtime/program/State.h"

#include <fmt/format.h>

namespace costate::rt {
namespace {

/// A hidden family is named `$e.0`: the first sum inside the row or objective `e`.
std::string quotedName(const Instance &p, const std::vector<FamilyRange> &families, int64_t number) {
  const FamilyRange &family = Instance::familyOf(families, number);
  if (!family.hidden && family.defines < 0)
    return "`" + p.entryName(family, number - family.offset) + "`";
  return "a sum in `" + family.name.substr(1, family.name.rfind('.') - 1) + "`";
}

std::string placeText(const Machine &machine, const std::vector<FamilyRange> &families, int64_t number) {
  const Place &place = Instance::familyOf(families, number).place;
  if (place.file < 0)
    return "";
  return fmt::format(" ({}:{}:{})", machine.files[size_t(place.file)], place.line, place.column);
}

} // namespace

Names namesOf(const Machine &machine, const Instance &p) {
  return {[&](int64_t i) { return quotedName(p, p.rows, i); },
          [&](int64_t j) { return quotedName(p, p.variables, j); },
          [&](int64_t i) { return placeText(machine, p.rows, i); },
          [&](int64_t j) { return placeText(machine, p.variables, j); }};
}

} // namespace costate::rt
