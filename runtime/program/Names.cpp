// Names and places of a bound problem's rows and variables.
#include "runtime/program/State.h"

#include <fmt/format.h>

namespace costate::rt {
namespace {

std::string placeText(const Machine &machine, const Place &place) {
  if (place.file < 0)
    return "";
  return fmt::format(" ({}:{}:{})", machine.files[size_t(place.file)], place.line, place.column);
}

} // namespace

Names namesOf(const Machine &machine, const Instance &p) {
  return {[&](int64_t i) { return p.quotedName(p.rows, i); },
          [&](int64_t j) { return p.quotedName(p.variables, j); },
          [&](int64_t i) { return placeText(machine, Instance::familyOf(p.rows, i).place); },
          [&](int64_t j) { return placeText(machine, Instance::familyOf(p.variables, j).place); }};
}

} // namespace costate::rt
