#include "runtime/problem/WrappedProblem.h"

#include <algorithm>
#include <cstdio>

namespace costate::rt {

static const WrappedProblem &self(const costate_instance *instance) {
  return *reinterpret_cast<const WrappedProblem *>(instance);
}

void WrappedProblem::copyShape() {
  original.shape(instance, &inner);
  xLower.assign(inner.x_lower, inner.x_lower + inner.n),
      xUpper.assign(inner.x_upper, inner.x_upper + inner.n);
  xStart.assign(inner.x_start, inner.x_start + inner.n);
  cLower.assign(inner.c_lower, inner.c_lower + inner.m),
      cUpper.assign(inner.c_upper, inner.c_upper + inner.m);
  jacRows.assign(inner.jac_rows, inner.jac_rows + inner.jac_entries);
  jacCols.assign(inner.jac_cols, inner.jac_cols + inner.jac_entries);
  hessRows.assign(inner.hess_rows, inner.hess_rows + inner.hess_entries);
  hessCols.assign(inner.hess_cols, inner.hess_cols + inner.hess_entries);
}

void WrappedProblem::appendVariable(double lower, double upper, double start) {
  xLower.push_back(lower), xUpper.push_back(upper), xStart.push_back(start);
}

void WrappedProblem::appendRow(double lower, double upper) {
  cLower.push_back(lower), cUpper.push_back(upper);
}

void WrappedProblem::appendJacobian(int64_t row, int64_t col) {
  jacRows.push_back(int32_t(row)), jacCols.push_back(int32_t(col));
}

void WrappedProblem::appendHessian(int64_t row, int64_t col) {
  hessRows.push_back(int32_t(row)), hessCols.push_back(int32_t(col));
}

void WrappedProblem::finish() {
  outer = inner;
  outer.n = int64_t(xStart.size()), outer.m = int64_t(cLower.size());
  outer.x_lower = xLower.data(), outer.x_upper = xUpper.data(), outer.x_start = xStart.data();
  outer.c_lower = cLower.data(), outer.c_upper = cUpper.data();
  outer.jac_entries = int64_t(jacRows.size());
  outer.jac_constant += outer.jac_entries - inner.jac_entries;
  outer.jac_rows = jacRows.data(), outer.jac_cols = jacCols.data();
  outer.hess_entries = int64_t(hessRows.size());
  outer.hess_constant += outer.hess_entries - inner.hess_entries;
  outer.hess_rows = hessRows.data(), outer.hess_cols = hessCols.data();
  table.version = COSTATE_ABI_VERSION;
  table.size = sizeof table;
  table.shape = [](const costate_instance *i, costate_shape *out) {
    *out = self(i).outer;
    return int(COSTATE_OK);
  };
  if (original.work)
    table.work = [](const costate_instance *i) { return self(i).original.work(self(i).instance); };
  table.release_work = original.release_work;
  table.constants = [](const costate_instance *i, double *J) {
    const WrappedProblem &p = self(i);
    int code = p.original.constants ? p.original.constants(p.instance, J) : int(COSTATE_OK);
    p.addConstants(J + p.inner.jac_entries);
    return code;
  };
  table.values = [](const costate_instance *i, costate_work *work, const double *x, double *f, double *c) {
    const WrappedProblem &p = self(i);
    int code = p.original.values(p.instance, work, x, f, c);
    p.addValues(x, f, c);
    return code;
  };
  table.first = [](const costate_instance *i, costate_work *work, const double *x, double *g, double *J) {
    const WrappedProblem &p = self(i);
    int code = p.original.first(p.instance, work, x, g, J);
    p.addGradient(x, g);
    return code;
  };
  if (original.second)
    table.second = [](const costate_instance *i, costate_work *work, const double *x, double sigma,
                      const double *y, double *g, double *J, double *H) {
      const WrappedProblem &p = self(i);
      int code = p.original.second(p.instance, work, x, p.sigmaOfOriginal(sigma), y, g, J, H);
      p.addGradient(x, g);
      p.addHessian(sigma, H + p.inner.hess_entries);
      return code;
    };
  if (original.trace)
    table.trace = [](const costate_instance *i, costate_work *work, const double *x, int64_t row, char *text,
                     int64_t size) {
      const WrappedProblem &p = self(i);
      return p.original.trace(p.instance, work, x, std::min(row, p.inner.m - 1), text, size);
    };
  table.name = [](const costate_instance *i, int isRow, int64_t number, char *text, int64_t size) {
    return self(i).name(isRow, number, text, size);
  };
}

void WrappedProblem::addHessian(double, double *) const {}

int WrappedProblem::name(int isRow, int64_t number, char *text, int64_t size) const {
  if (number >= (isRow ? inner.m : inner.n))
    std::snprintf(text, size_t(size), "%s", appendedName());
  else if (original.name)
    return original.name(instance, isRow, number, text, size);
  return COSTATE_OK;
}

} // namespace costate::rt
