#include "runtime/problem/Epigraph.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

const Epigraph &self(const costate_instance *instance) {
  return static_cast<const Epigraph &>(*reinterpret_cast<const WrappedProblem *>(instance));
}

} // namespace

Epigraph::Epigraph(const costate_problem_v1 &problem, const costate_instance *instance)
    : WrappedProblem(problem, instance), absolutes(problem, instance) {
  for (int64_t k = 0; k < absolutes.count(); ++k)
    if (absolutes.weight(k) > 0)
      taken.push_back(k);
  if (!isNeeded())
    return;
  copyShape();
  append();
  keepNegative();
  finish();
  table.absolutes = [](const costate_instance *i, costate_absolutes *out) {
    auto &of = self(i).negative;
    *out = {int64_t(of.weights.size()), of.weights.data(), of.offsets.data(),
            of.starts.data(),           of.cols.data(),    of.values.data()};
    return int(COSTATE_OK);
  };
}

void Epigraph::append() {
  auto add = [&](int64_t col, double value) {
    appendJacobian(int64_t(cLower.size()) - 1, col), slopes.push_back(value);
  };
  for (size_t k = 0; k < taken.size(); ++k) {
    appendVariable(-inf, inf, std::abs(absolutes.argument(taken[k], inner.x_start)));
    for (double side : {-1.0, 1.0}) {
      appendRow(-side * absolutes.offset(taken[k]), inf);
      add(inner.n + int64_t(k), 1);
      for (auto [col, value] : absolutes.entries(taken[k]))
        add(col, side * value);
    }
  }
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

void Epigraph::addConstants(double *J) const { std::copy(slopes.begin(), slopes.end(), J); }

void Epigraph::addValues(const double *x, double *f, double *c) const {
  for (size_t k = 0; k < taken.size(); ++k) {
    double t = x[size_t(inner.n) + k], *rows = c + inner.m + 2 * int64_t(k);
    double e = absolutes.argument(taken[k], x) - absolutes.offset(taken[k]);
    *f += absolutes.weight(taken[k]) * t;
    rows[0] = t - e, rows[1] = t + e;
  }
}

void Epigraph::addGradient(const double *, double *g) const {
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
