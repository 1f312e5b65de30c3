// The compact form against the recursion it stands for.
#include "runtime/solvers/QuasiNewton.h"

#include <gtest/gtest.h>

namespace costate::rt {
namespace {

/// B := B - B s s' B / s'Bs + y y' / s'y
void recursion(Eigen::MatrixXd &B, const Vector &s, const Vector &y) {
  Vector Bs = B * s;
  B += y * y.transpose() / s.dot(y) - Bs * Bs.transpose() / s.dot(Bs);
}

TEST(QuasiNewton, IsTheRecursionFromAMultipleOfTheIdentity) {
  Eigen::MatrixXd A = Eigen::MatrixXd::Random(5, 5);
  A = (A * A.transpose() + Eigen::MatrixXd::Identity(5, 5)).eval(); // y = A s: no damping where s'y is large
  QuasiNewton approximation;
  std::vector<Vector> steps;
  for (int k = 0; k < 3; ++k) {
    steps.push_back(Vector::Random(5));
    approximation.update(steps.back(), A * steps.back());
  }
  double xi = steps[2].dot(A * steps[2]) / steps[2].squaredNorm();
  Eigen::MatrixXd B = xi * Eigen::MatrixXd::Identity(5, 5);
  for (const Vector &s : steps)
    recursion(B, s, A * s);
  Vector v = Vector::LinSpaced(5, -1, 2), product;
  approximation.matrix().multiply(v, product);
  EXPECT_LE((product - B * v).lpNorm<Eigen::Infinity>(), 1e-10);
  approximation.matrix().multiply(steps[2], product); // the last pair is met
  EXPECT_LE((product - A * steps[2]).lpNorm<Eigen::Infinity>(), 1e-10);
}

TEST(QuasiNewton, StaysPositiveAlongNegativeCurvature) {
  QuasiNewton approximation;
  Vector s = Vector::Unit(3, 0);
  approximation.update(s, -2 * s);
  Vector product;
  approximation.matrix().multiply(s, product);
  EXPECT_NEAR(s.dot(product), 0.2, 1e-12); // Powell: 0.2 s'Bs with B = I before
}

TEST(QuasiNewton, StepsOfNoSizeTellNothing) {
  QuasiNewton approximation;
  approximation.update(Vector::Zero(3), Vector::Ones(3));
  EXPECT_EQ(approximation.matrix().U.size(), 0);
}

} // namespace
} // namespace costate::rt
