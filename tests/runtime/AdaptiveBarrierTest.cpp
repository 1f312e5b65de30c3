// The choice of mu on a problem of one variable, and when the monotone rule takes over.
#include "runtime/solvers/AdaptiveBarrier.h"

#include <gtest/gtest.h>

#include <limits>

namespace costate::rt {
namespace {

/// min x, x >= 0: from (x, z) the Newton step for mu leads to z = 1 and x = mu + x (1 - z).
class OneBound final : public BarrierProblem {
public:
  OneBound() {
    n = 1, m = 0;
    lower = Vector::Zero(1), upper = Vector::Constant(1, std::numeric_limits<double>::infinity());
    rowStart = {0};
    listBounds();
  }
  bool values(const double *x, double &f, Vector &) override { return f = x[0], true; }
  bool derivatives(const double *, const Vector &, Derivatives &) override { return true; }
  std::string trace(const double *) override { return ""; }
};

Iterate at(double x, double z) {
  Iterate point;
  point.v = Vector::Constant(1, x), point.zl = Vector::Constant(1, z), point.zu = Vector::Zero(1);
  point.y = point.c = point.r = Vector::Zero(0);
  return point;
}

PrimalDualStep stepTo(double x, double z, const Iterate &from) {
  PrimalDualStep step;
  step.dv = Vector::Constant(1, x - from.v[0]), step.dzl = Vector::Constant(1, z - from.zl[0]);
  step.dzu = Vector::Zero(1), step.dy = Vector::Zero(0);
  return step;
}

TEST(AdaptiveBarrier, LowersMuAsFarAsOneStepReaches) {
  OneBound problem;
  KktResidual residual;
  AdaptiveBarrier barrier(1e-9);
  Iterate point = at(2, 1);
  ASSERT_TRUE(barrier.isFree(problem, point, residual));
  EXPECT_DOUBLE_EQ(barrier.average(), 2);
  // With tau = 0.99 the step for mu reaches x z = max(mu, 0.02): 0.02 = 0.01 average() is the least sigma.
  double mu = barrier.choose(problem, point, residual, stepTo(0, 1, point), stepTo(2, 1, point), 0.99);
  EXPECT_NEAR(mu, 0.02, 0.01); // golden section ends that near
}

TEST(AdaptiveBarrier, MuDoesNotFallBelowItsLeast) {
  OneBound problem;
  KktResidual residual;
  AdaptiveBarrier barrier(0.5);
  Iterate point = at(2, 1);
  ASSERT_TRUE(barrier.isFree(problem, point, residual));
  EXPECT_EQ(barrier.choose(problem, point, residual, stepTo(0, 1, point), stepTo(2, 1, point), 0.99), 0.5);
}

TEST(AdaptiveBarrier, IsFreeOnlyWhileTheErrorFalls) {
  OneBound problem;
  KktResidual residual; // no dual and no primal residual: the error is the product x z
  AdaptiveBarrier barrier(1e-9);
  for (double x : {4, 3, 3, 4}) // four points to compare with
    EXPECT_TRUE(barrier.isFree(problem, at(x, 1), residual));
  EXPECT_FALSE(barrier.isFree(problem, at(4, 1), residual));
  EXPECT_TRUE(barrier.justLeft());
  EXPECT_FALSE(barrier.isFree(problem, at(5, 1), residual));
  EXPECT_FALSE(barrier.justLeft());
  EXPECT_TRUE(barrier.isFree(problem, at(3.5, 1), residual)); // below the largest of the four
}

} // namespace
} // namespace costate::rt
