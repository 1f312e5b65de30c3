// Tables from Unicode 15: UnicodeData.txt (decompositions of single characters) and confusables.txt (Greek to
// Latin).
#include "frontend/syntax/Letters.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace costate {
namespace {

using Pair = std::pair<char32_t, char32_t>;

/// Sorted by the first.
constexpr std::array sameLetters{
    Pair{0x00B5, 0x03BC}, // micro sign: mu
    Pair{0x037F, 'J'},    Pair{0x0391, 'A'},    Pair{0x0392, 'B'},    Pair{0x0395, 'E'},
    Pair{0x0396, 'Z'},    Pair{0x0397, 'H'},    Pair{0x0399, 'I'},    Pair{0x039A, 'K'},
    Pair{0x039C, 'M'},    Pair{0x039D, 'N'},    Pair{0x039F, 'O'},    Pair{0x03A1, 'P'},
    Pair{0x03A4, 'T'},    Pair{0x03A5, 'Y'},    Pair{0x03A7, 'X'},    Pair{0x03BF, 'o'},
    Pair{0x03D0, 0x03B2}, // beta symbol
    Pair{0x03D1, 0x03B8}, // theta symbol
    Pair{0x03D5, 0x03C6}, // phi symbol
    Pair{0x03D6, 0x03C0}, // pi symbol
    Pair{0x03F0, 0x03BA}, Pair{0x03F1, 0x03C1}, Pair{0x03F2, 0x03C2}, Pair{0x03F3, 'j'},
    Pair{0x03F4, 0x0398}, Pair{0x03F5, 0x03B5}, // lunate epsilon symbol
    Pair{0x03F9, 0x03A3}, Pair{0x1F71, 0x03AC}, Pair{0x1F73, 0x03AD}, Pair{0x1F75, 0x03AE},
    Pair{0x1F77, 0x03AF}, Pair{0x1F79, 0x03CC}, Pair{0x1F7B, 0x03CD}, Pair{0x1F7D, 0x03CE},
    Pair{0x1FBB, 0x0386}, Pair{0x1FBE, 0x03B9}, Pair{0x1FC9, 0x0388}, Pair{0x1FCB, 0x0389},
    Pair{0x1FD3, 0x0390}, Pair{0x1FDB, 0x038A}, Pair{0x1FE3, 0x03B0}, Pair{0x1FEB, 0x038E},
    Pair{0x1FF9, 0x038C}, Pair{0x1FFB, 0x038F}, Pair{0x2126, 0x03A9}, // ohm sign: Omega
    Pair{0x212A, 'K'},                                                // kelvin sign
    Pair{0x212B, 0x00C5},                                             // angstrom sign
};

size_t lengthOf(unsigned char first) {
  return first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
}

/// Overlong forms, surrogates and values beyond U+10FFFF show in the second byte.
bool secondFits(unsigned char first, unsigned char second) {
  switch (first) {
  case 0xE0:
    return second >= 0xA0;
  case 0xED:
    return second < 0xA0;
  case 0xF0:
    return second >= 0x90;
  case 0xF4:
    return second < 0x90;
  default:
    return true;
  }
}

void append(std::string &text, char32_t c) {
  if (c < 0x80) {
    text += char(c);
  } else if (c < 0x800) {
    text += char(0xC0 | (c >> 6));
    text += char(0x80 | (c & 0x3F));
  } else {
    text += char(0xE0 | (c >> 12));
    text += char(0x80 | ((c >> 6) & 0x3F));
    text += char(0x80 | (c & 0x3F));
  }
}

} // namespace

size_t invalidUtf8(std::string_view text) {
  for (size_t k = 0; k < text.size();) {
    size_t length = text[k] == 0 ? 0 : lengthOf(text[k]);
    if (length == 0 || k + length > text.size())
      return k;
    for (size_t j = 1; j < length; ++j)
      if ((text[k + j] & 0xC0) != 0x80)
        return k;
    if (length > 1 && !secondFits(text[k], text[k + 1]))
      return k;
    k += length;
  }
  return std::string_view::npos;
}

char32_t firstCharacter(std::string_view text) {
  size_t length = lengthOf(text[0]);
  if (length <= 1)
    return (unsigned char)text[0];
  char32_t c = text[0] & (0xFF >> (length + 1));
  for (size_t k = 1; k < length && k < text.size(); ++k)
    c = (c << 6) | (text[k] & 0x3F);
  return c;
}

bool isCombiningMark(char32_t character) { return character >= 0x300 && character <= 0x36F; }

std::string normalizedName(std::string_view name) {
  std::string result;
  for (size_t k = 0; k < name.size();) {
    size_t length = std::max<size_t>(lengthOf(name[k]), 1);
    char32_t c = firstCharacter(name.substr(k));
    auto same = std::lower_bound(sameLetters.begin(), sameLetters.end(), Pair{c, 0});
    if (same != sameLetters.end() && same->first == c)
      append(result, same->second);
    else
      result += name.substr(k, length);
    k += length;
  }
  return result;
}

} // namespace costate
