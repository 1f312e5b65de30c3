// Data tables, their columns, labels, constants and parameters.
#include "runtime/bind/Machine.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <filesystem>

namespace costate::rt {
namespace {

[[noreturn]] void fail(const char *id, std::string message) { throw StepFailure{id, std::move(message)}; }

template <class T> T &&need(Outcome<T> &outcome) {
  if (!outcome)
    fail("data", outcome.error().text());
  return std::move(*outcome);
}

double number(const Json &value) {
  if (value.is_string())
    return value == "inf" ? INFINITY : value == "-inf" ? -INFINITY : NAN;
  return value.get<double>();
}

template <class T> void put(Machine &m, Step &step, const std::vector<T> &values) {
  auto column = m.makeLike(step.out[0], int64_t(values.size())).template as<T>();
  std::copy(values.begin(), values.end(), column.begin());
  step.rowsOut = int64_t(values.size());
}

void table(Machine &m, Step &step) {
  std::string path = step.attr("path");
  std::filesystem::path full(path);
  if (full.is_relative())
    full = std::filesystem::path(m.baseFolder) / full;
  auto format = formatOf("x." + step.attr("format").get<std::string>());
  auto read = readTable(full.string(), need(format));
  m.make(step.out[0], Type::Table, 0).table = need(read);
}

const Table &tableOf(Machine &m, Step &step) { return *m.column(step.in[0][0]).table; }

void iota(Machine &m, Step &step, int64_t rows) {
  auto codes = m.make(step.out[0], Type::I32, rows).as<int32_t>();
  for (int64_t k = 0; k < rows; ++k)
    codes[size_t(k)] = int32_t(k);
  step.rowsOut = rows;
}

void rows(Machine &m, Step &step) {
  const Table &t = tableOf(m, step);
  int root = step.attr("root");
  if (root >= 0) {
    m.roots[size_t(root)].isRowNumbers = true;
    m.roots[size_t(root)].rows = t.rows();
  }
  iota(m, step, t.rows());
}

void keys(Machine &m, Step &step) {
  const Table &t = tableOf(m, step);
  std::string column = step.attr("column");
  auto labels = t.labels(column);
  LabelPool &pool = m.roots[step.attr("root").get<size_t>()];
  if (auto twice = pool.fill(need(labels)))
    fail("duplicate-key",
         fmt::format("{}:{}: key {} is \"{}\" again, first in line {}", t.name(), t.lineOf(twice->second),
                     column, t.cell(twice->second, column), t.lineOf(twice->first)));
  iota(m, step, t.rows());
}

/// The rows that must have a value: all, or those the step's second input lists.
std::optional<RowMarks> neededRows(Machine &m, Step &step) {
  if (step.in[0].size() < 2)
    return std::nullopt;
  RowMarks marks(size_t(tableOf(m, step).rows()), false);
  for (int32_t row : m.column(step.in[0][1]).as<int32_t>())
    marks[size_t(row)] = true;
  return marks;
}

void column(Machine &m, Step &step) {
  const Table &t = tableOf(m, step);
  std::optional<RowMarks> marks = neededRows(m, step);
  const RowMarks *needed = marks ? &*marks : nullptr;
  std::string name = step.attr("column");
  switch (m.typeOf(step.out[0])) {
  case Type::F64: {
    auto values = t.reals(name, {}, true, needed);
    return put(m, step, need(values));
  }
  case Type::I64: {
    auto values = t.integers(name, {}, needed);
    return put(m, step, need(values));
  }
  case Type::I1: {
    auto values = t.booleans(name, {}, needed);
    return put(m, step, need(values));
  }
  default: {
    auto values = t.texts(name, {}, needed);
    std::vector<int32_t> codes;
    for (auto &text : need(values))
      codes.push_back(m.texts.code(text));
    return put(m, step, codes);
  }
  }
}

void present(Machine &m, Step &step) {
  auto marks = tableOf(m, step).present(step.attr("column").get<std::string>(), step.has("as_text"));
  RowMarks values = need(marks);
  put(m, step, std::vector<uint8_t>(values.begin(), values.end()));
}

void foreign(Machine &m, Step &step) {
  const Table &t = tableOf(m, step);
  std::string name = step.attr("column");
  const LabelPool &pool = m.roots[step.attr("root").get<size_t>()];
  auto refuse = [&](int64_t row) {
    fail("unknown-key", fmt::format("{}:{}: column {} is {}, expected {} of `{}`", t.name(), t.lineOf(row),
                                    name, t.cell(row, name).empty() ? "empty" : t.cell(row, name),
                                    pool.isRowNumbers ? "a row" : "a key", pool.name));
  };
  std::optional<RowMarks> marks = neededRows(m, step);
  const RowMarks *needed = marks ? &*marks : nullptr;
  std::vector<int32_t> codes(size_t(t.rows()), 0);
  auto locate = [&](const auto &values) {
    for (size_t k = 0; k < values.size(); ++k) {
      if (auto code = pool.find(values[k]))
        codes[k] = *code;
      else if (!needed || (*needed)[k])
        refuse(int64_t(k));
    }
  };
  if (pool.isText()) {
    auto texts = t.texts(name, {}, needed);
    locate(need(texts));
  } else {
    auto numbers = t.integers(name, {}, needed);
    locate(need(numbers));
  }
  put(m, step, codes);
}

void elements(Machine &m, Step &step) {
  Labels labels;
  for (auto &label : step.attr("labels")) {
    labels.isText = label.is_string();
    if (label.is_string())
      labels.texts.push_back(label);
    else
      labels.numbers.push_back(label);
  }
  int64_t count = int64_t(labels.size());
  LabelPool &pool = m.roots[step.attr("root").get<size_t>()];
  if (auto twice = pool.fill(std::move(labels)))
    fail("duplicate-element",
         fmt::format("element {} of `{}` is written twice", pool.text(twice->first), pool.name));
  iota(m, step, count);
}

void label(Machine &m, Step &step) {
  int root = step.attr("root");
  const Json &wanted = step.attr("label");
  const LabelPool &pool = m.roots[size_t(root)];
  auto code = wanted.is_string() ? pool.find(wanted.get<std::string>()) : pool.find(wanted.get<int64_t>());
  if (!code)
    fail("unknown-label",
         fmt::format("{} is not in `{}`",
                     wanted.is_string() ? "\"" + wanted.get<std::string>() + "\"" : wanted.dump(),
                     pool.name));
  put(m, step, std::vector<int32_t>{*code});
}

void fillWith(Column &column, const Json &value) {
  for (int64_t k = 0; k < column.size(); ++k)
    switch (column.type()) {
    case Type::I1:
      column.as<uint8_t>()[size_t(k)] = value.is_boolean() ? value.get<bool>() : value.get<int64_t>() != 0;
      break;
    case Type::I32:
      column.as<int32_t>()[size_t(k)] = value.get<int32_t>();
      break;
    case Type::I64:
      column.as<int64_t>()[size_t(k)] = value.get<int64_t>();
      break;
    default:
      column.as<double>()[size_t(k)] = number(value);
    }
}

void literal(Machine &m, Step &step) {
  const Json &values = step.attr("values");
  Column &column = m.makeLike(step.out[0], int64_t(values.size()));
  for (size_t k = 0; k < values.size(); ++k)
    switch (column.type()) {
    case Type::I1:
      column.as<uint8_t>()[k] =
          values[k].is_boolean() ? values[k].get<bool>() : values[k].get<int64_t>() != 0;
      break;
    case Type::I32:
      column.as<int32_t>()[k] = values[k];
      break;
    case Type::I64:
      column.as<int64_t>()[k] = values[k];
      break;
    default:
      column.as<double>()[k] = number(values[k]);
    }
}

template <class T> bool parseWhole(const std::string &text, T &value) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

/// The number of a case by its name.
void caseNamed(Machine &m, Step &step, const std::string &name, const std::string &text, Column &result) {
  const LabelPool &cases = m.roots[step.attr("root").get<size_t>()];
  if (auto number = cases.find(text)) {
    result.as<int64_t>()[0] = *number;
    return;
  }
  std::string known;
  for (int64_t k = 0; k < cases.size(); ++k)
    known += (k == 0 ? "" : k + 1 == cases.size() ? " or " : ", ") + cases.text(k);
  fail("bad-value", fmt::format("--set {}={}: expected {}", name, text, known));
}

/// What `--set` gives, else the model's own value.
void param(Machine &m, Step &step) {
  std::string name = step.attr("name"), kind = step.attr("kind");
  auto given = m.values.find(name);
  if (given == m.values.end()) {
    if (step.in[0].empty())
      fail("missing-value",
           fmt::format(
               "parameter `{}` has no value; give it in the model, in a second file or by --set {}=...", name,
               name));
    const Column &fallback = m.column(step.in[0][0]);
    Column &result = m.makeLike(step.out[0], fallback.size());
    std::memcpy(result.data(), fallback.data(), size_t(fallback.size()) * sizeOf(fallback.type()));
    return;
  }
  m.usedValues[name] = true;
  const std::string &text = given->second;
  Column &result = m.makeLike(step.out[0], 1);
  bool good = true;
  if (kind == "real")
    good = parseWhole(text, result.as<double>()[0]) && !std::isnan(result.as<double>()[0]);
  else if (kind == "int")
    good = parseWhole(text, result.as<int64_t>()[0]);
  else if (kind == "bool")
    result.as<uint8_t>()[0] = text == "true", good = text == "true" || text == "false";
  else if (kind == "case")
    return caseNamed(m, step, name, text, result);
  else
    result.as<int32_t>()[0] = m.texts.code(text);
  if (!good)
    fail("bad-value", fmt::format("--set {}={}: expected {}", name, text,
                                  kind == "real"  ? "a number"
                                  : kind == "int" ? "an integer"
                                                  : "true or false"));
}

} // namespace

void defineTables(Machine &m) {
  m.define("table", table);
  m.define("rows", rows);
  m.define("keys", keys);
  m.define("column", column);
  m.define("present", present);
  m.define("foreign", foreign);
  m.define("elements", elements);
  m.define("label", label);
  m.define("literal", literal);
  m.define("param", param);
  m.define("text", [](Machine &m, Step &step) {
    put(m, step, std::vector<int32_t>{m.texts.code(step.attr("value"))});
  });
  m.define("fill", [](Machine &m, Step &step) {
    fillWith(m.makeLike(step.out[0], m.column(step.in[0][0]).size()), step.attr("value"));
  });
  m.define("count", [](Machine &m, Step &step) {
    put(m, step, std::vector<int64_t>{m.column(step.in[0][0]).size()});
  });
}

} // namespace costate::rt
