// Matrix Market files [NIST96]: a line that says what is coming, comments, a line of sizes, a line per entry.
#include "runtime/data/ArrayTable.h"
#include "runtime/data/Number.h"
#include "runtime/data/Utf8.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

namespace costate::rt {
namespace {

enum class Symmetry { general, symmetric, skew };

struct Banner {
  bool isCoordinates = true, isInteger = false, hasValues = true;
  Symmetry symmetry = Symmetry::general;
};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char &letter : result)
    letter = letter >= 'A' && letter <= 'Z' ? char(letter + 32) : letter;
  return result;
}

/// Reads lines of words and writes csv. Methods return false after an error.
class MatrixReader {
public:
  explicit MatrixReader(TableStore &store) : store(store), text(store.text.view()) {}

  std::optional<DataError> run() {
    if (readBanner() && readSizes() && (banner.isCoordinates ? readCoordinates() : readArray()) && finish()) {
      store.text = Bytes(csv);
      store.rowLines = std::move(lines);
    }
    return error;
  }

private:
  bool readBanner();
  bool readSizes();
  bool readCoordinates();
  bool readArray();
  bool finish();
  bool readEntry(int64_t i, int64_t j, std::string_view value);
  bool readPosition(std::string_view word, const char *what, int64_t size, int64_t &position);
  void addRow(int64_t i, int64_t j, std::string_view value);
  void addMirrored(int64_t i, int64_t j, std::string_view value);
  bool nextLine();
  bool nextContent();
  bool fail(std::string message);

  TableStore &store;
  std::string_view text;
  size_t at = 0;
  int64_t line = 0;
  std::array<std::string_view, 6> words; // of the line; words beyond are counted only
  size_t numWords = 0;
  Banner banner;
  int64_t rows = 0, columns = 0, entries = 0;
  std::string csv;
  std::vector<int64_t> lines;
  std::optional<DataError> error;
};

bool MatrixReader::fail(std::string message) {
  error = DataError{store.name, line, 0, std::move(message)};
  return false;
}

/// Splits the next line at blanks; false at the end.
bool MatrixReader::nextLine() {
  if (at >= text.size())
    return false;
  size_t end = std::min(text.find('\n', at), text.size());
  std::string_view rest = text.substr(at, end - at);
  at = end + 1;
  ++line;
  constexpr std::string_view blanks = " \t\r";
  for (numWords = 0;; ++numWords) {
    rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
    if (rest.empty())
      return true;
    size_t length = std::min(rest.find_first_of(blanks), rest.size());
    if (numWords < words.size())
      words[numWords] = rest.substr(0, length);
    rest.remove_prefix(length);
  }
}

/// The next line that is neither blank nor a comment.
bool MatrixReader::nextContent() {
  while (nextLine())
    if (numWords > 0 && words[0][0] != '%')
      return true;
  return false;
}

bool MatrixReader::readBanner() {
  if (!nextLine() || numWords == 0 || lower(words[0]) != "%%matrixmarket" || numWords != 5 ||
      lower(words[1]) != "matrix") {
    line = 1;
    return fail("expected a line like `%%MatrixMarket matrix coordinate real general`");
  }
  std::string form = lower(words[2]), field = lower(words[3]), symmetry = lower(words[4]);
  banner.isCoordinates = form == "coordinate";
  banner.isInteger = field == "integer";
  banner.hasValues = field != "pattern";
  if (!banner.isCoordinates && form != "array")
    return fail(fmt::format("the matrix is {}, expected coordinate or array", shown(words[2])));
  if (field != "real" && field != "double" && field != "integer" &&
      (field != "pattern" || !banner.isCoordinates))
    return fail(
        fmt::format("entries are {}, expected real, integer or, for coordinates, pattern", shown(words[3])));
  if (symmetry != "general" && symmetry != "symmetric" && symmetry != "skew-symmetric")
    return fail(
        fmt::format("the matrix is {}, expected general, symmetric or skew-symmetric", shown(words[4])));
  banner.symmetry = symmetry == "general"     ? Symmetry::general
                    : symmetry == "symmetric" ? Symmetry::symmetric
                                              : Symmetry::skew;
  return true;
}

bool MatrixReader::readSizes() {
  const char *expected =
      banner.isCoordinates ? "numbers of rows, columns and entries" : "numbers of rows and columns";
  size_t count = banner.isCoordinates ? 3 : 2;
  if (!nextContent())
    return fail(fmt::format("the file ends, expected the {}", expected));
  int64_t *sizes[] = {&rows, &columns, &entries};
  for (size_t k = 0; k < count; ++k)
    if (numWords != count ||
        parseInteger(words[k].data(), words[k].data() + words[k].size(), *sizes[k]) != NumberFault::none ||
        *sizes[k] < 0)
      return fail(fmt::format("expected the {}", expected));
  if (banner.symmetry != Symmetry::general && rows != columns)
    return fail(fmt::format("a symmetric matrix has {} rows and {} columns", rows, columns));
  csv = banner.hasValues ? "i,j,value\n" : "i,j\n";
  return true;
}

bool MatrixReader::readPosition(std::string_view word, const char *what, int64_t size, int64_t &position) {
  if (parseInteger(word.data(), word.data() + word.size(), position) != NumberFault::none)
    return fail(fmt::format("the {} is {}, expected an integer", what, shown(word)));
  return (position >= 1 && position <= size) ||
         fail(fmt::format("{} {} is outside of 1 to {}", what, position, size));
}

void MatrixReader::addRow(int64_t i, int64_t j, std::string_view value) {
  csv += fmt::format_int(i).c_str();
  csv += ',';
  csv += fmt::format_int(j).c_str();
  if (banner.hasValues) {
    csv += ',';
    csv += value;
  }
  csv += '\n';
  lines.push_back(line);
}

