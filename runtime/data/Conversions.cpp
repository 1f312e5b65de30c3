// The conversions of Table.h: one loop over a column for all types, faults counted, texts made at the end.
#include "runtime/data/Number.h"
#include "runtime/data/Table.h"
#include "runtime/data/TableStore.h"
#include "runtime/data/Utf8.h"

#include <cmath>
#include <fmt/format.h>
#include <new>

namespace costate::rt {
namespace {

enum class Fault : uint8_t { none, missing, wrong, notFinite, tooLarge };

// What a conversion wants, in the words of its messages.
struct Wanted {
  const char *noun;     // "a number"
  const char *tooLarge; // "a number within the range of double"
  const char *example;  // a default to suggest, or null where the model cannot give one
};

struct Faults {
  int64_t count = 0, row = 0;
  Fault first = Fault::none;

  void add(int64_t at, Fault fault) {
    if (count++ == 0)
      row = at, first = fault;
  }
};

DataError explain(const TableStore &store, size_t column, const Faults &faults, const Wanted &wanted) {
  CellView cell = store.cell(faults.row, column);
  const std::string &name = store.columns[column];
  std::string message;
  if (faults.first == Fault::missing) {
    const char *how = cell.kind == CellKind::null     ? "null"
                      : cell.kind == CellKind::absent ? "missing"
                                                      : "empty";
    message = fmt::format("column {} is {}, expected {}", name, how, wanted.noun);
    if (wanted.example)
      message += fmt::format("; give a default in the model (`default {}`)", wanted.example);
  } else {
    const char *expected = faults.first == Fault::notFinite  ? "a finite number"
                           : faults.first == Fault::tooLarge ? wanted.tooLarge
                                                             : wanted.noun;
    bool isQuoted = cell.kind != CellKind::number && cell.kind != CellKind::boolean;
    std::string found = isQuoted ? shown(decoded(cell)) : shown(cell.raw());
    if (!isQuoted)
      found = found.substr(1, found.size() - 2);
    message = fmt::format("column {} is {}, expected {}", name, found, expected);
  }
  if (faults.count > 1)
    message += fmt::format(" (and {} more like it)", faults.count - 1);
  return store.errorAt(faults.row, column, std::move(message));
}

DataError noMemory(const Table &table) {
  return {table.name(), 0, 0, "not enough memory to convert a column"};
}

// parse(cell, value) gives a fault; missing cells take the default where there is one, and may be missing in
// rows that are not needed.
template <class T, class Parse>
Outcome<std::vector<T>> convert(const Table &table, const TableStore &store, std::string_view name,
                                const std::optional<T> &ifEmpty, const RowMarks *needed, const Wanted &wanted,
                                Parse parse) try {
  std::optional<size_t> column = store.find(name);
  if (!column)
    return table.noColumn(name);
  std::vector<T> values(static_cast<size_t>(store.rows));
  Faults faults;
  store.forEachCell(
      *column, [&](int64_t row, CellView cell) __attribute__((always_inline)) {
        Fault fault = parse(cell, values[size_t(row)]);
        if (fault == Fault::none) [[likely]]
          return;
        if (fault == Fault::missing && (ifEmpty || (needed && !(*needed)[size_t(row)])))
          values[size_t(row)] = ifEmpty.value_or(T());
        else
          faults.add(row, fault);
      });
  if (faults.count)
    return explain(store, *column, faults, wanted);
  return values;
} catch (const std::bad_alloc &) {
  return noMemory(table);
}

bool isMissing(CellView cell) {
  return cell.kind == CellKind::null || cell.kind == CellKind::absent ||
         (cell.begin == cell.end && cell.kind != CellKind::text);
}

// Numbers may stand in quotes with blanks around them; a quoted cell of blanks is missing for them.
CellView numberCell(CellView cell) {
  if (cell.kind == CellKind::quoted)
    cell.kind = CellKind::bare;
  return trimmed(cell);
}

Fault faultOf(NumberFault fault) {
  switch (fault) {
  case NumberFault::none:
    return Fault::none;
  case NumberFault::notFinite:
    return Fault::notFinite;
  case NumberFault::tooLarge:
    return Fault::tooLarge;
  case NumberFault::notANumber:
    break;
  }
  return Fault::wrong;
}

Fault realOf(CellView cell, double &value, bool allowInfinite) {
  cell = numberCell(cell);
  if (isMissing(cell))
    return Fault::missing;
  if (cell.kind == CellKind::boolean)
    return Fault::wrong;
  NumberFault fault = parseReal(cell.begin, cell.end, value);
  if (fault != NumberFault::none)
    return cell.kind == CellKind::text ? Fault::wrong : faultOf(fault);
  if (cell.kind == CellKind::text && std::isfinite(value))
    return Fault::wrong; // a json text is a number only where json has no other way: "inf"
  return std::isfinite(value) || allowInfinite ? Fault::none : Fault::notFinite;
}

Fault integerOf(CellView cell, int64_t &value) {
  cell = numberCell(cell);
  if (isMissing(cell))
    return Fault::missing;
  if (cell.kind != CellKind::bare && cell.kind != CellKind::number)
    return Fault::wrong;
  return faultOf(parseInteger(cell.begin, cell.end, value));
}

Fault booleanOf(CellView cell, uint8_t &value) {
  cell = numberCell(cell);
  if (isMissing(cell))
    return Fault::missing;
  if (cell.kind == CellKind::text)
    return Fault::wrong;
  std::string_view word = cell.raw();
  value = word == "true" || word == "True" || word == "TRUE" || word == "1";
  return value || word == "false" || word == "False" || word == "FALSE" || word == "0" ? Fault::none
                                                                                       : Fault::wrong;
}

Fault textOf(CellView cell, std::string &value) {
  if (cell.kind == CellKind::bare)
    cell = trimmed(cell);
  if (isMissing(cell) && cell.kind != CellKind::quoted)
    return Fault::missing;
  value = decoded(cell);
  return Fault::none;
}

Fault labelTextOf(CellView cell, std::string &value) {
  if (cell.kind == CellKind::boolean)
    return Fault::wrong;
  Fault fault = textOf(cell, value);
  return fault == Fault::none && value.empty() ? Fault::missing : fault;
}

// True if every cell is a plain integer; else `numbers` is undefined.
bool readPlainIntegers(const TableStore &store, size_t column, std::vector<int64_t> &numbers) {
  if (store.rows == 0)
    return true;
  int64_t probe;
  auto isPlain = [](CellView cell, int64_t &number) {
    if (cell.kind == CellKind::text || cell.kind == CellKind::boolean || isMissing(cell))
      return false;
    cell = numberCell(cell);
    return parsePlainInteger(cell.begin, cell.end, number);
  };
  if (!isPlain(store.cell(0, column), probe))
    return false;
  numbers.resize(size_t(store.rows));
  bool isAll = true;
  store.forEachCell(
      column, [&](int64_t row, CellView cell) { isAll = isAll && isPlain(cell, numbers[size_t(row)]); });
  return isAll;
}

} // namespace

Outcome<std::vector<double>> Table::reals(std::string_view column, std::optional<double> ifEmpty,
                                          bool allowInfinite, const RowMarks *needed) const {
  static constexpr Wanted wanted{"a number", "a number within the range of double precision", "0"};
  return convert<double>(
      *this, *store, column, ifEmpty, needed,
      wanted, [=](CellView cell, double &value) __attribute__((always_inline)) {
        bool isPlain = cell.kind == CellKind::bare || cell.kind == CellKind::number;
        if (isPlain && parseShortReal(cell.begin, cell.end, value)) [[likely]]
          return Fault::none;
        return realOf(cell, value, allowInfinite);
      });
}

Outcome<std::vector<int64_t>> Table::integers(std::string_view column, std::optional<int64_t> ifEmpty,
                                              const RowMarks *needed) const {
  static constexpr Wanted wanted{"an integer", "an integer of at most 64 bits", "0"};
  return convert<int64_t>(*this, *store, column, ifEmpty, needed, wanted, integerOf);
}

Outcome<std::vector<std::string>> Table::texts(std::string_view column, std::optional<std::string> ifEmpty,
                                               const RowMarks *needed) const {
  static constexpr Wanted wanted{"a text", "a text", "\"\""};
  return convert<std::string>(*this, *store, column, ifEmpty, needed, wanted, textOf);
}

Outcome<std::vector<uint8_t>> Table::booleans(std::string_view column, std::optional<bool> ifEmpty,
                                              const RowMarks *needed) const {
  static constexpr Wanted wanted{"true or false", "true or false", "false"};
  std::optional<uint8_t> value;
  if (ifEmpty)
    value = *ifEmpty;
  return convert<uint8_t>(*this, *store, column, value, needed, wanted, booleanOf);
}

Outcome<RowMarks> Table::present(std::string_view name, bool asText) const try {
  std::optional<size_t> column = store->find(name);
  if (!column)
    return noColumn(name);
  RowMarks marks(size_t(store->rows));
  store->forEachCell(*column, [&](int64_t row, CellView cell) {
    bool isText = asText && cell.kind == CellKind::quoted;
    marks[size_t(row)] = isText || !isMissing(numberCell(cell));
  });
  return marks;
} catch (const std::bad_alloc &) {
  return noMemory(*this);
}

Outcome<Labels> Table::labels(std::string_view name) const try {
  std::optional<size_t> column = store->find(name);
  if (!column)
    return noColumn(name);
  Labels labels;
  if (readPlainIntegers(*store, *column, labels.numbers))
    return labels;
  labels.numbers = {};
  labels.isText = true;
  static constexpr Wanted wanted{"a label", "a label", nullptr};
  Outcome<std::vector<std::string>> texts =
      convert<std::string>(*this, *store, name, std::nullopt, nullptr, wanted, labelTextOf);
  if (!texts)
    return texts.error();
  labels.texts = *std::move(texts);
  return labels;
} catch (const std::bad_alloc &) {
  return noMemory(*this);
}

} // namespace costate::rt
