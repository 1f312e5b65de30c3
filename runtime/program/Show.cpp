// Values of solutions, and print and write.
#include "runtime/program/State.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>

namespace costate::rt {
namespace {

/// The shortest text that reads back as the same double; the sign of a nan means nothing.
std::string shortest(double value) {
  if (std::isnan(value))
    return "nan";
  char text[32];
  auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return std::string(text, end);
}

double signedSlack(double value, double low, double high) { return std::min(value - low, high - value); }

} // namespace

/// The field of a family or of the whole problem as a column of reals.
void solution(Program::State &state, Step &step) {
  SolvedProblem &problem = state.problem(step);
  std::string name = step.attr("name"), field = step.attr("field");
  const Result &r = problem.result;
  const Instance &p = *problem.instance;
  bool isOfProblem = field == "objective" || field == "status" || field == "iterations";
  if (!problem.isSolved && field != "status" && field != "iterations")
    throw StepFailure{
        "no-solution",
        fmt::format("`{}` has no solution to read: its status is {}", p.name, toString(r.status)), 2};
  auto put = [&](int64_t size, auto &&entry) {
    auto column = state.machine.make(step.out[0], Type::F64, size).as<double>();
    for (int64_t k = 0; k < size; ++k)
      column[size_t(k)] = entry(k);
  };
  if (isOfProblem)
    return put(1, [&](int64_t) {
      return field == "objective" ? r.objective : field == "status" ? double(int(r.status)) : r.iterations;
    });
  for (auto &family : p.variables)
    if (family.name == name && !family.hidden)
      return put(family.size, [&](int64_t k) {
        size_t j = size_t(family.offset + k);
        return field == "value"          ? r.x[j]
               : field == "reduced_cost" ? r.reduced_cost[j]
               : field == "lower"        ? p.xLower[j]
                                         : p.xUpper[j];
      });
  for (auto &family : p.rows)
    if (family.name == name)
      return put(family.size, [&](int64_t k) {
        size_t i = size_t(family.offset + k);
        return field == "value"   ? r.c[i]
               : field == "dual"  ? r.dual[i]
               : field == "slack" ? signedSlack(r.c[i], p.cLower[i], p.cUpper[i])
               : field == "lower" ? p.cLower[i]
                                  : p.cUpper[i];
      });
  throw StepFailure{"internal", fmt::format("`{}` has no `{}`", p.name, name)};
}

std::string valueText(const Machine &machine, const Json &item, const Column &column, int64_t row) {
  std::string kind = item.at("kind");
  if (kind == "status")
    return toString(Status(int(column.real(row))));
  if (kind == "bool")
    return column.integer(row) ? "true" : "false";
  if (kind == "int")
    return std::to_string(column.integer(row));
  if (kind == "text")
    return machine.label(-2, column.integer(row));
  if (kind == "element")
    return machine.label(item.at("root"), column.integer(row));
  double value = column.real(row);
  return std::isnan(value) ? "nan" : fmt::format("{:.9g}", value == 0 ? 0.0 : value);
}

/// Scalars and texts share a line; a family takes a line per entry.
void show(Program::State &state, Step &step) {
  const Machine &m = state.machine;
  std::string line;
  auto flush = [&] {
    if (!line.empty())
      state.output.print(line);
    line.clear();
  };
  for (auto &item : step.attr("items")) {
    std::string label = item.at("label");
    int number = item.at("column");
    auto index = item.at("index").get<std::vector<int>>();
    if (number < 0 || index.empty()) {
      std::string piece =
          number < 0 ? label : label + " = " + valueText(m, item, m.column(step.in[0][size_t(number)]), 0);
      line += (line.empty() ? "" : "  ") + piece;
      continue;
    }
    flush();
    for (int &slot : index)
      slot = step.in[0][size_t(slot)];
    const Column &column = m.column(step.in[0][size_t(number)]);
    for (int64_t row = 0; row < column.size(); ++row)
      state.output.print(label + m.indexText(index, item.at("roots"), row) + " = " +
                         valueText(m, item, column, row));
  }
  flush();
}

namespace {

struct OutputTable {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> columns;
  std::vector<bool> isText;
};

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

void addIndices(const Machine &m, const OutputItem &first, OutputTable &table) {
  table.names = indexNames(m, first);
  for (size_t k = 0; k < first.index.size(); ++k) {
    int root = first.root(k);
    table.isText.push_back(root >= 0 && m.roots[size_t(root)].isText());
    auto &cells = table.columns.emplace_back();
    for (int64_t row = 0; row < first.values.size(); ++row)
      cells.push_back(m.label(root, m.column(first.index[k]).integer(row)));
  }
}

/// Index columns of the first family, then one column per item; all items have its rows.
OutputTable tabulate(Program::State &state, Step &step) {
  const Machine &m = state.machine;
  OutputTable table;
  std::vector<OutputItem> items;
  for (auto &item : step.attr("items"))
    items.push_back(outputItem(m, step, item));
  for (const OutputItem &item : items) {
    if (!haveSameRows(m, items[0], item))
      throw StepFailure{"write-rows", fmt::format("{}, but {}: the columns of a table have the same elements",
                                                  entriesOf(items[0]), entriesOf(item))};
    if (&item == &items[0])
      addIndices(m, item, table);
    table.names.push_back(item.text("name"));
    std::string kind = item.text("kind");
    table.isText.push_back(kind == "text" || kind == "element" || kind == "status");
    auto &cells = table.columns.emplace_back();
    for (int64_t row = 0; row < item.values.size(); ++row)
      cells.push_back(kind == "real" ? shortest(item.values.real(row))
                                     : valueText(m, item.item, item.values, row));
  }
  return table;
}

std::string quoted(const std::string &cell, char delimiter) {
  if (cell.find_first_of(std::string("\"\r\n") + delimiter) == std::string::npos)
    return cell;
  std::string text = "\"";
  for (char c : cell)
    text += c == '"' ? "\"\"" : std::string(1, c);
  return text + "\"";
}

std::string delimited(const OutputTable &table, char delimiter) {
  std::string text;
  auto line = [&](auto &&cell) {
    for (size_t k = 0; k < table.names.size(); ++k)
      text += (k ? std::string(1, delimiter) : "") + quoted(cell(k), delimiter);
    text += "\n";
  };
  line([&](size_t k) { return table.names[k]; });
  for (size_t row = 0; row < (table.columns.empty() ? 0 : table.columns[0].size()); ++row)
    line([&](size_t k) { return table.columns[k][row]; });
  return text;
}

std::string records(const OutputTable &table) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (size_t row = 0; row < (table.columns.empty() ? 0 : table.columns[0].size()); ++row) {
    nlohmann::ordered_json record;
    for (size_t k = 0; k < table.names.size(); ++k) {
      const std::string &cell = table.columns[k][row];
      auto parsed = nlohmann::ordered_json::parse(cell, nullptr, false);
      record[table.names[k]] =
          table.isText[k] || parsed.is_discarded() ? nlohmann::ordered_json(cell) : parsed;
    }
    all.push_back(record);
  }
  return all.dump(1) + "\n";
}

} // namespace

/// Written whole beside its place, then renamed: an interrupted run leaves the old file.
void write(Program::State &state, Step &step) {
  std::filesystem::path path(step.attr("path").get<std::string>());
  if (path.is_relative())
    path = std::filesystem::path(state.options.output_folder) / path;
  auto format = formatOf(path.string());
  if (!format)
    throw StepFailure{"write-format", format.error().text()};
  OutputTable table = tabulate(state, step);
  std::string text =
      *format == Format::json ? records(table) : delimited(table, *format == Format::csv ? ',' : '\t');
  std::string temporary = path.string() + ".part";
  bool good = false;
  if (path.extension() == ".gz") {
    gzFile file = gzopen(temporary.c_str(), "wb");
    good = file && gzwrite(file, text.data(), unsigned(text.size())) == int(text.size());
    good = file && gzclose(file) == Z_OK && good;
  } else {
    std::ofstream file(temporary, std::ios::binary);
    file << text;
    file.close();
    good = bool(file);
  }
  std::error_code failure;
  if (good)
    std::filesystem::rename(temporary, path, failure);
  if (!good || failure)
    throw StepFailure{"write-failed", fmt::format("cannot write `{}`", path.filename().string())};
}

} // namespace costate::rt