/// The entry that the file leaves out: of a skew-symmetric matrix with the other sign.
void MatrixReader::addMirrored(int64_t i, int64_t j, std::string_view value) {
  if (banner.symmetry == Symmetry::symmetric || !banner.hasValues)
    return addRow(j, i, value);
  bool isNegative = value[0] == '-', hasSign = isNegative || value[0] == '+';
  addRow(j, i, (isNegative ? "" : "-") + std::string(value.substr(hasSign)));
}

bool MatrixReader::readEntry(int64_t i, int64_t j, std::string_view value) {
  double real = 0;
  int64_t integer = 0;
  auto *begin = value.data(), *end = begin + value.size();
  NumberFault fault = !banner.hasValues  ? NumberFault::none
                      : banner.isInteger ? parseInteger(begin, end, integer)
                                         : parseReal(begin, end, real);
  if (fault == NumberFault::notANumber)
    return fail(fmt::format("the value is {}, expected {}", shown(value),
                            banner.isInteger ? "an integer" : "a number"));
  if (banner.symmetry != Symmetry::general && i < j)
    return fail(fmt::format("entry ({}, {}) is above the diagonal of a symmetric matrix", i, j));
  if (banner.symmetry == Symmetry::skew && i == j)
    return fail(fmt::format("entry ({}, {}) is on the diagonal of a skew-symmetric matrix", i, j));
  addRow(i, j, value);
  if (banner.symmetry != Symmetry::general && i != j)
    addMirrored(i, j, value);
  return true;
}

bool MatrixReader::readCoordinates() {
  size_t count = banner.hasValues ? 3 : 2;
  for (int64_t entry = 0; entry < entries; ++entry) {
    if (!nextContent())
      return fail(fmt::format("the file ends after {} of {} entries", entry, entries));
    int64_t i = 0, j = 0;
    if (numWords != count)
      return fail(fmt::format("{} words, expected {}", numWords,
                              count == 3 ? "row, column and value" : "row and column"));
    if (!readPosition(words[0], "row", rows, i) || !readPosition(words[1], "column", columns, j) ||
        !readEntry(i, j, banner.hasValues ? words[2] : ""))
      return false;
  }
  return true;
}

/// Columns one after the other; of symmetric matrices from the diagonal on, or from below it.
bool MatrixReader::readArray() {
  for (int64_t j = 1; j <= columns && rows > 0; ++j) {
    int64_t first = banner.symmetry == Symmetry::general     ? 1
                    : banner.symmetry == Symmetry::symmetric ? j
                                                             : j + 1;
    for (int64_t i = first; i <= rows; ++i) {
      if (!nextContent())
        return fail(fmt::format("the file ends before entry ({}, {})", i, j));
      if (numWords != 1)
        return fail(fmt::format("{} words, expected one value", numWords));
      if (!readEntry(i, j, words[0]))
        return false;
    }
  }
  return true;
}

bool MatrixReader::finish() { return !nextContent() || fail("expected nothing after the last entry"); }

/// The whole numbers of a column of positions, or null.
const std::vector<int64_t> *positions(const OutputColumn &column) {
  if (auto *labels = std::get_if<Labels>(&column.cells))
    return labels->isText ? nullptr : &labels->numbers;
  return std::get_if<std::vector<int64_t>>(&column.cells);
}

void appendValue(std::string &text, const OutputCells &cells, size_t row) {
  if (auto *integers = std::get_if<std::vector<int64_t>>(&cells)) {
    text += fmt::format(" {}", (*integers)[row]);
    return;
  }
  char digits[32]; // the longest shortest form is -1.7976931348623157e+308
  text += ' ';
  text.append(digits,
              std::to_chars(digits, digits + sizeof digits, std::get<std::vector<double>>(cells)[row]).ptr);
}

bool hasNumbers(const OutputCells &cells) {
  return std::holds_alternative<std::vector<double>>(cells) ||
         std::holds_alternative<std::vector<int64_t>>(cells);
}

} // namespace

std::optional<DataError> tabulateMatrix(TableStore &store) { return MatrixReader(store).run(); }

Outcome<std::string> matrixOfColumns(const std::string &name, const std::vector<OutputColumn> &columns) {
  bool hasValues = columns.size() == 3;
  const std::vector<int64_t> *i = columns.size() < 2 ? nullptr : positions(columns[0]);
  const std::vector<int64_t> *j = columns.size() < 2 ? nullptr : positions(columns[1]);
  if (columns.size() > 3 || !i || !j || (hasValues && !hasNumbers(columns[2].cells)))
    return DataError{name, 0, 0, "a matrix is two columns of integers, and one of numbers or none"};
  int64_t rows = 0, width = 0;
  for (size_t row = 0; row < i->size(); ++row) {
    if ((*i)[row] < 1 || (*j)[row] < 1)
      return DataError{
          name, 0, 0,
          fmt::format("entry ({}, {}) is outside of a matrix, whose rows and columns count from 1", (*i)[row],
                      (*j)[row])};
    rows = std::max(rows, (*i)[row]);
    width = std::max(width, (*j)[row]);
  }
  bool isInteger = hasValues && std::holds_alternative<std::vector<int64_t>>(columns[2].cells);
  std::string text = fmt::format("%%MatrixMarket matrix coordinate {} general\n{} {} {}\n",
                                 !hasValues  ? "pattern"
                                 : isInteger ? "integer"
                                             : "real",
                                 rows, width, i->size());
  for (size_t row = 0; row < i->size(); ++row) {
    text += fmt::format("{} {}", (*i)[row], (*j)[row]);
    if (hasValues)
      appendValue(text, columns[2].cells, row);
    text += '\n';
  }
  return text;
}

} // namespace costate::rt
