// UTF-8 checks: eight bytes at a time while they are ASCII, one character at a time elsewhere.
#include "runtime/data/Utf8.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace costate::rt {
namespace {

bool isContinuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

// Length of the well-formed character at `at`, which is not ASCII, or 0. The padding after a text is zero,
// so a character that the end cuts off is not well-formed.
size_t characterLength(const unsigned char *at) {
  unsigned char lead = at[0], next = at[1];
  if (lead >= 0xC2 && lead <= 0xDF)
    return isContinuation(next) ? 2 : 0;
  if ((lead & 0xF0) == 0xE0) {
    bool isOverlong = lead == 0xE0 && next < 0xA0, isSurrogate = lead == 0xED && next > 0x9F;
    return isContinuation(next) && isContinuation(at[2]) && !isOverlong && !isSurrogate ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    bool isOverlong = lead == 0xF0 && next < 0x90, isBeyond = lead == 0xF4 && next > 0x8F;
    return isContinuation(next) && isContinuation(at[2]) && isContinuation(at[3]) && !isOverlong && !isBeyond
               ? 4
               : 0;
  }
  return 0;
}

// True if the 64 bytes are ASCII without zeros. Written so that the compiler vectorizes it.
bool isPlainBlock(const unsigned char *at) {
  unsigned char high = 0, zero = 0;
  for (int i = 0; i < 64; ++i) {
    high |= at[i];
    zero |= at[i] == 0;
  }
  return !(high & 0x80) && !zero;
}

} // namespace

std::optional<size_t> firstBadByte(const Bytes &text) {
  const auto *data = reinterpret_cast<const unsigned char *>(text.data());
  size_t at = 0, size = text.size();
  while (at < size) {
    while (at + 64 <= size && isPlainBlock(data + at))
      at += 64;
    size_t stop = std::min(at + 64, size);
    while (at < stop) {
      size_t length = data[at] == 0 ? 0 : data[at] < 0x80 ? 1 : characterLength(data + at);
      if (length == 0)
        return at;
      at += length;
    }
  }
  return std::nullopt;
}

std::optional<DataError> checkUtf8(const std::string &name, const Bytes &text) {
  std::optional<size_t> bad = firstBadByte(text);
  if (!bad)
    return std::nullopt;
  Place place = placeOf(text.view(), *bad);
  unsigned byte = static_cast<unsigned char>(text.data()[*bad]);
  std::string message = byte == 0 ? fmt::format("zero byte at byte {}, expected text", *bad)
                                  : fmt::format("byte {} is 0x{:02x}, expected UTF-8 text", *bad, byte);
  return DataError{name, place.line, place.column, std::move(message)};
}

int64_t countLines(std::string_view text) { return std::count(text.begin(), text.end(), '\n'); }

Place placeOf(std::string_view text, size_t offset) {
  std::string_view before = text.substr(0, std::min(offset, text.size()));
  std::string_view line = before.substr(before.rfind('\n') + 1); // npos + 1 == 0: the first line
  int64_t characters =
      std::count_if(line.begin(), line.end(), [](char byte) { return !isContinuation(byte); });
  bool hasMark = line.data() == text.data() && line.substr(0, 3) == "\xEF\xBB\xBF";
  return {countLines(before) + 1, characters + (hasMark ? 0 : 1)};
}

void appendUtf8(std::string &text, uint32_t character) {
  auto tail = [&](int shift) { text += char(0x80 | (character >> shift & 0x3F)); };
  if (character < 0x80) {
    text += char(character);
  } else if (character < 0x800) {
    text += char(0xC0 | character >> 6);
    tail(0);
  } else if (character < 0x10000) {
    text += char(0xE0 | character >> 12);
    tail(6), tail(0);
  } else {
    text += char(0xF0 | character >> 18);
    tail(12), tail(6), tail(0);
  }
}

std::string shown(std::string_view text) {
  std::string result = "\"";
  int characters = 0;
  for (char byte : text) {
    if (!isContinuation(byte) && ++characters > 40)
      return result + "...\"";
    if (byte == '\n')
      result += "\\n";
    else if (byte == '\t')
      result += "\\t";
    else if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F)
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    else
      result += byte;
  }
  return result + "\"";
}

} // namespace costate::rt
