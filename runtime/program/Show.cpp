// Values of solutions, and print and write.
#include "runtime/program/State.h"

#include <fmt/format.h>
#include <zlib.h>

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

/// Index columns of the first family, then one column per item; all items have its rows.
OutputTable tabulate(Program::State &state, Step &step) {
  const Machine &m = state.machine;
  OutputTable table;
  int64_t rows = -1;
  for (auto &item : step.attr("items")) {
    int number = item.at("column");
    if (number < 0)
      throw StepFailure{"write-text", "a text cannot be written to a table"};
    const Column &column = m.column(step.in[0][size_t(number)]);
    auto index = item.at("index").get<std::vector<int>>();
    if (rows >= 0 && column.size() != rows)
      throw StepFailure{"write-rows", fmt::format("`{}` has {} entries, the columns before have {}",
                                                  item.at("label").get<std::string>(), column.size(), rows)};
    bool isFirst = rows < 0;
    rows = column.size();
    for (size_t k = 0; isFirst && k < index.size(); ++k) {
      int root = item.at("roots")[k];
      table.names.push_back(root >= 0 ? m.roots[size_t(root)].name : fmt::format("index{}", k + 1));
      table.isText.push_back(root >= 0 && m.roots[size_t(root)].isText());
      auto &cells = table.columns.emplace_back();
      for (int64_t row = 0; row < rows; ++row)
        cells.push_back(m.label(root, m.column(step.in[0][size_t(index[k])]).integer(row)));
    }
    table.names.push_back(item.at("label"));
    std::string kind = item.at("kind");
    table.isText.push_back(kind == "text" || kind == "element" || kind == "status");
    auto &cells = table.columns.emplace_back();
    for (int64_t row = 0; row < rows; ++row)
      cells.push_back(kind == "real" ? shortest(column.real(row)) : valueText(m, item, column, row));
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
    path = std::filesystem::path(state.options.base_folder) / path;
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
