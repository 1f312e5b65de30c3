// Gradient, Jacobian and Hessian against central differences and the adjoint identity.
#include "runtime/program/State.h"
#include "runtime/report/Printable.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>
#include <random>

namespace costate::rt {
namespace {

struct Worst {
  double error = 0;
  std::string where;
  void see(double exact, double difference, const std::string &what) {
    double e = std::abs(exact - difference) / std::max(1.0, std::abs(exact));
    if (!(e <= error))
      error = e, where = fmt::format("{}: derivative {:.9g}, difference {:.9g}", what, printable(exact),
                                     printable(difference));
  }
};

class DerivativeCheck {
public:
  explicit DerivativeCheck(const Instance &p)
      : p(p), x(p.xStart), y(size_t(p.m)), g(size_t(p.n)), J(p.jacobian.rows.size()),
        H(p.hessian.rows.size()), others(J) {
    for (size_t j = 0; j < x.size(); ++j)
      x[j] = inside(j, x[j] + 0.1 * std::max(1.0, std::abs(x[j])) * unit(random));
    for (double &v : y)
      v = unit(random);
    p.constants(J.data());
    others = J;
    p.second(x.data(), 1, y.data(), g.data(), J.data(), H.data(), work.kernels);
  }

  /// Along unit directions for up to 200 variables, chosen evenly.
  void run() {
    for (int64_t j = 0; j < p.n; j += std::max<int64_t>(1, p.n / 200))
      along(j);
    adjoint();
  }

  Worst first, second, identity;

private:
  /// A value well within the bounds of a variable.
  double inside(size_t j, double value) const {
    double low = p.xLower[j], high = p.xUpper[j];
    if (!std::isfinite(low) && !std::isfinite(high))
      return value;
    double margin = std::min(1.0, std::isfinite(high - low) ? 0.05 * (high - low) : 0.05);
    return std::clamp(value, low + margin, std::max(low + margin, high - margin));
  }

  /// sigma g + J'y with sigma = 1.
  std::vector<double> lagrangianGradient() {
    std::vector<double> u(size_t(p.n));
    p.first(x.data(), u.data(), others.data(), work.kernels);
    for (size_t e = 0; e < others.size(); ++e)
      u[size_t(p.jacobian.cols[e])] += others[e] * y[size_t(p.jacobian.rows[e])];
    return u;
  }

  struct Side {
    double f = 0;
    std::vector<double> c, gradient;
  };
  Side at(int64_t j, double value) {
    Side side;
    side.c.resize(size_t(p.m));
    std::swap(x[size_t(j)], value);
    p.values(x.data(), &side.f, side.c.data(), work.kernels);
    side.gradient = lagrangianGradient();
    std::swap(x[size_t(j)], value);
    return side;
  }

  void along(int64_t j) {
    double old = x[size_t(j)], h = 1e-5 * std::max(1.0, std::abs(old));
    Side up = at(j, old + h), down = at(j, old - h);
    std::string name = p.entryName(p.variables, j);
    first.see(g[size_t(j)], (up.f - down.f) / (2 * h), "objective by " + name);
    std::vector<double> slope(size_t(p.m), 0.0), column(size_t(p.n), 0.0);
    for (size_t e = 0; e < J.size(); ++e)
      if (p.jacobian.cols[e] == j)
        slope[size_t(p.jacobian.rows[e])] += J[e];
    for (auto &family : p.rows)
      for (int64_t r = 0; r < family.size; ++r) {
        size_t i = size_t(family.offset + r);
        double difference = (up.c[i] - down.c[i]) / (2 * h);
        if (slope[i] != 0 || std::abs(difference) > 1e-3)
          first.see(slope[i], difference, p.entryName(family, r) + " by " + name);
      }
    for (size_t e = 0; e < H.size(); ++e) {
      int32_t row = p.hessian.rows[e], col = p.hessian.cols[e];
      if (col == j)
        column[size_t(row)] += H[e];
      else if (row == j)
        column[size_t(col)] += H[e];
    }
    if (!p.problem().second) { // by a product instead of the matrix
      std::vector<double> unit(size_t(p.n), 0.0);
      unit[size_t(j)] = 1;
      p.hvp(x.data(), 1, y.data(), unit.data(), column.data(), work);
    }
    for (int64_t i = 0; i < p.n; ++i)
      second.see(column[size_t(i)], (up.gradient[size_t(i)] - down.gradient[size_t(i)]) / (2 * h),
                 "Lagrangian by " + name + " and " + p.entryName(p.variables, i));
  }

  /// <(1, y), (grad f' v, J v)> = <grad f + J'y, v>  and  <u, H v> = <H u, v>  for random directions.
  void adjoint() {
    std::vector<double> u(size_t(p.n)), v(size_t(p.n)), Hu(size_t(p.n)), Hv(size_t(p.n)), back(size_t(p.n)),
        dc(size_t(p.m));
    for (size_t j = 0; j < v.size(); ++j)
      u[j] = unit(random), v[j] = unit(random);
    double df = 0;
    p.jvp(x.data(), v.data(), &df, dc.data(), work);
    p.vjp(x.data(), 1, y.data(), back.data(), work);
    p.hvp(x.data(), 1, y.data(), u.data(), Hu.data(), work);
    p.hvp(x.data(), 1, y.data(), v.data(), Hv.data(), work);
    auto dot = [](const std::vector<double> &a, const std::vector<double> &b) {
      return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
    };
    double scale = 0, scale2 = 0; // rounding is relative to the terms of the sums, which may cancel
    for (size_t j = 0; j < v.size(); ++j)
      scale += std::abs(back[j] * v[j]), scale2 += std::abs(Hu[j] * v[j]);
    identity.see((df + dot(y, dc)) / (1 + scale), dot(back, v) / (1 + scale),
                 "first derivatives forward and backward");
    identity.see(dot(u, Hv) / (1 + scale2), dot(Hu, v) / (1 + scale2),
                 "second derivatives by two directions");
  }

  const Instance &p;
  std::mt19937_64 random{20240229};
  std::uniform_real_distribution<double> unit{-1, 1};
  std::vector<double> x, y, g, J, H, others;
  Work work;
};

} // namespace

/// At a perturbed start inside the bounds, steps scaled with |x|.
void checkDerivatives(Program::State &state, Step &step) {
  const Instance &p = *state.problem(step).instance;
  DerivativeCheck check(p);
  check.run();
  constexpr double tolerance = 1e-5, exact = 1e-9; // central differences with step 1e-5; sums of products
  const Worst &worst = check.identity.error > exact             ? check.identity
                       : check.first.error > check.second.error ? check.first
                                                                : check.second;
  bool good = check.identity.error <= exact && worst.error <= tolerance;
  state.output.print(fmt::format("{}: derivatives {}", p.name, good ? "agree with differences" : "differ"));
  if (!good)
    throw StepFailure{"derivatives",
                      fmt::format("{} (relative error {:.1e})", worst.where, printable(worst.error)), 3};
}

} // namespace costate::rt
