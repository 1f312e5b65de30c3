// Numbers written as text: the nearest double, 64-bit integers.
#ifndef COSTATE_RUNTIME_DATA_NUMBER_H
#define COSTATE_RUNTIME_DATA_NUMBER_H

#include <cstdint>

namespace costate::rt {

enum class NumberFault : uint8_t { none, notANumber, notFinite, tooLarge };

/// The common case of parseReal, for loops that try it first: at most 19 digits, a decimal point and an
/// exponent. False if the text is anything else, or if its double is not obtained exactly by one rounding:
/// the digits are an integer <= 2^53 and the power of ten is at most 22, hence both are doubles and their
/// product or quotient is the nearest one. Source: Clinger, How to read floating point numbers accurately,
/// PLDI 1990.
[[gnu::always_inline]] inline bool parseShortReal(const char *at, const char *end, double &value) {
  static constexpr double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  bool isNegative = at != end && *at == '-';
  at += isNegative;
  uint64_t digits = 0;
  const char *first = at;
  for (unsigned digit; at != end && (digit = unsigned(*at) - '0') < 10; ++at)
    digits = 10 * digits + digit;
  int64_t count = at - first, exponent = 0;
  if (at != end && *at == '.') {
    const char *point = ++at;
    for (unsigned digit; at != end && (digit = unsigned(*at) - '0') < 10; ++at)
      digits = 10 * digits + digit;
    exponent = point - at;
    count -= exponent;
  }
  if (count == 0 || count > 19 || digits > uint64_t(1) << 53)
    return false;
  if (at != end && (*at | 0x20) == 'e') {
    ++at;
    bool isSmall = at != end && *at == '-';
    at += isSmall || (at != end && *at == '+');
    const char *start = at;
    int power = 0;
    for (unsigned digit; at != end && at - start < 4 && (digit = unsigned(*at) - '0') < 10; ++at)
      power = 10 * power + int(digit);
    if (at == start)
      return false;
    exponent += isSmall ? -power : power;
  }
  if (at != end || exponent < -22 || exponent > 22)
    return false;
  double real = exponent < 0 ? double(digits) / powers[-exponent] : double(digits) * powers[exponent];
  value = isNegative ? -real : real;
  return true;
}

/// The nearest double of the text [begin, end), which has no blanks around it. Accepts a sign, `1`, `1.`,
/// `.5`, `1e5` and `inf`, `infinity` in any case. NaN: notFinite. Beyond the largest double: tooLarge. Too
/// small for a double: zero of its sign. `value` is undefined after a fault.
NumberFault parseReal(const char *begin, const char *end, double &value);

/// Decimal digits with an optional sign, and an optional fraction of zeros.
NumberFault parseInteger(const char *begin, const char *end, int64_t &value);

/// True for integers as std::to_string prints them: `-7`, not `+7`, `007`, `-0` or `7.0`.
bool parsePlainInteger(const char *begin, const char *end, int64_t &value);

} // namespace costate::rt
#endif
