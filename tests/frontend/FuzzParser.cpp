// Seeded mutation of valid sources: the parser must not crash, and whatever it refuses it must refuse with a
// place.
//   FuzzParser [--seconds N] [--seed S]       or, with COSTATE_LIBFUZZER, a libFuzzer target
#include "frontend/diagnose/Render.h"
#include "frontend/syntax/Parse.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

namespace {

using namespace costate;

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

/// Parses, renders and prints; ends the program where a promise is broken.
void check(const std::string &text) {
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
  if (isGood)
    return;
  std::fprintf(stderr, "a diagnostic has no place, in\n%s\n", text.c_str());
  std::abort();
}

#ifndef COSTATE_LIBFUZZER

class Mutator {
public:
  explicit Mutator(uint64_t seed) : random(seed) {}

  std::string next() {
    std::string text = pick(corpus);
    int count = 1 + int(below(8));
    for (int k = 0; k < count; ++k)
      mutate(text);
    return text;
  }

private:
  size_t below(size_t n) { return n == 0 ? 0 : random() % n; }
  const std::string &pick(const std::vector<std::string> &from) { return from[below(from.size())]; }

  void mutate(std::string &text) {
    size_t at = below(text.size() + 1), length = below(std::min<size_t>(text.size() - at, 20) + 1);
    switch (below(6)) {
    case 0:
      text.erase(at, length);
      break;
    case 1:
      text.insert(at, pick(pieces));
      break;
    case 2:
      text.insert(below(text.size() + 1), text.substr(at, length));
      break;
    case 3:
      if (at < text.size())
        text[at] = char(below(256));
      break;
    case 4: {
      const std::string &other = pick(corpus);
      text.insert(at, other.substr(below(other.size()), below(60)));
      break;
    }
    default: {
      std::string piece = pick(pieces), many;
      for (size_t k = below(700); k > 0; --k)
        many += piece;
      text.insert(at, many);
    }
    }
  }

  std::mt19937_64 random;
};

#endif

} // namespace

#ifdef COSTATE_LIBFUZZER

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  check(std::string(reinterpret_cast<const char *>(data), size));
  return 0;
}

#else

int main(int count, char **arguments) {
  double seconds = 5;
  uint64_t seed = 1;
  for (int k = 1; k + 1 < count; k += 2) {
    if (std::strcmp(arguments[k], "--seconds") == 0)
      seconds = std::atof(arguments[k + 1]);
    else if (std::strcmp(arguments[k], "--seed") == 0)
      seed = std::strtoull(arguments[k + 1], nullptr, 10);
  }
  std::printf("seed %llu\n", (unsigned long long)seed);
  std::fflush(stdout);
  for (auto &text : corpus)
    check(text);
  Mutator mutator(seed);
  auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  long tried = 0;
  for (; std::chrono::steady_clock::now() < end; ++tried)
    check(mutator.next());
  std::printf("%ld texts\n", tried);
}

#endif
