// gzip in memory (RFC 1952) with zlib.
#include "runtime/data/Bytes.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <limits>
#include <new>
#include <zlib.h>

namespace costate::rt {
namespace {

constexpr int gzipFormat = 15 + 16; // largest window, gzip header and trailer (zlib.h, inflateInit2)

// zlib counts in 32 bits; longer inputs are handed over in pieces.
uInt piece(size_t bytes) { return uInt(std::min<size_t>(bytes, std::numeric_limits<uInt>::max())); }

struct Inflater {
  Inflater() : ready(inflateInit2(&stream, gzipFormat) == Z_OK) {}
  Inflater(const Inflater &) = delete;
  ~Inflater() { inflateEnd(&stream); }
  z_stream stream{};
  bool ready;
};

// The size that the last member claims, as a first guess; deflate expands at most 1032 times (zlib.net).
size_t claimedSize(const Bytes &compressed) {
  if (compressed.size() < 18)
    return 0;
  const auto *trailer = reinterpret_cast<const unsigned char *>(compressed.data() + compressed.size() - 4);
  size_t claimed = trailer[0] | trailer[1] << 8 | trailer[2] << 16 | size_t(trailer[3]) << 24;
  return std::min(claimed, 1032 * compressed.size());
}

DataError damaged(const std::string &name, size_t offset, const char *what) {
  return {name, 0, 0,
          fmt::format("the gzip data is damaged at byte {}: {}", offset, what ? what : "unknown")};
}

DataError endsEarly(const std::string &name, size_t offset) {
  return {name, 0, 0, fmt::format("the gzip data ends early, at byte {}", offset)};
}

bool hasMagic(const Bytes &bytes, size_t at) {
  return bytes.size() >= at + 2 && bytes.data()[at] == '\x1f' && bytes.data()[at + 1] == '\x8b';
}

} // namespace

Outcome<Bytes> gunzip(const std::string &name, const Bytes &compressed) {
  if (compressed.size() == 0)
    return DataError{name, 0, 0, "the file is empty, expected gzip data"};
  if (compressed.size() >= 2 && !hasMagic(compressed, 0))
    return DataError{name, 0, 0, "is not gzip data: byte 0 is not the gzip mark 1f 8b"};
  Inflater inflater;
  if (!inflater.ready)
    throw std::bad_alloc();
  z_stream &stream = inflater.stream;
  Bytes text;
  text.resize(claimedSize(compressed) + 1);
  size_t used = 0, made = 0;
  for (;;) {
    if (made == text.size())
      text.resize(2 * made);
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(compressed.data() + used));
    stream.avail_in = piece(compressed.size() - used);
    stream.next_out = reinterpret_cast<Bytef *>(text.data() + made);
    stream.avail_out = piece(text.size() - made);
    uInt in = stream.avail_in, out = stream.avail_out;
    int status = inflate(&stream, Z_NO_FLUSH);
    used += in - stream.avail_in;
    made += out - stream.avail_out;
    if (status == Z_MEM_ERROR)
      throw std::bad_alloc();
    if (status == Z_STREAM_END) {
      if (used == compressed.size())
        break;
      if (!hasMagic(compressed, used))
        return DataError{name, 0, 0,
                         fmt::format("the gzip data ends at byte {} but {} more bytes follow", used,
                                     compressed.size() - used)};
      inflateReset(&stream);
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      return damaged(name, used, stream.msg);
    } else if (used == compressed.size() && stream.avail_out > 0) {
      return endsEarly(name, used);
    }
  }
  text.resize(made);
  return text;
}

Outcome<Bytes> gzip(const std::string &name, std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzipFormat, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return DataError{name, 0, 0, "not enough memory to compress"};
  std::unique_ptr<z_stream, int (*)(z_stream *)> ends(&stream, deflateEnd);
  Bytes compressed;
  compressed.resize(text.size() / 3 + 64);
  size_t used = 0, made = 0;
  for (int status = Z_OK; status != Z_STREAM_END;) {
    if (made == compressed.size())
      compressed.resize(2 * made);
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(text.data() + used));
    stream.avail_in = piece(text.size() - used);
    stream.next_out = reinterpret_cast<Bytef *>(compressed.data() + made);
    stream.avail_out = piece(compressed.size() - made);
    uInt in = stream.avail_in, out = stream.avail_out;
    bool isLast = used + in == text.size();
    status = deflate(&stream, isLast ? Z_FINISH : Z_NO_FLUSH);
    used += in - stream.avail_in;
    made += out - stream.avail_out;
    if (status == Z_STREAM_ERROR)
      return DataError{name, 0, 0, "zlib cannot compress this text"};
  }
  compressed.resize(made);
  return compressed;
}

} // namespace costate::rt
