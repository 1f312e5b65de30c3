// Gradient, Jacobian and Hessian against central differences.
#include "runtime/program/State.h"

#include <fmt/format.h>

#include <cmath>
#include <random>

namespace costate::rt {
namespace {

struct Worst {
  double error = 0;
  std::string where;
  void see(double exact, double difference, const std::string &what) {
    double e = std::abs(exact - difference) / std::max(1.0, std::abs(exact));
    if (!(e <= error))
      error = e, where = fmt::format("{}: derivative {:.9g}, difference {:.9g}", what, exact, difference);
  }
};

/// Lagrangian gradient sigma g + J'y.
std::vector<double> lagrangianGradient(const Instance &p, const std::vector<double> &x,
                                       const std::vector<double> &y) {
  std::vector<double> g(size_t(p.n)), J(p.jacobian.minors.size());
  p.first(x.data(), g.data(), J.data());
  for (size_t i = 0; i < size_t(p.m); ++i)
    for (int64_t k = p.jacobian.starts[i]; k < p.jacobian.starts[i + 1]; ++k)
      g[size_t(p.jacobian.minors[size_t(k)])] += J[size_t(k)] * y[i];
  return g;
}

std::string variableName(const Instance &p, int64_t j) {
  for (auto &family : p.variables)
    if (j < family.offset + family.size)
      return p.entryName(family, j - family.offset);
  return "?";
}

} // namespace

/// Along unit directions for up to 200 variables, chosen evenly; steps scaled with |x|. Points are perturbed
/// starts inside the bounds.
void checkDerivatives(Program::State &state, Step &step) {
  const Instance &p = *state.problem(step).instance;
  std::mt19937_64 random(20240229);
  std::uniform_real_distribution<double> unit(-1, 1);
  std::vector<double> x = p.xStart, y(static_cast<size_t>(p.m));
  for (size_t j = 0; j < x.size(); ++j) {
    double moved = x[j] + 0.1 * std::max(1.0, std::abs(x[j])) * unit(random);
    double low = p.xLower[j], high = p.xUpper[j];
    double margin = std::isfinite(high - low) ? 0.05 * (high - low) : 0.05;
    x[j] = std::isfinite(low) || std::isfinite(high)
               ? std::clamp(moved, low + std::min(margin, 1.0),
                            std::max(low + std::min(margin, 1.0), high - std::min(margin, 1.0)))
               : moved;
  }
  for (double &v : y)
    v = unit(random);
  std::vector<double> g(size_t(p.n)), J(p.jacobian.minors.size()), H(p.hessian.minors.size()),
      c1(size_t(p.m)), c2(size_t(p.m));
  p.second(x.data(), 1, y.data(), g.data(), J.data(), H.data());
  Worst first, second;
  int64_t stride = std::max<int64_t>(1, p.n / 200);
  for (int64_t j = 0; j < p.n; j += stride) {
    double old = x[size_t(j)], h = 1e-5 * std::max(1.0, std::abs(old)), f1 = 0, f2 = 0;
    x[size_t(j)] = old + h;
    p.values(x.data(), &f1, c1.data());
    auto g1 = lagrangianGradient(p, x, y);
    x[size_t(j)] = old - h;
    p.values(x.data(), &f2, c2.data());
    auto g2 = lagrangianGradient(p, x, y);
    x[size_t(j)] = old;
    std::string name = variableName(p, j);
    first.see(g[size_t(j)], (f1 - f2) / (2 * h), "objective by " + name);
    for (auto &family : p.rows)
      for (int64_t r = 0; r < family.size; ++r) {
        size_t i = size_t(family.offset + r);
        double exact = 0;
        for (int64_t k = p.jacobian.starts[i]; k < p.jacobian.starts[i + 1]; ++k)
          if (p.jacobian.minors[size_t(k)] == j)
            exact = J[size_t(k)];
        double difference = (c1[i] - c2[i]) / (2 * h);
        if (exact != 0 || std::abs(difference) > 1e-3)
          first.see(exact, difference, p.entryName(family, r) + " by " + name);
      }
    std::vector<double> column(size_t(p.n), 0.0);
    for (int64_t col = 0; col < p.n; ++col)
      for (int64_t k = p.hessian.starts[size_t(col)]; k < p.hessian.starts[size_t(col) + 1]; ++k) {
        int64_t row = p.hessian.minors[size_t(k)];
        if (col == j)
          column[size_t(row)] = H[size_t(k)];
        else if (row == j)
          column[size_t(col)] = H[size_t(k)];
      }
    for (int64_t i = 0; i < p.n; ++i)
      second.see(column[size_t(i)], (g1[size_t(i)] - g2[size_t(i)]) / (2 * h),
                 "Lagrangian by " + name + " and " + variableName(p, i));
  }
  constexpr double tolerance = 1e-5; // of central differences with step 1e-5
  bool good = first.error <= tolerance && second.error <= tolerance;
  state.output.print(fmt::format("{}: derivatives {}", p.name, good ? "agree with differences" : "differ"));
  if (!good)
    throw StepFailure{"derivatives",
                      fmt::format("{} (relative error {:.1e})",
                                  first.error > tolerance ? first.where : second.where,
                                  std::max(first.error, second.error)),
                      3};
}

} // namespace costate::rt
