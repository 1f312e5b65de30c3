// The original problem's functions with the variables t appended to its own.
#include "runtime/problem/Epigraph.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace costate::rt {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

const Epigraph &self(const costate_instance *instance) {
  return *reinterpret_cast<const Epigraph *>(instance);
}

} // namespace

Epigraph::Epigraph(const costate_problem_v1 &problem, const costate_instance *instance)
    : original(problem), instance(instance), absolutes(problem, instance) {
  for (int64_t k = 0; k < absolutes.count(); ++k)
    if (absolutes.weight(k) > 0)
      taken.push_back(k);
  if (!isNeeded())
    return;
  original.shape(instance, &inner);
  outer = inner;
  addVariables();
  addRows();
  keepNegative();
  fillTable();
}

void Epigraph::addVariables() {
  size_t size = size_t(inner.n) + taken.size();
  xLower.assign(inner.x_lower, inner.x_lower + inner.n), xLower.resize(size, -inf);
  xUpper.assign(inner.x_upper, inner.x_upper + inner.n), xUpper.resize(size, inf);
  xStart.assign(inner.x_start, inner.x_start + inner.n);
  for (int64_t k : taken)
    xStart.push_back(std::abs(absolutes.argument(k, inner.x_start)));
  outer.n = int64_t(size);
  outer.x_lower = xLower.data(), outer.x_upper = xUpper.data(), outer.x_start = xStart.data();
}

void Epigraph::addRows() {
  cLower.assign(inner.c_lower, inner.c_lower + inner.m);
  jacRows.assign(inner.jac_rows, inner.jac_rows + inner.jac_entries);
  jacCols.assign(inner.jac_cols, inner.jac_cols + inner.jac_entries);
  auto add = [&](size_t col, double value) {
    jacRows.push_back(int32_t(cLower.size()) - 1), jacCols.push_back(int32_t(col)), slopes.push_back(value);
  };
  for (size_t k = 0; k < taken.size(); ++k)
    for (double side : {-1.0, 1.0}) {
      cLower.push_back(-side * absolutes.offset(taken[k]));
      add(size_t(inner.n) + k, 1);
      for (auto [col, value] : absolutes.entries(taken[k]))
        add(size_t(col), side * value);
    }
  cUpper.assign(inner.c_upper, inner.c_upper + inner.m), cUpper.resize(cLower.size(), inf);
  outer.m = int64_t(cLower.size());
  outer.c_lower = cLower.data(), outer.c_upper = cUpper.data();
  outer.jac_entries += int64_t(slopes.size()), outer.jac_constant += int64_t(slopes.size());
  outer.jac_rows = jacRows.data(), outer.jac_cols = jacCols.data();
}

void Epigraph::keepNegative() {
  for (int64_t k = 0; k < absolutes.count(); ++k) {
    if (!(absolutes.weight(k) < 0))
      continue;
    negative.weights.push_back(absolutes.weight(k)), negative.offsets.push_back(absolutes.offset(k));
    for (auto [col, value] : absolutes.entries(k))
      negative.cols.push_back(col), negative.values.push_back(value);
    negative.starts.push_back(int64_t(negative.cols.size()));
  }
}

