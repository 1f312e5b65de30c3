// The sentences of syntax errors.
#include "frontend/diagnose/SyntaxErrors.h"

#include <fmt/format.h>

#include <map>

namespace costate::errors {
namespace {

Diagnostic error(const char *id, SourcePlace place, std::string message, std::string help = "") {
  Diagnostic diagnostic;
  diagnostic.id = id;
  diagnostic.place = place;
  diagnostic.message = std::move(message);
  diagnostic.help = std::move(help);
  return diagnostic;
}

const char *closing(const std::string &bracket) { return bracket == "(" ? ")" : bracket == "[" ? "]" : "}"; }

} // namespace

Diagnostic syntax(SourcePlace place, const std::string &expected, const std::string &found) {
  return error("syntax", place, fmt::format("expected {}, found {}", expected, found));
}

Diagnostic openBracket(SourcePlace place, const std::string &bracket) {
  return error("open-bracket", place, fmt::format("this `{}` is never closed", bracket),
               fmt::format("add the `{}`", closing(bracket)));
}

Diagnostic strayBracket(SourcePlace place, const std::string &bracket) {
  return error("stray-bracket", place, fmt::format("`{}` closes nothing", bracket));
}

Diagnostic wrongBracket(SourcePlace place, const std::string &found, SourcePlace opened, const std::string &bracket) {
  Diagnostic diagnostic =
      error("wrong-bracket", place, fmt::format("expected `{}`, found `{}`", closing(bracket), found));
  diagnostic.notes.push_back({opened, fmt::format("`{}` was opened here", bracket)});
  return diagnostic;
}

Diagnostic separatorInside(SourcePlace place, SourcePlace opened, const std::string &bracket) {
  Diagnostic diagnostic = error("separator-inside", place, fmt::format("`;` inside `{}`", bracket));
  diagnostic.notes.push_back({opened, fmt::format("`{}` was opened here", bracket)});
  return diagnostic;
}

Diagnostic badNumber(SourcePlace place, const std::string &text, const std::string &instead) {
  return error("bad-number", place, fmt::format("`{}` is not a number", text), fmt::format("write `{}`", instead));
}

Diagnostic openString(SourcePlace place) {
  return error("open-string", place, "this text is never closed", "add the `\"` before the end of the line");
}

Diagnostic openComment(SourcePlace place) {
  return error("open-comment", place, "this comment is never closed", "add the `*/`");
}

Diagnostic strayCharacter(SourcePlace place, const std::string &text) {
  static const std::map<std::string, std::string> lookAlikes{
      {"−", "-"}, {"–", "-"}, {"—", "-"}, {"×", "*"}, {"·", "*"}, {"⋅", "*"}, {"÷", "/"}, {"≤", "<="}, {"≥", ">="},
      {"≠", "!="}, {"“", "\""}, {"”", "\""}, {"‘", "'"}, {"’", "'"}, {"∈", "in"}, {"∑", "sum"}, {"Σ", "sum"},
      {"&", "and"}, {"|", "or"}, {"!", "not"}, {"∞", "inf"}};
  auto known = lookAlikes.find(text);
  return error("stray-character", place, fmt::format("unexpected character `{}`", text),
               known == lookAlikes.end() ? "" : fmt::format("write `{}`", known->second));
}

Diagnostic badEncoding(SourcePlace place, unsigned byte) {
  return error("bad-encoding", place, fmt::format("the byte 0x{:02X} is not UTF-8 text", byte), "save the file as UTF-8");
}

Diagnostic nestingLimit(SourcePlace place, int limit) {
  return error("nesting-limit", place, fmt::format("nesting is deeper than {} levels", limit),
               "name parts of the expression with `let`");
}

Diagnostic sourceLimit(SourcePlace place, size_t size, size_t limit) {
  return error("source-limit", place, fmt::format("the file has {} bytes, the limit is {}", size, limit),
               "move numbers to data files, which have no such limit");
}

} // namespace costate::errors
