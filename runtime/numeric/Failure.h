// Entering failures of generated functions from C++.
#pragma once

#include "costate/rt/Functions.h"
#include "runtime/report/Printable.h"

#include <fmt/format.h>

#include <initializer_list>
#include <string_view>

namespace costate::rt {

/// Enters `text` and `values` (at most 4) unless there is a failure already. The place is that of costate_at.
void enter(costate_failure *failure, costate_failure_code code, std::initializer_list<double> values,
           std::string_view text);

inline double asPrinted(double fact) { return printable(fact); }
template <typename Fact> const Fact &asPrinted(const Fact &fact) { return fact; }

template <typename... Facts>
void fail(costate_failure *failure, costate_failure_code code, std::initializer_list<double> values,
          fmt::format_string<Facts...> form, Facts &&...facts) {
  char text[sizeof failure->text];
  auto end = fmt::format_to_n(text, sizeof text, fmt::runtime(form), asPrinted(facts)...);
  enter(failure, code, values, std::string_view(text, size_t(end.out - text)));
}

} // namespace costate::rt
