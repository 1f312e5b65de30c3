// The text of a file in memory, followed by zeros so that readers may look ahead, and how it is read.
#ifndef COSTATE_RUNTIME_DATA_BYTES_H
#define COSTATE_RUNTIME_DATA_BYTES_H

#include "runtime/data/Outcome.h"

#include <cstdlib>
#include <memory>
#include <string_view>

namespace costate::rt {

/// A growing block of bytes that is followed by at least `padding` readable bytes. Growth does not clear
/// memory that is about to be overwritten; allocation failure throws std::bad_alloc (caught in Table.cpp).
class Bytes {
public:
  static constexpr size_t padding = 64;

  Bytes() { resize(0); }
  explicit Bytes(std::string_view text);

  char *data() { return memory.get(); }
  const char *data() const { return memory.get(); }
  size_t size() const { return count; }
  std::string_view view() const { return {memory.get(), count}; }

  /// Keeps the first min(old, new) bytes, leaves further ones undefined and zeroes the padding.
  void resize(size_t size);

private:
  struct Free {
    void operator()(char *memory) const { std::free(memory); }
  };
  std::unique_ptr<char, Free> memory;
  size_t count = 0;
};

/// Reads a file, pipe or device to its end. Fails with the system's words, for example
/// `bus.csv: cannot be read: No such file or directory`.
Outcome<Bytes> readBytes(const std::string &path);

/// Writes a file as a whole or not at all: beside it as `path.part`, which then takes its name. Fails as
/// `bus.csv: cannot be written: No space left on device`.
Outcome<Done> replaceFile(const std::string &path, std::string_view content);

/// Decompresses gzip data of one or several members (RFC 1952). Errors name the byte offset in the file:
/// not gzip, damaged, wrong check sum, ended early, followed by something else.
Outcome<Bytes> gunzip(const std::string &name, const Bytes &compressed);

/// Compresses to one gzip member without time stamp, so that equal texts give equal files.
Outcome<Bytes> gzip(const std::string &name, std::string_view text);

} // namespace costate::rt
#endif
