// Calls through the ABI, with scaling.
#include "runtime/problem/Functions.h"

#include <chrono>
#include <cmath>

namespace costate::rt {
namespace {

struct Timer {
  explicit Timer(double &total) : total(total) {}
  ~Timer() { total += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); }
  double &total;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
};

} // namespace

Functions::Functions(const costate_problem_v1 &problem, const costate_instance *instance)
    : problem(problem), instance(instance) {
  problem.shape(instance, &form);
  if (problem.work)
    work = problem.work(instance);
  rowScale = Vector::Ones(form.m);
  weights = Vector::Zero(form.m);
}

Functions::~Functions() {
  if (problem.release_work && work)
    problem.release_work(work);
}

bool Functions::values(const Vector &x, double &f, Vector &c) {
  Timer timer(seconds);
  ++valueCount;
  f = 0;
  if (problem.values(instance, work, x.data(), &f, c.data()) != COSTATE_OK)
    return false;
  f *= objectiveScale;
  c.array() *= rowScale.array();
  return std::isfinite(f) && c.allFinite();
}

void Functions::scaleFirst(Vector &g, Vector &J) {
  g *= objectiveScale;
  for (int64_t i = 0; i < form.m; ++i)
    for (int64_t k = form.jac_rows[i]; k < form.jac_rows[i + 1]; ++k)
      J[k] *= rowScale[i];
}

bool Functions::first(const Vector &x, Vector &g, Vector &J) {
  Timer timer(seconds);
  ++firstCount;
  if (problem.first(instance, work, x.data(), g.data(), J.data()) != COSTATE_OK)
    return false;
  scaleFirst(g, J);
  return g.allFinite() && J.allFinite();
}

bool Functions::second(const Vector &x, double sigma, const Vector &y, Vector &g, Vector &J, Vector &H) {
  Timer timer(seconds);
  ++secondCount;
  weights = y.array() * rowScale.array();
  int code = problem.second(instance, work, x.data(), sigma * objectiveScale, weights.data(), g.data(), J.data(), H.data());
  if (code != COSTATE_OK)
    return false;
  scaleFirst(g, J);
  return g.allFinite() && J.allFinite() && H.allFinite();
}

bool Functions::chooseScaling(const Vector &x, const std::vector<bool> &isFixed) {
  Vector g(form.n), J(form.jac_rows[form.m]);
  if (!first(x, g, J))
    return false;
  constexpr double largest = 100;
  double slope = 0;
  for (int64_t j = 0; j < form.n; ++j)
    if (!isFixed[size_t(j)])
      slope = std::max(slope, std::abs(g[j]));
  objectiveScale = slope > largest ? std::max(largest / slope, 1e-8) : 1;
  for (int64_t i = 0; i < form.m; ++i) {
    double row = 0;
    for (int64_t k = form.jac_rows[i]; k < form.jac_rows[i + 1]; ++k)
      row = std::max(row, std::abs(J[k]));
    rowScale[i] = row > largest ? std::max(largest / row, 1e-8) : 1;
  }
  return true;
}

std::string Functions::trace(const Vector &x) {
  if (!problem.trace)
    return "";
  char text[512] = "";
  problem.trace(instance, work, x.data(), -2, text, sizeof text);
  return text;
}

} // namespace costate::rt
