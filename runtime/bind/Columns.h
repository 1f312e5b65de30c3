// Typed columns: what every step of a program reads and makes.
#pragma once

#include "runtime/data/Table.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace costate::rt {

enum class Type : uint8_t { I1, I32, I64, F32, F64, Table };

size_t sizeOf(Type type);
Type typeNamed(const std::string &name);

/// Memory aligned to 64 bytes and padded by 64, so that kernels may read whole vectors. One byte per truth
/// value.
class Column {
public:
  Column() = default;
  Column(Type type, int64_t rows);

  Type type() const { return kind; }
  int64_t size() const { return rows; }
  void *data() { return memory.get(); }
  const void *data() const { return memory.get(); }
  template <class T> std::span<T> as() { return {static_cast<T *>(data()), size_t(rows)}; }
  template <class T> std::span<const T> as() const { return {static_cast<const T *>(data()), size_t(rows)}; }
  /// Entry as an integer or a real, whatever the type.
  int64_t integer(int64_t row) const;
  double real(int64_t row) const;
  /// The same entries; they are never changed once a step has made them.
  Column shared() const;

  std::optional<Table> table;
  std::vector<int64_t> sizes; // but the first, of an array of several dimensions; its entries are rows first

private:
  Type kind = Type::F64;
  int64_t rows = 0;
  std::shared_ptr<void> memory;
};

} // namespace costate::rt
