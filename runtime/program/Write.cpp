// The command that writes solutions and data to tables.
#include "runtime/data/WriteTable.h"
#include "runtime/program/State.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace costate::rt {
namespace {

/// The columns of an item: its values and, where it is a family, its indices.
struct OutputItem {
  const Json &item;
  const Column &values;
  std::vector<int> index; // slots
  std::string text(const char *attribute) const { return item.at(attribute); }
  int root(size_t k) const { return item.at("roots")[k]; }
};

OutputItem outputItem(const Machine &m, const Step &step, const Json &item) {
  int number = item.at("column");
  if (number < 0)
    throw StepFailure{"write-text", "a text cannot be written to a table"};
  auto index = item.at("index").get<std::vector<int>>();
  for (int &slot : index)
    slot = step.in[0][size_t(slot)];
  return {item, m.column(step.in[0][size_t(number)]), std::move(index)};
}

/// Columns stand side by side where row by row their elements are the same.
bool haveSameRows(const Machine &m, const OutputItem &a, const OutputItem &b) {
  if (a.values.size() != b.values.size() || a.item.at("roots") != b.item.at("roots"))
    return false;
  for (size_t k = 0; k < a.index.size(); ++k)
    for (int64_t row = 0; row < a.values.size(); ++row)
      if (m.column(a.index[k]).integer(row) != m.column(b.index[k]).integer(row))
        return false;
  return true;
}

std::string entriesOf(const OutputItem &item) {
  int64_t n = item.values.size();
  return item.index.empty() ? fmt::format("`{}` is a single value", item.text("label"))
                            : fmt::format("`{}` is over `{}` ({} {})", item.text("label"), item.text("set"),
                                          n, n == 1 ? "entry" : "entries");
}

bool isName(const std::string &text) {
  return !text.empty() && !std::isdigit((unsigned char)text[0]) &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '_' || c >= 0x80; });
}

/// Heads of the index columns: the set that declared the elements, numbered where it occurs again.
std::vector<std::string> indexNames(const Machine &m, const OutputItem &first) {
  std::vector<std::string> names;
  for (size_t k = 0; k < first.index.size(); ++k) {
    int root = first.root(k);
    bool isNamed = root >= 0 && isName(m.roots[size_t(root)].name);
    names.push_back(isNamed ? m.roots[size_t(root)].name : "index");
  }
  std::vector<std::string> unique = names;
  for (size_t k = 0; k < names.size(); ++k)
    if (names[k] == "index" || std::count(names.begin(), names.end(), names[k]) > 1)
      unique[k] += std::to_string(names[k] == "index"
                                      ? long(k) + 1
                                      : std::count(names.begin(), names.begin() + long(k) + 1, names[k]));
  return unique;
}

OutputCells indexCells(const Machine &m, const OutputItem &item, size_t k) {
  int root = item.root(k);
  bool isText = root >= 0 && m.roots[size_t(root)].isText();
  std::vector<std::string> texts;
  std::vector<int64_t> numbers;
  for (int64_t row = 0; row < item.values.size(); ++row) {
    std::string label = m.label(root, m.column(item.index[k]).integer(row));
    if (isText)
      texts.push_back(std::move(label));
    else
      numbers.push_back(std::stoll(label));
  }
  return isText ? OutputCells(std::move(texts)) : OutputCells(std::move(numbers));
}

template <class T, class Entry> OutputCells cells(int64_t rows, Entry entry) {
  std::vector<T> list;
  for (int64_t row = 0; row < rows; ++row)
    list.push_back(T(entry(row)));
  return list;
}

OutputCells valueCells(const Machine &m, const OutputItem &item) {
  const Column &values = item.values;
  std::string kind = item.text("kind");
  auto whole = [&](int64_t row) { return values.integer(row); };
  if (kind == "real")
    return cells<double>(values.size(), [&](int64_t row) { return values.real(row); });
  if (kind == "int")
    return cells<int64_t>(values.size(), whole);
  if (kind == "bool")
    return cells<uint8_t>(values.size(), whole);
  return cells<std::string>(values.size(), [&](int64_t row) { return valueText(m, item.item, values, row); });
}

/// Index columns of the first family, then one column per item; all items have its rows.
std::vector<OutputColumn> tabulate(const Machine &m, const Step &step) {
  std::vector<OutputColumn> table;
  std::vector<OutputItem> items;
  for (auto &item : step.attr("items"))
    items.push_back(outputItem(m, step, item));
  for (const OutputItem &item : items) {
    if (!haveSameRows(m, items[0], item))
      throw StepFailure{"write-rows", fmt::format("{}, but {}: the columns of a table have the same elements",
                                                  entriesOf(items[0]), entriesOf(item))};
    std::vector<std::string> names = indexNames(m, item);
    for (size_t k = 0; &item == &items[0] && k < names.size(); ++k)
      table.push_back({names[k], indexCells(m, item, k)});
    table.push_back({item.text("name"), valueCells(m, item)});
  }
  return table;
}

} // namespace

/// A relative path counts from the folder for output.
void write(Program::State &state, Step &step) {
  std::filesystem::path path(step.attr("path").get<std::string>());
  if (path.is_relative())
    path = std::filesystem::path(state.options.output_folder) / path;
  if (auto format = formatOf(path.string()); !format)
    throw StepFailure{"write-format", format.error().text()};
  if (auto done = writeTable(path.string(), tabulate(state.machine, step)); !done)
    throw StepFailure{"write-failed", done.error().text()};
}

} // namespace costate::rt
