// The table of elementary functions.
#include "frontend/sema/Functions.h"

namespace costate::sema {

const std::vector<Function> &functions() {
  static const std::vector<Function> rows{
      {"abs", 1, false, true, "|x|"},
      {"acos", 1, false, false, "inverse cosine, x in [-1, 1]"},
      {"asin", 1, false, false, "inverse sine, x in [-1, 1]"},
      {"atan", 1, false, false, "inverse tangent"},
      {"atan2", 2, false, false, "angle of the point (x, y): atan2(y, x)"},
      {"cbrt", 1, false, false, "cube root"},
      {"ceil", 1, false, false, "least integer >= x"},
      {"close", 3, false, false, "|a - b| <= tol max(1, |b|): close(a, b, tol)"},
      {"cos", 1, false, false, "cosine, x in radians"},
      {"cosh", 1, false, false, "hyperbolic cosine"},
      {"erf", 1, false, false, "error function"},
      {"exp", 1, false, false, "e^x"},
      {"exp2", 1, false, false, "2^x"},
      {"expm1", 1, false, false, "e^x - 1, accurate near 0"},
      {"floor", 1, false, false, "greatest integer <= x"},
      {"log", 1, false, false, "natural logarithm, x > 0"},
      {"log10", 1, false, false, "logarithm to base 10, x > 0"},
      {"log1p", 1, false, false, "log(1 + x), accurate near 0"},
      {"log2", 1, false, false, "logarithm to base 2, x > 0"},
      {"max", 2, true, true, "greatest argument"},
      {"min", 2, true, true, "least argument"},
      {"normal", 1, true, false, "random number with mean 0 and variance 1: normal(seed, i, ...)", true},
      {"pow", 2, false, false, "x^y, x > 0 or y an integer"},
      {"sign", 1, false, false, "-1, 0 or 1"},
      {"sin", 1, false, false, "sine, x in radians"},
      {"sinh", 1, false, false, "hyperbolic sine"},
      {"sqrt", 1, false, false, "square root, x >= 0"},
      {"stop", 1, false, true, "x, but with derivative 0"},
      {"tan", 1, false, false, "tangent, x in radians"},
      {"tanh", 1, false, false, "hyperbolic tangent"},
      {"uniform", 1, true, false, "random number between 0 and 1: uniform(seed, i, ...)", true},
  };
  return rows;
}

const Function *findFunction(const std::string &name) {
  for (auto &row : functions())
    if (name == row.name)
      return &row;
  return nullptr;
}

std::vector<std::string> functionNames() {
  std::vector<std::string> names;
  for (auto &row : functions())
    names.push_back(row.name);
  for (const char *name : {"card", "first", "last", "prev", "next", "ord", "element", "keys", "rows"})
    names.push_back(name);
  return names;
}

bool isSetFunction(const std::string &name) {
  for (const char *known : {"card", "first", "last", "prev", "next", "ord", "element"})
    if (name == known)
      return true;
  return false;
}

} // namespace costate::sema
