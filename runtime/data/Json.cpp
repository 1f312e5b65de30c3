// A strict json scanner of two fixed levels; it never recurses, so nesting cannot overflow the stack.
#include "runtime/data/Json.h"

#include "runtime/data/Utf8.h"

#include <fmt/format.h>
#include <unordered_map>

namespace costate::rt {
namespace {

struct Scalar {
  size_t offset = 0, length = 0;
  CellKind kind = CellKind::null;
};

bool isDigit(char letter) { return letter >= '0' && letter <= '9'; }

int hexDigit(char letter) {
  if (isDigit(letter))
    return letter - '0';
  char lower = char(letter | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Value of four hexadecimal digits, or -1. Texts are padded, so four bytes may always be looked at.
int hexCode(const char *at) {
  int code = 0;
  for (int i = 0; i < 4; ++i) {
    int digit = hexDigit(at[i]);
    if (digit < 0)
      return -1;
    code = 16 * code + digit;
  }
  return code;
}

bool isHighSurrogate(int code) { return code >= 0xD800 && code <= 0xDBFF; }
bool isLowSurrogate(int code) { return code >= 0xDC00 && code <= 0xDFFF; }

class JsonSplitter {
public:
  explicit JsonSplitter(TableStore &store) : store(store), text(store.text.data()), size(store.text.size()) {}
  std::optional<DataError> run();

private:
  // All return false after an error, which `error` then holds.
  bool readRecords();
  bool readRecord(int64_t row);
  bool readColumns();
  bool readColumn(size_t column);
  bool readKey(Scalar &key);
  bool readScalar(Scalar &value, const char *expected);
  bool readString(Scalar &value);
  bool checkEscape();
  bool readNumber(Scalar &value);
  bool readWord(Scalar &value, std::string_view word, CellKind kind);
  bool closes(char bracket, bool isFirst, bool &isDone);
  bool fail(size_t offset, std::string message);
  bool failExpected(std::string_view expected);

  size_t columnOf(const Scalar &key);
  void addCell(size_t column, int64_t row, const Scalar &value);
  void skipBlanks();
  char next() const { return text[at]; } // zero at the end
  std::string here() const;

  TableStore &store;
  const char *text;
  size_t size, at = 0;
  size_t expectedColumn = 0; // where the next key of a record probably belongs
  std::unordered_map<std::string, size_t> columnByName;
  std::optional<DataError> error;
};

void JsonSplitter::skipBlanks() {
  while (next() == ' ' || next() == '\n' || next() == '\r' || next() == '\t')
    ++at;
}

bool JsonSplitter::fail(size_t offset, std::string message) {
  Place place = placeOf(store.text.view(), offset);
  error = DataError{store.name, place.line, place.column, std::move(message)};
  return false;
}

// What stands at the place of an error: the end, or a character.
std::string JsonSplitter::here() const {
  if (at >= size)
    return "the text ends";
  size_t length = 1;
  while (at + length < size && (static_cast<unsigned char>(text[at + length]) & 0xC0) == 0x80)
    ++length;
  return "found " + shown({text + at, length});
}

bool JsonSplitter::failExpected(std::string_view expected) {
  return fail(at, fmt::format("{}, expected {}", here(), expected));
}

bool JsonSplitter::checkEscape() {
  if (text[at + 1] != 'u') {
    if (!std::strchr("\"\\/bfnrt", text[at + 1]) || at + 1 >= size)
      return fail(at, "unknown escape in a text, expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
    at += 2;
    return true;
  }
  int code = hexCode(text + at + 2);
  if (code < 0)
    return fail(at, "\\u needs four hexadecimal digits");
  if (code == 0)
    return fail(at, "\\u0000 is not allowed in a text");
  bool isPair = isHighSurrogate(code) && text[at + 6] == '\\' && text[at + 7] == 'u' &&
                isLowSurrogate(hexCode(text + at + 8));
  if (isLowSurrogate(code) || (isHighSurrogate(code) && !isPair))
    return fail(at, "half of a surrogate pair is not a character");
  at += isPair ? 12 : 6;
  return true;
}

bool JsonSplitter::readString(Scalar &value) {
  size_t quote = at++;
  while (next() != '"') {
    if (at >= size)
      return fail(quote, "text is never closed");
    if (static_cast<unsigned char>(next()) < 0x20)
      return fail(at, "line break or control character in a text; write it as an escape");
    if (next() == '\\') {
      if (!checkEscape())
        return false;
    } else {
      ++at;
    }
  }
  value = {quote + 1, at - quote - 1, CellKind::text};
  ++at;
  return value.length <= size_t(maxCellBytes) ||
         fail(quote, fmt::format("text is longer than {} bytes", maxCellBytes));
}

// RFC 8259, section 6.
bool JsonSplitter::readNumber(Scalar &value) {
  size_t start = at;
  auto skipDigits = [&] {
    while (isDigit(next()))
      ++at;
  };
  at += next() == '-';
  if (!isDigit(next()))
    return failExpected("a digit");
  if (next() == '0' && isDigit(text[at + 1]))
    return fail(start, "number with leading zero");
  skipDigits();
  if (next() == '.') {
    ++at;
    if (!isDigit(next()))
      return failExpected("a digit after the point");
    skipDigits();
  }
  if (next() == 'e' || next() == 'E') {
    ++at;
    at += next() == '+' || next() == '-';
    if (!isDigit(next()))
      return failExpected("a digit of the exponent");
    skipDigits();
  }
  value = {start, at - start, CellKind::number};
  return value.length <= size_t(maxCellBytes) ||
         fail(start, fmt::format("number is longer than {} bytes", maxCellBytes));
}

bool JsonSplitter::readWord(Scalar &value, std::string_view word, CellKind kind) {
  if (store.text.view().substr(at, word.size()) != word)
    return failExpected("a number, a text, true, false or null");
  value = {at, word.size(), kind};
  at += word.size();
  return true;
}

bool JsonSplitter::readScalar(Scalar &value, const char *what) {
  switch (next()) {
  case '"':
    return readString(value);
  case 't':
    return readWord(value, "true", CellKind::boolean);
  case 'f':
    return readWord(value, "false", CellKind::boolean);
  case 'n':
    return readWord(value, "null", CellKind::null);
  case '{':
  case '[':
    return fail(at, fmt::format("nested {} {}, expected a number, a text, true, false or null",
                                next() == '[' ? "array as" : "object as", what));
  default:
    return isDigit(next()) || next() == '-' ? readNumber(value)
                                            : failExpected("a number, a text, true, false or null");
  }
}

bool JsonSplitter::readKey(Scalar &key) {
  if (next() != '"')
    return failExpected("a key in double quotes");
  if (!readString(key))
    return false;
  skipBlanks();
  if (next() != ':')
    return failExpected("\":\" after a key");
  ++at;
  skipBlanks();
  return true;
}

// After a bracket or an item: sets isDone at the closing bracket, else skips the comma before the next item.
bool JsonSplitter::closes(char bracket, bool isFirst, bool &isDone) {
  skipBlanks();
  isDone = next() == bracket;
  if (isDone) {
    ++at;
    return true;
  }
  if (isFirst)
    return true;
  if (next() != ',')
    return failExpected(fmt::format("\",\" or \"{}\"", bracket));
  ++at;
  skipBlanks();
  return next() != bracket || fail(at, fmt::format("comma before \"{}\"", bracket));
}

size_t JsonSplitter::columnOf(const Scalar &key) {
  std::string_view raw(text + key.offset, key.length);
  if (expectedColumn < store.columns.size() && raw == store.columns[expectedColumn] &&
      raw.find('\\') == std::string_view::npos)
    return expectedColumn++;
  auto [entry, isNew] = columnByName.emplace(decodeJsonText(raw), store.columns.size());
  if (isNew) {
    store.columns.push_back(entry->first);
    store.jsonCells.emplace_back();
  }
  expectedColumn = entry->second + 1;
  return entry->second;
}

void JsonSplitter::addCell(size_t column, int64_t row, const Scalar &value) {
  store.jsonCells[column].push_back({row, value.offset, uint32_t(value.length), value.kind});
}

bool JsonSplitter::readRecord(int64_t row) {
  if (next() != '{')
    return failExpected("an object, one per row");
  store.recordStarts.reserveMore(1);
  store.recordStarts.add(at++);
  expectedColumn = 0;
  bool isDone = false;
  for (bool isFirst = true;; isFirst = false) {
    if (!closes('}', isFirst, isDone) || isDone)
      return isDone;
    Scalar key, value;
    if (!readKey(key))
      return false;
    if (key.length == 0)
      return fail(key.offset - 1, "a column needs a name, the key is empty");
    size_t column = columnOf(key);
    std::vector<JsonCell> &cells = store.jsonCells[column];
    if (!cells.empty() && cells.back().row == row)
      return fail(key.offset - 1,
                  fmt::format("key {} appears twice in this object", shown(store.columns[column])));
    if (!readScalar(value, "cell"))
      return false;
    addCell(column, row, value);
  }
}

bool JsonSplitter::readRecords() {
  ++at;
  bool isDone = false;
  for (;; ++store.rows) {
    if (!closes(']', store.rows == 0, isDone) || isDone)
      return isDone;
    if (!readRecord(store.rows))
      return false;
  }
}

bool JsonSplitter::readColumn(size_t column) {
  size_t start = at;
  if (next() != '[')
    return failExpected("an array, one per column");
  ++at;
  bool isDone = false;
  int64_t row = 0;
  for (;; ++row) {
    if (!closes(']', row == 0, isDone))
      return false;
    if (isDone)
      break;
    Scalar value;
    if (!readScalar(value, "cell"))
      return false;
    if (column == 0) {
      store.recordStarts.reserveMore(1);
      store.recordStarts.add(value.offset);
    }
    addCell(column, row, value);
  }
  if (column == 0)
    store.rows = row;
  return row == store.rows ||
         fail(start, fmt::format("column {} has {} values, but column {} has {}", store.columns[column], row,
                                 store.columns[0], store.rows));
}

bool JsonSplitter::readColumns() {
  ++at;
  bool isDone = false;
  for (bool isFirst = true;; isFirst = false) {
    if (!closes('}', isFirst, isDone) || isDone)
      return isDone;
    Scalar key;
    if (!readKey(key))
      return false;
    if (key.length == 0)
      return fail(key.offset - 1, "a column needs a name, the key is empty");
    size_t known = store.columns.size(), column = columnOf(key);
    if (column < known)
      return fail(key.offset - 1, fmt::format("column {} appears twice", shown(store.columns[column])));
    if (!readColumn(column))
      return false;
  }
}

std::optional<DataError> JsonSplitter::run() {
  if (store.text.view().substr(0, 3) == "\xEF\xBB\xBF")
    at = 3;
  skipBlanks();
  bool isFine = next() == '['   ? readRecords()
                : next() == '{' ? readColumns()
                                : failExpected("an array of objects or an object of arrays");
  if (!isFine)
    return error;
  skipBlanks();
  if (at < size)
    failExpected("nothing after the table");
  store.isOneLinePerRecord = false;
  store.indexLines();
  return error;
}

} // namespace

std::optional<DataError> splitJson(TableStore &store) { return JsonSplitter(store).run(); }

std::string decodeJsonText(std::string_view raw) {
  std::string text;
  text.reserve(raw.size());
  for (size_t at = 0; at < raw.size(); ++at) {
    if (raw[at] != '\\') {
      text += raw[at];
      continue;
    }
    char letter = raw[++at];
    static constexpr std::string_view letters = "bfnrt", meanings = "\b\f\n\r\t";
    if (letter != 'u') {
      size_t which = letters.find(letter);
      text += which == std::string_view::npos ? letter : meanings[which];
      continue;
    }
    int code = hexCode(raw.data() + at + 1);
    at += 4;
    if (isHighSurrogate(code)) {
      code = 0x10000 + ((code - 0xD800) << 10) + (hexCode(raw.data() + at + 3) - 0xDC00);
      at += 6;
    }
    appendUtf8(text, uint32_t(code));
  }
  return text;
}

} // namespace costate::rt
