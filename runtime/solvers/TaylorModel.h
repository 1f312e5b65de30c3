// The Taylor polynomial of degree 2 as a model of the objective.
#pragma once

#include "runtime/solvers/FaceSystem.h"
#include "runtime/solvers/FactoredModel.h"

#include <vector>

namespace costate::rt {

/// B is the Hessian of f(x, h(x)): that of f + y'c on steps that the definitions complete.
class TaylorModel final : public FactoredModel {
public:
  /// f: the first value.
  TaylorModel(BoxProblem &box, double f);

  bool value(Vector &x, double &f) override { return box.value(x, f); }
  /// Where f falls to 0 for ever, as at a kink of a norm, that is rounding too.
  double noise(double f) const override;
  bool evaluate(const Vector &x, Vector &g) override;
  Vector product(const Vector &v) override { return box.hessianTimes(v); }
  bool factorize(double lambda, const std::vector<bool> &isHeld) override;
  void solve(const Vector &r, Vector &p) override;
  double size() const override;

  FaceSystem face;

private:
  BoxProblem &box;
  const ProblemShape &shape;
  double leastSize;
  std::vector<bool> isVisible;
  std::vector<int64_t> entries; // of J, in the definitions' order
  std::vector<double> rows;
  const double *H = nullptr;
};

} // namespace costate::rt
