// Whole files, plain or compressed, and the check that they are UTF-8.
#include "runtime/data/TableStore.h"

#include <fmt/format.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace costate::rt {
namespace {

Outcome<std::string> readCompressed(const std::string &path) {
  gzFile file = gzopen(path.c_str(), "rb");
  auto name = std::filesystem::path(path).filename().string();
  if (!file)
    return DataError{name, 0, 0, fmt::format("cannot be read: {}", std::strerror(errno))};
  gzbuffer(file, 1 << 17);
  std::string text;
  std::string block(1 << 20, '\0');
  int count = 0;
  while ((count = gzread(file, block.data(), unsigned(block.size()))) > 0)
    text.append(block, 0, size_t(count));
  int code = Z_OK;
  std::string problem = gzerror(file, &code);
  bool isPlain = gzdirect(file);
  bool isBroken = count < 0 || (code != Z_OK && code != Z_STREAM_END);
  int64_t offset = gzoffset(file);
  if (gzclose(file) != Z_OK)
    isBroken = true;
  if (isBroken)
    return DataError{name, 0, 0, fmt::format("the compressed data is damaged or cut off near byte {}", offset)};
  if (isPlain && !text.empty())
    return DataError{name, 0, 0, "the file is not gzip data, as its name says"};
  return text;
}

} // namespace

Outcome<std::string> readText(const std::string &path) {
  auto name = std::filesystem::path(path).filename().string();
  std::error_code failure;
  auto status = std::filesystem::status(path, failure);
  if (!std::filesystem::exists(status))
    return DataError{path, 0, 0, "there is no such file"};
  if (std::filesystem::is_directory(status))
    return DataError{path, 0, 0, "this is a folder, expected a file"};
  if (path.ends_with(".gz"))
    return readCompressed(path);
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file)
    return DataError{name, 0, 0, fmt::format("cannot be read: {}", std::strerror(errno))};
  std::string text(size_t(file.tellg()), '\0');
  file.seekg(0);
  file.read(text.data(), std::streamsize(text.size()));
  if (!file)
    return DataError{name, 0, 0, "cannot be read to its end"};
  return text;
}

size_t invalidByte(std::string_view text) {
  const size_t size = text.size();
  for (size_t k = 0; k < size;) {
    uint64_t eight = 0;
    if (k + 8 <= size && (std::memcpy(&eight, text.data() + k, 8), eight & 0x8080808080808080u) == 0 &&
        ((eight - 0x0101010101010101u) & ~eight & 0x8080808080808080u) == 0) {
      k += 8;
      continue;
    }
    unsigned char c = text[k];
    size_t length = c == 0 ? 0 : c < 0x80 ? 1 : c >= 0xC2 && c < 0xE0 ? 2 : c >= 0xE0 && c < 0xF0 ? 3 : c >= 0xF0 && c < 0xF5 ? 4 : 0;
    if (length == 0 || k + length > size)
      return k;
    for (size_t j = 1; j < length; ++j)
      if ((text[k + j] & 0xC0) != 0x80)
        return k;
    unsigned char second = length > 2 ? text[k + 1] : 0xA0;
    if ((c == 0xE0 && second < 0xA0) || (c == 0xED && second >= 0xA0) || (c == 0xF0 && second < 0x90) || (c == 0xF4 && second >= 0x90))
      return k;
    k += length;
  }
  return std::string::npos;
}

} // namespace costate::rt
