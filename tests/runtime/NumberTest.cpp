// Numbers against the C library, which rounds to nearest, and the shapes that are refused.
#include "runtime/data/Number.h"

#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <string>

using namespace costate::rt;

namespace {

NumberFault real(const std::string &text, double &value) {
  return parseReal(text.data(), text.data() + text.size(), value);
}
NumberFault integer(const std::string &text, int64_t &value) {
  return parseInteger(text.data(), text.data() + text.size(), value);
}

void expectNearest(const std::string &text) {
  double value = 0, expected = std::strtod(text.c_str(), nullptr); // glibc rounds correctly
  ASSERT_EQ(real(text, value), NumberFault::none) << text;
  ASSERT_EQ(std::bit_cast<uint64_t>(value), std::bit_cast<uint64_t>(expected)) << text;
  if (parseShortReal(text.data(), text.data() + text.size(), value))
    ASSERT_EQ(std::bit_cast<uint64_t>(value), std::bit_cast<uint64_t>(expected)) << text;
}

TEST(Real, IsTheNearestDouble) {
  for (const char *text : {"0",
                           "-0",
                           "-0.0",
                           "1",
                           "+1",
                           "1.",
                           ".5",
                           "-.5",
                           "1e5",
                           "1E-5",
                           "1e+5",
                           "0.1",
                           "9007199254740992",
                           "9007199254740993",
                           "9007199254740993e-22",
                           "123456789012345678",
                           "1234567890123456789",
                           "1e22",
                           "1e23",
                           "8.5e-23",
                           "2.2250738585072014e-308",
                           "4.9406564584124654e-324",
                           "2.4703282292062328e-324",
                           "1.7976931348623157e308",
                           "0.1000000000000000055511151231257827021181583404541015625",
                           "00000000000000000000000001.5",
                           "1e0000000000000000005",
                           "0.000000000000000000000000000000000000001e39"})
    expectNearest(text);
}

TEST(Real, TooSmallIsZeroAndTooLargeAFault) {
  double value = 1;
  EXPECT_EQ(real("1e-400", value), NumberFault::none);
  EXPECT_EQ(value, 0);
  EXPECT_EQ(real("-1e-99999999999999999999", value), NumberFault::none);
  EXPECT_TRUE(value == 0 && std::signbit(value));
  EXPECT_EQ(real("2e-324", value), NumberFault::none); // below half of the smallest subnormal, 4.94e-324
  EXPECT_EQ(value, 0);
  EXPECT_EQ(real("0." + std::string(1000, '0') + "1e600", value), NumberFault::none); // 1e-401
  EXPECT_EQ(value, 0);
  EXPECT_EQ(real("0." + std::string(1000, '0') + "1e1400", value), NumberFault::tooLarge); // 1e399
  EXPECT_EQ(real("1e400", value), NumberFault::tooLarge);
  EXPECT_EQ(real("-1e99999999999999999999", value), NumberFault::tooLarge);
  EXPECT_EQ(real("1.7976931348623159e308", value), NumberFault::tooLarge);
  EXPECT_EQ(real(std::string(400, '9'), value), NumberFault::tooLarge);
  EXPECT_EQ(real("0e400", value), NumberFault::none);
  EXPECT_EQ(value, 0);
}

TEST(Real, InfinityAndNan) {
  double value = 0;
  for (const char *text : {"inf", "+inf", "Inf", "INF", "infinity", "Infinity"}) {
    EXPECT_EQ(real(text, value), NumberFault::none) << text;
    EXPECT_EQ(value, std::numeric_limits<double>::infinity());
  }
  EXPECT_EQ(real("-inf", value), NumberFault::none);
  EXPECT_EQ(value, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(real("nan", value), NumberFault::notFinite);
  EXPECT_EQ(real("-NaN", value), NumberFault::notFinite);
}

TEST(Real, RefusesWhatIsNotANumber) {
  double value;
  for (std::string text :
       {"",      "+",      "-",    ".",   "e5",  "1e", "1e+",   "1.5.2", "--1",    "+-1", "-+1",
        "1,000", "10_000", "0x10", "1d5", "1 2", "1f", "infin", "inf1",  "nan(1)", "½",   "1e5.0"})
    EXPECT_TRUE(real(text, value) == NumberFault::notANumber &&
                !parseShortReal(text.data(), text.data() + text.size(), value))
        << text;
}

TEST(Real, AgreesWithTheCLibraryOnRandomTexts) {
  unsigned seed = 7;
  std::mt19937_64 random(seed);
  for (int i = 0; i < 200000; ++i) {
    char text[64];
    double value = std::bit_cast<double>(random());
    if (i % 2) // numbers as people write them
      std::snprintf(text, sizeof text, "%.*f", int(random() % 9),
                    double(int64_t(random() % 2000000000)) / 1e3 - 1e6);
    else if (std::isfinite(value))
      std::snprintf(text, sizeof text, "%.*g", int(1 + random() % 19), value);
    else
      continue;
    if (std::isfinite(std::strtod(text, nullptr))) // rounding to few digits may leave the range
      expectNearest(text);
  }
}

// Products and quotients with powers of ten around the limits of the fast path.
TEST(Real, FastPathIsExact) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 200000; ++i) {
    uint64_t digits = random() >> (random() % 64);
    expectNearest(std::to_string(digits % (uint64_t(1) << 54)) + "e" +
                  std::to_string(int(random() % 50) - 25));
  }
}

TEST(Integer, DigitsWithASign) {
  int64_t value = 0;
  EXPECT_EQ(integer("+12", value), NumberFault::none);
  EXPECT_EQ(value, 12);
  EXPECT_EQ(integer("-3.00", value), NumberFault::none);
  EXPECT_EQ(value, -3);
  EXPECT_EQ(integer("9223372036854775807", value), NumberFault::none);
  EXPECT_EQ(value, INT64_MAX);
  EXPECT_EQ(integer("-9223372036854775808", value), NumberFault::none);
  EXPECT_EQ(value, INT64_MIN);
  EXPECT_EQ(integer("9223372036854775808", value), NumberFault::tooLarge);
  EXPECT_EQ(integer("-9223372036854775809", value), NumberFault::tooLarge);
  for (const char *text : {"", "+", "-", "+-1", "1.5", ".0", "1e3", "1,000", "1 0", "0x1", "a"})
    EXPECT_EQ(integer(text, value), NumberFault::notANumber) << text;
}

TEST(Integer, PlainOnesAreWrittenAsPrinted) {
  for (const char *text : {"0", "7", "-7", "9223372036854775807", "-9223372036854775808"}) {
    int64_t value = 1;
    EXPECT_TRUE(parsePlainInteger(text, text + std::strlen(text), value));
    EXPECT_EQ(std::to_string(value), text);
  }
  for (const char *text : {"", "-", "+7", "007", "-0", "-07", "7.0", "9223372036854775808", "7a"}) {
    int64_t value;
    EXPECT_FALSE(parsePlainInteger(text, text + std::strlen(text), value)) << text;
  }
}

} // namespace
