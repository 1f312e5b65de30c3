// The elementary functions with their first and second derivatives.
#include "tests/derivatives/Elementary.h"

#include <limits>
#include <numbers>

namespace costate::test {
namespace {

constexpr double any = -std::numeric_limits<double>::infinity();
constexpr double ln2 = std::numbers::ln2, ln10 = std::numbers::ln10;

double zero(double) { return 0; }
double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }
double squaredSecant(double x) { return 1 / (std::cos(x) * std::cos(x)); }
double bell(double x) { return 2 * std::numbers::inv_sqrtpi * std::exp(-x * x); }

} // namespace

const std::vector<Elementary> &elementaryFunctions() {
  using D = double;
  static const std::vector<Elementary> rows{
      {"abs", any, 9, [](D x) { return std::abs(x); }, sign, zero, true},
      {"acos", any, 0.9, [](D x) { return std::acos(x); }, [](D x) { return -1 / std::sqrt(1 - x * x); },
       [](D x) { return -x / std::pow(1 - x * x, 1.5); }},
      {"asin", any, 0.9, [](D x) { return std::asin(x); }, [](D x) { return 1 / std::sqrt(1 - x * x); },
       [](D x) { return x / std::pow(1 - x * x, 1.5); }},
      {"atan", any, 6, [](D x) { return std::atan(x); }, [](D x) { return 1 / (1 + x * x); },
       [](D x) { return -2 * x / std::pow(1 + x * x, 2); }},
      {"cbrt", 0.3, 9, [](D x) { return std::cbrt(x); }, [](D x) { return std::pow(x, -2.0 / 3) / 3; },
       [](D x) { return -2 * std::pow(x, -5.0 / 3) / 9; }},
      {"ceil", any, 9, [](D x) { return std::ceil(x); }, zero, zero, true},
      {"cos", any, 6, [](D x) { return std::cos(x); }, [](D x) { return -std::sin(x); },
       [](D x) { return -std::cos(x); }},
      {"cosh", any, 2, [](D x) { return std::cosh(x); }, [](D x) { return std::sinh(x); },
       [](D x) { return std::cosh(x); }},
      {"erf", any, 3, [](D x) { return std::erf(x); }, bell, [](D x) { return -2 * x * bell(x); }},
      {"exp", any, 2, [](D x) { return std::exp(x); }, [](D x) { return std::exp(x); },
       [](D x) { return std::exp(x); }},
      {"exp2", any, 2, [](D x) { return std::exp2(x); }, [](D x) { return ln2 * std::exp2(x); },
       [](D x) { return ln2 * ln2 * std::exp2(x); }},
      {"expm1", any, 2, [](D x) { return std::expm1(x); }, [](D x) { return std::exp(x); },
       [](D x) { return std::exp(x); }},
      {"floor", any, 9, [](D x) { return std::floor(x); }, zero, zero, true},
      {"log", 0.3, 9, [](D x) { return std::log(x); }, [](D x) { return 1 / x; },
       [](D x) { return -1 / (x * x); }},
      {"log10", 0.3, 9, [](D x) { return std::log10(x); }, [](D x) { return 1 / (x * ln10); },
       [](D x) { return -1 / (x * x * ln10); }},
      {"log1p", -0.6, 9, [](D x) { return std::log1p(x); }, [](D x) { return 1 / (1 + x); },
       [](D x) { return -1 / ((1 + x) * (1 + x)); }},
      {"log2", 0.3, 9, [](D x) { return std::log2(x); }, [](D x) { return 1 / (x * ln2); },
       [](D x) { return -1 / (x * x * ln2); }},
      {"sign", any, 9, sign, zero, zero, true},
      {"sin", any, 6, [](D x) { return std::sin(x); }, [](D x) { return std::cos(x); },
       [](D x) { return -std::sin(x); }},
      {"sinh", any, 2, [](D x) { return std::sinh(x); }, [](D x) { return std::cosh(x); },
       [](D x) { return std::sinh(x); }},
      {"sqrt", 0.3, 9, [](D x) { return std::sqrt(x); }, [](D x) { return 0.5 / std::sqrt(x); },
       [](D x) { return -0.25 * std::pow(x, -1.5); }},
      {"tan", any, 1.1, [](D x) { return std::tan(x); }, squaredSecant,
       [](D x) { return 2 * std::tan(x) * squaredSecant(x); }},
      {"tanh", any, 3, [](D x) { return std::tanh(x); }, [](D x) { return 1 / std::pow(std::cosh(x), 2); },
       [](D x) { return -2 * std::tanh(x) / std::pow(std::cosh(x), 2); }},
  };
  return rows;
}

Taylor chain(const Taylor &a, const Taylor &b, const Partials &p) {
  Taylor y = a.chain(p.value, p.a, p.aa) + b.chain(0, p.b, p.bb);
  if (a.g.size() && b.g.size())
    y.H += p.ab * (a.g * b.g.transpose() + b.g * a.g.transpose());
  return y;
}

Taylor power(const Taylor &base, const Taylor &exponent) {
  double a = base.value, b = exponent.value, l = std::log(a), f = std::pow(a, b), lower = std::pow(a, b - 1);
  return chain(base, exponent,
               {f, b * lower, f * l, b * (b - 1) * std::pow(a, b - 2), lower * (1 + b * l), f * l * l});
}

Taylor angle(const Taylor &y, const Taylor &x) {
  double r2 = y.value * y.value + x.value * x.value, r4 = r2 * r2, cross = 2 * x.value * y.value / r4;
  return chain(y, x,
               {std::atan2(y.value, x.value), x.value / r2, -y.value / r2, -cross,
                (y.value * y.value - x.value * x.value) / r4, cross});
}

} // namespace costate::test
