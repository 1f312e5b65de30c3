// csv and tsv: RFC 4180, strict. One pass finds the cells; nothing is converted here.
#include "runtime/data/TableStore.h"

#include <fmt/format.h>

#include <algorithm>

namespace costate::rt {
namespace {

constexpr size_t cellLimit = 1 << 20;

class Scanner {
public:
  Scanner(TableStore &store, char delimiter)
      : store(store), delimiter(delimiter), at(store.text.data()), end(at + store.text.size()) {}

  std::optional<DataError> run() {
    if (store.text.size() >= 3 && store.text.compare(0, 3, "\xEF\xBB\xBF") == 0)
      at += 3;
    if (size_t bad = invalidByte(store.text); bad != std::string::npos)
      return error(lineAt(bad), fmt::format("byte 0x{:02X} at position {} is not UTF-8 text",
                                            (unsigned char)store.text[bad], bad + 1));
    if (at == end)
      return error(1, "the file is empty, expected a line of column names");
    if (auto problem = header())
      return problem;
    while (at < end)
      if (auto problem = record())
        return problem;
    return std::nullopt;
  }

private:
  DataError error(int64_t line, std::string message) { return {store.name, line, 0, std::move(message)}; }
  int64_t lineAt(size_t position) { return 1 + std::count(store.text.begin(), store.text.begin() + position, '\n'); }

  std::optional<DataError> header() {
    std::vector<Cell> cells;
    if (auto problem = cellsOfLine(cells))
      return problem;
    for (size_t k = 0; k < cells.size(); ++k) {
      std::string name(store.raw(cells[k]));
      if (name.empty())
        return error(1, fmt::format("column {} has no name", k + 1));
      for (size_t j = 0; j < k; ++j)
        if (store.columns[j] == name)
          return error(1, fmt::format("columns {} and {} are both named `{}`", j + 1, k + 1, name));
      store.columns.push_back(name);
    }
    return std::nullopt;
  }

  std::optional<DataError> record() {
    int64_t first = line;
    bool isBlank = *at == '\n' || (*at == '\r' && at + 1 < end && at[1] == '\n');
    if (isBlank && store.columns.size() > 1) { // a blank line is no record
      at += *at == '\r' ? 2 : 1;
      ++line;
      return std::nullopt;
    }
    size_t before = store.cells.size();
    if (auto problem = cellsOfLine(store.cells))
      return problem;
    size_t found = store.cells.size() - before;
    if (found != store.columns.size())
      return error(first, fmt::format("the record has {} cell{}, the header has {}", found, found == 1 ? "" : "s",
                                      store.columns.size()));
    if (store.lines.size() >= size_t(INT32_MAX))
      return error(first, "more than 2^31 records");
    store.lines.push_back(int32_t(first));
    return std::nullopt;
  }

  std::optional<DataError> cellsOfLine(std::vector<Cell> &out) {
    for (;;) {
      if (auto problem = cell(out))
        return problem;
      if (at == end)
        return std::nullopt;
      char c = *at++;
      if (c == delimiter)
        continue;
      if (c == '\r')
        ++at; // cell() stopped at CR LF
      ++line;
      return std::nullopt;
    }
  }

  bool atLineEnd() const { return *at == '\n' || (*at == '\r' && at + 1 < end && at[1] == '\n'); }

  std::optional<DataError> cell(std::vector<Cell> &out) {
    const char *begin = at;
    while (begin < end && (*begin == ' ' || (*begin == '\t' && delimiter != '\t')))
      ++begin;
    if (begin < end && *begin == '"') {
      at = begin;
      return quoted(out);
    }
    while (at < end && *at != delimiter && !atLineEnd())
      ++at;
    const char *stop = at;
    while (stop > begin && (stop[-1] == ' ' || stop[-1] == '\t'))
      --stop;
    if (begin > stop)
      begin = stop;
    return push(out, begin, stop, false, false);
  }

  std::optional<DataError> quoted(std::vector<Cell> &out) {
    int64_t opened = line;
    const char *begin = ++at;
    bool escaped = false;
    for (;; ++at) {
      if (at == end)
        return error(opened, "the quote that begins here is never closed");
      if (*at == '\n')
        ++line;
      if (*at != '"')
        continue;
      if (at + 1 < end && at[1] == '"') {
        escaped = true;
        ++at;
        continue;
      }
      break;
    }
    const char *stop = at++;
    while (at < end && *at == ' ')
      ++at;
    if (at < end && *at != delimiter && !atLineEnd())
      return error(line, "text after a closing quote");
    return push(out, begin, stop, true, escaped);
  }

  std::optional<DataError> push(std::vector<Cell> &out, const char *begin, const char *stop, bool isQuoted,
                                bool escaped) {
    size_t length = size_t(stop - begin);
    if (length > cellLimit)
      return error(line, fmt::format("a cell has {} bytes, the limit is {}", length, cellLimit));
    Cell cell;
    cell.begin = uint32_t(begin - store.text.data());
    cell.length = uint32_t(length);
    cell.isMissing = !isQuoted && length == 0;
    cell.isQuoted = isQuoted;
    cell.isEscaped = escaped;
    out.push_back(cell);
    return std::nullopt;
  }

  TableStore &store;
  char delimiter;
  const char *at, *end;
  int64_t line = 1;
};

} // namespace

Outcome<std::shared_ptr<TableStore>> readDelimited(std::shared_ptr<TableStore> store, char delimiter) {
  if (store->text.size() > UINT32_MAX)
    return DataError{store->name, 0, 0, "the file has more than 4 GB"};
  if (auto problem = Scanner(*store, delimiter).run())
    return *problem;
  return store;
}

} // namespace costate::rt
