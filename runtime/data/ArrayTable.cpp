// npy and npz as csv: indices of every entry, then what the arrays hold there.
#include "runtime/data/ArrayTable.h"

#include "runtime/data/Npy.h"
#include "runtime/data/Utf8.h"
#include "runtime/data/Zip.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace costate::rt {
namespace {

constexpr size_t mostIndices = 16; // named i, j, ..., x

struct NamedArray {
  std::string name;
  NpyArray array;
};

/// Walks an array of any order with the last index fastest.
class EntryWalk {
public:
  explicit EntryWalk(const NpyArray &array) : array(array), strides(array.shape.size()) {
    int64_t stride = int64_t(array.entryBytes);
    for (size_t k = 0; k < strides.size(); ++k) {
      size_t dimension = array.isFortran ? k : strides.size() - 1 - k;
      strides[dimension] = stride;
      stride *= array.shape[dimension];
    }
  }
  const char *at(const std::vector<int64_t> &index) const {
    int64_t offset = 0;
    for (size_t k = 0; k < strides.size(); ++k)
      offset += index[k] * strides[k];
    return array.data.data() + offset;
  }
  const NpyArray &array;

private:
  std::vector<int64_t> strides;
};

/// The next index of a shape, last one fastest.
void advance(std::vector<int64_t> &index, const std::vector<int64_t> &shape) {
  for (size_t k = shape.size(); k-- > 0;) {
    if (++index[k] < shape[k])
      return;
    index[k] = 0;
  }
}

void appendHeading(std::string &csv, std::string_view name) {
  csv += csv.empty() ? "\"" : ",\"";
  for (char letter : name)
    csv += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  csv += '"';
}

std::string headings(const std::vector<NamedArray> &arrays, size_t indices) {
  std::string csv;
  for (size_t k = 0; k < indices; ++k)
    appendHeading(csv, std::string(1, char('i' + k)));
  for (const auto &[name, array] : arrays)
    for (const NpyField &field : array.fields)
      appendHeading(csv, field.name.empty() ? name.empty() ? "value" : name
                         : name.empty()     ? field.name
                                            : name + "." + field.name);
  return csv + '\n';
}

std::optional<DataError> checkShapes(const std::string &file, const std::vector<NamedArray> &arrays) {
  for (const auto &[name, array] : arrays) {
    const std::vector<int64_t> &first = arrays[0].array.shape;
    if (array.shape.size() > mostIndices)
      return DataError{
          file, 0, 0,
          fmt::format("an array has {} dimensions, expected at most {}", array.shape.size(), mostIndices)};
    if (array.shape != first)
      return DataError{
          file, 0, 0,
          fmt::format("array {} has shape ({}), but {} has ({}); arrays of one table have one shape",
                      shown(name), fmt::join(array.shape, ", "), shown(arrays[0].name),
                      fmt::join(first, ", "))};
  }
  return std::nullopt;
}

/// Replaces the text of the store, in which the arrays lie.
std::optional<DataError> tabulate(TableStore &store, const std::vector<NamedArray> &arrays) {
  if (auto error = checkShapes(store.name, arrays))
    return error;
  const std::vector<int64_t> &shape = arrays[0].array.shape;
  size_t indices = shape.size() < 2 ? 0 : shape.size();
  std::string csv = headings(arrays, indices);
  std::vector<EntryWalk> walks;
  for (const NamedArray &named : arrays)
    walks.emplace_back(named.array);
  std::vector<int64_t> index(shape.size(), 0);
  int64_t entries = arrays[0].array.entries();
  for (int64_t entry = 0; entry < entries; ++entry, advance(index, shape)) {
    for (size_t k = 0; k < indices; ++k)
      csv += fmt::format_int(index[k] + 1).c_str(), csv += ',';
    for (const EntryWalk &walk : walks)
      for (const NpyField &field : walk.array.fields) {
        if (!appendCell(csv, field, walk.at(index) + field.offset))
          return DataError{store.name, entry + 1, 0, "a text is not UTF-8 or holds a zero"};
        csv += ',';
      }
    csv.back() = '\n';
  }
  store.text = Bytes(csv);
  store.firstLine = 1;
  return std::nullopt;
}

} // namespace

std::optional<DataError> tabulateNpy(TableStore &store) {
  Outcome<NpyArray> array = parseNpy(store.name, store.text.view());
  if (!array)
    return array.error();
  return tabulate(store, {{"", *std::move(array)}});
}

std::optional<DataError> tabulateNpz(TableStore &store) {
  Outcome<std::vector<ZipMember>> members = unzip(store.name, store.text.view());
  if (!members)
    return members.error();
  if (members->empty())
    return DataError{store.name, 0, 0, "has no arrays"};
  std::vector<NamedArray> arrays;
  for (const ZipMember &member : *members) {
    std::string_view name = member.name;
    if (name.size() < 5 || name.substr(name.size() - 4) != ".npy")
      return DataError{store.name, 0, 0, fmt::format("member {} is not an npy file", shown(name))};
    name.remove_suffix(4);
    Outcome<NpyArray> array = parseNpy(store.name, member.content);
    if (!array)
      return DataError{store.name, 0, 0, fmt::format("array {}: {}", shown(name), array.error().message)};
    arrays.push_back({std::string(name), *std::move(array)});
  }
  return tabulate(store, arrays);
}

Outcome<std::string> npzOfColumns(const std::string &name, const std::vector<OutputColumn> &columns) {
  std::vector<ZipMember> members;
  for (const OutputColumn &column : columns)
    members.push_back({column.name + ".npy", npyOfColumn(column.cells)});
  return zip(name, members);
}

} // namespace costate::rt
