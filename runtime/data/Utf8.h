// Checks that a text is UTF-8 without zero bytes, and counts its lines and characters.
#ifndef COSTATE_RUNTIME_DATA_UTF8_H
#define COSTATE_RUNTIME_DATA_UTF8_H

#include "runtime/data/Bytes.h"

#include <optional>
#include <string>
#include <string_view>

namespace costate::rt {

/// Offset of the first byte that is zero or not part of a well-formed UTF-8 character (The Unicode Standard,
/// table 3-7: no overlong forms, no surrogates, nothing beyond U+10FFFF). About 10 GB/s for ASCII.
std::optional<size_t> firstBadByte(const Bytes &text);

/// The error of that byte, with its line, character and offset.
std::optional<DataError> checkUtf8(const std::string &name, const Bytes &text);

/// Number of line feeds in a text.
int64_t countLines(std::string_view text);

/// Line and character, both from 1, of the byte at `offset`.
struct Place {
  int64_t line, column;
};
Place placeOf(std::string_view text, size_t offset);

/// Appends the UTF-8 form of a character that is not a surrogate.
void appendUtf8(std::string &text, uint32_t character);

/// A text for a message: in double quotes, control characters as \n \t \xNN, cut after 40 characters.
std::string shown(std::string_view text);

} // namespace costate::rt
#endif
