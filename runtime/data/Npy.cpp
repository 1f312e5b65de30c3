// The header of an npy file is the text of a Python dictionary; what follows are the entries without gaps.
#include "runtime/data/Npy.h"

#include "runtime/data/Utf8.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fmt/format.h>

namespace costate::rt {
namespace {

constexpr size_t maxEntryBytes = 1 << 20; // as cells of other formats
constexpr std::string_view magic("\x93NUMPY", 6);
static_assert(std::endian::native == std::endian::little, "arrays are written as they lie in memory");

/// Reads the dictionary. Methods return false after an error.
class HeaderReader {
public:
  HeaderReader(const std::string &name, std::string_view bytes, size_t begin, size_t end)
      : name(name), bytes(bytes), at(begin), end(end) {}

  Outcome<NpyArray> read() {
    if (readDictionary())
      return std::move(array);
    return *error;
  }

private:
  bool readDictionary();
  bool readEntry();
  bool readType();
  bool readRecord();
  bool readFieldType(std::string field, size_t place);
  bool readShape();
  bool readText(std::string &text);
  bool readInteger(int64_t &value);
  bool readTruth(bool &value);
  bool takes(char letter);
  bool expect(char letter);
  bool fail(size_t place, std::string message);
  char next();

  const std::string &name;
  std::string_view bytes;
  size_t at, end;
  NpyArray array;
  bool hasType = false, hasShape = false;
  std::optional<DataError> error;
};

bool HeaderReader::fail(size_t place, std::string message) {
  error = DataError{name, 0, 0, fmt::format("the npy header is wrong at byte {}: {}", place, message)};
  return false;
}

/// The next character that is not blank, 0 at the end.
char HeaderReader::next() {
  while (at < end && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\t'))
    ++at;
  return at < end ? bytes[at] : '\0';
}

bool HeaderReader::takes(char letter) {
  bool isNext = next() == letter;
  at += isNext;
  return isNext;
}

bool HeaderReader::expect(char letter) {
  return takes(letter) || fail(at, fmt::format("expected {}", shown({&letter, 1})));
}

bool HeaderReader::readText(std::string &text) {
  char quote = next();
  if (quote != '\'' && quote != '"')
    return fail(at, "expected a text in quotes");
  size_t open = at++;
  for (text.clear(); at < end && bytes[at] != quote; ++at) {
    bool isEscape = bytes[at] == '\\';
    at += isEscape;
    if (isEscape && (at >= end || !std::strchr("\\'\"", bytes[at])))
      return fail(at - 1, "unknown escape in a text");
    text += bytes[at];
  }
  return at < end ? takes(quote) : fail(open, "the text is never closed");
}

bool HeaderReader::readInteger(int64_t &value) {
  next();
  auto [stop, code] = std::from_chars(bytes.data() + at, bytes.data() + end, value);
  if (code != std::errc() || value < 0)
    return fail(at, "expected a size");
  at = size_t(stop - bytes.data());
  at += at < end && bytes[at] == 'L'; // Python 2 wrote its long integers so
  return true;
}

bool HeaderReader::readTruth(bool &value) {
  next();
  for (bool candidate : {true, false}) {
    std::string_view word = candidate ? "True" : "False";
    if (bytes.substr(at, word.size()) != word)
      continue;
    value = candidate;
    at += word.size();
    return true;
  }
  return fail(at, "expected True or False");
}

bool HeaderReader::readShape() {
  hasShape = true;
  if (!expect('('))
    return false;
  while (!takes(')')) {
    if (!readInteger(array.shape.emplace_back()))
      return false;
    if (!takes(',') && next() != ')')
      return expect(')');
  }
  return true;
}

/// `<f8` and the like: byte order, kind, size.
bool HeaderReader::readFieldType(std::string field, size_t place) {
  std::string type;
  if (!readText(type))
    return false;
  bool hasOrder = !type.empty() && std::strchr("<>|=", type[0]);
  std::string_view rest = std::string_view(type).substr(hasOrder);
  size_t size = 0;
  auto [stop, code] =
      std::from_chars(rest.data() + std::min<size_t>(1, rest.size()), rest.data() + rest.size(), size);
  bool isWhole = code == std::errc() && stop == rest.data() + rest.size() && size < maxEntryBytes;
  char kind = rest.empty() ? '\0' : rest[0];
  if (isWhole && kind == 'V' && field.empty()) { // a gap between fields
    array.entryBytes += size;
    return true;
  }
  bool isKnown = kind == 'f'                  ? size == 2 || size == 4 || size == 8
                 : kind == 'i' || kind == 'u' ? size == 1 || size == 2 || size == 4 || size == 8
                 : kind == 'b'                ? size == 1
                                              : (kind == 'S' || kind == 'U') && size > 0;
  if (!isWhole || !isKnown)
    return fail(
        place,
        fmt::format("entries of type {} are not read, only numbers up to 8 bytes, truth values and texts",
                    shown(type)));
  size_t bytesOfOne = kind == 'U' ? 4 * size : size;
  array.fields.push_back({std::move(field), kind, bytesOfOne, type[0] == '>', array.entryBytes});
  array.entryBytes += bytesOfOne;
  return true;
}

/// [('name', type), ...]
bool HeaderReader::readRecord() {
  while (!takes(']')) {
    std::string field;
    if (!expect('(') || !readText(field) || !expect(','))
      return false;
    bool isRecord = next() == '[';
    size_t place = at;
    if (isRecord)
      return fail(at, fmt::format("field {} is a record itself", shown(field)));
    if (!readFieldType(field, place))
      return false;
    if (takes(',') && next() == '(')
      return fail(at, fmt::format("field {} is an array itself", shown(field)));
    if (!expect(')'))
      return false;
    if (!takes(',') && next() != ']')
      return expect(']');
  }
  return true;
}

bool HeaderReader::readType() {
  hasType = true;
  next();
  size_t place = at;
  return takes('[') ? readRecord() : readFieldType("", place);
}

bool HeaderReader::readEntry() {
  std::string key;
  size_t place = at;
  if (!readText(key) || !expect(':'))
    return false;
  if (key == "descr" && !hasType)
    return readType();
  if (key == "fortran_order")
    return readTruth(array.isFortran);
  if (key == "shape" && !hasShape)
    return readShape();
  return fail(place, fmt::format("unknown key {}", shown(key)));
}

bool HeaderReader::readDictionary() {
  if (!expect('{'))
    return false;
  while (!takes('}')) {
    if (!readEntry())
      return false;
    if (!takes(',') && next() != '}')
      return expect('}');
  }
  if (!hasType || !hasShape)
    return fail(at, hasType ? "there is no `shape`" : "there is no `descr`");
  return !array.fields.empty() || fail(at, "an entry has no fields");
}

/// Bytes of all entries; -1 where they are more than can be addressed.
int64_t dataBytes(const NpyArray &array) {
  int64_t bytes = int64_t(array.entryBytes);
  if (std::count(array.shape.begin(), array.shape.end(), 0))
    return 0;
  for (int64_t size : array.shape)
    if (__builtin_mul_overflow(bytes, size, &bytes))
      return -1;
  return bytes;
}

uint64_t littleEndian(const char *at, size_t count) {
  uint64_t value = 0;
  for (size_t i = 0; i < count; ++i)
    value |= uint64_t(static_cast<unsigned char>(at[i])) << (8 * i);
  return value;
}

/// IEEE 754 binary16.
double halfPrecision(uint16_t bits) {
  int exponent = bits >> 10 & 31, fraction = bits & 1023;
  double size = exponent == 31  ? (fraction ? NAN : INFINITY)
                : exponent == 0 ? std::ldexp(fraction, -24)
                                : std::ldexp(1024 + fraction, exponent - 25);
  return bits >> 15 ? -size : size;
}

double realOf(uint64_t bits, size_t bytes) {
  if (bytes == 2)
    return halfPrecision(uint16_t(bits));
  return bytes == 4 ? double(std::bit_cast<float>(uint32_t(bits))) : std::bit_cast<double>(bits);
}

template <typename T> void appendNumber(std::string &csv, T value) {
  char digits[32]; // the longest shortest form is -1.7976931348623157e+308
  csv.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void appendQuoted(std::string &csv, std::string_view text) {
  csv += '"';
  for (char letter : text) {
    csv += letter;
    if (letter == '"')
      csv += '"';
  }
  csv += '"';
}

/// Characters of 4 bytes, zeros at the end left out.
bool wideText(const NpyField &field, const char *at, std::string &text) {
  size_t count = field.bytes / 4;
  auto character = [&](size_t i) {
    uint32_t code = uint32_t(littleEndian(at + 4 * i, 4));
    return field.isSwapped ? __builtin_bswap32(code) : code;
  };
  while (count > 0 && character(count - 1) == 0)
    --count;
  for (size_t i = 0; i < count; ++i) {
    uint32_t code = character(i);
    if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
      return false;
    appendUtf8(text, code);
  }
  return true;
}

bool narrowText(const NpyField &field, const char *at, std::string &text) {
  size_t count = field.bytes;
  while (count > 0 && at[count - 1] == 0)
    --count;
  text.assign(at, count);
  return !firstBadByte(Bytes(text));
}

} // namespace

int64_t NpyArray::entries() const { return int64_t(data.size() / entryBytes); }

Outcome<NpyArray> parseNpy(const std::string &name, std::string_view bytes) {
  if (bytes.substr(0, magic.size()) != magic || bytes.size() < 10)
    return DataError{name, 0, 0, "is not npy data: it does not begin with \\x93NUMPY"};
  int version = bytes[6];
  if (version < 1 || version > 3)
    return DataError{name, 0, 0, fmt::format("is npy data of version {}, expected 1, 2 or 3", version)};
  size_t begin = version == 1 ? 10 : 12;
  size_t length = bytes.size() < begin ? 0 : size_t(littleEndian(bytes.data() + 8, begin - 8));
  if (bytes.size() < begin || bytes.size() - begin < length)
    return DataError{name, 0, 0, fmt::format("the npy header ends early, at byte {}", bytes.size())};
  Outcome<NpyArray> array = HeaderReader(name, bytes, begin, begin + length).read();
  if (!array)
    return array;
  array->data = bytes.substr(begin + length);
  int64_t needed = dataBytes(*array);
  if (needed < 0 || size_t(needed) != array->data.size())
    return DataError{name, 0, 0,
                     fmt::format("{} bytes follow the npy header, but its shape ({}) needs {}",
                                 array->data.size(), fmt::join(array->shape, ", "),
                                 needed < 0 ? "more than there are" : std::to_string(needed))};
  return array;
}

bool appendCell(std::string &csv, const NpyField &field, const char *at) {
  if (field.kind == 'S' || field.kind == 'U') {
    std::string text;
    if (!(field.kind == 'S' ? narrowText(field, at, text) : wideText(field, at, text)))
      return false;
    appendQuoted(csv, text);
    return true;
  }
  uint64_t bits = littleEndian(at, field.bytes);
  if (field.isSwapped)
    bits = __builtin_bswap64(bits) >> (64 - 8 * field.bytes);
  int unused = 64 - 8 * int(field.bytes);
  if (field.kind == 'b')
    csv += bits ? "true" : "false";
  else if (field.kind == 'f')
    appendNumber(csv, realOf(bits, field.bytes));
  else if (field.kind == 'u')
    appendNumber(csv, bits);
  else
    appendNumber(csv, int64_t(bits << unused) >> unused);
  return true;
}

} // namespace costate::rt
