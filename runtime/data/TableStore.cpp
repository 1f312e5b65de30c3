// Finding cells and their places again, mostly for messages.
#include "runtime/data/TableStore.h"

#include "runtime/data/Json.h"
#include "runtime/data/Utf8.h"

namespace costate::rt {

static constexpr size_t chunk = 1 << 16;

std::optional<size_t> TableStore::find(std::string_view column) const {
  auto at = std::find(columns.begin(), columns.end(), column);
  if (at == columns.end())
    return std::nullopt;
  return size_t(at - columns.begin());
}

void TableStore::indexLines() {
  std::string_view all = text.view();
  linesBefore.clear();
  int64_t lines = 0;
  for (size_t at = 0; at <= all.size(); at += chunk) {
    linesBefore.push_back(lines);
    lines += countLines(all.substr(at, chunk));
  }
}

int64_t TableStore::lineAt(size_t offset) const {
  size_t start = offset / chunk * chunk;
  return linesBefore[offset / chunk] + countLines(text.view().substr(start, offset - start)) + 1;
}

int64_t TableStore::lineOf(int64_t row) const {
  if (format == Format::json)
    return lineAt(recordStarts[size_t(row)]);
  if (!rowLines.empty())
    return rowLines[size_t(row)];
  bool isCounted = isOneLinePerRecord || firstLine != 2;
  return isCounted ? row + firstLine : lineAt(recordStarts[size_t(row) + 1]);
}

CellView TableStore::cell(int64_t row, size_t column) const {
  if (format != Format::json)
    return delimitedCell(size_t(row) + 1, column);
  const std::vector<JsonCell> &cells = jsonCells[column];
  auto at = std::lower_bound(cells.begin(), cells.end(), row,
                             [](const JsonCell &cell, int64_t wanted) { return cell.row < wanted; });
  if (at == cells.end() || at->row != row)
    return {nullptr, nullptr, CellKind::absent};
  const char *begin = text.data() + at->offset;
  return {begin, begin + at->length, at->kind};
}

DataError TableStore::errorAt(int64_t row, size_t column, std::string message) const {
  if (format != Format::json)
    return {name, lineOf(row), 0, std::move(message)};
  CellView view = cell(row, column);
  size_t offset = view.kind == CellKind::absent
                      ? recordStarts[size_t(row)]
                      : size_t(view.begin - text.data()) - (view.kind == CellKind::text);
  Place place = placeOf(text.view(), offset);
  return {name, place.line, place.column, std::move(message)};
}

CellView trimmed(CellView cell) {
  if (cell.kind != CellKind::bare)
    return cell;
  auto isBlank = [](char letter) { return letter == ' ' || letter == '\t'; };
  while (cell.begin != cell.end && isBlank(*cell.begin))
    ++cell.begin;
  while (cell.begin != cell.end && isBlank(cell.end[-1]))
    --cell.end;
  return cell;
}

std::string decoded(CellView cell) {
  if (cell.kind == CellKind::absent)
    return {};
  if (cell.kind == CellKind::text)
    return decodeJsonText(cell.raw());
  if (cell.kind != CellKind::quoted || !std::memchr(cell.begin, '"', size_t(cell.end - cell.begin)))
    return std::string(trimmed(cell).raw());
  std::string text;
  for (const char *at = cell.begin; at != cell.end; ++at) {
    text += *at;
    at += *at == '"'; // RFC 4180 rule 7: a quote inside is doubled
  }
  return text;
}

} // namespace costate::rt
