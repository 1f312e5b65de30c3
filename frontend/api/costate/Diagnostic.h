// What went wrong, as data: embedders read the fields, terminals print the text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace costate {

/// A stretch of source text. `file` numbers the files of a session from 0; lines and columns count from 1,
/// columns in characters (not bytes). `endColumn` is the column after the last character, in line `endLine`.
struct SourcePlace {
  int32_t file = -1;
  int32_t line = 0, column = 0;
  int32_t begin = 0, end = 0; // bytes
  int32_t endLine = 0, endColumn = 0;
  bool isValid() const { return file >= 0; }
  friend bool operator==(const SourcePlace &, const SourcePlace &) = default;
};

enum class Severity { Error, Warning };

struct Note {
  SourcePlace place;
  std::string message;
};

/// One finding: `message` is a sentence in lower case without a final stop, `id` names its page in the manual
/// (tests/errors/<id>.opt), `help` is an instruction or empty.
struct Diagnostic {
  Severity severity = Severity::Error;
  std::string id;
  std::string message;
  SourcePlace place;
  std::vector<Note> notes;
  std::string help;
};

} // namespace costate
