// The loop of [WB06], its stopping rules and the quantities of the barrier problem.
#include "runtime/solvers/InteriorPoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double kappaEpsilon = 10, kappaMu = 0.2, thetaMu = 1.5, tauMin = 0.99, sMax = 100, kappaSigma = 1e10; // [WB06] 3
constexpr double kappaD = 1e-5; // damping of one-sided bounds, [WB06] 3.7
constexpr double relaxation = 1e-10; // of bounds, so that an interior exists; smaller than [WB06] 3.5 for digits

double maxNorm(const Vector &v) { return v.size() ? v.lpNorm<Eigen::Infinity>() : 0; }

} // namespace

InteriorPoint::InteriorPoint(const costate_problem_v1 &problem, const costate_instance *instance,
                             const costate_host *host, const InteriorPointOptions &options, const Observer &observer,
                             const WarmStart *warm)
    : host(host), options(options), observer(observer), warm(warm), functions(problem, instance),
      shape(functions.shape()), n(functions.n()), m(functions.m()) {}

Result InteriorPoint::run() {
  if (auto stop = prepareBounds())
    return finish(*stop);
  if (auto stop = start())
    return finish(*stop);
  for (;; ++iteration) {
    if (auto stop = shouldStop())
      return finish(*stop);
    updateBarrier();
    if (auto stop = computeStep())
      return finish(*stop);
    if (lineSearch()) {
      correctMultipliers();
    } else if (auto stop = restore()) {
      return finish(*stop);
    }
    if (!evaluateDerivatives())
      return finish({Status::evaluation_error, "the derivatives are not finite at the new point" + functions.trace(x)});
  }
}

// ---- start ---------------------------------------------------------------------------------------------

std::optional<InteriorPoint::Stop> InteriorPoint::prepareBounds() {
  auto relax = [](double bound, double sign) {
    return std::isinf(bound) ? bound : bound + sign * relaxation * std::max(1.0, std::abs(bound));
  };
  xl.resize(n), xu.resize(n);
  isFixed.assign(size_t(n), false);
  for (Eigen::Index j = 0; j < n; ++j) {
    double low = shape.x_lower[j], high = shape.x_upper[j];
    if (low > high)
      return Stop{Status::infeasible, fmt::format("lower bound {:.9g} of variable {} is above its upper bound {:.9g}", low, j + 1, high)};
    isFixed[size_t(j)] = low == high;
    xl[j] = relax(low, -1), xu[j] = relax(high, 1);
  }
  kind.assign(size_t(m), RowKind::Inequality);
  isFree.assign(size_t(m), false);
  for (Eigen::Index i = 0; i < m; ++i) {
    double low = shape.c_lower[i], high = shape.c_upper[i];
    if (low > high)
      return Stop{Status::infeasible, fmt::format("lower bound {:.9g} of row {} is above its upper bound {:.9g}", low, i + 1, high)};
    if (low == high)
      kind[size_t(i)] = RowKind::Equality;
    if (std::isinf(low) && std::isinf(high))
      kind[size_t(i)] = RowKind::Free, isFree[size_t(i)] = true;
  }
  return std::nullopt;
}

/// [WB06] 3.6: away from the bounds by kappa_1 max(1, |bound|), at most kappa_2 of the range.
void InteriorPoint::pushInside(Vector &v, const Vector &low, const Vector &high, const std::vector<bool> *skip) const {
  double kappa1 = warm ? 1e-6 : 1e-2, kappa2 = kappa1;
  for (Eigen::Index k = 0; k < v.size(); ++k) {
    if (skip && (*skip)[size_t(k)])
      continue;
    double range = high[k] - low[k];
    double up = std::min(kappa1 * std::max(1.0, std::abs(low[k])), kappa2 * range);
    double down = std::min(kappa1 * std::max(1.0, std::abs(high[k])), kappa2 * range);
    if (std::isfinite(low[k]))
      v[k] = std::max(v[k], low[k] + up);
    if (std::isfinite(high[k]))
      v[k] = std::min(v[k], high[k] - down);
  }
}

