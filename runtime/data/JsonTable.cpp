// json tables: an array of records or an object of columns, values scalars.
#include "runtime/data/TableStore.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace costate::rt {
namespace {

using Json = nlohmann::ordered_json;

class JsonReader {
public:
  explicit JsonReader(TableStore &store) : store(store) {}

  std::optional<DataError> run() {
    Json root = Json::parse(store.text, nullptr, /*allow_exceptions=*/false);
    if (root.is_discarded())
      return syntaxError();
    store.text.clear();
    if (root.is_array())
      return records(root);
    if (root.is_object())
      return columns(root);
    return error("expected an array of records or an object of columns");
  }

private:
  DataError error(std::string message) { return {store.name, 0, 0, std::move(message)}; }

  /// Parses again for the place of the first error.
  DataError syntaxError() {
    try {
      Json again = Json::parse(store.text);
    } catch (const Json::parse_error &e) {
      size_t at = std::min(e.byte > 0 ? e.byte - 1 : 0, store.text.size());
      int64_t line = 1 + std::count(store.text.begin(), store.text.begin() + at, '\n');
      size_t start = at == 0 ? std::string::npos : store.text.rfind('\n', at - 1);
      return {store.name, line, int64_t(at - (start == std::string::npos ? 0 : start + 1)) + 1, "this is not valid json"};
    }
    return error("this is not valid json");
  }

  std::optional<DataError> put(const Json &value, int64_t row, const std::string &column) {
    Cell cell;
    cell.begin = uint32_t(store.text.size());
    if (value.is_structured())
      return error(fmt::format("record {}: `{}` is nested, expected a number, a text, true, false or null", row + 1, column));
    std::string text = value.is_null() ? "" : value.is_string() ? value.get<std::string>() : value.dump();
    cell.isMissing = value.is_null();
    cell.isQuoted = value.is_string();
    cell.length = uint32_t(text.size());
    store.text += text;
    store.cells.push_back(cell);
    return std::nullopt;
  }

  std::optional<DataError> records(const Json &root) {
    for (auto &record : root) {
      if (!record.is_object())
        return error("expected records in the array, as in [{\"id\": 1}]");
      for (auto &[key, value] : record.items())
        if (std::find(store.columns.begin(), store.columns.end(), key) == store.columns.end())
          store.columns.push_back(key);
    }
    int64_t row = 0;
    for (auto &record : root) {
      for (auto &column : store.columns)
        if (auto problem = put(record.contains(column) ? record[column] : Json(), row, column))
          return problem;
      store.lines.push_back(int32_t(++row));
    }
    return std::nullopt;
  }

  std::optional<DataError> columns(const Json &root) {
    size_t rows = 0;
    for (auto &[key, value] : root.items()) {
      if (!value.is_array())
        return error(fmt::format("column `{}` is not an array", key));
      if (!store.columns.empty() && value.size() != rows)
        return error(fmt::format("column `{}` has {} values, `{}` has {}", key, value.size(), store.columns[0], rows));
      rows = value.size();
      store.columns.push_back(key);
    }
    for (size_t row = 0; row < rows; ++row) {
      for (auto &column : store.columns)
        if (auto problem = put(root[column][row], int64_t(row), column))
          return problem;
      store.lines.push_back(int32_t(row + 1));
    }
    return std::nullopt;
  }

  TableStore &store;
};

} // namespace

Outcome<std::shared_ptr<TableStore>> readJson(std::shared_ptr<TableStore> store) {
  if (auto problem = JsonReader(*store).run())
    return *problem;
  return store;
}

} // namespace costate::rt
