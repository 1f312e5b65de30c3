// Calls through the ABI, with scaling.
#include "runtime/problem/Functions.h"
#include "runtime/report/Timer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <new>

namespace costate::rt {
namespace {

constexpr std::align_val_t kernelAlignment{64};

} // namespace

void Functions::Release::operator()(double *memory) const { ::operator delete[](memory, kernelAlignment); }

Functions::Array Functions::aligned(int64_t size) {
  size_t count = size_t(std::max<int64_t>(size, 1));
  Array array(static_cast<double *>(::operator new[](count * sizeof(double), kernelAlignment)));
  std::fill_n(array.get(), count, 0.0);
  return array;
}

Functions::Functions(const costate_problem_v1 &problem, const costate_instance *instance)
    : absolutes(problem, instance), problem(problem), instance(instance) {
  costate_shape given{};
  problem.shape(instance, &given);
  compressStructure(given);
  if (problem.work)
    work = problem.work(instance);
  rowScale = Vector::Ones(form.m);
  point = aligned(form.n), gradient = aligned(form.n);
  rows = aligned(form.m), weights = aligned(form.m);
  jacobianEntries = aligned(given.jac_entries), hessianEntries = aligned(given.hess_entries);
  H = Vector::Zero(form.hess_cols[form.n]);
  quadratic = given.jac_constant == given.jac_entries && given.hess_constant == given.hess_entries &&
              !given.piecewise && absolutes.count() == 0;
  firstConstant = given.jac_entries;
  if (problem.constants) {
    problem.constants(instance, jacobianEntries.get());
    firstConstant -= given.jac_constant;
  }
}

void Functions::compressStructure(const costate_shape &given) {
  auto list = [](const int32_t *numbers, int64_t size) { return std::span(numbers, size_t(size)); };
  jacobian =
      compress(given.m, list(given.jac_rows, given.jac_entries), list(given.jac_cols, given.jac_entries));
  hessianStructure =
      compress(given.n, list(given.hess_cols, given.hess_entries), list(given.hess_rows, given.hess_entries));
  form = {given.n,
          given.m,
          given.x_lower,
          given.x_upper,
          given.x_start,
          given.c_lower,
          given.c_upper,
          jacobian.starts.data(),
          jacobian.minors.data(),
          hessianStructure.starts.data(),
          hessianStructure.minors.data()};
}

Functions::~Functions() {
  if (problem.release_work && work)
    problem.release_work(work);
}

bool Functions::succeeded(int code) {
  interrupted = interrupted || code == COSTATE_INTERRUPTED;
  return code == COSTATE_OK;
}

bool Functions::values(const double *x, double &f, Vector &c) {
  Timer timer(seconds);
  ++valueCount;
  badRow = -1;
  std::copy_n(x, form.n, point.get());
  double raw = 0;
  if (!succeeded(problem.values(instance, work, point.get(), &raw, rows.get())))
    return false;
  f = objectiveScale * (raw + absolutes.value(point.get()));
  if (!std::isfinite(f))
    return false;
  for (int64_t i = 0; i < form.m; ++i) {
    c[i] = rowScale[i] * rows[size_t(i)];
    if (!std::isfinite(c[i])) {
      badRow = i;
      return false;
    }
  }
  return true;
}

bool Functions::copyFirst(Vector &g, Vector &J) {
  badRow = -1;
  g = objectiveScale * Eigen::Map<const Vector>(gradient.get(), form.n);
  if (!g.allFinite())
    return false;
  jacobian.add(jacobianEntries.get(), J);
  for (int64_t i = 0; i < form.m; ++i) {
    double scale = rowScale[i], sum = 0;
    for (int64_t p = form.jac_rows[i]; p < form.jac_rows[i + 1]; ++p)
      sum += J[p] *= scale;
    if (!std::isfinite(sum)) {
      badRow = i;
      return false;
    }
  }
  return true;
}

bool Functions::first(const double *x, Vector &g, Vector &J) {
  Timer timer(seconds);
  ++firstCount;
  badRow = -1;
  std::copy_n(x, form.n, point.get());
  if (!succeeded(problem.first(instance, work, point.get(), gradient.get(), jacobianEntries.get())))
    return false;
  absolutes.addGradient(point.get(), gradient.get());
  return copyFirst(g, J);
}

bool Functions::second(const double *x, double sigma, const Vector &y, Vector &g, Vector &J) {
  Timer timer(seconds);
  ++secondCount;
  badRow = -1;
  std::copy_n(x, form.n, point.get());
  for (int64_t i = 0; i < form.m; ++i)
    weights[size_t(i)] = y[i] * rowScale[i];
  if (!succeeded(problem.second(instance, work, point.get(), sigma * objectiveScale, weights.get(),
                                gradient.get(), jacobianEntries.get(), hessianEntries.get())))
    return false;
  absolutes.addGradient(point.get(), gradient.get());
  hessianStructure.add(hessianEntries.get(), H);
  return copyFirst(g, J) && H.allFinite();
}

bool Functions::product(const double *x, const Vector &y, const Vector &v, Vector &u) {
  Timer timer(seconds);
  ++secondCount;
  badRow = -1;
  if (!direction)
    direction = aligned(form.n);
  std::copy_n(x, form.n, point.get());
  std::copy_n(v.data(), form.n, direction.get());
  for (int64_t i = 0; i < form.m; ++i)
    weights[size_t(i)] = y[i] * rowScale[i];
  if (!succeeded(problem.hvp(instance, work, point.get(), objectiveScale, weights.get(), direction.get(),
                             gradient.get())))
    return false;
  u = Eigen::Map<const Vector>(gradient.get(), form.n);
  return u.allFinite();
}

int64_t Functions::addends() const {
  constexpr size_t needed = offsetof(costate_problem_v1, sampled) + sizeof(problem.sampled);
  bool isKnown = problem.size >= needed && problem.addends && problem.sampled;
  return isKnown ? problem.addends(instance) : 0;
}

bool Functions::isEndless() const {
  constexpr size_t needed = offsetof(costate_problem_v1, is_endless) + sizeof(problem.is_endless);
  return problem.size >= needed && problem.is_endless && problem.is_endless(instance);
}

bool Functions::sampled(const double *x, const std::vector<int64_t> &which, double &f, Vector &g) {
  Timer timer(seconds);
  ++firstCount;
  badRow = -1;
  std::copy_n(x, form.n, point.get());
  if (!succeeded(problem.sampled(instance, work, point.get(), which.data(), int64_t(which.size()), &f,
                                 gradient.get())))
    return false;
  f += absolutes.value(point.get());
  absolutes.addGradient(point.get(), gradient.get());
  g = Eigen::Map<const Vector>(gradient.get(), g.size());
  return std::isfinite(f) && g.allFinite();
}

bool Functions::chooseScaling(const double *x, const std::vector<bool> &isFixed) {
  constexpr double largest = 100, least = 1e-8; // [WB06, section 3.8]
  constexpr double smallest = 1e-2, most = 1e4; // below 1e-4 a row drowns in the delta_c of its equation
  Vector g(form.n), J(form.jac_rows[form.m]);
  objectiveScale = 1;
  rowScale.setOnes();
  if (!first(x, g, J))
    return false;
  auto scaleFor = [&](double slope) { return slope > largest ? std::max(largest / slope, least) : 1; };
  double slope = 0;
  for (int64_t j = 0; j < form.n; ++j)
    if (!isFixed[size_t(j)])
      slope = std::max(slope, std::abs(g[j]));
  objectiveScale = scaleFor(slope);
  for (int64_t i = 0; i < form.m; ++i) {
    double row = 0;
    for (int64_t p = form.jac_rows[i]; p < form.jac_rows[i + 1]; ++p)
      if (!isFixed[size_t(form.jac_cols[p])])
        row = std::max(row, std::abs(J[p]));
    rowScale[i] = row > 0 && row < smallest ? std::min(smallest / row, most) : scaleFor(row);
  }
  return true;
}

bool Functions::unscaledRows(const double *x, Vector &c) {
  Timer timer(seconds);
  ++valueCount;
  std::copy_n(x, form.n, point.get());
  double f = 0;
  bool good = succeeded(problem.values(instance, work, point.get(), &f, rows.get()));
  c = Eigen::Map<const Vector>(rows.get(), form.m);
  return good;
}

JacobianConstants Functions::constants() const {
  using Kind = JacobianConstants::Kind;
  JacobianConstants result;
  result.values = Vector::Zero(form.jac_rows[form.m]);
  for (size_t e = size_t(firstConstant); e < jacobian.slots.size(); ++e)
    result.values[jacobian.slots[e]] += jacobianEntries[e];
  for (double value : result.values)
    result.kinds.push_back(value == 0 ? Kind::Zero : Kind::Constant);
  for (size_t e = 0; e < size_t(firstConstant); ++e) {
    result.kinds[size_t(jacobian.slots[e])] = Kind::Varies;
    result.values[jacobian.slots[e]] = 0;
  }
  return result;
}

void Functions::replaceBounds(const double *xLower, const double *xUpper, const double *cLower,
                              const double *cUpper) {
  form.x_lower = xLower, form.x_upper = xUpper;
  form.c_lower = cLower, form.c_upper = cUpper;
}

std::string Functions::name(int isRow, int64_t number) const {
  char text[512] = "";
  if (problem.name && problem.name(instance, isRow, number, text, sizeof text) == COSTATE_OK && text[0])
    return text;
  return fmt::format("{} {}", isRow ? "row" : "variable", number + 1);
}

std::string Functions::trace(const double *x) {
  if (!problem.trace)
    return "";
  char text[1024] = "";
  std::copy_n(x, form.n, point.get());
  problem.trace(instance, work, point.get(), badRow, text, sizeof text);
  if (text[0] == '\0' || text[0] == ':')
    return text;
  return std::string(": ") + text;
}

} // namespace costate::rt