std::optional<InteriorPoint::Stop> InteriorPoint::start() {
  const double *given = warm ? warm->x.data() : shape.x_start;
  x = Eigen::Map<const Vector>(given, n);
  for (Eigen::Index j = 0; j < n; ++j)
    if (isFixed[size_t(j)])
      x[j] = shape.x_lower[j];
  pushInside(x, xl, xu, &isFixed);
  c = trialC = Vector::Zero(m);
  g = Vector::Zero(n);
  J = Vector::Zero(shape.jac_rows[m]);
  H = Vector::Zero(shape.hess_cols[n]);
  if (!functions.values(x, f, c) || !functions.chooseScaling(x, isFixed))
    return Stop{Status::evaluation_error, "the functions are not finite at the start" + functions.trace(x)};
  functions.values(x, f, c);
  sl.resize(m), su.resize(m), target = Vector::Zero(m);
  for (Eigen::Index i = 0; i < m; ++i) {
    double low = shape.c_lower[i] * functions.rowScale[i], high = shape.c_upper[i] * functions.rowScale[i];
    target[i] = kind[size_t(i)] == RowKind::Equality ? low : 0;
    sl[i] = std::isinf(low) ? low : low - relaxation * std::max(1.0, std::abs(low));
    su[i] = std::isinf(high) ? high : high + relaxation * std::max(1.0, std::abs(high));
    if (kind[size_t(i)] != RowKind::Inequality)
      sl[i] = -inf, su[i] = inf;
  }
  s = c;
  pushInside(s, sl, su, nullptr);
  kkt = std::make_unique<KktSystem>(shape, isFixed, isFree);
  mu = options.mu_init;
  startMultipliers();
  if (!evaluateDerivatives())
    return Stop{Status::evaluation_error, "the derivatives are not finite at the start" + functions.trace(x)};
  if (!warm)
    leastSquaresMultipliers();
  if (!evaluateDerivatives())
    return Stop{Status::evaluation_error, "the derivatives are not finite at the start" + functions.trace(x)};
  double theta = residual(c, s).lpNorm<1>();
  thetaMax = 1e4 * std::max(1.0, theta);
  thetaMin = 1e-4 * std::max(1.0, theta);
  tau = std::max(tauMin, 1 - mu);
  filter.reset(thetaMax);
  return std::nullopt;
}

void InteriorPoint::startMultipliers() {
  auto ones = [](const Vector &bound) {
    return Vector(bound.unaryExpr([](double b) { return std::isinf(b) ? 0.0 : 1.0; }));
  };
  zl = ones(xl), zu = ones(xu), vl = ones(sl), vu = ones(su);
  for (Eigen::Index j = 0; j < n; ++j)
    if (isFixed[size_t(j)])
      zl[j] = zu[j] = 0, xl[j] = -inf, xu[j] = inf; // out of the barrier problem
  y = Vector::Zero(m);
  if (!warm)
    return;
  mu = std::min(options.mu_init, 1e-5);
  for (Eigen::Index i = 0; i < m; ++i) {
    double scaled = -warm->dual[size_t(i)] * functions.objectiveScale / functions.rowScale[i];
    y[i] = scaled;
    if (!std::isinf(sl[i]))
      vl[i] = std::max(-scaled, mu / (s[i] - sl[i]));
    if (!std::isinf(su[i]))
      vu[i] = std::max(scaled, mu / (su[i] - s[i]));
  }
  for (Eigen::Index j = 0; j < n; ++j) {
    double scaled = warm->reduced_cost[size_t(j)] * functions.objectiveScale;
    if (!std::isinf(xl[j]))
      zl[j] = std::max(scaled, mu / (x[j] - xl[j]));
    if (!std::isinf(xu[j]))
      zu[j] = std::max(-scaled, mu / (xu[j] - x[j]));
  }
}

