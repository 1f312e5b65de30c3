// Calls through the optional members of the ABI.
#include "runtime/problem/Residuals.h"
#include "runtime/report/Timer.h"

#include <algorithm>
#include <cstddef>

namespace costate::rt {
namespace {

costate_residuals shapeOf(const costate_problem_v1 &problem, const costate_instance *instance) {
  costate_residuals form{};
  constexpr size_t needed = offsetof(costate_problem_v1, residual_first) + sizeof(problem.residual_first);
  if (problem.size >= needed && problem.residual_shape && problem.residuals && problem.residual_first &&
      problem.residual_shape(instance, &form) != COSTATE_OK)
    form.count = 0;
  return form;
}

} // namespace

bool Residuals::areKnown(const costate_problem_v1 &problem, const costate_instance *instance) {
  return shapeOf(problem, instance).count > 0;
}

Residuals::Residuals(const costate_problem_v1 &problem, const costate_instance *instance,
                     Functions &functions)
    : problem(problem), instance(instance), functions(functions), form(shapeOf(problem, instance)) {
  auto list = [&](const int32_t *numbers) { return std::span(numbers, size_t(form.entries)); };
  structure = compress(form.count, list(form.rows), list(form.cols));
  if (problem.work)
    work = problem.work(instance);
  point = Functions::aligned(functions.n());
  raw = Functions::aligned(form.count), entries = Functions::aligned(form.entries);
  if (problem.residual_constants)
    problem.residual_constants(instance, entries.get());
}

Residuals::~Residuals() {
  if (problem.release_work && work)
    problem.release_work(work);
}

bool Residuals::values(const double *x, Vector &r) {
  Timer timer(functions.seconds);
  ++functions.valueCount;
  std::copy_n(x, functions.n(), point.get());
  if (!functions.succeeded(problem.residuals(instance, work, point.get(), raw.get())))
    return false;
  r = Eigen::Map<const Vector>(raw.get(), form.count);
  return r.allFinite();
}

bool Residuals::first(const double *x, Vector &R) {
  Timer timer(functions.seconds);
  ++functions.firstCount;
  std::copy_n(x, functions.n(), point.get());
  if (!functions.succeeded(problem.residual_first(instance, work, point.get(), entries.get())))
    return false;
  structure.add(entries.get(), R);
  return R.allFinite();
}

} // namespace costate::rt
