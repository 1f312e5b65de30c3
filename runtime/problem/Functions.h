// A bound problem as a solver sees it: scaled functions, counted and timed.
#pragma once

#include "costate/rt/Abi.h"
#include "costate/rt/Result.h"

#include <Eigen/Core>

namespace costate::rt {

using Vector = Eigen::VectorXd;

/// Scaled objective sf*f and rows sc_i*c_i [WB06, section 3.8]. Evaluations return false where a value is not finite.
class Functions {
public:
  Functions(const costate_problem_v1 &problem, const costate_instance *instance);
  ~Functions();
  Functions(const Functions &) = delete;

  const costate_shape &shape() const { return form; }
  Eigen::Index n() const { return form.n; }
  Eigen::Index m() const { return form.m; }

  bool values(const Vector &x, double &f, Vector &c);
  bool first(const Vector &x, Vector &g, Vector &J);
  /// H of sigma*sf*f + sum y_i*sc_i*c_i.
  bool second(const Vector &x, double sigma, const Vector &y, Vector &g, Vector &J, Vector &H);
  /// Largest gradient 100: sf = min(1, 100/|g|), rows alike.
  bool chooseScaling(const Vector &x, const std::vector<bool> &isFixed);

  std::string trace(const Vector &x);
  double objectiveScale = 1;
  Vector rowScale;
  int valueCount = 0, firstCount = 0, secondCount = 0;
  double seconds = 0;

private:
  void scaleFirst(Vector &g, Vector &J);
  const costate_problem_v1 &problem;
  const costate_instance *instance;
  costate_work *work = nullptr;
  costate_shape form{};
  Vector weights;
};

} // namespace costate::rt
