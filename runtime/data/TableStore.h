// The text of a table and where its cells are.
#pragma once

#include "runtime/data/Table.h"

namespace costate::rt {

/// A cell without its quotes. `isQuoted` distinguishes the empty text from a missing cell and a json string from a
/// number; `isEscaped` says that quotes inside are doubled.
struct Cell {
  uint32_t begin = 0, length : 29 = 0, isMissing : 1 = 0, isQuoted : 1 = 0, isEscaped : 1 = 0;
};

struct TableStore {
  std::string name;
  std::string text;
  std::vector<std::string> columns;
  std::vector<Cell> cells; // row after row
  std::vector<int32_t> lines; // of each row
  int64_t rows() const { return int64_t(lines.size()); }
  std::string_view raw(const Cell &cell) const { return std::string_view(text).substr(cell.begin, cell.length); }
};

Outcome<std::shared_ptr<TableStore>> readDelimited(std::shared_ptr<TableStore> store, char delimiter);
Outcome<std::shared_ptr<TableStore>> readJson(std::shared_ptr<TableStore> store);
/// A whole file, decompressed if its name ends in .gz.
Outcome<std::string> readText(const std::string &path);
/// The first byte that is not UTF-8, or npos.
size_t invalidByte(std::string_view text);

} // namespace costate::rt
