// Small problems from C++ lambdas behind the ABI of solvers: dense derivatives by Taylor arithmetic.
#pragma once

#include "costate/rt/Solve.h"
#include "tests/runtime/Taylor.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

namespace costate::rt {

constexpr double infinite = std::numeric_limits<double>::infinity();
using Point = std::vector<Taylor>;
using Function = std::function<Taylor(const Point &x)>;

/// min objective(x) with rows lower <= row(x) <= upper and bounds on x. All members may be changed between
/// solves.
class HandWrittenProblem {
public:
  struct Row {
    Function function;
    double lower, upper;
    /// Not empty: the gradient, which does not depend on x; its zeros are no entries.
    std::vector<double> slopes = {};
  };

  /// lower <= slopes' x + offset <= upper
  static Row linear(std::vector<double> slopes, double lower, double upper, double offset = 0) {
    auto value = [slopes, offset](const Point &x) {
      Taylor sum = offset;
      for (size_t j = 0; j < x.size(); ++j)
        sum = sum + slopes[j] * x[j];
      return sum;
    };
    return {value, lower, upper, slopes};
  }

  HandWrittenProblem(Function objective, std::vector<double> start, std::vector<Row> rows = {},
                     std::vector<double> lower = {}, std::vector<double> upper = {})
      : objective(std::move(objective)), start(std::move(start)), rows(std::move(rows)),
        lower(std::move(lower)), upper(std::move(upper)) {}

  Function objective;
  std::vector<double> start;
  std::vector<Row> rows;
  std::vector<double> lower, upper; // empty: no bounds
  /// Not empty: the objective is the sum of their squares, and a constant.
  std::vector<Function> residuals;
  /// Which variables each residual reads; empty: all.
  std::vector<std::vector<int32_t>> residualReads;
  /// weight |offset + slopes' x| that the objective has besides.
  struct Absolute {
    double weight, offset;
    std::vector<double> slopes;
  };
  std::vector<Absolute> absolutes;
  /// Variables from this one on have no entries of the Hessian.
  size_t firstLinear = std::numeric_limits<size_t>::max();
  bool hasProducts = false; // and no matrix of second derivatives
  bool isQuadratic = false; // the objective is, and the rows are linear
  /// Called with every point of values(); returns the code that values() shall return.
  std::function<int(const double *x)> watch;

  template <class Options = InteriorPointOptions>
  Result solve(const Options &options = {}, const Observer &observer = {}, const costate_host *host = nullptr,
               const WarmStart *warm = nullptr) {
    build();
    return rt::solve(table, instance(), host, options, observer, warm);
  }

  Result judge(const std::vector<double> &x, const JudgementOptions &options = {}, int steps = 0) {
    build();
    return rt::judge(table, instance(), options, x, steps);
  }

  /// Arrays of the ABI; solve() calls it.
  void build() {
    size_t n = start.size(), m = rows.size();
    lower.resize(n, -infinite), upper.resize(n, infinite);
    cLower.clear(), cUpper.clear(), jacCols.clear(), hessRows.clear();
    jacRows.clear(), hessCols.clear(), constants.clear();
    for (Row &row : rows)
      cLower.push_back(row.lower), cUpper.push_back(row.upper);
    for (bool isConstant : {false, true})
      for (size_t i = 0; i < m; ++i)
        for (size_t j = 0; j < n; ++j)
          if (rows[i].slopes.empty() ? !isConstant : isConstant && rows[i].slopes[j] != 0)
            listEntry(i, j, isConstant);
    for (size_t j = 0; j < std::min(n, firstLinear); ++j)
      for (size_t i = j; i < std::min(n, firstLinear); ++i)
        hessRows.push_back(int32_t(i)), hessCols.push_back(int32_t(j));
    form = {int64_t(n),
            int64_t(m),
            lower.data(),
            upper.data(),
            start.data(),
            cLower.data(),
            cUpper.data(),
            int64_t(jacRows.size()),
            jacRows.data(),
            jacCols.data(),
            int64_t(hessRows.size()),
            hessRows.data(),
            hessCols.data(),
            int64_t(constants.size()),
            isQuadratic ? int64_t(hessRows.size()) : 0,
            0};
    table = {};
    table.version = COSTATE_ABI_VERSION, table.size = sizeof table;
    table.shape = [](const costate_instance *self, costate_shape *shape) {
      return *shape = of(self).form, 0;
    };
    table.constants = [](const costate_instance *self, double *J) {
      const HandWrittenProblem &problem = of(self);
      std::copy(problem.constants.begin(), problem.constants.end(),
                J + problem.jacRows.size() - problem.constants.size());
      return 0;
    };
    table.values = [](const costate_instance *self, costate_work *, const double *x, double *f, double *c) {
      return of(self).values(x, f, c);
    };
    table.first = [](const costate_instance *self, costate_work *, const double *x, double *g, double *J) {
      return of(self).second(x, 0, nullptr, g, J, nullptr);
    };
    table.second = [](const costate_instance *self, costate_work *, const double *x, double sigma,
                      const double *y, double *g, double *J,
                      double *H) { return of(self).second(x, sigma, y, g, J, H); };
    if (hasProducts)
      replaceSecond();
    if (!residuals.empty())
      addResiduals();
    if (!absolutes.empty())
      addAbsolutes();
  }

