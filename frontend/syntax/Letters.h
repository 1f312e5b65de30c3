// Letters of names: which bytes are text at all, and which letters look the same and are the same.
#pragma once

#include <string>
#include <string_view>

namespace costate {

/// The first byte that does not belong to UTF-8 text (0x00 does not either), or npos. O(text).
size_t invalidUtf8(std::string_view text);

/// `name` with letters that look alike written one way, so that what looks like one name is one name: the
/// compatibility letters of Unicode's NFKC (micro sign, ohm sign, Greek symbol variants, oxia for tonos), and
/// the Greek letters whose glyphs are Latin ones (capital Alpha, Beta, ... and omicron) as Latin. Latin and
/// Greek letters with marks have one precomposed form in NFC already; separate marks are not letters of
/// names.
std::string normalizedName(std::string_view name);

/// The code point that starts `text`, which is UTF-8 and not empty.
char32_t firstCharacter(std::string_view text);

/// Unicode's combining marks U+0300 to U+036F.
bool isCombiningMark(char32_t character);

} // namespace costate