/// min |g + J'y - zl + zu|^2 + |-y - vl + vu|^2 over y, [WB06] (36).
void InteriorPoint::leastSquaresMultipliers() {
  if (m == 0)
    return;
  Vector zero = Vector::Zero(H.size()), one = Vector::Ones(n), d(m), ry(m), w, estimate;
  for (Eigen::Index i = 0; i < m; ++i) {
    bool equality = kind[size_t(i)] == RowKind::Equality;
    d[i] = equality ? 1e-8 : 1;
    ry[i] = equality ? 0 : vl[i] - vu[i];
  }
  Vector rx = -(g - zl + zu);
  constexpr double largest = 1e3;
  kkt->factorize(zero, J, one, d);
  bool good = !kkt->wasSingular && kkt->solve(rx, ry, zero, J, one, d, w, estimate);
  y = good && maxNorm(estimate) <= largest ? estimate : Vector::Zero(m);
}

// ---- the loop ------------------------------------------------------------------------------------------

bool InteriorPoint::evaluateDerivatives() { return functions.second(x, 1, y, g, J, H); }

Vector InteriorPoint::residual(const Vector &c, const Vector &s) const {
  Vector r(m);
  for (Eigen::Index i = 0; i < m; ++i)
    r[i] = kind[size_t(i)] == RowKind::Equality ? c[i] - target[i] : kind[size_t(i)] == RowKind::Inequality ? c[i] - s[i] : 0;
  return r;
}

Vector InteriorPoint::dualResidual() const {
  Vector r(n);
  kkt->multiplyJt(J, y, r);
  r += g - zl + zu;
  for (Eigen::Index j = 0; j < n; ++j)
    if (isFixed[size_t(j)])
      r[j] = 0;
  return r;
}

InteriorPoint::Errors InteriorPoint::errors(double mu) const {
  double dual = maxNorm(dualResidual()), gap = 0, zSum = 0;
  Eigen::Index bounds = 0;
  auto side = [&](double distance, double z) {
    if (std::isinf(distance))
      return;
    gap = std::max(gap, std::abs(distance * z - mu));
    zSum += z;
    ++bounds;
  };
  for (Eigen::Index j = 0; j < n; ++j)
    side(x[j] - xl[j], zl[j]), side(xu[j] - x[j], zu[j]);
  for (Eigen::Index i = 0; i < m; ++i)
    if (kind[size_t(i)] == RowKind::Inequality) {
      side(s[i] - sl[i], vl[i]), side(su[i] - s[i], vu[i]);
      dual = std::max(dual, std::abs(-y[i] - vl[i] + vu[i]));
    }
  double ySum = y.lpNorm<1>();
  double sd = std::max(sMax, (ySum + zSum) / double(std::max<Eigen::Index>(1, m + bounds))) / sMax;
  double sc = std::max(sMax, zSum / double(std::max<Eigen::Index>(1, bounds))) / sMax;
  double primal = maxNorm(residual(c, s));
  return {dual, primal, gap, std::max({dual / sd, primal, gap / sc})};
}

double InteriorPoint::unscaledViolation() const {
  double worst = 0;
  for (Eigen::Index i = 0; i < m; ++i) {
    double value = c[i] / functions.rowScale[i];
    worst = std::max({worst, shape.c_lower[i] - value, value - shape.c_upper[i]});
  }
  return worst;
}

double InteriorPoint::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

