// Residuals, and sizes of derivatives, values, bounds and multipliers.
#include "runtime/report/ScalingReport.h"
#include "runtime/problem/Functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace costate::rt {
namespace {

using Index = Eigen::Index;

constexpr double extreme = 1e4;
constexpr double negligible = 1e-8; // residuals below limit nothing

class Scaling {
public:
  Scaling(const costate_problem_v1 &problem, const costate_instance *instance, const Result &result,
          const Names &names, size_t most)
      : functions(problem, instance), shape(functions.shape()), result(result), names(names), most(most),
        g(shape.n), J(shape.jac_rows[shape.m]) {}

  std::vector<std::string> run(bool all) {
    if (!functions.first(result.x.data(), g, J))
      return {};
    measure();
    violation(all);
    dualResidual(all);
    derivatives(all);
    sizes(all);
    if (!lines.empty())
      lines.insert(lines.begin(), "  at the last point:");
    return lines;
  }

private:
  /// A size of each of some rows or variables; `number` names them.
  struct Size {
    bool isRow;
    int64_t number;
    double size;
  };
  using Sizes = std::vector<Size>;

  void measure();
  void addLargest(const Vector &J, Vector &row, Vector &column) const;
  void violation(bool all);
  void dualResidual(bool all);
  void derivatives(bool all);
  void sizes(bool all);
  void range(const Sizes &sizes, const char *what);
  void listExtreme(Sizes sizes, bool isSmallExtreme,
                   const std::function<std::string(const Size &)> &sentence);
  std::string name(const Size &s) const { return s.isRow ? names.row(s.number) : names.variable(s.number); }
  std::string place(const Size &s) const {
    return s.isRow ? names.rowPlace(s.number) : names.variablePlace(s.number);
  }
  void add(const std::string &text) { lines.push_back("    " + text); }

