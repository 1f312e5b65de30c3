// Storage of columns.
#include "runtime/bind/Columns.h"

#include <new>

namespace costate::rt {

size_t sizeOf(Type type) {
  switch (type) {
  case Type::I1:
    return 1;
  case Type::I32:
    return 4;
  default:
    return 8;
  }
}

Type typeNamed(const std::string &name) {
  return name == "i1"    ? Type::I1
         : name == "i32" ? Type::I32
         : name == "i64" ? Type::I64
         : name == "f64" ? Type::F64
                         : Type::Table;
}

Column::Column(Type type, int64_t rows) : kind(type), rows(rows) {
  size_t bytes = (size_t(rows) * sizeOf(type) / 64 + 2) * 64;
  void *block = std::aligned_alloc(64, bytes);
  if (!block)
    throw std::bad_alloc(); // caught by the machine
  std::memset(block, 0, bytes);
  memory.reset(block, std::free);
}

Column Column::shared() const {
  Column result;
  result.kind = kind;
  result.rows = rows;
  result.memory = memory;
  result.sizes = sizes;
  return result;
}

int64_t Column::integer(int64_t row) const {
  switch (kind) {
  case Type::I1:
    return as<uint8_t>()[size_t(row)];
  case Type::I32:
    return as<int32_t>()[size_t(row)];
  case Type::I64:
    return as<int64_t>()[size_t(row)];
  default:
    return int64_t(as<double>()[size_t(row)]);
  }
}

double Column::real(int64_t row) const {
  return kind == Type::F64 ? as<double>()[size_t(row)] : double(integer(row));
}

} // namespace costate::rt