std::optional<InteriorPoint::Stop> InteriorPoint::shouldStop() {
  Errors e = errors(0);
  double violation = unscaledViolation(), dual = e.dual / functions.objectiveScale,
         gap = e.complementarity / functions.objectiveScale;
  row.iteration = iteration;
  row.objective = f / functions.objectiveScale;
  row.primal_infeasibility = violation;
  row.dual_infeasibility = e.dual;
  row.barrier = mu;
  if ((observer && !observer(row)) || (host && host->cancel && *host->cancel))
    return Stop{Status::interrupted, fmt::format("stopped from outside after {} iterations", iteration)};
  bool unscaledFine = violation <= options.constr_viol_tol && dual <= options.dual_inf_tol && gap <= options.compl_inf_tol;
  if (e.total <= options.tol && unscaledFine)
    return Stop{Status::optimal, fmt::format("optimality error {:.1e} <= tol {:.1e}", e.total, options.tol)};
  acceptableCount = e.total <= options.acceptable_tol && unscaledFine ? acceptableCount + 1 : 0;
  if (acceptableCount >= options.acceptable_iter)
    return Stop{Status::acceptable, fmt::format("optimality error {:.1e} <= acceptable_tol {:.1e} for {} iterations", e.total,
                                                options.acceptable_tol, acceptableCount)};
  constexpr double unbounded = 1e20;
  if (row.objective < -unbounded || maxNorm(x) > unbounded)
    return Stop{Status::unbounded, fmt::format("objective {:.1e} with |x| {:.1e} at violation {:.1e}", row.objective, maxNorm(x), violation)};
  if (iteration >= options.max_iter)
    return Stop{Status::iteration_limit, fmt::format("{} iterations, optimality error {:.1e} > tol {:.1e}", iteration, e.total, options.tol)};
  if (seconds() > options.time_limit)
    return Stop{Status::time_limit, fmt::format("{:.1f} s > time_limit {:.1f} s", seconds(), options.time_limit)};
  if (tinySteps > 3)
    return Stop{e.total <= options.acceptable_tol && unscaledFine ? Status::acceptable : Status::stalled,
                fmt::format("steps below rounding, optimality error {:.1e} > tol {:.1e}", e.total, options.tol)};
  return std::nullopt;
}

bool InteriorPoint::updateBarrier() {
  bool changed = false;
  double least = options.tol / (kappaEpsilon + 1);
  while (mu > least && (errors(mu).total <= kappaEpsilon * mu || tinySteps > 0)) {
    double next = std::max(least, std::min(kappaMu * mu, std::pow(mu, thetaMu)));
    if (next >= mu)
      break;
    mu = next;
    changed = true;
    if (tinySteps > 0)
      break;
  }
  if (changed) {
    tau = std::max(tauMin, 1 - mu);
    filter.reset(thetaMax);
  }
  return changed;
}

/// Factors with the least delta_w that gives the inertia (n, m, 0): algorithm IC of [WB06] 3.1.
bool InteriorPoint::factorizeWithInertia() {
  constexpr double first = 1e-4, least = 1e-20, most = 1e40, growFirst = 100, grow = 8, shrink = 1.0 / 3, fixedPrimal = 1e-11;
  auto attempt = [&](double delta) {
    deltaW = delta;
    for (Eigen::Index i = 0; i < m; ++i)
      if (kind[size_t(i)] == RowKind::Inequality)
        D[i] = exactD[i] = 1 / (sigmaS[i] + delta);
    return kkt->factorize(H, J, sigmaX.array() + (delta + fixedPrimal), D);
  };
  if (attempt(0))
    return true;
  double delta = lastDeltaW == 0 ? first : std::max(least, shrink * lastDeltaW);
  while (delta <= most) {
    if (attempt(delta)) {
      lastDeltaW = delta;
      return true;
    }
    delta *= lastDeltaW == 0 ? growFirst : grow;
  }
  return false;
}

std::optional<InteriorPoint::Stop> InteriorPoint::computeStep() {
  constexpr double deltaC = 1e-8; // on grids 1e-6 stalls
  sigmaX = Vector::Zero(n), sigmaS = Vector::Zero(m), D.resize(m), exactD.resize(m);
  for (Eigen::Index j = 0; j < n; ++j)
    sigmaX[j] = zl[j] / (x[j] - xl[j]) + zu[j] / (xu[j] - x[j]);
  for (Eigen::Index i = 0; i < m; ++i) {
    sigmaS[i] = vl[i] / (s[i] - sl[i]) + vu[i] / (su[i] - s[i]);
    D[i] = deltaC, exactD[i] = 0;
  }
  if (!factorizeWithInertia())
    return Stop{Status::degenerate, fmt::format("no regularization up to {:.1e} gives the Newton system its inertia", deltaW)};
  if (!solveStep(residual(c, s)))
    return Stop{Status::degenerate, "the Newton system has no finite solution"};
  return std::nullopt;
}

