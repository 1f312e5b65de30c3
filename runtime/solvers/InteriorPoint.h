// The state and the parts of the primal-dual interior point method. Symbols as in [WB06]; s are the slacks of
// inequality rows, zl zu the multipliers of bounds of x, vl vu those of s.
#pragma once

#include "costate/rt/Solve.h"
#include "runtime/problem/Functions.h"
#include "runtime/solvers/Filter.h"
#include "runtime/solvers/KktSystem.h"

#include <chrono>
#include <memory>
#include <optional>

namespace costate::rt {

enum class RowKind : uint8_t { Equality, Inequality, Free };

class InteriorPoint {
public:
  InteriorPoint(const costate_problem_v1 &problem, const costate_instance *instance, const costate_host *host,
                const InteriorPointOptions &options, const Observer &observer, const WarmStart *warm);
  Result run();

private:
  struct Stop {
    Status status;
    std::string reason;
  };
  struct Errors {
    double dual, primal, complementarity, total;
  };

  // start
  std::optional<Stop> prepareBounds();
  void pushInside(Vector &v, const Vector &low, const Vector &high, const std::vector<bool> *skip) const;
  std::optional<Stop> start();
  void startMultipliers();
  void leastSquaresMultipliers();

  // the loop
  bool evaluateDerivatives();
  Errors errors(double mu) const;
  std::optional<Stop> shouldStop();
  bool updateBarrier();
  std::optional<Stop> computeStep();
  bool factorizeWithInertia();
  bool solveStep(const Vector &residual);
  double boundaryStep(double tau, bool primal) const;
  bool lineSearch();
  bool acceptable(double alpha, double theta, double phi, double thetaTrial, double phiTrial, double slope);
  bool secondOrderCorrection(double theta, double phi, double slope);
  void accept(double alphaPrimal, double alphaDual);
  void correctMultipliers();
  std::optional<Stop> restore();

  // quantities
  Vector residual(const Vector &c, const Vector &s) const;
  double barrierObjective(double f, const Vector &x, const Vector &s) const;
  double barrierSlope() const;
  Vector dualResidual() const;
  double unscaledViolation() const;
  double seconds() const;
  Result finish(const Stop &stop);

  const costate_host *host;
  const InteriorPointOptions &options;
  const Observer &observer;
  const WarmStart *warm;
  Functions functions;
  const costate_shape &shape;
  Eigen::Index n, m;

  std::vector<bool> isFixed, isFree;
  std::vector<RowKind> kind;
  Vector xl, xu, sl, su, target; // relaxed bounds; target [m] of equalities
  std::unique_ptr<KktSystem> kkt;
  Filter filter;

  double f = 0, mu = 0.1, tau = 0.99, thetaMax = 0, thetaMin = 0;
  Vector x, s, y, zl, zu, vl, vu, c, g, J, H;
  Vector dx, ds, dy, dzl, dzu, dvl, dvu;
  Vector sigmaX, sigmaS, D, exactD;
  double deltaW = 0, lastDeltaW = 0;
  double trialF = 0;
  Vector trialX, trialS, trialC;
  int iteration = 0, acceptableCount = 0, tinySteps = 0;
  IterationRow row;
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
};

} // namespace costate::rt