  void addAbsolutes() {
    listed = {};
    for (const Absolute &absolute : absolutes) {
      listed.weights.push_back(absolute.weight), listed.offsets.push_back(absolute.offset);
      for (size_t j = 0; j < absolute.slopes.size(); ++j)
        if (absolute.slopes[j] != 0)
          listed.cols.push_back(int32_t(j)), listed.values.push_back(absolute.slopes[j]);
      listed.starts.push_back(int64_t(listed.cols.size()));
    }
    table.absolutes = [](const costate_instance *self, costate_absolutes *out) {
      auto &all = of(self).listed;
      *out = {int64_t(all.weights.size()), all.weights.data(), all.offsets.data(),
              all.starts.data(),           all.cols.data(),    all.values.data()};
      return 0;
    };
  }

  /// By products with it.
  void replaceSecond() {
    table.second = nullptr;
    table.hvp = [](const costate_instance *self, costate_work *, const double *x, double sigma,
                   const double *y, const double *v, double *u) {
      const HandWrittenProblem &problem = of(self);
      std::vector<double> g(problem.start.size()), J(problem.jacRows.size()), H(problem.hessRows.size());
      problem.second(x, sigma, y, g.data(), J.data(), H.data());
      std::fill_n(u, g.size(), 0.0);
      for (size_t e = 0; e < H.size(); ++e) {
        int32_t i = problem.hessRows[e], j = problem.hessCols[e];
        u[i] += H[e] * v[j];
        if (i != j)
          u[j] += H[e] * v[i];
      }
      return 0;
    };
  }

  /// Optional members of the ABI.
  void addResiduals() {
    table.residual_shape = [](const costate_instance *self, costate_residuals *shape) {
      const HandWrittenProblem &problem = of(self);
      *shape = {int64_t(problem.residuals.size()), int64_t(problem.residualRows.size()),
                problem.residualRows.data(), problem.residualCols.data(), 0};
      return 0;
    };
    table.residuals = [](const costate_instance *self, costate_work *, const double *x, double *r) {
      Point point(x, x + of(self).start.size());
      for (const Function &residual : of(self).residuals)
        *r++ = residual(point).value;
      return 0;
    };
    table.residual_first = [](const costate_instance *self, costate_work *, const double *x, double *R) {
      const HandWrittenProblem &problem = of(self);
      size_t n = problem.start.size(), entry = 0;
      Point point;
      for (size_t j = 0; j < n; ++j)
        point.push_back(Taylor::variable(x[j], int64_t(j), int64_t(n)));
      for (size_t i = 0; i < problem.residuals.size(); ++i) {
        Taylor value = problem.residuals[i](point);
        for (; entry < problem.residualRows.size() && size_t(problem.residualRows[entry]) == i; ++entry)
          R[entry] = value.g.size() ? value.g[problem.residualCols[entry]] : 0;
      }
      return 0;
    };
    residualRows.clear(), residualCols.clear();
    std::vector<int32_t> all(start.size());
    std::iota(all.begin(), all.end(), 0);
    for (size_t i = 0; i < residuals.size(); ++i)
      for (int32_t j : residualReads.empty() ? all : residualReads[i])
        residualRows.push_back(int32_t(i)), residualCols.push_back(j);
  }

  const costate_instance *instance() const { return reinterpret_cast<const costate_instance *>(this); }
  costate_problem_v1 table{};

private:
  void listEntry(size_t row, size_t col, bool isConstant) {
    jacRows.push_back(int32_t(row)), jacCols.push_back(int32_t(col));
    if (isConstant)
      constants.push_back(rows[row].slopes[col]);
  }
  static const HandWrittenProblem &of(const costate_instance *self) {
    return *reinterpret_cast<const HandWrittenProblem *>(self);
  }
  int values(const double *x, double *f, double *c) const {
    Point point(x, x + start.size());
    *f = objective(point).value;
    for (size_t i = 0; i < rows.size(); ++i)
      c[i] = rows[i].function(point).value;
    return watch ? watch(x) : COSTATE_OK;
  }
  int second(const double *x, double sigma, const double *y, double *g, double *J, double *H) const {
    size_t n = start.size();
    Point point;
    for (size_t j = 0; j < n; ++j)
      point.push_back(Taylor::variable(x[j], int64_t(j), int64_t(n)));
    auto add = [&](const Taylor &t, double weight, double *gradient) {
      for (size_t j = 0; j < n; ++j)
        gradient[j] = t.g.size() ? t.g[Eigen::Index(j)] : 0;
      for (size_t k = 0; H && t.g.size() && k < hessRows.size(); ++k)
        H[k] += weight * t.H(hessRows[k], hessCols[k]);
    };
    if (H)
      std::fill_n(H, hessRows.size(), 0.0);
    add(objective(point), sigma, g);
    for (size_t i = 0; i < rows.size(); ++i)
      if (rows[i].slopes.empty())
        add(rows[i].function(point), y ? y[i] : 0, J), J += n;
    return COSTATE_OK;
  }

  std::vector<double> cLower, cUpper, constants;
  std::vector<int32_t> jacRows, jacCols, hessRows, hessCols, residualRows, residualCols;
  costate_shape form{};
  struct {
    std::vector<double> weights, offsets, values;
    std::vector<int64_t> starts{0};
    std::vector<int32_t> cols;
  } listed;
};

/// Hock-Schittkowski problem 71; its optimum is 17.0140173.
inline HandWrittenProblem hs71() {
  using P = const Point &;
  return {[](P x) { return x[0] * x[3] * (x[0] + x[1] + x[2]) + x[2]; },
          {1, 5, 5, 1},
          {{[](P x) { return x[0] * x[1] * x[2] * x[3]; }, 25, infinite},
           {[](P x) { return square(x[0]) + square(x[1]) + square(x[2]) + square(x[3]); }, 40, 40}},
          {1, 1, 1, 1},
          {5, 5, 5, 5}};
}

} // namespace costate::rt
