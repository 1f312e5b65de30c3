// The sentences of syntax errors.
#include "frontend/diagnose/SyntaxErrors.h"
#include "frontend/syntax/Letters.h"

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

Diagnostic syntax(SourcePlace place, const std::string &expected, const std::string &found,
                  const std::string &help) {
  return error("syntax", place, fmt::format("expected {}, found {}", expected, found), help);
}

Diagnostic unknownStatement(SourcePlace place, const std::string &word, const std::string &nearest) {
  return syntax(place, "`iterate` or `scan`", "`" + word + "`",
                nearest.empty() ? "" : fmt::format("write `{}`", nearest));
}

Diagnostic bracketStart(SourcePlace place, const std::string &bracket) {
  return error("syntax", place, fmt::format("a statement cannot begin with `{}`", bracket),
               "name the constraint, as in `name: (x + y)^2 <= 1`, or end the line before with an operator");
}

Diagnostic repeatedClause(SourcePlace place, const std::string &clause, SourcePlace first) {
  Diagnostic diagnostic = error("repeated-clause", place, fmt::format("{} is given twice", clause));
  diagnostic.notes.push_back({first, "first given here"});
  return diagnostic;
}

Diagnostic badPattern(SourcePlace place, const std::string &found) {
  return error("syntax", place,
               fmt::format("expected a name or a tuple of names before `in`, found {}", found));
}

Diagnostic badInterval(SourcePlace place, const std::string &found) {
  return error("syntax", place,
               fmt::format("expected `[low, high]` or `low..high` after `in`, found {}", found));
}

Diagnostic badArgumentName(SourcePlace place, const std::string &found) {
  return error("syntax", place, fmt::format("expected a name before `=`, found {}", found),
               "write `==` to compare");
}

Diagnostic rootForm(SourcePlace place) {
  return error("root-form", place, "a root is that of one equation", "write `root x: F(x) == 0 from x0`");
}

Diagnostic carriedStart(SourcePlace place, const std::string &found) {
  return error("carried-start", place, fmt::format("{} is carried by a loop and needs a start", found),
               "write `name = start`, as in `(x = x0, k = 0)`");
}

Diagnostic collectedName(SourcePlace place, const std::string &word, const std::string &found) {
  std::string what = word == "collect" ? "the array of all " + found : "the report of " + found;
  return error("collected-name", place, what + " needs a name", fmt::format("write `{} name = value`", word));
}

Diagnostic namedSolve(SourcePlace place) {
  return error("syntax", place, "a solve has one name, without indices", "write `let name = solve ...`");
}

Diagnostic entryAssigned(SourcePlace place, const std::string &name) {
  return error("entry-assigned", place, fmt::format("an entry of `{}` cannot be assigned alone", name),
               fmt::format("assign the whole array, as in `{0} = [if i == k then value else {0}[i] for i in "
                           "1..n]`",
                           name));
}

Diagnostic functionResult(SourcePlace place) {
  return error("function-result", place, "a function gives a number or an array, not a function");
}

Diagnostic wildcard(SourcePlace place) {
  return error("syntax", place, "`_` has no value: it ignores a component, as in `(i, _) in A`");
}

Diagnostic rangeChain(SourcePlace place) {
  return error("syntax", place, "a range has two ends, `low..high`; found a second `..`");
}

Diagnostic reducedExponent(SourcePlace place, const std::string &reducer) {
  return error("syntax", place, fmt::format("`{}` in an exponent needs parentheses", reducer),
               fmt::format("write `x^({}(...) ...)`", reducer));
}

Diagnostic openBracket(SourcePlace place, const std::string &bracket) {
  return error("open-bracket", place, fmt::format("this `{}` is never closed", bracket),
               fmt::format("add the `{}`", closing(bracket)));
}

Diagnostic strayBracket(SourcePlace place, const std::string &bracket) {
  return error("stray-bracket", place, fmt::format("`{}` closes nothing", bracket));
}

Diagnostic wrongBracket(SourcePlace place, const std::string &found, SourcePlace opened,
                        const std::string &bracket) {
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
  return error("bad-number", place, fmt::format("`{}` is not a number", text),
               fmt::format("write `{}`", instead));
}

Diagnostic badEscape(SourcePlace place) {
  return error("bad-escape", place, "unknown escape in a text; known are `\\n`, `\\t`, `\\\"` and `\\\\`",
               "write `\\\\` for a backslash");
}

Diagnostic openString(SourcePlace place) {
  return error("open-string", place, "this text is never closed", "add the `\"` before the end of the line");
}

Diagnostic openComment(SourcePlace place) {
  return error("open-comment", place, "this comment is never closed", "add the `*/`");
}

Diagnostic strayCharacter(SourcePlace place, const std::string &text) {
  static const std::map<std::string, std::string> lookAlikes{
      {"−", "-"},     {"–", "-"},     {"—", "-"},      {"×", "*"},   {"·", "*"},    {"⋅", "*"},
      {"∗", "*"},     {"÷", "/"},     {"∕", "/"},      {"≤", "<="},  {"⩽", "<="},   {"≥", ">="},
      {"⩾", ">="},    {"≠", "!="},    {"“", "\""},     {"”", "\""},  {"„", "\""},   {"′", "'"},
      {"’", "'"},     {"∈", "in"},    {"∉", "not in"}, {"∑", "sum"}, {"∏", "prod"}, {"&", "and"},
      {"∧", "and"},   {"|", "or"},    {"∨", "or"},     {"!", "not"}, {"¬", "not"},  {"∞", "inf"},
      {"∪", "union"}, {"∩", "inter"}, {"√", "sqrt"},   {"²", "^2"},  {"³", "^3"},   {"#", "//"},
      {"%", "mod"}};
  char32_t character = firstCharacter(text);
  if (isCombiningMark(character))
    return error("stray-character", place,
                 fmt::format("combining mark U+{:04X} is no part of a name", uint32_t(character)),
                 "type the letter and its mark as one character, or leave the mark out");
  bool isVisible = character > 0x20 && (character < 0x7F || character > 0xA0) &&
                   (character < 0x2000 || character > 0x200F) && (character < 0x2028 || character > 0x202F) &&
                   character != 0x3000;
  std::string shown = isVisible ? text : fmt::format("U+{:04X}", uint32_t(character));
  auto known = lookAlikes.find(text);
  return error("stray-character", place, fmt::format("unexpected character `{}`", shown),
               known != lookAlikes.end() ? fmt::format("write `{}`", known->second)
               : isVisible               ? ""
                                         : "remove it");
}

Diagnostic badEncoding(SourcePlace place, unsigned byte) {
  return error("bad-encoding", place, fmt::format("the byte 0x{:02X} is not UTF-8 text", byte),
               "save the file as UTF-8");
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
