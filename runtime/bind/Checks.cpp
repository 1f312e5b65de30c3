// Domains of parameters and reductions over nothing.
#include "runtime/bind/Machine.h"
#include "runtime/report/Printable.h"

#include <fmt/format.h>

#include <cmath>

namespace costate::rt {
namespace {

std::string domainText(const Column *low, const Column *high) {
  if (low && high && low->real(0) == high->real(0))
    return fmt::format("{:.9g}", low->real(0));
  if (low && high)
    return fmt::format("{:.9g} to {:.9g}", low->real(0), high->real(0));
  return low ? fmt::format("{:.9g} or more", low->real(0)) : fmt::format("{:.9g} or less", high->real(0));
}

/// The sentence with numbers in the place of `{}` and, where there is a bound, of `{expected}`.
std::string withNumbers(std::string sentence, double value, const Column *low) {
  auto fill = [&](std::string_view hole, double number) {
    if (size_t at = sentence.find(hole); at != std::string::npos)
      sentence.replace(at, hole.size(), fmt::format("{:.17g}", printable(number)));
  };
  fill("{}", value);
  if (low)
    fill("{expected}", low->real(0));
  return sentence;
}

void checkDomain(Machine &m, Step &step) {
  const Column &column = m.column(step.in[0][0]);
  const Column *low = step.in[1].empty() ? nullptr : &m.column(step.in[1][0]);
  const Column *high = step.in[2].empty() ? nullptr : &m.column(step.in[2][0]);
  bool allowInfinite = step.has("allow_infinite"), divides = step.has("divides");
  for (int64_t k = 0; k < column.size(); ++k) {
    double value = column.real(k);
    bool finite = std::isfinite(value) || (allowInfinite && std::isinf(value));
    bool inside =
        (!low || value >= low->real(0)) && (!high || value <= high->real(0)) && !(divides && value == 0);
    if (finite && inside)
      continue;
    if (step.has("sentence"))
      throw StepFailure{divides ? "division-by-zero" : "outside-domain",
                        withNumbers(step.attr("sentence"), value, low)};
    std::string name = step.attr("name").get<std::string>() + m.indexText(step.in[3], step.attr("roots"), k);
    if (!finite)
      throw StepFailure{"not-finite", fmt::format("`{}` is {}, expected a number", name,
                                                  std::isnan(value) ? "not a number" : "infinite")};
    throw StepFailure{"outside-domain",
                      fmt::format("`{}` is {:.9g}, expected {}", name, value, domainText(low, high))};
  }
  m.share(step.out[0], step.in[0][0]);
}

void checkRows(Machine &m, Step &step) {
  auto parent = m.column(step.in[0][0]).as<int32_t>();
  int64_t rows = m.column(step.in[0][1]).size();
  std::vector<bool> seen(size_t(rows), false);
  for (int32_t row : parent)
    seen[size_t(row)] = true;
  for (int64_t row = 0; row < rows; ++row)
    if (!seen[size_t(row)])
      throw StepFailure{"empty-reduction",
                        fmt::format("`{}` over an empty set{}", step.attr("what").get<std::string>(),
                                    rows == 1 ? "" : fmt::format(", for entry {} of {}", row + 1, rows))};
  m.share(step.out[0], step.in[0][0]);
}

} // namespace

void defineChecks(Machine &m) {
  m.define("check_domain", checkDomain);
  m.define("check_rows", checkRows);
}

} // namespace costate::rt
