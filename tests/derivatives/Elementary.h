// The elementary functions with their first and second derivatives as plain formulas: what compiled
// derivatives are compared with. Written from textbooks, not from the compiler's rules.
#pragma once

#include "tests/runtime/Taylor.h"

#include <vector>

namespace costate::test {

using rt::Taylor;

/// A function of one argument and where a random argument is safe.
struct Elementary {
  const char *name;
  double lowest;  // arguments are shifted to lie above
  double largest; // and scaled to a magnitude below
  double (*value)(double), (*first)(double), (*second)(double);
  bool hasKinks = false; // at integers (floor, ceil) or at zero
};

const std::vector<Elementary> &elementaryFunctions();

/// f(a, b) from its value and partial derivatives.
struct Partials {
  double value, a, b, aa, ab, bb;
};
Taylor chain(const Taylor &a, const Taylor &b, const Partials &p);
Taylor power(const Taylor &base, const Taylor &exponent); // base > 0
Taylor angle(const Taylor &y, const Taylor &x);           // atan2(y, x)

} // namespace costate::test
