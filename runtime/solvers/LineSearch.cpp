// The filter line search with second-order correction, [WB06] 2.3 and 2.4.
#include "runtime/solvers/InteriorPoint.h"

#include <algorithm>
#include <cmath>

namespace costate::rt {
namespace {

constexpr double gammaTheta = 1e-5, gammaPhi = 1e-8, delta = 1, sTheta = 1.1, sPhi = 2.3, eta = 1e-8, gammaAlpha = 0.05;

bool switches(double alpha, double slope, double theta) {
  return slope < 0 && alpha * std::pow(-slope, sPhi) > delta * std::pow(theta, sTheta);
}

/// Equal up to rounding counts as not greater, [WB06] 3.3 (Ipopt's comparison).
bool notGreater(double a, double b, double scale) { return a - b <= 10 * 2.2e-16 * std::max(1.0, std::abs(scale)); }

} // namespace

bool InteriorPoint::acceptable(double alpha, double theta, double phi, double thetaTrial, double phiTrial,
                               double slope) {
  if (!std::isfinite(phiTrial) || !filter.accepts(thetaTrial, phiTrial))
    return false;
  if (theta <= thetaMin && switches(alpha, slope, theta)) {
    row.kind = 'f';
    return notGreater(phiTrial - phi, eta * alpha * slope, phi);
  }
  row.kind = 'h';
  return notGreater(thetaTrial, (1 - gammaTheta) * theta, theta) ? true : notGreater(phiTrial - phi, -gammaPhi * theta, phi) && thetaTrial < thetaMax && phiTrial < phi;
}

bool InteriorPoint::lineSearch() {
  double theta = residual(c, s).lpNorm<1>(), phi = barrierObjective(f, x, s), slope = barrierSlope();
  double alphaMax = boundaryStep(tau, true), alphaDual = boundaryStep(tau, false);
  double smallest = gammaTheta;
  if (slope < 0) {
    smallest = std::min(smallest, gammaPhi * theta / -slope);
    if (theta <= thetaMin)
      smallest = std::min(smallest, delta * std::pow(theta, sTheta) / std::pow(-slope, sPhi));
  }
  smallest *= gammaAlpha;
  double relative = 0;
  for (Eigen::Index j = 0; j < n; ++j)
    relative = std::max(relative, std::abs(dx[j]) / (1 + std::abs(x[j])));
  bool isTiny = relative < 10 * 2.2e-16 && theta < 1e-4;
  tinySteps = isTiny ? tinySteps + 1 : 0;
  row.trials = 0;
  for (double alpha = alphaMax; alpha >= smallest || row.trials == 0; alpha /= 2) {
    ++row.trials;
    trialX = x + alpha * dx, trialS = s + alpha * ds;
    bool finite = functions.values(trialX, trialF, trialC);
    double thetaTrial = finite ? residual(trialC, trialS).lpNorm<1>() : 0;
    double phiTrial = finite ? barrierObjective(trialF, trialX, trialS) : 0;
    bool good = finite && (isTiny || acceptable(alpha, theta, phi, thetaTrial, phiTrial, slope));
    if (!good && finite && row.trials == 1 && thetaTrial >= theta)
      good = secondOrderCorrection(theta, phi, slope);
    if (!good)
      continue;
    bool isObjectiveStep = switches(alpha, slope, theta) &&
                           notGreater(barrierObjective(trialF, trialX, trialS) - phi, eta * alpha * slope, phi);
    if (!isObjectiveStep)
      filter.add(theta, phi);
    accept(alpha, alphaDual);
    return true;
  }
  filter.add(theta, phi);
  return false;
}

/// Up to four corrections of the constraint curvature, [WB06] 2.4; leaves the trial point where it succeeds.
bool InteriorPoint::secondOrderCorrection(double theta, double phi, double slope) {
  constexpr int most = 4;
  constexpr double kappaSoc = 0.99;
  Vector oldDx = dx, oldDs = ds, oldDy = dy, oldZl = dzl, oldZu = dzu, oldVl = dvl, oldVu = dvu;
  double alpha = boundaryStep(tau, true), before = theta;
  Vector corrected = alpha * residual(c, s) + residual(trialC, trialS);
  for (int k = 0; k < most; ++k) {
    if (!solveStep(corrected))
      break;
    double step = boundaryStep(tau, true);
    trialX = x + step * dx, trialS = s + step * ds;
    if (!functions.values(trialX, trialF, trialC))
      break;
    double thetaTrial = residual(trialC, trialS).lpNorm<1>();
    if (acceptable(alpha, theta, phi, thetaTrial, barrierObjective(trialF, trialX, trialS), slope))
      return true;
    if (thetaTrial > kappaSoc * before)
      break;
    before = thetaTrial;
    corrected = step * corrected + residual(trialC, trialS);
  }
  dx = oldDx, ds = oldDs, dy = oldDy, dzl = oldZl, dzu = oldZu, dvl = oldVl, dvu = oldVu;
  return false;
}

} // namespace costate::rt
