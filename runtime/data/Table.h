// Tables of named columns, read from csv, tsv, json, npy, npz and mtx (also compressed, `.gz`). The readers
// split a file into cells; the type of a column follows from its use: a column is converted when it is asked
// for.
#ifndef COSTATE_RUNTIME_DATA_TABLE_H
#define COSTATE_RUNTIME_DATA_TABLE_H

#include "runtime/data/Outcome.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace costate::rt {

/// Labels of a set: whole numbers, or texts. Exactly one of the two vectors is filled.
struct Labels {
  std::vector<int64_t> numbers;
  std::vector<std::string> texts;
  bool isText = false;

  size_t size() const { return isText ? texts.size() : numbers.size(); }
  std::string text(size_t i) const { return isText ? texts[i] : std::to_string(numbers[i]); }
};

/// Marks rows of a table.
using RowMarks = std::vector<bool>;

struct TableStore; // TableStore.h: the text and where its cells are

/// A table that has been read. Copies share the text, which is immutable.
///
/// The conversions return one value per row in the order of the file, in O(rows) plus the text of the column.
/// Common rules: blanks around an unquoted cell do not count; an empty cell (json: null, or a record without
/// the key) is missing and takes the value `ifEmpty` where one is given; where `needed` is given and does not
/// mark the row, it takes that value or zero. Otherwise the error names the first wrong cell and how many
/// more like it the column has:
///
///     bus.csv:17: column pd is "abc", expected a number (and 12 more like it)
///     bus.csv:17: column pd is empty, expected a number; give a default in the model (`default 0`)
///     bus.csv:1: no column `pdd`, the nearest is `pd`; the columns are id, type, pd
class Table {
public:
  explicit Table(std::shared_ptr<const TableStore> store);

  /// The file's name without its folder; errors begin with it.
  const std::string &name() const;
  int64_t rows() const;
  const std::vector<std::string> &columns() const;
  bool has(std::string_view column) const;
  /// Line in which row 0 <= row < rows() begins, from 1; of arrays the number of the entry. O(1) for csv
  /// without line breaks in cells, else O(64 KB).
  int64_t lineOf(int64_t row) const;

  /// The nearest doubles. `1`, `+1`, `.5`, `1e5`; `inf`, `-inf` if `allowInfinite` (json: as texts). NaN,
  /// thousands separators, hexadecimal numbers and numbers beyond the largest double are errors.
  Outcome<std::vector<double>> reals(std::string_view column, std::optional<double> ifEmpty = {},
                                     bool allowInfinite = true, const RowMarks *needed = nullptr) const;
  /// Decimal digits with a sign or none; a fraction of zeros (`3.0`) is allowed. Errors: beyond 64 bits.
  Outcome<std::vector<int64_t>> integers(std::string_view column, std::optional<int64_t> ifEmpty = {},
                                         const RowMarks *needed = nullptr) const;
  /// Whole numbers if every cell is one that is written as it would be printed (no `+`, no leading zeros), so
  /// that `007` and `7` stay two labels; else texts. A json string is always a text. Missing cells are
  /// errors.
  Outcome<Labels> labels(std::string_view column) const;
  /// The cell's text; a quoted empty cell is the empty text, not a missing one.
  Outcome<std::vector<std::string>> texts(std::string_view column, std::optional<std::string> ifEmpty = {},
                                          const RowMarks *needed = nullptr) const;
  /// `true false TRUE FALSE True False 1 0`; 1 and 0 in the result.
  Outcome<std::vector<uint8_t>> booleans(std::string_view column, std::optional<bool> ifEmpty = {},
                                         const RowMarks *needed = nullptr) const;

  /// Marks the rows whose cell is not missing; `asText`: a quoted empty cell is not.
  Outcome<RowMarks> present(std::string_view column, bool asText) const;

  /// The text of one cell, for messages; empty for a missing cell. Row and column must exist.
  std::string cell(int64_t row, std::string_view column) const;
  /// An error at the place of a cell, for checks that others make: `column NAME message`.
  DataError errorAt(int64_t row, std::string_view column, std::string message) const;
  /// The error of a column that is not there, with the nearest name.
  DataError noColumn(std::string_view column) const;

private:
  std::shared_ptr<const TableStore> store;
};

enum class Format { csv, tsv, json, npy, npz, mtx };

/// The format that a file's name says: `x.csv`, `x.tsv`, ..., each also `.gz`.
Outcome<Format> formatOf(const std::string &path);

/// Reads a whole file. A gzip file is recognized by its name (`.gz`). A file that cannot be opened is named
/// with its folder, all other errors name it without.
///
/// csv, tsv: RFC 4180 with a header line; line ends LF or CRLF; UTF-8 with or without a byte order mark;
/// every record has as many cells as the header. json: an array of objects (records) or an object of arrays
/// of equal length (columns), all values scalars. Cells are at most 1 MB long. npy, npz, mtx: see
/// ArrayTable.h. Anything else is an error.
Outcome<Table> readTable(const std::string &path);
Outcome<Table> readTable(const std::string &path, Format format);

/// The same for text in memory; errors begin with `name`.
Outcome<Table> parseTable(std::string name, std::string text, Format format);

} // namespace costate::rt
#endif
