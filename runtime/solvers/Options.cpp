// Sentences about options, and the spelling of statuses.
#include "costate/rt/Options.h"
#include "costate/rt/Result.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <sstream>

namespace costate::rt {

const char *toString(Status status) {
  switch (status) {
  case Status::not_run:
    return "not_run";
  case Status::optimal:
    return "optimal";
  case Status::acceptable:
    return "acceptable";
  case Status::infeasible:
    return "infeasible";
  case Status::unbounded:
    return "unbounded";
  case Status::degenerate:
    return "degenerate";
  case Status::completed:
    return "completed";
  case Status::iteration_limit:
    return "iteration_limit";
  case Status::time_limit:
    return "time_limit";
  case Status::stalled:
    return "stalled";
  case Status::evaluation_error:
    return "evaluation_error";
  case Status::interrupted:
    return "interrupted";
  }
  return "not_run";
}

std::vector<std::string> detail::wordsOf(const char *text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

std::string OptionRow::text() const {
  if (isFile() || isQuantity())
    return path.empty() ? "none" : path;
  return words.empty() ? fmt::format("{:g}", value) : words[size_t(value)];
}

bool OptionRow::isFile() const { return std::strcmp(type, "file name") == 0; }
bool OptionRow::isQuantity() const { return std::strcmp(type, "name") == 0; }

namespace {

std::string expected(const OptionRow &row) { return fmt::format("{}", fmt::join(row.words, " or ")); }

constexpr const char *aQuantity = "the name of a `let` of the problem";

} // namespace

std::string unknownOption(const std::string &solver, const std::string &name,
                          const std::vector<OptionRow> &known) {
  std::string names;
  for (const OptionRow &row : known)
    names += (names.empty() ? "" : ", ") + row.name;
  return fmt::format("`{}` has no option `{}`; its options are {}", solver, name, names);
}

std::string refusedFile(const OptionRow &row, const std::string &path) {
  if (!row.isFile())
    return fmt::format("option `{}` is \"{}\", expected {} without quotes ({})", row.name, path,
                       row.isQuantity()    ? aQuantity
                       : row.words.empty() ? "a number"
                                           : expected(row),
                       row.meaning);
  return path.empty() ? fmt::format("option `{}` is an empty file name ({})", row.name, row.meaning) : "";
}

std::string refusedValue(const OptionRow &row, double value) {
  if (row.isFile())
    return fmt::format("option `{}` is {:g}, expected a file name in quotes ({})", row.name, value,
                       row.meaning);
  if (row.isQuantity())
    return fmt::format("option `{}` is {:g}, expected {} ({})", row.name, value, aQuantity, row.meaning);
  bool isWhole = std::strcmp(row.type, "real") == 0 || std::trunc(value) == value;
  if (value >= row.low && value <= row.high && isWhole)
    return "";
  if (!row.words.empty())
    return fmt::format("option `{}` is {:g}, expected {} ({})", row.name, value, expected(row), row.meaning);
  return fmt::format("option `{}` is {:g}, expected {}{:g} to {:g} ({})", row.name, value,
                     isWhole ? "" : "a whole number from ", row.low, row.high, row.meaning);
}

std::string refusedText(const OptionRow &row, const std::string &text, double &value) {
  if (row.isFile())
    return fmt::format("option `{}` is `{}`, expected a file name in quotes ({})", row.name, text,
                       row.meaning);
  if (row.isQuantity())
    return ""; // the problem knows its names
  if (text == "true" || text == "false") {
    value = text == "true";
    return "";
  }
  auto word = std::find(row.words.begin(), row.words.end(), text);
  if (word != row.words.end()) {
    value = double(word - row.words.begin());
    return "";
  }
  if (!row.words.empty())
    return fmt::format("option `{}` is `{}`, expected {} ({})", row.name, text, expected(row), row.meaning);
  char *end = nullptr;
  value = std::strtod(text.c_str(), &end);
  if (!text.empty() && *end == '\0')
    return "";
  return fmt::format("option `{}` is `{}`, expected a {} ({})", row.name, text,
                     std::strcmp(row.type, "real") == 0 ? "number" : row.type, row.meaning);
}

} // namespace costate::rt
