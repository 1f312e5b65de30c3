// Second-order forward differentiation for hand-written test problems: a value, its gradient and its Hessian.
#pragma once

#include <Eigen/Core>

#include <cmath>

namespace costate::rt {

struct Taylor {
  double value = 0;
  Eigen::VectorXd g; // empty: constant
  Eigen::MatrixXd H;

  Taylor(double value = 0) : value(value) {}
  static Taylor variable(double value, int64_t position, int64_t size) {
    Taylor x(value);
    x.g = Eigen::VectorXd::Unit(size, position);
    x.H = Eigen::MatrixXd::Zero(size, size);
    return x;
  }

  /// f(this) from f, f', f''.
  Taylor chain(double f, double f1, double f2) const {
    Taylor y(f);
    if (g.size()) {
      y.g = f1 * g;
      y.H = f1 * H + f2 * g * g.transpose();
    }
    return y;
  }
};

inline Taylor operator+(const Taylor &a, const Taylor &b) {
  if (!a.g.size() || !b.g.size()) {
    Taylor sum = a.g.size() ? a : b;
    sum.value = a.value + b.value;
    return sum;
  }
  Taylor sum(a.value + b.value);
  sum.g = a.g + b.g;
  sum.H = a.H + b.H;
  return sum;
}
inline Taylor operator*(const Taylor &a, const Taylor &b) {
  if (!b.g.size())
    return a.chain(a.value * b.value, b.value, 0);
  if (!a.g.size())
    return b.chain(a.value * b.value, a.value, 0);
  Taylor product(a.value * b.value);
  product.g = a.value * b.g + b.value * a.g;
  product.H = a.value * b.H + b.value * a.H + a.g * b.g.transpose() + b.g * a.g.transpose();
  return product;
}
inline Taylor operator-(const Taylor &a) { return a.chain(-a.value, -1, 0); }
inline Taylor operator-(const Taylor &a, const Taylor &b) { return a + -b; }
inline Taylor inverse(const Taylor &a) {
  double r = 1 / a.value;
  return a.chain(r, -r * r, 2 * r * r * r);
}
inline Taylor operator/(const Taylor &a, const Taylor &b) { return a * inverse(b); }
inline Taylor pow(const Taylor &a, double p) {
  double second = p == 1 ? 0 : p * (p - 1) * std::pow(a.value, p - 2);
  return a.chain(std::pow(a.value, p), p * std::pow(a.value, p - 1), p == 2 ? 2 : second);
}
inline Taylor square(const Taylor &a) { return a * a; }
inline Taylor exp(const Taylor &a) {
  double e = std::exp(a.value);
  return a.chain(e, e, e);
}
inline Taylor log(const Taylor &a) {
  return a.chain(std::log(a.value), 1 / a.value, -1 / (a.value * a.value));
}
inline Taylor sqrt(const Taylor &a) { return pow(a, 0.5); }
inline Taylor sin(const Taylor &a) {
  return a.chain(std::sin(a.value), std::cos(a.value), -std::sin(a.value));
}
inline Taylor cos(const Taylor &a) {
  return a.chain(std::cos(a.value), -std::sin(a.value), -std::cos(a.value));
}

} // namespace costate::rt
