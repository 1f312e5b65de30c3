// Columns as npy arrays.
#include "runtime/data/Npy.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace costate::rt {
namespace {

std::u32string characters(std::string_view text) { // UTF-8, which has been checked
  std::u32string result;
  for (size_t at = 0; at < text.size();) {
    unsigned char first = static_cast<unsigned char>(text[at++]);
    int more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    char32_t code = more == 0 ? first : first & (0x3F >> more);
    for (; more > 0 && at < text.size(); --more)
      code = code << 6 | (static_cast<unsigned char>(text[at++]) & 0x3F);
    result += code;
  }
  return result;
}

/// The entries of a column as they lie in memory, all of one size.
struct Entries {
  std::string type, bytes;
  size_t size, count;
};

template <typename T> Entries entriesOf(const char *type, const std::vector<T> &values) {
  std::string bytes(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
  return {type, std::move(bytes), sizeof(T), values.size()};
}

Entries entriesOfTexts(const std::vector<std::string> &texts) {
  std::vector<std::u32string> wide;
  size_t longest = 1;
  for (const std::string &text : texts)
    longest = std::max(longest, wide.emplace_back(characters(text)).size());
  std::string bytes(4 * longest * texts.size(), '\0');
  for (size_t i = 0; i < wide.size(); ++i)
    std::memcpy(&bytes[4 * longest * i], wide[i].data(), 4 * wide[i].size());
  return {fmt::format("<U{}", longest), std::move(bytes), 4 * longest, texts.size()};
}

struct Encode {
  Entries operator()(const std::vector<double> &values) const { return entriesOf("<f8", values); }
  Entries operator()(const std::vector<int64_t> &values) const { return entriesOf("<i8", values); }
  Entries operator()(const std::vector<uint8_t> &values) const { return entriesOf("|b1", values); }
  Entries operator()(const std::vector<std::string> &values) const { return entriesOfTexts(values); }
  Entries operator()(const Labels &labels) const {
    return labels.isText ? (*this)(labels.texts) : (*this)(labels.numbers);
  }
};

/// Version 1, or 3 (names in UTF-8, longer headers); a multiple of 64 bytes with a line feed at its end.
std::string header(const std::string &type, size_t count) {
  std::string text = fmt::format("{{'descr': {}, 'fortran_order': False, 'shape': ({},), }}", type, count);
  bool isPlain = text.size() < 65000 && std::all_of(text.begin(), text.end(), [](char c) { return c > 0; });
  size_t prefix = isPlain ? 10 : 12;
  text.append(63 - (prefix + text.size()) % 64, ' ');
  text += '\n';
  std::string result("\x93NUMPY", 6);
  result += isPlain ? '\1' : '\3';
  result += '\0';
  for (size_t i = 0; i < prefix - 8; ++i)
    result += char(text.size() >> (8 * i));
  return result + text;
}

/// As Python writes a text.
std::string quoted(std::string_view text) {
  std::string result = "'";
  for (char letter : text) {
    if (letter == '\'' || letter == '\\')
      result += '\\';
    result += letter;
  }
  return result + "'";
}

} // namespace

std::string npyOfRecords(const std::vector<OutputColumn> &columns) {
  std::vector<Entries> entries;
  std::string type = "[";
  for (const OutputColumn &column : columns) {
    entries.push_back(std::visit(Encode(), column.cells));
    type += fmt::format("{}({}, '{}')", type == "[" ? "" : ", ", quoted(column.name), entries.back().type);
  }
  size_t count = entries.empty() ? 0 : entries[0].count;
  std::string result = header(type + "]", count);
  for (size_t row = 0; row < count; ++row)
    for (const Entries &column : entries)
      result.append(column.bytes, row * column.size, column.size);
  return result;
}

std::string npyOfColumn(const OutputCells &cells) {
  Entries entries = std::visit(Encode(), cells);
  return header(fmt::format("'{}'", entries.type), entries.count) + entries.bytes;
}

} // namespace costate::rt
