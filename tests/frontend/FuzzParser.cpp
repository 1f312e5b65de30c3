// Mutates valid sources: the parser must not crash, and whatever it refuses it must refuse with a place.
#include "frontend/diagnose/Render.h"
#include "frontend/syntax/Parse.h"
#include "tests/support/Fuzz.h"

namespace costate::fuzz {
namespace {

const std::vector<std::string> corpus{
    R"(set I = 1..4
data cost = csv("cost.csv", key = (plant, market))
set Link in Plants * Markets = keys(cost)
param f[l in Branch]: Bus = branch.f_bus
param n: int in 1.. = 10 "count"
set Arc = {(l, f[l], t[l]) for l in Branch} union {(l, t[l], f[l]) for l in Branch where not (l in Out)}
)",
    R"(problem opf(lambda: real = 0.1, c[I]) {
  var vm[b in Bus] in [bus.vmin[b], bus.vmax[b]] start 1
  var y[I] >= 0 <= 5 "doc"
  minimize cost: sum(g in Gen) (gen.c2[g]*(base*pg[g])^2 + gen.c0[g])
  subject to
    balance[i in Bus]: sum(g in Gen where gen.bus[g] == i) pg[g] - pd[i]/base == sum((l, i, _) in Arc) p[l, i, j]
    1 <= x[1]^-2^3 <= if a then b else c + 1
}
fix x[3] = 1
drop opf.balance[3], b
restore b
)",
    R"(time { solve opf(0.1) using ipm(tol = 1e-8) then lbfgs }
print opf.cost, "a\"b\n", {1, 2}, [i^2 for i in I] * A' \ b, max(a, b) - µ
write x to "f.csv"
assert close(x.start, 17.0140173, 1e-6) /* comment */ // more
check derivatives opf
import "other.opt"
function f(x: real[n]) { let z = 1
  return z }
)"};

const std::vector<std::string> pieces{"(",
                                      ")",
                                      "[",
                                      "]",
                                      "{",
                                      "}",
                                      ",",
                                      ";",
                                      "\n",
                                      ":",
                                      "..",
                                      "=",
                                      "==",
                                      "<=",
                                      "^",
                                      "-",
                                      "+",
                                      "*",
                                      "'",
                                      "\"",
                                      "/*",
                                      "*/",
                                      "//",
                                      "_",
                                      "1",
                                      "1.",
                                      ".5",
                                      "x",
                                      "sum(",
                                      "in ",
                                      "not ",
                                      "if ",
                                      "then ",
                                      "else ",
                                      "for ",
                                      "where ",
                                      "problem p {",
                                      "var ",
                                      "subject to ",
                                      "µ",
                                      "\u0301",
                                      "\u2212",
                                      "\xEF\xBB\xBF",
                                      "\xFF",
                                      "\\",
                                      "start ",
                                      "union ",
                                      "\r",
                                      "\t",
                                      "solve ",
                                      "state u: V {",
                                      "time {",
                                      "~",
                                      "default "};

void mutate(std::string &text, Random &random) {
  size_t at = random.below(text.size() + 1);
  size_t length = random.below(std::min<size_t>(text.size() - at, 20) + 1);
  switch (random.below(6)) {
  case 0:
    text.erase(at, length);
    break;
  case 1:
    text.insert(at, random.pick(pieces));
    break;
  case 2:
    text.insert(random.below(text.size() + 1), text.substr(at, length));
    break;
  case 3:
    if (at < text.size())
      text[at] = char(random.below(256));
    break;
  case 4: {
    const std::string &other = random.pick(corpus);
    text.insert(at, other.substr(random.below(other.size()), random.below(60)));
    break;
  }
  default: {
    std::string many;
    const std::string &piece = random.pick(pieces);
    for (size_t k = random.below(700); k > 0; --k)
      many += piece;
    text.insert(at, many);
  }
  }
}

} // namespace

/// Parses, prints and renders.
Verdict check(const std::string &text) {
  Files files;
  Diagnostics diagnostics;
  int number = files.add("fuzz.opt", "", text);
  ParsedFile parsed = parseFile(files, number, diagnostics);
  printAst(parsed.statements);
  isIncomplete(text);
  bool isGood = true;
  for (auto &diagnostic : diagnostics) {
    const SourcePlace &place = diagnostic.place;
    isGood &= place.isValid() && place.line >= 1 && place.column >= 1 && place.begin <= place.end &&
              size_t(place.end) <= text.size() && !diagnostic.message.empty() && !diagnostic.id.empty();
    render(diagnostic, files);
  }
  return {isGood ? nullptr : "a diagnostic has no place", diagnostics.empty()};
}

std::string generate(Random &random) {
  std::string text = random.pick(corpus);
  for (size_t count = random.below(9); count > 0; --count)
    mutate(text, random);
  return text;
}

} // namespace costate::fuzz
