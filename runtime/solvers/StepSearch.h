// First-order steps whose length is searched for, where the user gives no rate.
#pragma once

#include "runtime/solvers/UpdateRule.h"

#include <functional>

namespace costate::rt {

/// f at x, in the user's units; fills in what x defines. False where it is not finite.
using Valuation = std::function<bool(Vector &x, double &f)>;

/// What a search came to.
struct SearchResult {
  bool isFound = false;
  double length = 0;
  int trials = 0;
};

/// x := P(x - a g) for gradient g [n] and value f at x. The first a is that of Barzilai and Borwein [BB88],
/// s's / s'y of the last step; it is divided until f falls by 1e-4 of what the slope promises, compared with
/// the highest of the last ten values [BMR00]. s.m and s.v are the last point and its gradient. Where none is
/// found, x stays.
SearchResult spectralStep(const Valuation &value, double f, const Vector &g, const BoxProblem &box,
                          FirstOrderState &s);

/// Nesterov's step with  z = P(x - a g),  where a is halved until
/// f(z) <= f(x) + g'(z - x) + |z - x|^2 / (2 a)  [BT09], and grows a little before each step [BCG11].
SearchResult acceleratedStep(const FirstOrderOptions &options, const Valuation &value, double f,
                             const Vector &g, const BoxProblem &box, FirstOrderState &s);

} // namespace costate::rt