void Epigraph::fillTable() {
  table.version = COSTATE_ABI_VERSION;
  table.size = sizeof table;
  table.shape = [](const costate_instance *i, costate_shape *out) {
    *out = self(i).outer;
    return int(COSTATE_OK);
  };
  if (original.work)
    table.work = [](const costate_instance *i) { return self(i).original.work(self(i).instance); };
  table.release_work = original.release_work;
  table.constants = [](const costate_instance *i, double *J) { return self(i).constants(J); };
  table.values = [](const costate_instance *i, costate_work *work, const double *x, double *f, double *c) {
    return self(i).values(work, x, f, c);
  };
  table.first = [](const costate_instance *i, costate_work *work, const double *x, double *g, double *J) {
    int code = self(i).original.first(self(i).instance, work, x, g, J);
    self(i).gradient(g);
    return code;
  };
  if (original.second)
    table.second = [](const costate_instance *i, costate_work *work, const double *x, double sigma,
                      const double *y, double *g, double *J, double *H) {
      int code = self(i).original.second(self(i).instance, work, x, sigma, y, g, J, H);
      self(i).gradient(g);
      return code;
    };
  if (original.trace)
    table.trace = [](const costate_instance *i, costate_work *work, const double *x, int64_t row, char *text,
                     int64_t size) {
      return self(i).original.trace(self(i).instance, work, x, std::min(row, self(i).inner.m - 1), text,
                                    size);
    };
  table.name = [](const costate_instance *i, int isRow, int64_t number, char *text, int64_t size) {
    const Epigraph &p = self(i);
    if (number < (isRow ? p.inner.m : p.inner.n))
      return p.original.name ? p.original.name(p.instance, isRow, number, text, size) : int(COSTATE_OK);
    std::snprintf(text, size_t(size), "an absolute value in the objective");
    return int(COSTATE_OK);
  };
  table.absolutes = [](const costate_instance *i, costate_absolutes *out) {
    auto &of = self(i).negative;
    *out = {int64_t(of.weights.size()), of.weights.data(), of.offsets.data(),
            of.starts.data(),           of.cols.data(),    of.values.data()};
    return int(COSTATE_OK);
  };
}

int Epigraph::constants(double *J) const {
  int code = original.constants ? original.constants(instance, J) : int(COSTATE_OK);
  std::copy(slopes.begin(), slopes.end(), J + inner.jac_entries);
  return code;
}

int Epigraph::values(costate_work *work, const double *x, double *f, double *c) const {
  int code = original.values(instance, work, x, f, c);
  for (size_t k = 0; k < taken.size(); ++k) {
    double t = x[size_t(inner.n) + k], *rows = c + inner.m + 2 * int64_t(k);
    double e = absolutes.argument(taken[k], x) - absolutes.offset(taken[k]);
    *f += absolutes.weight(taken[k]) * t;
    rows[0] = t - e, rows[1] = t + e;
  }
  return code;
}

void Epigraph::gradient(double *g) const {
  for (size_t k = 0; k < taken.size(); ++k)
    g[size_t(inner.n) + k] = absolutes.weight(taken[k]);
}

/// The price of t_k is that of the row on whose side e_k is, or half and half at the kink.
WarmStart Epigraph::extended(const WarmStart &warm) const {
  constexpr double near = 1e-6;
  WarmStart result = warm;
  if (int64_t(warm.x.size()) != inner.n || int64_t(warm.dual.size()) != inner.m)
    return result; // of another problem: ignored
  for (int64_t k : taken) {
    double e = absolutes.argument(k, warm.x.data()), share = e > near ? 1 : e < -near ? 0 : 0.5;
    result.x.push_back(std::abs(e));
    result.dual.push_back(share * absolutes.weight(k));
    result.dual.push_back((1 - share) * absolutes.weight(k));
  }
  result.reduced_cost.resize(size_t(outer.n), 0);
  return result;
}

void Epigraph::restore(Result &result) const {
  for (size_t k = 0; k < taken.size() && int64_t(result.x.size()) == outer.n; ++k) {
    double gap = std::abs(absolutes.argument(taken[k], result.x.data())) - result.x[size_t(inner.n) + k];
    result.objective += absolutes.weight(taken[k]) * gap; // of x itself, to rounding
  }
  for (auto *list : {&result.x, &result.reduced_cost, &result.ray})
    list->resize(std::min(list->size(), size_t(inner.n)));
  for (auto *list : {&result.c, &result.dual})
    list->resize(std::min(list->size(), size_t(inner.m)));
  std::erase_if(result.conflicts,
                [&](const Conflict &c) { return c.row >= inner.m || c.variable >= inner.n; });
}

} // namespace costate::rt
