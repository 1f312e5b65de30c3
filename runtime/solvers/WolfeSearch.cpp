// Bracketing, then an interval that shrinks.
#include "runtime/solvers/WolfeSearch.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double c1 = 1e-4, c2 = 0.9; // [NW06, section 3.1], for quasi-Newton methods
constexpr int mostTrials = 40;

class Search {
public:
  Search(const std::function<bool(double, LinePoint &)> &at, const LinePoint &start, int &trials)
      : at(at), start(start), best(start), trials(trials) {
    noise = 10 * std::numeric_limits<double>::epsilon() * std::abs(start.value);
  }

  /// [NW06, algorithm 3.5]
  bool run(double first, double most, LinePoint &found) {
    LinePoint low = start, point;
    double alpha = std::min(first, most);
    bool isDone = false;
    while (!isDone && trials < mostTrials) {
      if (!evaluate(alpha, point)) {
        alpha = low.alpha + (alpha - low.alpha) / 10;
        most = std::min(most, alpha * 5);
        continue;
      }
      if (!decreases(point) || (low.alpha > 0 && point.value >= low.value + noise)) {
        isDone = zoom(low, point, found);
        break;
      }
      if (isFlat(point) || (point.slope < 0 && alpha >= most)) {
        found = point;
        return true;
      }
      if (point.slope >= 0) {
        isDone = zoom(point, low, found);
        break;
      }
      low = point;
      alpha = std::min(most, 4 * alpha);
    }
    if (!isDone)
      found = best;
    return isDone;
  }

private:
  /// [NW06, algorithm 3.6]: `low` decreases enough and its slope points to `high`.
  bool zoom(LinePoint low, LinePoint high, LinePoint &found) {
    LinePoint point;
    while (trials < mostTrials) {
      double alpha = between(low, high);
      if (alpha == low.alpha || alpha == high.alpha || !evaluate(alpha, point))
        return false;
      if (!decreases(point) || point.value >= low.value + noise) {
        high = point;
        continue;
      }
      if (isFlat(point)) {
        found = point;
        return true;
      }
      if (point.slope * (high.alpha - low.alpha) >= 0)
        high = low;
      low = point;
    }
    return false;
  }

  bool evaluate(double alpha, LinePoint &point) {
    ++trials;
    point.alpha = alpha;
    if (!at(alpha, point) || !std::isfinite(point.value) || !std::isfinite(point.slope))
      return false;
    if (point.value < best.value)
      best = point;
    return true;
  }

  bool decreases(const LinePoint &p) const {
    if (p.value <= start.value + c1 * p.alpha * start.slope)
      return true;
    return std::abs(p.value - start.value) <= noise && p.slope <= (2 * c1 - 1) * start.slope;
  }
  bool isFlat(const LinePoint &p) const { return std::abs(p.slope) <= c2 * std::abs(start.slope); }

  /// The minimum of the cubic through both points [NW06, eq. (3.59)], kept away from the ends.
  static double between(const LinePoint &a, const LinePoint &b) {
    double width = b.alpha - a.alpha;
    double d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.alpha - b.alpha);
    double root = d1 * d1 - a.slope * b.slope;
    double alpha = a.alpha + width / 2;
    if (root >= 0) {
      double d2 = std::copysign(std::sqrt(root), width);
      double cubic = b.alpha - width * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
      double share = (cubic - a.alpha) / width;
      if (share > 0.1 && share < 0.9)
        alpha = cubic;
      else if (share > 0 && share <= 0.1)
        alpha = a.alpha + 0.1 * width;
    }
    return alpha;
  }

  const std::function<bool(double, LinePoint &)> &at;
  const LinePoint start;
  LinePoint best;
  double noise; // of values
  int &trials;
};

} // namespace

bool wolfeSearch(const std::function<bool(double, LinePoint &)> &at, const LinePoint &start, double first,
                 double most, LinePoint &found, int &trials) {
  return Search(at, start, trials).run(first, most, found);
}

} // namespace costate::rt
