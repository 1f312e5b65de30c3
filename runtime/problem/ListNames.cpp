// Names with an integer as last index, and runs of them.
#include "runtime/problem/ListNames.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace costate::rt {
namespace {

/// `x[a, 17]` in parts: "`x[a, " and 17.
struct Indexed {
  std::string front;
  int64_t last;
};

std::optional<Indexed> lastIndex(const std::string &name) {
  if (!name.ends_with("]`"))
    return std::nullopt;
  size_t close = name.size() - 2, open = name.find_last_of("[ ", close);
  if (open == std::string::npos)
    return std::nullopt;
  Indexed parts{name.substr(0, open + 1), 0};
  auto [end, error] = std::from_chars(name.data() + open + 1, name.data() + close, parts.last);
  return error == std::errc() && end == name.data() + close ? std::optional(parts) : std::nullopt;
}

} // namespace

std::string listNames(const std::vector<int32_t> &numbers, const std::function<std::string(int64_t)> &name) {
  constexpr int shown = 4;
  std::string text;
  size_t k = 0;
  for (int items = 0; items < shown && k < numbers.size(); ++items) {
    std::string first = name(numbers[k]);
    std::optional<Indexed> parts = lastIndex(first);
    size_t end = k + 1;
    for (; parts && end < numbers.size() && numbers[end] == numbers[end - 1] + 1; ++end) {
      std::optional<Indexed> next = lastIndex(name(numbers[end]));
      if (!next || next->front != parts->front || next->last != parts->last + int64_t(end - k))
        break;
    }
    if (end > k + 1)
      first = fmt::format("{}{}..{}]`", parts->front, parts->last, parts->last + int64_t(end - k) - 1);
    text += (items ? ", " : "") + first;
    k = end;
  }
  return k < numbers.size() ? fmt::format("{} and {} more", text, numbers.size() - k) : text;
}

} // namespace costate::rt
