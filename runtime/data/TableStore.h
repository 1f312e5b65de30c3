// What a table holds: the text of its file and where the cells are in it. Internal to runtime/data.
#ifndef COSTATE_RUNTIME_DATA_TABLESTORE_H
#define COSTATE_RUNTIME_DATA_TABLESTORE_H

#include "runtime/data/Bytes.h"
#include "runtime/data/Table.h"

#include <algorithm>
#include <cstring>

namespace costate::rt {

constexpr int64_t maxCellBytes = 1 << 20;

/// How a cell is written: csv without or with quotes; a json value; nothing at all.
enum class CellKind : uint8_t { bare, quoted, number, text, boolean, null, absent };

/// The text of one cell, inside its quotes where it has any; still with doubled quotes or json escapes.
struct CellView {
  const char *begin, *end;
  CellKind kind;

  std::string_view raw() const { return {begin, size_t(end - begin)}; }
};

/// The csv cell [begin, end), whose quotes have been checked.
inline CellView unquoted(const char *begin, const char *end) {
  bool isQuoted = begin != end && *begin == '"';
  return isQuoted ? CellView{begin + 1, end - 1, CellKind::quoted} : CellView{begin, end, CellKind::bare};
}

/// A growing list of offsets whose growth moves pages instead of copying them (realloc) and clears nothing.
template <class T> class OffsetList {
public:
  T *data() { return reinterpret_cast<T *>(bytes.data()); }
  const T *data() const { return reinterpret_cast<const T *>(bytes.data()); }
  size_t size() const { return count; }
  T operator[](size_t i) const { return data()[i]; }
  /// Makes room for `more` further offsets, so that `add` needs no check.
  void reserveMore(size_t more) {
    if ((count + more) * sizeof(T) > bytes.size())
      bytes.resize((count + more + count / 2) * sizeof(T));
  }
  void add(T offset) { data()[count++] = offset; }

private:
  Bytes bytes;
  size_t count = 0;
};

/// The cells of a json column, by row; rows without the key have none.
struct JsonCell {
  int64_t row;
  uint64_t offset;
  uint32_t length;
  CellKind kind;
};

struct TableStore {
  std::string name;
  Format format = Format::csv;
  Bytes text;
  std::vector<std::string> columns;
  int64_t rows = 0;

  // csv, tsv: record 0 is the header, record r + 1 is row r. Cell c of record r ends at
  // recordStarts[r] + cellEnds[r * columns + c]; it starts after the separator of the cell before.
  OffsetList<uint64_t> recordStarts; // json: one per row
  OffsetList<uint32_t> cellEnds;
  std::vector<std::vector<JsonCell>> jsonCells; // by column

  // True if record r begins in line r + 1. Else lines are counted from the nearest of these: number of line
  // feeds before every 64 KB of the text.
  bool isOneLinePerRecord = true;
  std::vector<int64_t> linesBefore;

  // Of text that was made from another format: the line of row 0, or those of all rows.
  int64_t firstLine = 2;
  std::vector<int64_t> rowLines;

  std::optional<size_t> find(std::string_view column) const;
  int64_t lineAt(size_t offset) const;
  void indexLines();
  int64_t lineOf(int64_t row) const;
  CellView cell(int64_t row, size_t column) const;
  /// Line, for json also character, of a cell; of its record if the cell is absent.
  DataError errorAt(int64_t row, size_t column, std::string message) const;

  CellView delimitedCell(size_t record, size_t column) const {
    const uint32_t *ends = cellEnds.data() + record * columns.size();
    const char *start = text.data() + recordStarts[record];
    const char *begin = column ? start + ends[column - 1] + 1 : start, *end = start + ends[column];
    return unquoted(begin, end);
  }

  /// Calls visit(row, cell) for the rows of a column in order.
  template <class Visit> void forEachCell(size_t column, Visit visit) const {
    if (format != Format::json) {
      const char *all = text.data();
      const uint64_t *starts = recordStarts.data() + 1; // after the header
      const uint32_t *ends = cellEnds.data() + columns.size() + column;
      for (int64_t row = 0; row < rows; ++row, ends += columns.size()) {
        const char *begin = all + starts[row] + (column ? ends[-1] + 1 : 0),
                   *end = all + starts[row] + ends[0];
        visit(row, unquoted(begin, end));
      }
      return;
    }
    const JsonCell *next = jsonCells[column].data(), *last = next + jsonCells[column].size();
    for (int64_t row = 0; row < rows; ++row) {
      if (next != last && next->row == row) {
        const char *begin = text.data() + next->offset;
        visit(row, CellView{begin, begin + next->length, next->kind});
        ++next;
      } else {
        visit(row, CellView{nullptr, nullptr, CellKind::absent});
      }
    }
  }
};

/// Without the blanks and tabs around it, unless it was quoted.
CellView trimmed(CellView cell);

/// The text that a cell stands for: trimmed, doubled quotes and json escapes resolved.
std::string decoded(CellView cell);

} // namespace costate::rt
#endif
