// Columns by use: conversion of cells, and the sentences of what is wrong with them.
#include "runtime/data/TableStore.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

namespace costate::rt {

std::string DataError::text() const {
  std::string place = file;
  if (line > 0)
    place += fmt::format(":{}", line);
  if (column > 0)
    place += fmt::format(":{}", column);
  return fmt::format("{}: {}", place, message);
}

Table::Table(std::shared_ptr<const TableStore> store) : store(std::move(store)) {}
const std::string &Table::name() const { return store->name; }
int64_t Table::rows() const { return store->rows(); }
const std::vector<std::string> &Table::columns() const { return store->columns; }
bool Table::has(std::string_view column) const {
  return std::find(store->columns.begin(), store->columns.end(), column) != store->columns.end();
}
int64_t Table::lineOf(int64_t row) const { return store->lines[row]; }

DataError Table::noColumn(std::string_view column) const {
  return {store->name, 1, 0, fmt::format("no column `{}`; the columns are {}", column, fmt::join(store->columns, ", "))};
}

namespace {

std::string plain(const TableStore &store, const Cell &cell) {
  std::string text(store.raw(cell));
  if (cell.isEscaped)
    for (size_t k = text.find("\"\""); k != std::string::npos; k = text.find("\"\"", k + 1))
      text.erase(k, 1);
  return text;
}

/// Exact for up to 19 digits and small exponents (Clinger 1990): mantissa and power of ten are doubles.
bool fastReal(const char *at, const char *end, double &value) {
  static constexpr double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  bool negative = at < end && *at == '-';
  at += at < end && (*at == '-' || *at == '+');
  uint64_t mantissa = 0;
  int digits = 0, fraction = 0;
  for (; at < end && unsigned(*at - '0') < 10; ++at, ++digits)
    mantissa = 10 * mantissa + unsigned(*at - '0');
  if (at < end && *at == '.')
    for (++at; at < end && unsigned(*at - '0') < 10; ++at, ++digits, ++fraction)
      mantissa = 10 * mantissa + unsigned(*at - '0');
  if (at != end || digits == 0 || digits > 18 || mantissa > (uint64_t(1) << 53) || fraction > 22)
    return false;
  value = double(mantissa) / powers[fraction];
  value = negative ? -value : value;
  return true;
}

bool parseReal(std::string_view text, bool allowInfinite, double &value) {
  if (fastReal(text.data(), text.data() + text.size(), value))
    return true;
  if (text.size() > 1 && text[0] == '+' && text[1] != '-')
    text.remove_prefix(1);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || std::isnan(value))
    return false;
  return allowInfinite || std::isfinite(value);
}

bool parseInteger(std::string_view text, int64_t &value) {
  if (text.size() > 1 && text[0] == '+')
    text.remove_prefix(1);
  if (size_t dot = text.find('.'); dot != std::string_view::npos && dot > 0 && dot + 1 < text.size() &&
                                   text.find_first_not_of('0', dot + 1) == std::string_view::npos)
    text = text.substr(0, dot);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

/// Converts a column; `convert` refuses a cell by returning false.
template <class T, class Convert>
Outcome<std::vector<T>> convertColumn(const Table &table, const TableStore &store, std::string_view column,
                                      const std::optional<T> &ifEmpty, const char *expected, Convert convert) {
  auto known = std::find(store.columns.begin(), store.columns.end(), column);
  if (known == store.columns.end())
    return table.noColumn(column);
  size_t k = size_t(known - store.columns.begin()), width = store.columns.size();
  std::vector<T> values(size_t(store.rows()));
  int64_t wrong = 0, first = -1;
  for (int64_t row = 0; row < store.rows(); ++row) {
    const Cell &cell = store.cells[size_t(row) * width + k];
    bool good = cell.isMissing ? ifEmpty.has_value() : convert(cell, values[size_t(row)]);
    if (cell.isMissing && good)
      values[size_t(row)] = *ifEmpty;
    if (!good && wrong++ == 0)
      first = row;
  }
  if (wrong == 0)
    return values;
  const Cell &cell = store.cells[size_t(first) * width + k];
  std::string message = cell.isMissing
                            ? fmt::format("column {} is empty, expected {}", column, expected)
                            : fmt::format("column {} is \"{}\", expected {}", column, plain(store, cell).substr(0, 60), expected);
  if (wrong > 1)
    message += fmt::format(" (and {} more like it)", wrong - 1);
  if (cell.isMissing)
    message += "; give a default in the model, as in `default 0`";
  return DataError{store.name, store.lines[size_t(first)], 0, message};
}

} // namespace

Outcome<std::vector<double>> Table::reals(std::string_view column, std::optional<double> ifEmpty,
                                          bool allowInfinite) const {
  return convertColumn<double>(*this, *store, column, ifEmpty, "a number", [&](const Cell &cell, double &value) {
    return parseReal(store->raw(cell), allowInfinite, value);
  });
}

Outcome<std::vector<int64_t>> Table::integers(std::string_view column, std::optional<int64_t> ifEmpty) const {
  return convertColumn<int64_t>(*this, *store, column, ifEmpty, "an integer", [&](const Cell &cell, int64_t &value) {
    return parseInteger(store->raw(cell), value);
  });
}

Outcome<std::vector<std::string>> Table::texts(std::string_view column, std::optional<std::string> ifEmpty) const {
  return convertColumn<std::string>(*this, *store, column, ifEmpty, "a text", [&](const Cell &cell, std::string &value) {
    value = plain(*store, cell);
    return true;
  });
}

Outcome<std::vector<uint8_t>> Table::booleans(std::string_view column, std::optional<bool> ifEmpty) const {
  std::optional<uint8_t> empty = ifEmpty ? std::optional<uint8_t>(*ifEmpty) : std::nullopt;
  return convertColumn<uint8_t>(*this, *store, column, empty, "true or false", [&](const Cell &cell, uint8_t &value) {
    std::string_view text = store->raw(cell);
    bool yes = text == "true" || text == "TRUE" || text == "True" || text == "1";
    bool no = text == "false" || text == "FALSE" || text == "False" || text == "0";
    value = yes;
    return yes || no;
  });
}

Outcome<Labels> Table::labels(std::string_view column) const {
  auto texts = this->texts(column);
  if (!texts)
    return texts.error();
  Labels labels;
  size_t k = size_t(std::find(store->columns.begin(), store->columns.end(), column) - store->columns.begin());
  for (size_t row = 0; row < texts->size() && !labels.isText; ++row) {
    const std::string &text = (*texts)[row];
    int64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool isNumber = error == std::errc() && end == text.data() + text.size() && std::to_string(value) == text;
    labels.isText = !isNumber || store->cells[row * store->columns.size() + k].isQuoted;
    labels.numbers.push_back(value);
  }
  if (!labels.isText)
    return labels;
  labels.numbers.clear();
  labels.texts = std::move(*texts);
  return labels;
}

std::string Table::cell(int64_t row, std::string_view column) const {
  size_t k = size_t(std::find(store->columns.begin(), store->columns.end(), column) - store->columns.begin());
  return plain(*store, store->cells[size_t(row) * store->columns.size() + k]);
}

DataError Table::errorAt(int64_t row, std::string_view column, std::string message) const {
  return {store->name, lineOf(row), 0, fmt::format("column {} {}", column, message)};
}

Outcome<Format> formatOf(const std::string &path) {
  std::string stem = path.ends_with(".gz") ? path.substr(0, path.size() - 3) : path;
  if (stem.ends_with(".csv"))
    return Format::csv;
  if (stem.ends_with(".tsv"))
    return Format::tsv;
  if (stem.ends_with(".json"))
    return Format::json;
  return DataError{path, 0, 0, "the name ends in none of .csv, .tsv, .json, .csv.gz, .tsv.gz, .json.gz"};
}

Outcome<Table> parseTable(std::string name, std::string text, Format format) {
  auto store = std::make_shared<TableStore>();
  store->name = std::move(name);
  store->text = std::move(text);
  auto read = format == Format::json ? readJson(store) : readDelimited(store, format == Format::csv ? ',' : '\t');
  if (!read)
    return read.error();
  return Table(std::move(*read));
}

Outcome<Table> readTable(const std::string &path, Format format) {
  auto text = readText(path);
  if (!text)
    return text.error();
  return parseTable(std::filesystem::path(path).filename().string(), std::move(*text), format);
}

Outcome<Table> readTable(const std::string &path) {
  auto format = formatOf(path);
  if (!format)
    return format.error();
  return readTable(path, *format);
}

} // namespace costate::rt
