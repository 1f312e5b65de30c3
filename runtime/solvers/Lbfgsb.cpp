// Limited memory BFGS with bounds [BLNZ95]; x, g, d, B, W, M, theta as there.
#include "runtime/solvers/BoxSolve.h"
#include "runtime/solvers/Guarded.h"
#include "runtime/solvers/LimitedMemory.h"
#include "runtime/solvers/WolfeSearch.h"

#include <Eigen/LU>

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

class Lbfgsb {
public:
  Lbfgsb(BoxSolve &at, const LbfgsbOptions &options) : at(at), box(at.box), B(options.memory) {}

  Stop run() {
    for (;; ++at.limits.iteration) {
      if (auto stop = at.shouldStop(row))
        return *stop;
      if (advance())
        continue;
      // The memory may be to blame: once more along the projected gradient.
      bool wasFresh = B.size() == 0;
      B.clear();
      if (wasFresh || !advance())
        return at.stalled("no step along the projected gradient decreases the objective");
    }
  }

private:
  /// A step and its search; false where none decreases f.
  bool advance() {
    cauchyPoint();
    improve();
    Vector d = target - at.x;
    for (Index j = 0; j < box.n(); ++j)
      d[j] = box.isHeld[size_t(j)] ? 0 : d[j];
    return d.dot(at.g) < 0 && search(d);
  }

  /// The first minimum of the model along the projected gradient [BLNZ95, algorithm CP]: `target`, and
  /// c = W'(target - x).
  void cauchyPoint() {
    Vector d = -at.g;
    target = at.x;
    breaks.clear();
    for (Index j = 0; j < box.n(); ++j) {
      double t = box.isHeld[size_t(j)] ? 0
                 : at.g[j] < 0         ? (at.x[j] - box.upper[j]) / at.g[j]
                 : at.g[j] > 0         ? (at.x[j] - box.lower[j]) / at.g[j]
                                       : inf;
      if (t <= 0)
        d[j] = 0;
      else if (at.g[j] != 0)
        breaks.emplace_back(t, j);
    }
    std::sort(breaks.begin(), breaks.end());
    Vector p = B.transposed(d);
    c = Vector::Zero(p.size());
    double slope = -d.squaredNorm(), curvature = -B.theta * slope - p.dot(B.middle(p)), before = 0;
    const double least = std::numeric_limits<double>::epsilon() * std::max(curvature, 0.0);
    double step = -slope / curvature;
    size_t next = 0;
    for (; next < breaks.size() && std::isfinite(breaks[next].first); ++next) {
      auto [t, j] = breaks[next];
      double dt = t - before;
      if (!(step >= dt))
        break;
      target[j] = d[j] > 0 ? box.upper[j] : box.lower[j];
      double z = target[j] - at.x[j], gj = at.g[j];
      c += dt * p;
      Vector w = B.row(j);
      slope += dt * curvature + gj * gj + B.theta * gj * z - gj * w.dot(B.middle(c));
      curvature += -B.theta * gj * gj - 2 * gj * w.dot(B.middle(p)) - gj * gj * w.dot(B.middle(w));
      curvature = std::max(curvature, least);
      p += gj * w;
      d[j] = 0;
      before = t;
      step = -slope / curvature;
    }
    step = std::isfinite(step) ? std::max(step, 0.0) : 0;
    for (; next < breaks.size(); ++next) {
      Index j = breaks[next].second;
      target[j] = at.x[j] + (before + step) * d[j];
    }
    c += step * p;
    box.project(target);
  }

