// Source texts of a session, numbered, with their lines.
#pragma once

#include "costate/Diagnostic.h"

#include <deque>
#include <string>
#include <string_view>
#include <utility>

namespace costate {

struct SourceFile {
  std::string name; // as shown in messages
  std::string path; // on disk; empty for text given by an embedder
  std::string text;
  std::vector<int32_t> lineStarts;
  std::vector<int32_t> continuations; // bytes that continue a character, increasing
};

/// All files of a session; addresses stay valid. Cost of a look-up: a binary search.
class Files {
public:
  int add(std::string name, std::string path, std::string text);
  size_t size() const { return files.size(); }
  const SourceFile &operator[](int file) const { return files[file]; }
  const std::string &name(int file) const { return files[file].name; }
  /// The line (from 1) without its end.
  std::string_view line(int file, int number) const;
  /// The place of the bytes [begin, end).
  SourcePlace place(int file, int begin, int end) const;
  /// The text at a place.
  std::string_view text(SourcePlace place) const;

private:
  std::pair<int, int> lineAndColumn(int file, int byte) const;

  std::deque<SourceFile> files;
};

} // namespace costate
