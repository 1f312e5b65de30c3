// Problems and settings that tests of first-order methods share.
#pragma once

#include "tests/runtime/HandWrittenProblem.h"

#include <Eigen/LU>
#include <gtest/gtest.h>

#include <cmath>

namespace costate::rt {

using P = const Point &;

inline bool contains(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

/// f = (a1 x1^2 + a2 x2^2) / 2 - b1 x1 - b2 x2.
constexpr double a1 = 1, a2 = 4, b1 = 1, b2 = -2;
inline HandWrittenProblem bowl() {
  return {[](P x) { return 0.5 * (a1 * square(x[0]) + a2 * square(x[1])) - b1 * x[0] - b2 * x[1]; }, {3, 2}};
}

template <class Options> Options steps(int count, double rate) {
  Options options;
  options.steps = count, options.rate = rate;
  return options;
}

/// min |A w - y|^2 / N + l |w|^2 over N points; addends are the points, the rest is whole.
class Ridge : public HandWrittenProblem {
public:
  static constexpr int N = 90, n = 4;
  static constexpr double l = 0.05;

  Ridge() : HandWrittenProblem(objectiveOf(), std::vector<double>(n, 0)) {}

  static double entry(int i, int j) { return std::sin(1.0 + i * (j + 1)) + (j == 0); }
  static double target(int i) { return std::cos(2.0 * i) + 0.5 * entry(i, 1); }
  template <class Vector> static auto residual(const Vector &w, int i) {
    auto sum = entry(i, 0) * w[0] - target(i);
    for (int j = 1; j < n; ++j)
      sum = sum + entry(i, j) * w[size_t(j)];
    return sum;
  }
  static Function objectiveOf() {
    return [](P w) {
      Taylor sum = 0;
      for (int i = 0; i < N; ++i)
        sum = sum + square(residual(w, i)) * (1.0 / N);
      for (const Taylor &part : w)
        sum = sum + l * square(part);
      return sum;
    };
  }
  /// The normal equations.
  static Eigen::VectorXd solution() {
    Eigen::MatrixXd A(N, n);
    Eigen::VectorXd y(N);
    for (int i = 0; i < N; ++i) {
      y[i] = target(i);
      for (int j = 0; j < n; ++j)
        A(i, j) = entry(i, j);
    }
    Eigen::MatrixXd K = A.transpose() * A / N + l * Eigen::MatrixXd::Identity(n, n);
    return K.partialPivLu().solve(A.transpose() * y / N);
  }

  template <class Options>
  Result solveInBatches(const Options &options, const Observer &observer = {},
                        const costate_host *host = nullptr) {
    build();
    table.addends = [](const costate_instance *) { return int64_t(N); };
    table.sampled = [](const costate_instance *, costate_work *, const double *x, const int64_t *which,
                       int64_t count, double *f, double *g) {
      *f = 0;
      for (int j = 0; j < n; ++j)
        *f += l * x[j] * x[j], g[j] = 2 * l * x[j];
      for (int64_t k = 0; k < count; ++k) {
        double r = residual(x, int(which[k]));
        *f += r * r / double(count);
        for (int j = 0; j < n; ++j)
          g[j] += 2 * r * entry(int(which[k]), j) / double(count);
      }
      return 0;
    };
    return rt::solve(table, instance(), host, options, observer);
  }
};

inline Taylor rosenbrock(P x) { return 100 * square(x[1] - square(x[0])) + square(1 - x[0]); }

using AllMethods = testing::Types<GradientDescentOptions, SgdOptions, MomentumOptions, NesterovOptions,
                                  AdamOptions, AdamwOptions, LionOptions, RmspropOptions, AdagradOptions>;

/// Rates with which a problem of unit size converges; steps that do not shrink by themselves get a schedule.
template <class Options> Options tuned() {
  Options options;
  if (options.rate > 0)
    options.rate = options.method == UpdateMethod::adagrad ? 0.5 : 0.05;
  options.decay = 0;
  options.steps = 3000;
  bool shrinks = options.method == UpdateMethod::lion || options.method == UpdateMethod::rmsprop;
  if (shrinks)
    options.schedule = Schedule::exponential, options.drop = 1e-7;
  return options;
}

} // namespace costate::rt
