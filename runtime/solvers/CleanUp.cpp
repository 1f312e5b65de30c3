// The active set, the equations it leaves, and the judgement.
#include "runtime/solvers/CleanUp.h"

#include <algorithm>
#include <cmath>

namespace costate::rt {
namespace {

constexpr int mostChoices = 8, mostRefinements = 2;
constexpr Index few = 8;                     // changes of the choice that need not fall
constexpr double falling = 0.75;             // of one change to the next: else the choice is not nearly right
constexpr double softX = 1e-6, softY = 1e-8; // the product is above rounding: dependent rows keep a pivot
constexpr double stiff = 1e12;               // holds an active variable, drops a row that is not
constexpr double rounding = 1e-12;           // of the distance to a bound, relative
constexpr double exact = 1e-11;              // of a solution, relative to its size
constexpr double mostMultiplier = 1e8;
constexpr double poorResidual = 1e-6, solved = 1e-13;

} // namespace

bool CleanUp::run(Iterate &at) {
  readBounds();
  kkt.setLowRank(nullptr);
  side.assign(size_t(at.v.size()), Side::Inactive);
  Iterate next = at;
  if (!problem.derivatives(at.v.data(), at.y, d))
    return false;
  double before = error(at, d).total();
  Index most = std::max(few, at.v.size() / 4);
  chooseSides(at);
  for (int round = 0; round < mostChoices; ++round) {
    if (!solve(next))
      return false;
    // Asked before the choice is looked at, which rounding changes where both a multiplier and its distance
    // are 0.
    if (isSolution(next) && error(next, d).total() <= before) {
      polish(next);
      at = std::move(next);
      return true;
    }
    Index changes = chooseSides(next);
    if (changes == 0 || changes > most)
      return false;
    most = std::max<Index>(few, Index(falling * double(changes)));
  }
  return false;
}

/// To the last digits.
void CleanUp::polish(Iterate &next) {
  double left = 0, best = error(next, d).total();
  for (int k = 0; k < mostRefinements; ++k) {
    Iterate finer = next;
    if (!newtonStep(finer, left))
      return;
    setMultipliers(finer);
    double now = error(finer, d).total();
    if (now >= best)
      return;
    next = std::move(finer), best = now;
  }
}

void CleanUp::readBounds() {
  const ProblemShape &shape = problem.functions.shape();
  lower = problem.lower, upper = problem.upper;
  for (Index j = 0; j < problem.n; ++j)
    if (!problem.isFixed[size_t(j)])
      lower[j] = shape.x_lower[j], upper[j] = shape.x_upper[j];
  for (Index i = 0; i < problem.m; ++i)
    for (int32_t w = problem.rowStart[size_t(i)]; w < problem.rowStart[size_t(i) + 1]; ++w) {
      double scale = problem.functions.rowScale[i];
      lower[problem.n + w] = scale * shape.c_lower[i], upper[problem.n + w] = scale * shape.c_upper[i];
    }
}

/// The number of changes.
Index CleanUp::chooseSides(const Iterate &at) {
  Index changes = 0;
  for (Index j = 0; j < at.v.size(); ++j) {
    double slack = rounding * std::max(1.0, std::abs(at.v[j]));
    double below = at.zl[j] - (at.v[j] - lower[j]), above = at.zu[j] - (upper[j] - at.v[j]);
    Side next = below > slack && below >= above ? Side::Lower : above > slack ? Side::Upper : Side::Inactive;
    changes += next != side[size_t(j)];
    side[size_t(j)] = next;
  }
  return changes;
}

/// The solution of the equations for the present sides.
bool CleanUp::solve(Iterate &next) {
  for (Index j = 0; j < problem.n; ++j)
    if (side[size_t(j)] != Side::Inactive)
      next.v[j] = bound(j);
  for (Index i = 0; i < problem.m; ++i)
    for (int32_t w = problem.rowStart[size_t(i)]; w < problem.rowStart[size_t(i) + 1]; ++w)
      if (side[size_t(problem.n + w)] == Side::Inactive)
        next.y[i] = 0;
  double left = 0;
  if (!factorize() || !newtonStep(next, left))
    return false;
  for (int k = 0; k < mostRefinements && left > solved && newtonStep(next, left); ++k)
    ;
  setMultipliers(next);
  return true;
}

/// H and J are the same everywhere.
bool CleanUp::factorize() {
  a.setZero(problem.n), D.setZero(problem.m);
  for (Index j = 0; j < problem.n; ++j)
    if (side[size_t(j)] != Side::Inactive || problem.isFixed[size_t(j)])
      a[j] = stiff;
  for (Index i = 0; i < problem.m; ++i) {
    int32_t w = problem.rowStart[size_t(i)];
    bool hasSlack = w < problem.rowStart[size_t(i) + 1];
    if (problem.isFree[size_t(i)] || (hasSlack && side[size_t(problem.n + w)] == Side::Inactive))
      D[i] = stiff;
  }
  return kkt.factorize(d.H, d.J, a.array() + softX, D.array() + softY) != Inertia::Singular;
}

/// `left`: of the residual, relative.
bool CleanUp::newtonStep(Iterate &next, double &left) {
  Index n = problem.n, m = problem.m;
  if (!problem.values(next.v.data(), next.f, next.c) || !problem.derivatives(next.v.data(), next.y, d))
    return false;
  Vector rx = -d.g, ry = Vector::Zero(m), dx, dy;
  kkt.addTransposed(d.J, -next.y, rx);
  rx = (a.array() > 0).select(0.0, rx);
  for (Index i = 0; i < m; ++i)
    if (D[i] == 0) {
      int32_t w = problem.rowStart[size_t(i)];
      bool hasSlack = w < problem.rowStart[size_t(i) + 1];
      ry[i] = (hasSlack ? bound(n + w) : problem.target[i]) - next.c[i];
    }
  left = kkt.solve(d.H, d.J, a, D, rx, ry, dx, dy);
  if (!(left <= poorResidual))
    return false;
  dx = (a.array() > 0).select(0.0, dx);
  next.v.head(n) += dx;
  next.y = (D.array() > 0).select(0.0, next.y + dy);
  return next.v.allFinite() && next.y.allFinite();
}

/// Row variables and bound multipliers that belong to x and y.
void CleanUp::setMultipliers(Iterate &next) {
  Index n = problem.n;
  problem.values(next.v.data(), next.f, next.c);
  problem.derivatives(next.v.data(), next.y, d);
  Vector z = Vector::Zero(next.v.size()); // of the lower bound, less that of the upper
  z.head(n) = d.g;
  kkt.addTransposed(d.J, next.y, z);
  for (Index i = 0; i < problem.m; ++i)
    for (int32_t w = problem.rowStart[size_t(i)]; w < problem.rowStart[size_t(i) + 1]; ++w) {
      next.v[n + w] = side[size_t(n + w)] == Side::Inactive ? next.c[i] : bound(n + w);
      z[n + w] = -next.y[i];
    }
  next.zl.setZero(), next.zu.setZero();
  for (Index j = 0; j < z.size(); ++j)
    if (side[size_t(j)] == Side::Lower)
      next.zl[j] = z[j];
    else if (side[size_t(j)] == Side::Upper)
      next.zu[j] = -z[j];
  problem.residual(next.v.data() + n, next.c, next.r);
}

/// Up to rounding; where multipliers are huge their rounding proves nothing.
bool CleanUp::isSolution(const Iterate &at) const {
  double x = at.v.lpNorm<Eigen::Infinity>(), y = at.y.size() ? at.y.lpNorm<Eigen::Infinity>() : 0;
  Error now = error(at, d);
  return now.primal <= exact * (1 + x) && now.dual <= exact * (1 + y + d.g.lpNorm<Eigen::Infinity>()) &&
         y <= mostMultiplier;
}

CleanUp::Error CleanUp::error(const Iterate &at, const Derivatives &derivatives) const {
  Index n = problem.n;
  Vector gradient = at.zu - at.zl;
  gradient.head(n) += derivatives.g;
  kkt.addTransposed(derivatives.J, at.y, gradient);
  Error error;
  error.primal = at.r.size() ? at.r.lpNorm<Eigen::Infinity>() : 0;
  for (Index j = 0; j < n; ++j)
    if (!problem.isFixed[size_t(j)])
      error.dual = std::max(error.dual, std::abs(gradient[j]));
  for (Index j = 0; j < at.v.size(); ++j) {
    auto add = [&](double distance, double z) {
      if (!std::isfinite(distance))
        return;
      error.primal = std::max(error.primal, -distance);
      error.dual = std::max({error.dual, std::abs(distance * z), -z});
    };
    add(at.v[j] - lower[j], at.zl[j]);
    add(upper[j] - at.v[j], at.zu[j]);
  }
  return error;
}

} // namespace costate::rt
