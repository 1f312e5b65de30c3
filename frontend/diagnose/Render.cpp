// The shape of a message on a terminal (tests/errors shows every one).
#include "frontend/diagnose/Render.h"

#include <fmt/format.h>

namespace costate {
namespace {

std::string header(const SourcePlace &place, const Files &files) {
  return place.isValid() ? fmt::format("{}:{}:{}: ", files.name(place.file), place.line, place.column) : "";
}

/// The line and a caret below the place; tabs are kept, so that the caret stands right.
std::string excerpt(const SourcePlace &place, const Files &files) {
  if (!place.isValid())
    return "";
  std::string line(files.line(place.file, place.line));
  constexpr size_t longest = 200;
  if (line.size() > longest)
    return "";
  std::string number = fmt::format("{:>4}", place.line), pad;
  int column = 1;
  for (size_t k = 0; k < line.size() && column < place.column; ++k) {
    if ((line[k] & 0xC0) == 0x80)
      continue;
    pad += line[k] == '\t' ? '\t' : ' ';
    ++column;
  }
  return fmt::format("{} | {}\n     | {}^\n", number, line, pad);
}

} // namespace

std::string render(const Diagnostic &diagnostic, const Files &files) {
  std::string text = header(diagnostic.place, files);
  text += diagnostic.severity == Severity::Error ? "error: " : "warning: ";
  text += fmt::format("{} [{}]\n", diagnostic.message, diagnostic.id) + excerpt(diagnostic.place, files);
  for (auto &note : diagnostic.notes)
    text += fmt::format("{}note: {}\n", header(note.place, files), note.message) + excerpt(note.place, files);
  if (!diagnostic.help.empty())
    text += fmt::format("  help: {}\n", diagnostic.help);
  return text;
}

} // namespace costate
