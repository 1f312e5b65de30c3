// Storage of columns.
#include "runtime/bind/Columns.h"

#include <new>

namespace costate::rt {

size_t sizeOf(Type type) {
  switch (type) {
  case Type::I1:
    return 1;
  case Type::I32:
  case Type::F32:
    return 4;
  default:
    return 8;
  }
}

Type typeNamed(const std::string &name) {
  return name == "i1"    ? Type::I1
         : name == "i32" ? Type::I32
         : name == "i64" ? Type::I64
         : name == "f32" ? Type::F32
         : name == "f64" ? Type::F64
                         : Type::Table;
}

/// Large blocks begin at the same place of a page, and a processor takes a load for one of what was just
/// stored at that place of another page: a loop over two such arrays runs at half its speed. So they are
/// shifted by a number that differs between neighbouring blocks.
static constexpr size_t pagesOfItsOwn = size_t(1) << 17;
static size_t shiftOf(void *block) { return reinterpret_cast<uintptr_t>(block) / 4096 % 31 * 128; }

Column::Column(Type type, int64_t rows) : kind(type), rows(rows) {
  size_t bytes = (size_t(rows) * sizeOf(type) / 64 + 2) * 64;
  bool isLarge = bytes >= pagesOfItsOwn;
  void *block = std::aligned_alloc(64, bytes + (isLarge ? 4096 : 0));
  if (!block)
    throw std::bad_alloc(); // caught by the machine
  char *entries = static_cast<char *>(block) + (isLarge ? shiftOf(block) : 0);
  std::memset(entries, 0, bytes);
  memory.reset(entries, [block](void *) { std::free(block); });
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
    return int64_t(real(row));
  }
}

double Column::real(int64_t row) const {
  switch (kind) {
  case Type::F32:
    return double(as<float>()[size_t(row)]);
  case Type::F64:
    return as<double>()[size_t(row)];
  default:
    return double(integer(row));
  }
}

} // namespace costate::rt
