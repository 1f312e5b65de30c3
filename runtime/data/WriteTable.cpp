// Cells to text.
#include "runtime/data/WriteTable.h"

#include "runtime/data/ArrayTable.h"
#include "runtime/data/Bytes.h"
#include "runtime/data/Npy.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <new>

namespace costate::rt {
namespace {

size_t sizeOf(const OutputCells &cells) {
  return std::visit([](const auto &values) { return values.size(); }, cells);
}

void appendReal(std::string &text, double value, bool isJson) {
  if (!std::isfinite(value)) {
    const char *word = std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
    text += !isJson ? word : std::isnan(value) ? "null" : fmt::format("\"{}\"", word);
    return;
  }
  char digits[32]; // the longest shortest form is -1.7976931348623157e+308
  text.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void appendDelimited(std::string &text, std::string_view cell, char delimiter) {
  const char special[] = {delimiter, '"', '\r', '\n', '\0'};
  auto isBlank = [](char letter) { return letter == ' ' || letter == '\t'; };
  bool needsQuotes = cell.empty() || isBlank(cell.front()) || isBlank(cell.back()) ||
                     cell.find_first_of(special) != std::string_view::npos ||
                     cell.substr(0, 3) == "\xEF\xBB\xBF"; // a first cell like this would lose it as a mark
  if (!needsQuotes) {
    text += cell;
    return;
  }
  text += '"';
  for (char letter : cell) {
    text += letter;
    if (letter == '"')
      text += '"';
  }
  text += '"';
}

void appendJson(std::string &text, std::string_view cell) {
  text += '"';
  for (char letter : cell) {
    if (letter == '"' || letter == '\\')
      text += '\\';
    if (static_cast<unsigned char>(letter) < 0x20)
      text += fmt::format("\\u{:04x}", int(letter));
    else
      text += letter;
  }
  text += '"';
}

class Writer {
public:
  explicit Writer(Format format) : format(format), delimiter(format == Format::csv ? ',' : '\t') {}

  std::string write(const std::vector<OutputColumn> &columns) {
    size_t rows = columns.empty() ? 0 : sizeOf(columns[0].cells);
    assert(std::all_of(columns.begin(), columns.end(),
                       [&](auto &column) { return sizeOf(column.cells) == rows; }) &&
           "columns of a table have equally many cells");
    isJson() ? writeRecords(columns, rows) : writeLines(columns, rows);
    return std::move(text);
  }

private:
  bool isJson() const { return format == Format::json; }
  void append(std::string_view cell) {
    isJson() ? appendJson(text, cell) : appendDelimited(text, cell, delimiter);
  }
  void append(double value) { appendReal(text, value, isJson()); }
  void append(int64_t value) { text += std::to_string(value); }
  void append(uint8_t value) { text += value ? "true" : "false"; }

  void appendCell(const OutputCells &cells, size_t row) {
    std::visit(
        [&](const auto &values) {
          if constexpr (std::is_same_v<std::decay_t<decltype(values)>, Labels>)
            values.isText ? append(values.texts[row]) : append(values.numbers[row]);
          else
            append(values[row]);
        },
        cells);
  }

  void writeLines(const std::vector<OutputColumn> &columns, size_t rows) {
    for (size_t c = 0; c < columns.size(); ++c) {
      text += c ? std::string(1, delimiter) : "";
      append(std::string_view(columns[c].name));
    }
    text += '\n';
    for (size_t row = 0; row < rows; ++row) {
      for (size_t c = 0; c < columns.size(); ++c) {
        if (c)
          text += delimiter;
        appendCell(columns[c].cells, row);
      }
      text += '\n';
    }
  }

  void writeRecords(const std::vector<OutputColumn> &columns, size_t rows) {
    text += '[';
    for (size_t row = 0; row < rows; ++row) {
      text += row ? ",\n " : "\n ";
      for (size_t c = 0; c < columns.size(); ++c) {
        text += c ? ", " : "{";
        append(std::string_view(columns[c].name));
        text += ": ";
        appendCell(columns[c].cells, row);
      }
      text += columns.empty() ? "{}" : "}";
    }
    text += rows ? "\n]\n" : "]\n";
  }

  Format format;
  char delimiter;
  std::string text;
};

} // namespace

std::string tableText(const std::vector<OutputColumn> &columns, Format format) {
  return Writer(format).write(columns);
}

Outcome<std::string> tableBytes(const std::string &name, const std::vector<OutputColumn> &columns,
                                Format format) {
  switch (format) {
  case Format::npy:
    return npyOfRecords(columns);
  case Format::npz:
    return npzOfColumns(name, columns);
  case Format::mtx:
    return matrixOfColumns(name, columns);
  default:
    return tableText(columns, format);
  }
}

Outcome<Done> writeTable(const std::string &path, const std::vector<OutputColumn> &columns) try {
  Outcome<Format> format = formatOf(path);
  if (!format)
    return format.error();
  Outcome<std::string> text = tableBytes(path, columns, *format);
  if (!text)
    return text.error();
  if (path.substr(path.size() - 3) != ".gz")
    return replaceFile(path, *text);
  Outcome<Bytes> compressed = gzip(path, *text);
  if (!compressed)
    return compressed.error();
  return replaceFile(path, compressed->view());
} catch (const std::bad_alloc &) {
  return DataError{path, 0, 0, "not enough memory to write the table"};
}

} // namespace costate::rt
