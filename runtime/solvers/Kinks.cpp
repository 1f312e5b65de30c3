#include "runtime/solvers/Kinks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace costate::rt {

double Kink::nearest(double at, double c) const {
  double fromRight = at - c * right, fromLeft = at - c * left;
  return fromRight > p ? fromRight : fromLeft < p ? fromLeft : p;
}

double Kink::step(double at, double g, double c) const {
  double z = nearest(at - g, c);
  return z > p ? -g - c * right : z < p ? -g - c * left : p - at;
}

double Kink::slope(double at, double c, double g) const {
  return at > p ? c * right : at < p ? c * left : std::clamp(-g, c * left, c * right);
}

namespace {

/// t >= slope x + offset
struct Side {
  int64_t row;
  int32_t x;
  double slope, offset, entry;
};

class Search {
public:
  Search(const Functions &functions, const JacobianConstants &constants, const Vector &lower,
         const Vector &upper, const Vector &x, const Vector &c)
      : shape(functions.shape()), constants(constants), lower(lower), upper(upper), x(x), c(c),
        reads(size_t(shape.n), 0), bends(size_t(shape.n), false) {
    for (int64_t p = 0; p < shape.jac_rows[shape.m]; ++p)
      reads[size_t(shape.jac_cols[p])] += constants.kinds[size_t(p)] != JacobianConstants::Kind::Zero;
    for (int64_t j = 0; j < shape.n; ++j)
      for (int64_t p = shape.hess_cols[j]; p < shape.hess_cols[j + 1]; ++p)
        bends[size_t(j)] = bends[size_t(shape.hess_rows[p])] = true;
  }

  /// The row as a side for t, if it bounds it from below by one other variable.
  std::optional<Side> side(int64_t row, int32_t t) const {
    double at = 0, own = 0, other = 0;
    int32_t j = -1;
    int count = 0;
    for (int64_t p = shape.jac_rows[row]; p < shape.jac_rows[row + 1]; ++p) {
      double a = constants.values[p];
      if (a == 0)
        continue;
      at += a * x[shape.jac_cols[p]];
      ++count;
      if (shape.jac_cols[p] == t)
        own = a;
      else
        j = shape.jac_cols[p], other = a;
    }
    double bound = own > 0 ? shape.c_lower[row] : shape.c_upper[row];
    double beyond = own > 0 ? shape.c_upper[row] : shape.c_lower[row];
    if (count != 2 || own == 0 || !std::isfinite(bound) || std::isfinite(beyond))
      return std::nullopt;
    return Side{row, j, -other / own, (bound - (c[row] - at)) / own, own};
  }

  /// Two rows, no curvature, no bound from above.
  bool mayStand(int32_t t) const {
    return reads[size_t(t)] == 2 && !bends[size_t(t)] && std::isinf(upper[t]) && lower[t] < upper[t];
  }

  std::optional<Kink> kink(int32_t t, const Side &a, const Side &b) const {
    if (a.x != b.x || a.slope == b.slope)
      return std::nullopt;
    const Side &left = a.slope < b.slope ? a : b, &right = a.slope < b.slope ? b : a;
    double p = (left.offset - right.offset) / (right.slope - left.slope), h = left.slope * p + left.offset;
    double least = left.slope <= 0 && right.slope >= 0 ? h : -std::numeric_limits<double>::infinity();
    constexpr double rounding = 1e-12;
    if (!std::isfinite(p) || lower[t] > least + rounding * std::max(1.0, std::abs(h)))
      return std::nullopt;
    return Kink{t, a.x, left.slope, right.slope, p, h, left.row, right.row, left.entry, right.entry};
  }

  const ProblemShape &shape;

private:
  const JacobianConstants &constants;
  const Vector &lower, &upper, &x, &c;
  std::vector<int> reads;  // rows that read a variable
  std::vector<bool> bends; // has second derivatives
};

} // namespace

/// Sides come one by one; the second of a variable makes a kink.
std::vector<Kink> takeKinks(std::vector<int64_t> &rows, const Functions &functions,
                            const JacobianConstants &constants, const Vector &lower, const Vector &upper,
                            const Vector &x, const Vector &c) {
  std::vector<Kink> kinks;
  if (!functions.hasSecond()) // what bends is not known
    return kinks;
  Search search(functions, constants, lower, upper, x, c);
  std::vector<std::optional<Side>> first(size_t(functions.n())); // by t
  std::vector<bool> isTaken(size_t(functions.n()), false);       // x or t of a kink
  std::vector<bool> isSide(size_t(functions.m()), false);
  for (int64_t row : rows)
    for (int64_t p = search.shape.jac_rows[row]; p < search.shape.jac_rows[row + 1]; ++p) {
      int32_t t = search.shape.jac_cols[p];
      auto side = search.mayStand(t) ? search.side(row, t) : std::nullopt;
      if (!side || isTaken[size_t(t)] || isTaken[size_t(side->x)])
        continue;
      auto before = std::exchange(first[size_t(t)], side);
      auto kink = before ? search.kink(t, *before, *side) : std::nullopt;
      if (!kink)
        continue;
      kinks.push_back(*kink);
      isTaken[size_t(t)] = isTaken[size_t(kink->x)] = true;
      isSide[size_t(kink->leftRow)] = isSide[size_t(kink->rightRow)] = true;
    }
  std::erase_if(rows, [&](int64_t row) { return isSide[size_t(row)]; });
  return kinks;
}

} // namespace costate::rt
