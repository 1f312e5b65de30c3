// A zip file ends with a directory; its entries say where members are. Sections are those of the application
// note.
#include "runtime/data/Zip.h"

#include "runtime/data/Utf8.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <limits>
#include <new>
#include <optional>
#include <zlib.h>

namespace costate::rt {
namespace {

constexpr uint32_t memberMark = 0x04034b50, entryMark = 0x02014b50, endMark = 0x06054b50;
constexpr uint32_t longEndMark = 0x06064b50, locatorMark = 0x07064b50;
constexpr size_t memberBytes = 30, entryBytes = 46, endBytes = 22, longEndBytes = 56, locatorBytes = 20;

uint64_t number(std::string_view bytes, size_t at, size_t count) {
  uint64_t value = 0;
  for (size_t i = 0; i < count; ++i)
    value |= uint64_t(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  return value;
}

/// An entry of the directory: section 4.3.12.
struct Entry {
  std::string name;
  uint64_t flags, method, checkSum, packed, size, offset;
  size_t next; // where the next entry begins
};

class Unzipper {
public:
  Unzipper(const std::string &name, std::string_view bytes) : name(name), bytes(bytes) {}
  Outcome<std::vector<ZipMember>> run();

private:
  bool has(size_t at, size_t count) const { return at <= bytes.size() && bytes.size() - at >= count; }
  bool hasMark(size_t at, size_t count, uint32_t mark) const {
    return has(at, count) && number(bytes, at, 4) == mark;
  }
  DataError damaged(uint64_t at, std::string what) const {
    return {name, 0, 0, fmt::format("the zip data is damaged at byte {}: {}", at, what)};
  }
  std::optional<size_t> findEnd() const;
  Outcome<Entry> entryAt(size_t at) const;
  void widen(Entry &entry, std::string_view extra) const;
  Outcome<std::string> contentOf(const Entry &entry) const;
  Outcome<std::string> inflated(std::string_view packed, const Entry &entry) const;

  const std::string &name;
  std::string_view bytes;
};

/// The end record, before a comment of at most 65535 bytes.
std::optional<size_t> Unzipper::findEnd() const {
  if (bytes.size() < endBytes)
    return std::nullopt;
  size_t first = bytes.size() - std::min<size_t>(bytes.size(), endBytes + 65535);
  for (size_t at = bytes.size() - endBytes + 1; at-- > first;)
    if (hasMark(at, endBytes, endMark) && number(bytes, at + 20, 2) == bytes.size() - at - endBytes)
      return at;
  return std::nullopt;
}

/// Sizes and offset of 64 bits, where those of 32 are full: section 4.5.3.
void Unzipper::widen(Entry &entry, std::string_view extra) const {
  for (size_t at = 0; at + 4 <= extra.size();) {
    size_t kind = number(extra, at, 2), size = number(extra, at + 2, 2);
    at += 4;
    for (uint64_t *field : {&entry.size, &entry.packed, &entry.offset})
      if (kind == 1 && *field == UINT32_MAX && size >= 8 && at + 8 <= extra.size()) {
        *field = number(extra, at, 8);
        at += 8;
        size -= 8;
      }
    at += size;
  }
}

Outcome<Entry> Unzipper::entryAt(size_t at) const {
  if (!hasMark(at, entryBytes, entryMark))
    return damaged(at, "an entry of the directory is missing");
  size_t nameSize = number(bytes, at + 28, 2), extraSize = number(bytes, at + 30, 2);
  size_t after = at + entryBytes + nameSize + extraSize + number(bytes, at + 32, 2);
  if (after > bytes.size())
    return damaged(at, "an entry of the directory ends early");
  Entry entry{std::string(bytes.substr(at + entryBytes, nameSize)),
              number(bytes, at + 8, 2),
              number(bytes, at + 10, 2),
              number(bytes, at + 16, 4),
              number(bytes, at + 20, 4),
              number(bytes, at + 24, 4),
              number(bytes, at + 42, 4),
              after};
  widen(entry, bytes.substr(at + entryBytes + nameSize, extraSize));
  return entry;
}

Outcome<std::string> Unzipper::inflated(std::string_view packed, const Entry &entry) const {
  if (entry.size / 1032 > packed.size()) // deflate expands at most so many times (zlib.net)
    return damaged(entry.offset,
                   fmt::format("member {} cannot have {} bytes", shown(entry.name), entry.size));
  z_stream stream{};
  if (inflateInit2(&stream, -15) != Z_OK) // without a header of its own
    throw std::bad_alloc();
  std::unique_ptr<z_stream, int (*)(z_stream *)> ends(&stream, inflateEnd);
  std::string content(entry.size, '\0');
  size_t used = 0, made = 0;
  auto piece = [](size_t count) { return uInt(std::min<size_t>(count, std::numeric_limits<uInt>::max())); };
  for (int status = Z_OK; status != Z_STREAM_END;) {
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(packed.data() + used));
    stream.avail_in = piece(packed.size() - used);
    stream.next_out = reinterpret_cast<Bytef *>(content.data() + made);
    stream.avail_out = piece(content.size() - made);
    uInt in = stream.avail_in, out = stream.avail_out;
    status = inflate(&stream, Z_NO_FLUSH);
    used += in - stream.avail_in;
    made += out - stream.avail_out;
    if (status == Z_MEM_ERROR)
      throw std::bad_alloc();
    if (status != Z_OK && status != Z_STREAM_END)
      return damaged(entry.offset + used, fmt::format("member {} cannot be inflated", shown(entry.name)));
  }
  content.resize(made);
  return content;
}

/// Section 4.3.7.
Outcome<std::string> Unzipper::contentOf(const Entry &entry) const {
  if (!hasMark(entry.offset, memberBytes, memberMark))
    return damaged(entry.offset, fmt::format("member {} does not begin here", shown(entry.name)));
  size_t begin =
      entry.offset + memberBytes + number(bytes, entry.offset + 26, 2) + number(bytes, entry.offset + 28, 2);
  if (!has(begin, entry.packed))
    return damaged(entry.offset, fmt::format("member {} ends early", shown(entry.name)));
  if (entry.flags & 1)
    return damaged(entry.offset, fmt::format("member {} is encrypted", shown(entry.name)));
  if (entry.method != 0 && entry.method != 8)
    return damaged(entry.offset, fmt::format("member {} is packed by method {}, expected 0 or 8",
                                             shown(entry.name), entry.method));
  std::string_view packed = bytes.substr(begin, entry.packed);
  Outcome<std::string> content = entry.method == 0 ? std::string(packed) : inflated(packed, entry);
  if (!content)
    return content;
  uLong sum = crc32_z(0, reinterpret_cast<const Bytef *>(content->data()), content->size());
  if (content->size() != entry.size || sum != entry.checkSum)
    return damaged(
        entry.offset,
        fmt::format("member {} has another size or check sum than the directory says", shown(entry.name)));
  return content;
}

Outcome<std::vector<ZipMember>> Unzipper::run() {
  std::optional<size_t> end = findEnd();
  if (!end)
    return DataError{name, 0, 0, "is not zip data: it has no directory at its end"};
  uint64_t count = number(bytes, *end + 10, 2), at = number(bytes, *end + 16, 4);
  if (*end >= locatorBytes &&
      hasMark(*end - locatorBytes, locatorBytes, locatorMark)) { // sections 4.3.14, 4.3.15
    uint64_t longEnd = number(bytes, *end - locatorBytes + 8, 8);
    if (!hasMark(longEnd, longEndBytes, longEndMark))
      return damaged(*end - locatorBytes, "the 64-bit end of the directory is missing");
    count = number(bytes, longEnd + 32, 8);
    at = number(bytes, longEnd + 48, 8);
  }
  std::vector<ZipMember> members;
  for (; count > 0; --count) {
    Outcome<Entry> entry = entryAt(at);
    if (!entry)
      return entry.error();
    Outcome<std::string> content = contentOf(*entry);
    if (!content)
      return content.error();
    members.push_back({entry->name, *std::move(content)});
    at = entry->next;
  }
  return members;
}

void append(std::string &bytes, std::initializer_list<std::pair<uint64_t, int>> numbers) {
  for (auto [value, count] : numbers)
    for (int i = 0; i < count; ++i)
      bytes += char(value >> (8 * i));
}

/// What the member's header and its entry in the directory have in common, from the version on.
void appendFacts(std::string &bytes, const ZipMember &member) {
  constexpr uint64_t version = 20, namesAreUtf8 = 1 << 11, stored = 0, midnight = 0, january1980 = 0x21;
  uint64_t size = member.content.size();
  uLong sum = crc32_z(0, reinterpret_cast<const Bytef *>(member.content.data()), member.content.size());
  append(bytes, {{version, 2},
                 {namesAreUtf8, 2},
                 {stored, 2},
                 {midnight, 2},
                 {january1980, 2},
                 {sum, 4},
                 {size, 4},
                 {size, 4},
                 {member.name.size(), 2},
                 {0, 2}});
}

} // namespace

Outcome<std::vector<ZipMember>> unzip(const std::string &name, std::string_view bytes) {
  return Unzipper(name, bytes).run();
}

Outcome<std::string> zip(const std::string &name, const std::vector<ZipMember> &members) {
  std::string bytes, directory;
  bool fits = members.size() <= UINT16_MAX;
  for (const ZipMember &member : members) {
    fits &=
        member.name.size() <= UINT16_MAX && bytes.size() <= UINT32_MAX && member.content.size() <= UINT32_MAX;
    append(directory, {{entryMark, 4}, {20, 2}});
    appendFacts(directory, member);
    append(directory, {{0, 2}, {0, 2}, {0, 2}, {0, 4}, {bytes.size(), 4}});
    directory += member.name;
    append(bytes, {{memberMark, 4}});
    appendFacts(bytes, member);
    bytes += member.name + member.content;
  }
  uint64_t begin = bytes.size(), count = members.size();
  bytes += directory;
  append(bytes, {{endMark, 4}, {0, 4}, {count, 2}, {count, 2}, {directory.size(), 4}, {begin, 4}, {0, 2}});
  if (!fits || bytes.size() > UINT32_MAX)
    return DataError{name, 0, 0, "a zip file of more than 4 GB, or more than 65535 members, is not written"};
  return bytes;
}

} // namespace costate::rt
