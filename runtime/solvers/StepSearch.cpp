#include "runtime/solvers/StepSearch.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr int mostTrials = 60;
constexpr double shortest = 1e-30, longest = 1e30;

/// What rounding changes f by.
double noise(double f) { return 10 * std::numeric_limits<double>::epsilon() * std::abs(f); }

/// A length for the first step: x moves by 1, or by itself.
double firstLength(const Vector &x, const Vector &g) {
  double slope = g.lpNorm<Eigen::Infinity>();
  return slope > 0 ? std::max(1.0, x.lpNorm<Eigen::Infinity>()) / slope : 1;
}

double spectralLength(const FirstOrderState &s, const Vector &g, const BoxProblem &box) {
  if (s.length == 0)
    return firstLength(s.x, g);
  Vector dx = s.x - s.m;
  for (Index j = 0; j < dx.size(); ++j)
    dx[j] = box.isHeld[size_t(j)] ? 0 : dx[j];
  double bend = dx.dot(g - s.v);
  return bend > 0 ? std::clamp(dx.squaredNorm() / bend, shortest, longest) : 10 * s.length;
}

} // namespace

SearchResult spectralStep(const Valuation &value, double f, const Vector &g, const BoxProblem &box,
                          FirstOrderState &s) {
  constexpr double share = 1e-4;
  constexpr size_t memory = 10;
  s.values.push_back(f);
  if (s.values.size() > memory)
    s.values.erase(s.values.begin());
  double highest = *std::max_element(s.values.begin(), s.values.end());
  SearchResult found{false, spectralLength(s, g, box), 0};
  while (found.trials++ < mostTrials) {
    Vector next = s.x - found.length * g;
    box.land(next, found.length);
    double slope = g.dot(next - s.x) + box.kinkValue(next) - box.kinkValue(s.x), reached = 0;
    if (!(slope < 0))
      return found;
    bool isFinite = value(next, reached);
    if (isFinite && reached <= highest + share * slope + noise(f)) {
      found.isFound = true;
      s.m = s.x, s.v = g, s.x = next, s.length = found.length;
      return found;
    }
    // The minimum of the parabola through f, its slope and the value that was too high.
    double part = isFinite ? 0.5 * slope / (slope + f - reached) : 0.1;
    found.length *= std::clamp(part, 0.1, 0.5);
  }
  return found;
}

SearchResult acceleratedStep(const FirstOrderOptions &options, const Valuation &value, double f,
                             const Vector &g, const BoxProblem &box, FirstOrderState &s) {
  constexpr double growth = 1.1;
  SearchResult found{false, s.length > 0 ? growth * s.length : firstLength(s.x, g), 0};
  Vector z;
  while (found.trials++ < mostTrials) {
    z = s.x - found.length * g;
    box.land(z, found.length);
    Vector d = z - s.x, filled = z;
    double reached = 0, model = f + g.dot(d) + d.squaredNorm() / (2 * found.length);
    model += box.kinkValue(z) - box.kinkValue(s.x);
    found.isFound = value(filled, reached) && reached <= model + noise(f);
    if (found.isFound)
      break;
    found.length /= 2;
  }
  if (!found.isFound)
    return found;
  extrapolate(options, z, f, box, s);
  s.length = found.length;
  return found;
}

} // namespace costate::rt
