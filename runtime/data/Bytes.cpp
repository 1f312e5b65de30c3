// Whole files. A read instead of a memory map: a file that shrinks while it is mapped would kill the
// process, and one copy costs less than the scan that follows.
#include "runtime/data/Bytes.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <new>
#include <sys/stat.h>
#include <unistd.h>

namespace costate::rt {

Bytes::Bytes(std::string_view text) {
  resize(text.size());
  if (!text.empty())
    std::memcpy(data(), text.data(), text.size());
}

void Bytes::resize(size_t size) {
  if (size > SIZE_MAX - padding)
    throw std::bad_alloc();
  char *grown = static_cast<char *>(std::realloc(memory.get(), size + padding));
  if (!grown)
    throw std::bad_alloc();
  (void)memory.release();
  memory.reset(grown);
  std::memset(grown + size, 0, padding);
  count = size;
}

namespace {

class OpenFile {
public:
  explicit OpenFile(const std::string &path) : descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  OpenFile(const OpenFile &) = delete;
  ~OpenFile() {
    if (descriptor >= 0)
      ::close(descriptor);
  }
  const int descriptor;
};

DataError unreadable(const std::string &path, int code) {
  return {path, 0, 0, fmt::format("cannot be read: {}", std::strerror(code))};
}

} // namespace

Outcome<Bytes> readBytes(const std::string &path) {
  if (path.find('\0') != std::string::npos)
    return DataError{path.substr(0, path.find('\0')), 0, 0, "cannot be read: the file name has a zero byte"};
  OpenFile file(path);
  struct stat status;
  if (file.descriptor < 0 || ::fstat(file.descriptor, &status) != 0)
    return unreadable(path, errno);
  if (S_ISDIR(status.st_mode))
    return DataError{path, 0, 0, "is a directory, expected a file"};

  Bytes bytes;
  size_t length = 0;
  bytes.resize(S_ISREG(status.st_mode) && status.st_size > 0 ? size_t(status.st_size) + 1 : 1 << 16);
  for (;;) {
    if (length == bytes.size())
      bytes.resize(2 * length);
    ssize_t got = ::read(file.descriptor, bytes.data() + length, bytes.size() - length);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return unreadable(path, errno);
    if (got == 0)
      break;
    length += size_t(got);
  }
  bytes.resize(length);
  return bytes;
}

Outcome<Done> replaceFile(const std::string &path, std::string_view content) {
  auto unwritable = [&](int code) {
    return DataError{path, 0, 0, fmt::format("cannot be written: {}", std::strerror(code))};
  };
  std::string partial = path + ".part";
  std::FILE *file = std::fopen(partial.c_str(), "wb");
  if (!file)
    return unwritable(errno);
  int code = std::fwrite(content.data(), 1, content.size(), file) == content.size() ? 0 : errno;
  if (std::fclose(file) != 0 && code == 0) // a full disk may show only here
    code = errno;
  if (code == 0 && std::rename(partial.c_str(), path.c_str()) != 0)
    code = errno;
  if (code == 0)
    return Done{};
  std::remove(partial.c_str());
  return unwritable(code);
}

} // namespace costate::rt