/// Solves for all steps with the factorization at hand; `r` is the residual of the rows (changed by corrections).
bool InteriorPoint::solveStep(const Vector &r) {
  Vector rx(n), ry(m), rs = Vector::Zero(m);
  kkt->multiplyJt(J, y, rx);
  rx = -(rx + g);
  for (Eigen::Index j = 0; j < n; ++j) {
    bool low = !std::isinf(xl[j]), high = !std::isinf(xu[j]);
    rx[j] += (low ? mu / (x[j] - xl[j]) : 0) - (high ? mu / (xu[j] - x[j]) : 0);
    rx[j] -= low && !high ? kappaD * mu : high && !low ? -kappaD * mu : 0;
  }
  for (Eigen::Index i = 0; i < m; ++i) {
    ry[i] = -r[i];
    if (kind[size_t(i)] != RowKind::Inequality)
      continue;
    bool low = !std::isinf(sl[i]), high = !std::isinf(su[i]);
    rs[i] = y[i] + (low ? mu / (s[i] - sl[i]) : 0) - (high ? mu / (su[i] - s[i]) : 0);
    rs[i] -= low && !high ? kappaD * mu : high && !low ? -kappaD * mu : 0;
    ry[i] += rs[i] * D[i];
  }
  if (!kkt->solve(rx, ry, H, J, sigmaX.array() + deltaW, exactD, dx, dy))
    return false;
  ds = Vector::Zero(m);
  for (Eigen::Index i = 0; i < m; ++i)
    if (kind[size_t(i)] == RowKind::Inequality)
      ds[i] = (dy[i] + rs[i]) * D[i];
  auto multiplierStep = [&](const Vector &distance, const Vector &z, const Vector &d, double sign) {
    Vector step = Vector::Zero(z.size());
    for (Eigen::Index k = 0; k < z.size(); ++k)
      if (!std::isinf(distance[k]))
        step[k] = mu / distance[k] - z[k] - sign * z[k] / distance[k] * d[k];
    return step;
  };
  dzl = multiplierStep(x - xl, zl, dx, 1), dzu = multiplierStep(xu - x, zu, dx, -1);
  dvl = multiplierStep(s - sl, vl, ds, 1), dvu = multiplierStep(su - s, vu, ds, -1);
  return true;
}

/// The largest step in (0, 1] that keeps a share 1 - tau of every distance, [WB06] (15).
double InteriorPoint::boundaryStep(double tau, bool primal) const {
  double alpha = 1;
  auto limit = [&](double distance, double step) {
    if (!std::isinf(distance) && step < 0)
      alpha = std::min(alpha, -tau * distance / step);
  };
  for (Eigen::Index j = 0; j < n; ++j) {
    if (primal)
      limit(x[j] - xl[j], dx[j]), limit(xu[j] - x[j], -dx[j]);
    else
      limit(zl[j] > 0 ? zl[j] : inf, dzl[j]), limit(zu[j] > 0 ? zu[j] : inf, dzu[j]);
  }
  for (Eigen::Index i = 0; i < m; ++i) {
    if (primal)
      limit(s[i] - sl[i], ds[i]), limit(su[i] - s[i], -ds[i]);
    else
      limit(vl[i] > 0 ? vl[i] : inf, dvl[i]), limit(vu[i] > 0 ? vu[i] : inf, dvu[i]);
  }
  return alpha;
}

double InteriorPoint::barrierObjective(double f, const Vector &x, const Vector &s) const {
  double phi = f;
  auto term = [&](double low, double high, double v) {
    bool hasLow = !std::isinf(low), hasHigh = !std::isinf(high);
    if (hasLow)
      phi -= mu * std::log(v - low);
    if (hasHigh)
      phi -= mu * std::log(high - v);
    if (hasLow != hasHigh)
      phi += kappaD * mu * (hasLow ? v - low : high - v);
  };
  for (Eigen::Index j = 0; j < n; ++j)
    term(xl[j], xu[j], x[j]);
  for (Eigen::Index i = 0; i < m; ++i)
    term(sl[i], su[i], s[i]);
  return phi;
}