  /// From the Cauchy point to the minimum of the model over the variables that are off their bounds there
  /// [BLNZ95, section 5.1], projected as [MN11]; the step ends at the first bound where the projection is no
  /// direction of descent.
  void improve() {
    if (B.size() == 0)
      return;
    std::vector<Index> free;
    for (Index j = 0; j < box.n(); ++j)
      if (!box.isHeld[size_t(j)] && target[j] > box.lower[j] && target[j] < box.upper[j])
        free.push_back(j);
    if (free.empty())
      return;
    Vector step = freeStep(free);
    Vector projected = target;
    for (size_t k = 0; k < free.size(); ++k)
      projected[free[k]] += step[Index(k)];
    box.project(projected);
    if ((projected - at.x).dot(at.g) < 0) {
      target = projected;
      return;
    }
    double share = 1;
    for (size_t k = 0; k < free.size(); ++k) {
      double room =
          step[Index(k)] > 0 ? box.upper[free[k]] - target[free[k]] : box.lower[free[k]] - target[free[k]];
      if (step[Index(k)] != 0)
        share = std::min(share, room / step[Index(k)]);
    }
    for (size_t k = 0; k < free.size(); ++k)
      target[free[k]] += share * step[Index(k)];
    box.project(target);
  }

  /// -B_FF^-1 r with r = Z'(g + B (target - x)), by the Sherman-Morrison-Woodbury formula.
  Vector freeStep(const std::vector<Index> &free) const {
    Vector full = at.g + B.theta * (target - at.x);
    B.addProduct(-B.middle(c), full);
    Index k = 2 * B.size();
    Vector r(Index(free.size())), v = Vector::Zero(k);
    Eigen::MatrixXd rows(Index(free.size()), k); // Z'W
    for (size_t i = 0; i < free.size(); ++i) {
      r[Index(i)] = full[free[i]];
      rows.row(Index(i)) = B.row(free[i]).transpose();
    }
    v = B.middle(rows.transpose() * r);
    Eigen::MatrixXd small = Eigen::MatrixXd::Identity(k, k) - B.M() * (rows.transpose() * rows) / B.theta;
    v = small.partialPivLu().solve(v);
    return -r / B.theta - rows * v / (B.theta * B.theta);
  }

  bool search(const Vector &d) {
    Vector x0 = at.x, g0 = at.g, x = x0, g;
    LinePoint start{0, at.f, at.g.dot(d)}, found;
    double last = 0;
    auto evaluate = [&](double alpha, LinePoint &point) {
      last = alpha;
      x = x0 + alpha * d;
      box.project(x);
      if (!box.value(x, point.value) || !box.gradient(x, g))
        return false;
      point.slope = g.dot(d);
      return true;
    };
    // The model knows the length of a step; the first gradient does not.
    double first = B.size() ? 1 : std::min(1.0, 1 / d.norm());
    row.trials = 0;
    bool isFound = wolfeSearch(evaluate, start, first, longest(d), found, row.trials);
    if (found.alpha == 0)
      return false;
    if (LinePoint again; last != found.alpha && !evaluate(found.alpha, again))
      return false;
    at.x = x, at.g = g, at.f = found.value;
    Vector s = at.x - x0;
    for (Index j = 0; j < box.n(); ++j)
      s[j] = box.isHeld[size_t(j)] ? 0 : s[j];
    row.step = s.lpNorm<Eigen::Infinity>();
    row.alpha_primal = found.alpha;
    row.kind = isFound ? 'f' : 'r';
    B.push(s, at.g - g0);
    return true;
  }

  /// The longest step that stays inside the bounds, at least 1. A point far out may move as far again as it
  /// is, so that what falls for ever is seen to.
  double longest(const Vector &d) const {
    constexpr double most = 1e10;
    double alpha = most * std::max(1.0, at.x.norm() / d.norm());
    for (Index j = 0; j < box.n(); ++j)
      if (d[j] != 0)
        alpha = std::min(alpha, ((d[j] > 0 ? box.upper[j] : box.lower[j]) - at.x[j]) / d[j]);
    return std::max(alpha, 1.0);
  }

  BoxSolve &at;
  BoxProblem &box;
  LimitedMemory B;
  Vector target, c;
  std::vector<std::pair<double, Index>> breaks;
  IterationRow row;
};

} // namespace

Result solve(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
             const LbfgsbOptions &options, const Observer &observer, const WarmStart *warm) {
  return guarded(problem, instance, [&] {
    BoxSolve shell(options.name, problem, instance, host, options, observer, warm);
    return shell.run([&] { return Lbfgsb(shell, options).run(); });
  });
}

} // namespace costate::rt
