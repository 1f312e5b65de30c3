// A sparse problem of a thousand and of a hundred thousand variables.
#include "runtime/solvers/KktSystem.h"
#include "tests/runtime/LuksanVlcek.h"

#include <gtest/gtest.h>

namespace costate::rt {
namespace {

TEST(LargeProblem, LuksanVlcekConvergesInFewIterations) {
  LuksanVlcek problem(1000);
  Result result = solve(problem.table, problem.instance(), nullptr, InteriorPointOptions{}, {});
  EXPECT_EQ(toString(result.status), std::string("optimal")) << result.reason;
  EXPECT_NEAR(result.objective, 6.232458632, 1e-6); // Ipopt 3.14 from the same start
  EXPECT_LE(result.iterations, 12);
  EXPECT_LE(result.primal_infeasibility, 1e-8);
  EXPECT_EQ(result.second_evaluations, result.iterations + 2); // one per point, one for the first multipliers
}

TEST(LargeProblem, IterationsDoNotGrowWithTheSize) {
  LuksanVlcek problem(20000);
  Result result = solve(problem.table, problem.instance(), nullptr, InteriorPointOptions{}, {});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  EXPECT_LE(result.iterations, 12);
}

/// min sum (x_j - j/n)^2 with sum x_j = 0, and x_j - x_(j+1) <= 1 for all j: one row over all variables among
/// short ones. Short rows are not active: x_j = j/n - mean, mean = (n - 1)/(2n) for j = 0..n-1; the objective
/// is n mean^2.
class OneDenseRow {
public:
  explicit OneDenseRow(int32_t n) : n(n), free(size_t(n), infinity), zero(size_t(n), 0) {
    for (int32_t j = 0; j < n; ++j) {
      addEntry(0, j, 1);
      if (j + 1 < n)
        addEntry(j + 1, j, 1), addEntry(j + 1, j + 1, -1);
      diagonal.push_back(j), below.push_back(-infinity), above.push_back(j == 0 ? 0 : 1);
    }
    lower.assign(size_t(n), -infinity), below[0] = 0;
    table.version = COSTATE_ABI_VERSION, table.size = sizeof table;
    table.shape = [](const costate_instance *self, costate_shape *shape) { return of(self).shape(*shape); };
    table.constants = [](const costate_instance *self, double *J) {
      return std::copy(of(self).entries.begin(), of(self).entries.end(), J), 0;
    };
    table.values = [](const costate_instance *self, costate_work *, const double *x, double *f, double *c) {
      return of(self).values(x, *f, c);
    };
    table.first = [](const costate_instance *self, costate_work *, const double *x, double *g, double *) {
      return of(self).gradient(x, g);
    };
    table.second = [](const costate_instance *self, costate_work *, const double *x, double sigma,
                      const double *, double *g, double *, double *H) {
      std::fill_n(H, of(self).n, 2 * sigma);
      return of(self).gradient(x, g);
    };
  }
  const costate_instance *instance() const { return reinterpret_cast<const costate_instance *>(this); }
  costate_problem_v1 table{};

private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();
  static const OneDenseRow &of(const costate_instance *self) {
    return *reinterpret_cast<const OneDenseRow *>(self);
  }
  void addEntry(int32_t row, int32_t col, double value) {
    rows.push_back(row), cols.push_back(col), entries.push_back(value);
  }
  int shape(costate_shape &out) const {
    int64_t numEntries = int64_t(entries.size());
    out = {n,          n,           lower.data(), free.data(), zero.data(),     below.data(),    above.data(),
           numEntries, rows.data(), cols.data(),  n,           diagonal.data(), diagonal.data(), numEntries,
           n};
    return COSTATE_OK;
  }
  int values(const double *x, double &f, double *c) const {
    f = c[0] = 0;
    for (int32_t j = 0; j < n; ++j) {
      double gap = x[j] - double(j) / n;
      f += gap * gap, c[0] += x[j];
      if (j + 1 < n)
        c[j + 1] = x[j] - x[j + 1];
    }
    return COSTATE_OK;
  }
  int gradient(const double *x, double *g) const {
    for (int32_t j = 0; j < n; ++j)
      g[j] = 2 * (x[j] - double(j) / n);
    return COSTATE_OK;
  }
  int32_t n;
  std::vector<double> free, zero, lower, below, above, entries;
  std::vector<int32_t> rows, cols, diagonal;
};

TEST(LargeProblem, ADenseRowFillsNothing) {
  constexpr int32_t n = 20000;
  OneDenseRow problem(n);
  Result result = solve(problem.table, problem.instance(), nullptr, InteriorPointOptions{}, {});
  EXPECT_EQ(result.status, Status::optimal) << result.reason;
  double mean = (n - 1) / (2.0 * n);
  EXPECT_NEAR(result.objective, n * mean * mean, 1e-9 * n);
  Functions functions(problem.table, problem.instance());
  std::vector<bool> none(size_t(n), false);
  KktSystem kkt(functions.shape(), none, none);
  EXPECT_LE(kkt.entries(), 50 * n); // 36 n as fronts are joined; n^2/2 where the dense row comes early
}

} // namespace
} // namespace costate::rt