double InteriorPoint::barrierSlope() const {
  double slope = 0;
  auto term = [&](double low, double high, double v, double d) {
    bool hasLow = !std::isinf(low), hasHigh = !std::isinf(high);
    if (hasLow)
      slope -= mu / (v - low) * d;
    if (hasHigh)
      slope += mu / (high - v) * d;
    if (hasLow != hasHigh)
      slope += kappaD * mu * (hasLow ? d : -d);
  };
  for (Eigen::Index j = 0; j < n; ++j) {
    if (!isFixed[size_t(j)])
      slope += g[j] * dx[j];
    term(xl[j], xu[j], x[j], dx[j]);
  }
  for (Eigen::Index i = 0; i < m; ++i)
    term(sl[i], su[i], s[i], ds[i]);
  return slope;
}

void InteriorPoint::accept(double alphaPrimal, double alphaDual) {
  x = trialX, s = trialS, c = trialC, f = trialF;
  y += alphaPrimal * dy;
  zl += alphaDual * dzl, zu += alphaDual * dzu, vl += alphaDual * dvl, vu += alphaDual * dvu;
  row.alpha_primal = alphaPrimal, row.alpha_dual = alphaDual;
  row.step = maxNorm(dx), row.regularization = deltaW;
}

/// Keeps multipliers within kappa_Sigma of the primal-dual curve, [WB06] (16).
void InteriorPoint::correctMultipliers() {
  auto correct = [&](double distance, double &z) {
    if (!std::isinf(distance))
      z = std::clamp(z, mu / (kappaSigma * distance), kappaSigma * mu / distance);
  };
  for (Eigen::Index j = 0; j < n; ++j)
    correct(x[j] - xl[j], zl[j]), correct(xu[j] - x[j], zu[j]);
  for (Eigen::Index i = 0; i < m; ++i)
    correct(s[i] - sl[i], vl[i]), correct(su[i] - s[i], vu[i]);
}

// ---- result --------------------------------------------------------------------------------------------

Result InteriorPoint::finish(const Stop &stop) {
  Result result;
  result.status = stop.status;
  result.reason = stop.reason;
  result.iterations = iteration;
  result.value_evaluations = functions.valueCount;
  result.first_evaluations = functions.firstCount;
  result.second_evaluations = functions.secondCount;
  result.seconds = seconds();
  result.evaluate_seconds = functions.seconds;
  result.factor_seconds = kkt ? kkt->seconds : 0;
  if (x.size() != n)
    x = Eigen::Map<const Vector>(shape.x_start, n);
  result.x.resize(size_t(n)), result.c.assign(size_t(m), 0), result.dual.assign(size_t(m), 0), result.reduced_cost.assign(size_t(n), 0);
  for (Eigen::Index j = 0; j < n; ++j)
    result.x[size_t(j)] = std::clamp(x[j], std::min(shape.x_lower[j], shape.x_upper[j]), std::max(shape.x_lower[j], shape.x_upper[j]));
  if (!kkt)
    return result;
  Errors e = errors(0);
  double sf = functions.objectiveScale;
  result.objective = f / sf;
  result.primal_infeasibility = unscaledViolation();
  result.dual_infeasibility = e.dual / sf;
  result.complementarity = e.complementarity / sf;
  for (Eigen::Index i = 0; i < m; ++i) {
    result.c[size_t(i)] = c[i] / functions.rowScale[i];
    result.dual[size_t(i)] = -y[i] * functions.rowScale[i] / sf;
  }
  Vector fromRows(n);
  kkt->multiplyJt(J, y, fromRows);
  for (Eigen::Index j = 0; j < n; ++j) {
    double fixedOne = 0;
    if (isFixed[size_t(j)]) { // the gradient of the Lagrangian is all the bound's
      fixedOne = g[j];
      for (Eigen::Index i = 0; i < m; ++i)
        for (int64_t k = shape.jac_rows[i]; k < shape.jac_rows[i + 1]; ++k)
          if (shape.jac_cols[k] == j)
            fixedOne += J[k] * y[i];
    }
    result.reduced_cost[size_t(j)] = (isFixed[size_t(j)] ? fixedOne : zl[j] - zu[j]) / sf;
  }
  return result;
}

Result solve(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
             const InteriorPointOptions &options, const Observer &observer, const WarmStart *warm) {
  return InteriorPoint(problem, instance, host, options, observer, warm).run();
}

} // namespace costate::rt
