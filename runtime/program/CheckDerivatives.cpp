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
                                       const std::vector<double> &y, std::vector<double> &J,
                                       Scratch &scratch) {
  std::vector<double> g(size_t(p.n));
  p.first(x.data(), g.data(), J.data(), scratch);
  for (size_t e = 0; e < J.size(); ++e)
    g[size_t(p.jacobian.cols[e])] += J[e] * y[size_t(p.jacobian.rows[e])];
  return g;
}

std::string variableName(const Instance &p, int64_t j) { return p.entryName(p.variables, j); }

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
  Scratch scratch;
  std::vector<double> g(size_t(p.n)), J(p.jacobian.rows.size()), H(p.hessian.rows.size()), c1(size_t(p.m)),
      c2(size_t(p.m));
  p.constants(J.data());
  std::vector<double> others = J;
  p.second(x.data(), 1, y.data(), g.data(), J.data(), H.data(), scratch);
  Worst first, second;
  int64_t stride = std::max<int64_t>(1, p.n / 200);
  for (int64_t j = 0; j < p.n; j += stride) {
    double old = x[size_t(j)], h = 1e-5 * std::max(1.0, std::abs(old)), f1 = 0, f2 = 0;
    x[size_t(j)] = old + h;
    p.values(x.data(), &f1, c1.data(), scratch);
    auto g1 = lagrangianGradient(p, x, y, others, scratch);
    x[size_t(j)] = old - h;
    p.values(x.data(), &f2, c2.data(), scratch);
    auto g2 = lagrangianGradient(p, x, y, others, scratch);
    x[size_t(j)] = old;
    std::string name = variableName(p, j);
    first.see(g[size_t(j)], (f1 - f2) / (2 * h), "objective by " + name);
    std::vector<double> slope(size_t(p.m), 0.0);
    for (size_t e = 0; e < J.size(); ++e)
      if (p.jacobian.cols[e] == j)
        slope[size_t(p.jacobian.rows[e])] += J[e];
    for (auto &family : p.rows)
      for (int64_t r = 0; r < family.size; ++r) {
        size_t i = size_t(family.offset + r);
        double difference = (c1[i] - c2[i]) / (2 * h);
        if (slope[i] != 0 || std::abs(difference) > 1e-3)
          first.see(slope[i], difference, p.entryName(family, r) + " by " + name);
      }
    std::vector<double> column(size_t(p.n), 0.0);
    for (size_t e = 0; e < H.size(); ++e) {
      int32_t row = p.hessian.rows[e], col = p.hessian.cols[e];
      if (col == j)
        column[size_t(row)] += H[e];
      else if (row == j)
        column[size_t(col)] += H[e];
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
