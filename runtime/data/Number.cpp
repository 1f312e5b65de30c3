// Numbers that need more than the fast path of Number.h; std::from_chars rounds to nearest.
#include "runtime/data/Number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <system_error>

namespace costate::rt {
namespace {

bool isDigit(char letter) { return letter >= '0' && letter <= '9'; }

bool equalsLower(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

// Decimal exponent of the first digit that is not zero, for text that from_chars has accepted: tells
// overflow from underflow. Saturates.
int64_t magnitude(std::string_view text) {
  int64_t before = 0, zerosAfter = 0, power = 0;
  bool seen = false, isFraction = false;
  size_t at = 0;
  for (; at < text.size() && (isDigit(text[at]) || text[at] == '.'); ++at) {
    if (text[at] == '.')
      isFraction = true;
    else if (text[at] != '0' || seen)
      seen = true, before += !isFraction;
    else
      zerosAfter += isFraction;
  }
  if (at < text.size()) {
    bool isNegative = text[++at] == '-';
    at += text[at] == '-' || text[at] == '+';
    for (; at < text.size() && power < 1'000'000'000'000; ++at)
      power = 10 * power + (text[at] - '0');
    power = isNegative ? -power : power;
  }
  return power + (before > 0 ? before : -zerosAfter);
}

NumberFault parseWord(std::string_view word, bool isNegative, double &value) {
  if (equalsLower(word, "inf") || equalsLower(word, "infinity")) {
    value = isNegative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
    return NumberFault::none;
  }
  return equalsLower(word, "nan") ? NumberFault::notFinite : NumberFault::notANumber;
}

} // namespace

NumberFault parseReal(const char *begin, const char *end, double &value) {
  bool isNegative = begin != end && *begin == '-';
  begin += isNegative || (begin != end && *begin == '+');
  if (begin == end)
    return NumberFault::notANumber;
  if (!isDigit(*begin) && *begin != '.')
    return parseWord({begin, size_t(end - begin)}, isNegative, value);
  double real = 0;
  auto [stop, code] = std::from_chars(begin, end, real, std::chars_format::general);
  if (code == std::errc::invalid_argument || stop != end)
    return NumberFault::notANumber;
  if (code == std::errc::result_out_of_range) {
    if (magnitude({begin, size_t(end - begin)}) > 0)
      return NumberFault::tooLarge;
    real = 0;
  }
  if (!std::isfinite(real))
    return NumberFault::tooLarge;
  value = isNegative ? -real : real;
  return NumberFault::none;
}

NumberFault parseInteger(const char *begin, const char *end, int64_t &value) {
  bool hasPlus = begin != end && *begin == '+';
  begin += hasPlus;
  if (begin == end || (hasPlus && !isDigit(*begin)))
    return NumberFault::notANumber;
  auto [stop, code] = std::from_chars(begin, end, value);
  if (code == std::errc::invalid_argument)
    return NumberFault::notANumber;
  if (stop != end && *stop == '.')
    stop = std::find_if(stop + 1, end, [](char letter) { return letter != '0'; });
  if (stop != end)
    return NumberFault::notANumber;
  return code == std::errc::result_out_of_range ? NumberFault::tooLarge : NumberFault::none;
}

bool parsePlainInteger(const char *begin, const char *end, int64_t &value) {
  const char *digits = begin + (begin != end && *begin == '-');
  if (digits == end || !isDigit(*digits))
    return false;
  if (*digits == '0' && end - begin != 1)
    return false;
  auto [stop, code] = std::from_chars(begin, end, value);
  return stop == end && code == std::errc();
}

} // namespace costate::rt
