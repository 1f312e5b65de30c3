// Tables: reading by format, and everything but the conversions (Conversions.cpp).
#include "runtime/data/Table.h"

#include "runtime/data/ArrayTable.h"
#include "runtime/data/Csv.h"
#include "runtime/data/Json.h"
#include "runtime/data/Utf8.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <new>
#include <numeric>

namespace costate::rt {

std::string DataError::text() const {
  if (line == 0)
    return fmt::format("{}: {}", file, message);
  if (column == 0)
    return fmt::format("{}:{}: {}", file, line, message);
  return fmt::format("{}:{}:{}: {}", file, line, column, message);
}

Table::Table(std::shared_ptr<const TableStore> store) : store(std::move(store)) {}
const std::string &Table::name() const { return store->name; }
int64_t Table::rows() const { return store->rows; }
const std::vector<std::string> &Table::columns() const { return store->columns; }
bool Table::has(std::string_view column) const { return store->find(column).has_value(); }

int64_t Table::lineOf(int64_t row) const { return store->lineOf(row); }

std::string Table::cell(int64_t row, std::string_view column) const {
  CellView view = store->cell(row, *store->find(column));
  return view.kind == CellKind::null ? std::string() : decoded(view);
}

DataError Table::errorAt(int64_t row, std::string_view column, std::string message) const {
  return store->errorAt(row, *store->find(column), fmt::format("column {} {}", column, message));
}

// Number of single-letter changes between two names, up to case. O(product of their lengths).
static size_t distance(std::string_view a, std::string_view b) {
  auto lower = [](char letter) { return letter >= 'A' && letter <= 'Z' ? char(letter + 32) : letter; };
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t(0));
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < b.size(); ++j) {
      size_t change = diagonal + (lower(a[i]) != lower(b[j]));
      diagonal = std::exchange(row[j + 1], std::min({row[j] + 1, row[j + 1] + 1, change}));
    }
  }
  return row[b.size()];
}

DataError Table::noColumn(std::string_view column) const {
  constexpr size_t longest = 64, most = 12;
  const std::vector<std::string> &names = store->columns;
  std::string nearest;
  size_t best = column.size() <= 2 ? 1 : column.size() <= 5 ? 2 : 3; // case, one change, two changes
  for (const std::string &name : names) {
    if (name.size() > longest || column.size() > longest)
      continue;
    if (size_t changes = distance(name, column); changes < best && changes < column.size())
      best = changes, nearest = name;
  }
  std::string message = fmt::format("no column `{}`", column);
  message += nearest.empty() ? "; " : fmt::format(", the nearest is `{}`; ", nearest);
  if (names.empty())
    message += "the table has no columns";
  else
    message += fmt::format("the columns are {}",
                           fmt::join(names.begin(), names.begin() + std::min(most, names.size()), ", "));
  if (names.size() > most)
    message += fmt::format(" and {} more", names.size() - most);
  bool hasHeader = store->format == Format::csv || store->format == Format::tsv;
  return {store->name, hasHeader, 0, std::move(message)};
}

namespace {

bool endsWith(std::string_view text, std::string_view end) {
  return text.size() > end.size() && text.substr(text.size() - end.size()) == end;
}

/// Finds the cells of the store's text.
std::optional<DataError> splitText(TableStore &store) {
  if (auto error = checkUtf8(store.name, store.text))
    return error;
  if (store.format == Format::json)
    return splitJson(store);
  if (store.format == Format::mtx)
    if (auto error = tabulateMatrix(store))
      return error;
  return splitDelimited(store, store.format == Format::tsv ? '\t' : ',');
}

std::optional<DataError> splitBytes(TableStore &store) {
  bool isArrays = store.format == Format::npy || store.format == Format::npz;
  if (isArrays)
    if (auto error = store.format == Format::npy ? tabulateNpy(store) : tabulateNpz(store))
      return error;
  std::optional<DataError> error = splitText(store);
  if (error && isArrays)
    error->line = error->column = 0; // of the text that was made
  return error;
}

Outcome<Table> split(std::string name, Bytes text, Format format) {
  auto store = std::make_shared<TableStore>();
  store->name = std::move(name);
  store->format = format;
  store->text = std::move(text);
  if (auto error = splitBytes(*store))
    return *std::move(error);
  return Table(std::move(store));
}

DataError noMemory(const std::string &name) { return {name, 0, 0, "not enough memory to read the file"}; }

} // namespace

Outcome<Format> formatOf(const std::string &path) {
  std::string_view name = path;
  if (endsWith(name, ".gz"))
    name.remove_suffix(3);
  static constexpr std::pair<std::string_view, Format> endings[] = {
      {".csv", Format::csv}, {".tsv", Format::tsv}, {".json", Format::json},
      {".npy", Format::npy}, {".npz", Format::npz}, {".mtx", Format::mtx}};
  for (auto [ending, format] : endings)
    if (endsWith(name, ending))
      return format;
  return DataError{path, 0, 0,
                   "unknown kind of file, expected .csv, .tsv, .json, .npy, .npz or .mtx, also with .gz"};
}

Outcome<Table> readTable(const std::string &path) {
  Outcome<Format> format = formatOf(path);
  if (!format)
    return format.error();
  return readTable(path, *format);
}

Outcome<Table> readTable(const std::string &path, Format format) try {
  Outcome<Bytes> bytes = readBytes(path);
  std::string name = path.substr(path.rfind('/') + 1);
  if (bytes && endsWith(path, ".gz"))
    bytes = gunzip(name, *bytes);
  if (!bytes)
    return bytes.error();
  return split(std::move(name), *std::move(bytes), format);
} catch (const std::bad_alloc &) {
  return noMemory(path);
}

Outcome<Table> parseTable(std::string name, std::string text, Format format) try {
  return split(name, Bytes(text), format);
} catch (const std::bad_alloc &) {
  return noMemory(name);
}

} // namespace costate::rt
