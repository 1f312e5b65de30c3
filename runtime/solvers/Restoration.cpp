// Feasibility restoration: minimizes  1/2 |r(x, s)|^2 + zeta/2 |D_R (x - x_R)|^2 - mu_R sum log distances  by Newton's
// method with the same sparse system (the rows' block is -I), until the filter takes the point or r is stationary.
#include "runtime/solvers/InteriorPoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace costate::rt {

std::optional<InteriorPoint::Stop> InteriorPoint::restore() {
  constexpr int most = 300;
  constexpr double wanted = 0.9;
  const Vector reference = x;
  const double thetaStart = residual(c, s).lpNorm<1>();
  if (thetaStart <= 1e-2 * options.tol)
    return Stop{Status::stalled, fmt::format("no step improves the point, optimality error {:.1e} > tol {:.1e}", errors(0).total, options.tol)};
  double muR = std::max(mu, residual(c, s).lpNorm<Eigen::Infinity>() * 1e-2);
  Vector weight = reference.unaryExpr([](double v) { return 1 / std::max(1.0, std::abs(v)); });
  auto merit = [&](const Vector &c, const Vector &x, const Vector &s) {
    double value = 0.5 * residual(c, s).squaredNorm();
    value += 0.5 * std::sqrt(muR) * 1e-4 * (weight.array() * (x - reference).array()).matrix().squaredNorm();
    auto barrier = [&](double d) { return std::isinf(d) ? 0 : -muR * std::log(d); };
    for (Eigen::Index j = 0; j < n; ++j)
      value += barrier(x[j] - xl[j]) + barrier(xu[j] - x[j]);
    for (Eigen::Index i = 0; i < m; ++i)
      value += barrier(s[i] - sl[i]) + barrier(su[i] - s[i]);
    return value;
  };
  double delta = 0;
  for (int k = 0; k < most; ++k) {
    Vector r = residual(c, s), rx = Vector::Zero(n), ry(m), diagonal(n), d = Vector::Ones(m), gs = Vector::Zero(m), inverse = Vector::Zero(m);
    if (!functions.second(x, 0, r, g, J, H))
      return Stop{Status::evaluation_error, "the derivatives are not finite during restoration" + functions.trace(x)};
    double zeta = std::sqrt(muR) * 1e-4;
    auto inv = [](double v) { return std::isinf(v) ? 0 : 1 / v; };
    for (Eigen::Index j = 0; j < n; ++j) {
      double low = inv(x[j] - xl[j]), high = inv(xu[j] - x[j]);
      rx[j] = muR * (low - high) - zeta * weight[j] * weight[j] * (x[j] - reference[j]);
      diagonal[j] = muR * (low * low + high * high) + zeta * weight[j] * weight[j];
    }
    for (Eigen::Index i = 0; i < m; ++i) {
      ry[i] = -r[i];
      if (kind[size_t(i)] != RowKind::Inequality)
        continue;
      double low = inv(s[i] - sl[i]), high = inv(su[i] - s[i]);
      gs[i] = muR * (high - low);
      inverse[i] = 1 / (muR * (low * low + high * high) + 1e-12);
      d[i] = 1 + inverse[i];
      ry[i] -= gs[i] * inverse[i];
    }
    // Stationarity of the violation within the bounds.
    Vector slope(n);
    kkt->multiplyJt(J, r, slope);
    for (Eigen::Index j = 0; j < n; ++j) {
      bool atLow = !std::isinf(xl[j]) && x[j] - xl[j] < 1e-6 * std::max(1.0, std::abs(xl[j])) && slope[j] > 0;
      bool atHigh = !std::isinf(xu[j]) && xu[j] - x[j] < 1e-6 * std::max(1.0, std::abs(xu[j])) && slope[j] < 0;
      if (isFixed[size_t(j)] || atLow || atHigh)
        slope[j] = 0;
    }
    double worst = r.lpNorm<Eigen::Infinity>(), flat = slope.lpNorm<Eigen::Infinity>();
    if (flat <= 1e-6 * worst && worst > 1e2 * options.tol && muR <= 1e-7 * std::max(1.0, worst))
      return Stop{Status::infeasible, fmt::format("the constraints cannot be met near this point: violation {:.1e} > constr_viol_tol {:.1e}, its slope {:.1e}",
                                                  unscaledViolation(), options.constr_viol_tol, flat)};
    bool factored = kkt->factorize(H, J, diagonal.array() + delta + 1e-11, d);
    for (double next = std::max(1e-8, delta / 3); !factored && next < 1e20; next *= 8) {
      delta = next;
      factored = kkt->factorize(H, J, diagonal.array() + delta, d);
    }
    Vector yNew;
    if (!factored || !kkt->solve(rx, ry, H, J, diagonal.array() + delta, d, dx, yNew))
      return Stop{Status::degenerate, "the restoration system has no finite solution"};
    delta /= 3;
    if (delta < 1e-12)
      delta = 0;
    ds = Vector::Zero(m);
    for (Eigen::Index i = 0; i < m; ++i)
      if (kind[size_t(i)] == RowKind::Inequality)
        ds[i] = (yNew[i] - gs[i]) * inverse[i];
    double alpha = boundaryStep(0.99, true), now = merit(c, x, s);
    double descent = -(rx.dot(dx)) + gs.dot(ds);
    Vector Jdx(m);
    kkt->multiplyJ(J, dx, Jdx);
    descent += r.dot(Jdx - ds);
    bool moved = false;
    for (int trial = 0; trial < 40; ++trial, alpha /= 2) {
      trialX = x + alpha * dx, trialS = s + alpha * ds;
      if (functions.values(trialX, trialF, trialC) && merit(trialC, trialX, trialS) <= now + 1e-4 * alpha * std::min(descent, 0.0)) {
        moved = true;
        break;
      }
    }
    double stepSize = alpha * (dx.size() ? dx.lpNorm<Eigen::Infinity>() : 0);
    if (moved)
      x = trialX, s = trialS, c = trialC, f = trialF;
    bool converged = !moved || stepSize < 1e-6 * std::max(1.0, x.lpNorm<Eigen::Infinity>());
    if (converged || k % 5 == 4)
      muR = std::max(1e-14, muR * (converged ? 0.01 : 0.2));
    double theta = residual(c, s).lpNorm<1>();
    if (theta <= wanted * thetaStart && filter.accepts(theta, barrierObjective(f, x, s))) {
      functions.second(x, 1, y, g, J, H);
      leastSquaresMultipliers();
      for (auto *z : {&zl, &zu, &vl, &vu})
        *z = z->cwiseMin(1e3);
      correctMultipliers();
      row.kind = 'R';
      return std::nullopt;
    }
    if (converged && muR <= 1e-13 && worst > options.constr_viol_tol)
      return Stop{Status::infeasible, fmt::format("the constraints cannot be met near this point: violation {:.1e} > constr_viol_tol {:.1e}",
                                                  unscaledViolation(), options.constr_viol_tol)};
    if (host && host->cancel && *host->cancel)
      return Stop{Status::interrupted, "stopped from outside during restoration"};
    if (seconds() > options.time_limit)
      return Stop{Status::time_limit, fmt::format("{:.1f} s > time_limit {:.1f} s", seconds(), options.time_limit)};
  }
  return Stop{Status::infeasible, fmt::format("restoration made no progress: violation {:.1e} > constr_viol_tol {:.1e}", unscaledViolation(), options.constr_viol_tol)};
}

} // namespace costate::rt