  Functions functions;
  const ProblemShape &shape;
  const Result &result;
  const Names &names;
  size_t most;
  Vector g, J;
  Sizes rows, columns; // largest derivative of each, those without any left out
  std::vector<std::string> lines;
};

/// A derivative may vanish at a point though the row is scaled well: small ones count as they are at the
/// start, where they are larger there.
void Scaling::measure() {
  Vector row = Vector::Zero(shape.m), column = Vector::Zero(shape.n), gStart(g.size()), JStart(J.size());
  addLargest(J, row, column);
  if (functions.first(shape.x_start, gStart, JStart)) {
    Vector rowStart = Vector::Zero(shape.m), columnStart = Vector::Zero(shape.n);
    addLargest(JStart, rowStart, columnStart);
    row = (row.array() < 1).select(row.cwiseMax(rowStart.cwiseMin(1)), row);
    column = (column.array() < 1).select(column.cwiseMax(columnStart.cwiseMin(1)), column);
  }
  for (Index i = 0; i < shape.m; ++i)
    if (row[i] > 0)
      rows.push_back({true, i, row[i]});
  for (Index j = 0; j < shape.n; ++j)
    if (column[j] > 0)
      columns.push_back({false, j, column[j]});
}

/// By variables as if every row were divided by its largest: a row of extreme size says nothing about them.
void Scaling::addLargest(const Vector &J, Vector &row, Vector &column) const {
  auto isFixed = [&](int64_t p) {
    return shape.x_lower[shape.jac_cols[p]] == shape.x_upper[shape.jac_cols[p]];
  };
  for (Index i = 0; i < shape.m; ++i) {
    int64_t begin = shape.jac_rows[i], end = shape.jac_rows[i + 1];
    for (int64_t p = begin; p < end; ++p)
      row[i] = isFixed(p) ? row[i] : std::max(row[i], std::abs(J[p]));
    for (int64_t p = begin; row[i] > 0 && p < end; ++p)
      if (double &largest = column[shape.jac_cols[p]]; !isFixed(p))
        largest = std::max(largest, std::abs(J[p]) / row[i]);
  }
}

void Scaling::violation(bool all) {
  Size worst{true, -1, all ? 0 : negligible};
  for (Index i = 0; i < shape.m; ++i) {
    double c = result.c[size_t(i)], out = std::max(shape.c_lower[i] - c, c - shape.c_upper[i]);
    if (out > worst.size)
      worst = {true, i, out};
  }
  if (worst.number >= 0)
    add(fmt::format("rows are violated by {:.2g} at most, at {}{}", worst.size, name(worst), place(worst)));
}

/// grad f - sum dual grad c - reduced_cost, of variables that are not fixed.
void Scaling::dualResidual(bool all) {
  Vector r = g;
  for (Index i = 0; i < shape.m; ++i)
    for (int64_t p = shape.jac_rows[i]; p < shape.jac_rows[i + 1]; ++p)
      r[shape.jac_cols[p]] -= J[p] * result.dual[size_t(i)];
  Size worst{false, -1, all ? 0 : negligible};
  for (Index j = 0; j < shape.n; ++j) {
    double left = std::abs(r[j] - result.reduced_cost[size_t(j)]);
    if (left > worst.size && shape.x_lower[j] != shape.x_upper[j])
      worst = {false, j, left};
  }
  if (worst.number >= 0)
    add(fmt::format("the dual residual is {:.2g} at most, at {}{}", worst.size, name(worst), place(worst)));
}

void Scaling::range(const Sizes &sizes, const char *what) {
  if (sizes.empty())
    return;
  auto [low, high] = std::minmax_element(sizes.begin(), sizes.end(),
                                         [](const Size &a, const Size &b) { return a.size < b.size; });
  add(fmt::format("{}: from {:.2g} ({}) to {:.2g} ({})", what, low->size, name(*low), high->size,
                  name(*high)));
}

/// The most extreme first, in decades from 1.
void Scaling::listExtreme(Sizes sizes, bool isSmallExtreme,
                          const std::function<std::string(const Size &)> &sentence) {
  auto decades = [](const Size &s) { return std::abs(std::log10(s.size)); };
  std::erase_if(sizes, [&](const Size &s) {
    return s.size <= extreme && !(isSmallExtreme && s.size > 0 && s.size < 1 / extreme);
  });
  std::stable_sort(sizes.begin(), sizes.end(),
                   [&](const Size &a, const Size &b) { return decades(a) > decades(b); });
  for (size_t k = 0; k < std::min(most, sizes.size()); ++k)
    add(sentence(sizes[k]) + place(sizes[k]));
  if (sizes.size() > most)
    add(fmt::format("and {} more {} like that", sizes.size() - most, sizes[0].isRow ? "rows" : "variables"));
}

double decade(double size) { return std::pow(10, std::floor(std::log10(size))); }

void Scaling::derivatives(bool all) {
  Sizes objective;
  for (Index j = 0; j < shape.n; ++j)
    objective.push_back({false, j, std::abs(g[j])});
  if (all) {
    range(objective, "derivatives of the objective");
    range(rows, "largest derivative of each row");
    range(columns, "largest by each variable, of the largest in the row");
  }
  listExtreme(objective, false, [&](const Size &s) {
    return fmt::format("the objective has the derivative {:.2g} by {}", g[s.number], name(s));
  });
  listExtreme(rows, true, [&](const Size &s) {
    return fmt::format("{} has derivatives up to {:.2g}: divide the row by {:.0e}", name(s), s.size,
                       decade(s.size));
  });
  listExtreme(columns, true, [&](const Size &s) {
    return fmt::format(
        "derivatives by {} are at most {:.2g} of the largest in their rows: count it in units of {:.0e}",
        name(s), s.size, 1 / decade(s.size));
  });
}

void Scaling::sizes(bool all) {
  Sizes values, multipliers, costs;
  for (Index j = 0; j < shape.n; ++j) {
    values.push_back({false, j, std::abs(result.x[size_t(j)])});
    costs.push_back({false, j, std::abs(result.reduced_cost[size_t(j)])});
  }
  for (Index i = 0; i < shape.m; ++i)
    multipliers.push_back({true, i, std::abs(result.dual[size_t(i)])});
  if (all) {
    range(values, "sizes of variables");
    range(multipliers, "multipliers of rows");
    range(costs, "reduced costs");
  }
  listExtreme(values, false, [&](const Size &s) {
    return fmt::format("{} is {:.2g}", name(s), result.x[size_t(s.number)]);
  });
  listExtreme(multipliers, false, [&](const Size &s) {
    return fmt::format("{} has the multiplier {:.2g}", name(s), result.dual[size_t(s.number)]);
  });
  listExtreme(costs, false, [&](const Size &s) {
    return fmt::format("{} has the reduced cost {:.2g}", name(s), result.reduced_cost[size_t(s.number)]);
  });
}

} // namespace

std::vector<std::string> scalingReport(const costate_problem_v1 &problem, const costate_instance *instance,
                                       const Result &result, const Names &names, bool all, size_t most) {
  return Scaling(problem, instance, result, names, most).run(all);
}

} // namespace costate::rt
