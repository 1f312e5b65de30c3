// Derivatives of functions over arrays against differences and against each other.
#include "tests/derivatives/FunctionDerivatives.h"
#include "tests/derivatives/RandomFunction.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

using namespace costate::test;

namespace {

Vector randomVector(size_t n, std::mt19937_64 &engine) {
  Vector v(n);
  for (double &entry : v)
    entry = std::uniform_real_distribution<double>(-1, 1)(engine);
  return v;
}

Vector shifted(const Vector &x, double h, const Vector &v) {
  Vector y = x;
  for (size_t k = 0; k < x.size(); ++k)
    y[k] += h * v[k];
  return y;
}

double dot(const Vector &x, const Vector &y) {
  double sum = 0;
  for (size_t k = 0; k < std::min(x.size(), y.size()); ++k) // a failure has no entries
    sum += x[k] * y[k];
  return sum;
}

double dotOfSizes(const Vector &x, const Vector &y) {
  double sum = 0;
  for (size_t k = 0; k < std::min(x.size(), y.size()); ++k) // a failure has no entries
    sum += std::abs(x[k] * y[k]);
  return sum;
}

/// Central differences of sixth order: with this step the error is near 1e-12 of the values' size.
template <class F> Vector difference(const F &f, const Vector &x, const Vector &v, double h = 4e-3) {
  const double weights[] = {45.0 / 60, -9.0 / 60, 1.0 / 60};
  Vector sum;
  for (int k = 1; k <= 3; ++k) {
    Vector up = f(shifted(x, k * h, v)), down = f(shifted(x, -k * h, v));
    sum.resize(up.size());
    for (size_t i = 0; i < up.size(); ++i)
      sum[i] += weights[k - 1] * (up[i] - down[i]) / h;
  }
  return sum;
}

double scaleOf(const Vector &x) {
  double scale = 1;
  for (double entry : x)
    scale = std::max(scale, std::abs(entry));
  return scale;
}

void expectNear(const Vector &actual, const Vector &wanted, double relative, const char *what) {
  ASSERT_EQ(actual.size(), wanted.size()) << what;
  double scale = scaleOf(wanted);
  for (size_t k = 0; k < wanted.size(); ++k)
    EXPECT_NEAR(actual[k], wanted[k], relative * scale) << what << ", entry " << k;
}

constexpr double rounding = 1e-11;  // two ways through some hundred operations
constexpr double truncation = 1e-6; // of differences, of functions with moderate higher derivatives

/// Compares with differences, unless two steps show that there is a kink or too much curvature near.
template <class F>
bool expectDifference(const Vector &actual, const F &f, const Vector &x, const Vector &v, const char *what) {
  Vector wanted = difference(f, x, v), finer = difference(f, x, v, 1e-3);
  for (size_t k = 0; k < wanted.size(); ++k)
    if (!(std::abs(wanted[k] - finer[k]) < truncation / 4 * scaleOf(wanted)))
      return false;
  expectNear(actual, finer, truncation, what);
  return true;
}

/// Gives whether differences could tell.
bool checkFirstOrder(const FunctionCase &c, std::mt19937_64 &engine) {
  DerivedFunction f(c, ""), jvp(c, "j"), vjp(c, "v");
  Vector y = f(c.x, {});
  Vector v = randomVector(c.x.size(), engine), w = randomVector(y.size(), engine);
  Vector tangent = jvp(c.x, {v}), adjoint = vjp(c.x, {w});
  auto value = [&](const Vector &x) { return f(x, {}); };
  bool isCompared = expectDifference(tangent, value, c.x, v, "jvp");
  EXPECT_EQ(adjoint.size(), c.x.size());
  EXPECT_NEAR(dot(w, tangent), dot(adjoint, v),
              1e-12 * (1 + dotOfSizes(w, tangent) + dotOfSizes(adjoint, v)));
  return isCompared;
}

/// sum over k of w_k H_k v, by all pairs of operators.
bool checkSecondOrder(const FunctionCase &c, std::mt19937_64 &engine) {
  DerivedFunction f(c, ""), jvp(c, "j"), vjp(c, "v"), forward(c, "vj"), reverse(c, "vv"), mixed(c, "jv"),
      seeds(c, "vw");
  Vector y = f(c.x, {});
  Vector u = randomVector(c.x.size(), engine), v = randomVector(c.x.size(), engine),
         w = randomVector(y.size(), engine);
  Vector product = forward(c.x, {w, v});
  auto gradient = [&](const Vector &x) { return vjp(x, {w}); };
  bool isCompared = expectDifference(product, gradient, c.x, v, "jvp of vjp");
  expectNear(reverse(c.x, {w, v}), product, rounding, "vjp of vjp");
  expectNear(mixed(c.x, {v, w}), product, rounding, "vjp of jvp");
  EXPECT_NEAR(dot(u, product), dot(v, forward(c.x, {w, u})), rounding * scaleOf(product)) << "symmetry";
  Vector none(y.size(), 0.0);
  expectNear(seeds(none, {c.x, v}), jvp(c.x, {v}), rounding, "vjp by the seed, which is 0");
  return isCompared;
}

/// The derivative of the Hessian product, by operators of all three depths.
void checkThirdOrder(const FunctionCase &c, std::mt19937_64 &engine) {
  DerivedFunction f(c, ""), hessian(c, "vj");
  Vector y = f(c.x, {});
  Vector u = randomVector(c.x.size(), engine), v = randomVector(c.x.size(), engine),
         w = randomVector(y.size(), engine);
  Vector product = DerivedFunction(c, "vjj")(c.x, {w, v, u});
  auto directional = [&](const Vector &x) { return hessian(x, {w, v}); };
  expectDifference(product, directional, c.x, u, "vjj");
  expectNear(DerivedFunction(c, "jjv")(c.x, {v, u, w}), product, 10 * rounding, "jjv");
  expectNear(DerivedFunction(c, "vvv")(c.x, {w, v, u}), product, 10 * rounding, "vvv");
  expectNear(DerivedFunction(c, "vvj")(c.x, {w, v, u}), product, 10 * rounding, "vvj");
  expectNear(DerivedFunction(c, "jvj")(c.x, {v, w, u}), product, 10 * rounding, "jvj");
}

uint64_t seed() {
  const char *given = std::getenv("COSTATE_TEST_SEED");
  return given ? std::strtoull(given, nullptr, 10) : 1;
}

class FunctionDerivatives : public testing::TestWithParam<FunctionCase> {
protected:
  std::mt19937_64 engine{seed()};
};

TEST_P(FunctionDerivatives, ofFirstOrder) { EXPECT_TRUE(checkFirstOrder(GetParam(), engine)); }
TEST_P(FunctionDerivatives, ofSecondOrder) { EXPECT_TRUE(checkSecondOrder(GetParam(), engine)); }
TEST_P(FunctionDerivatives, ofThirdOrder) { checkThirdOrder(GetParam(), engine); }

INSTANTIATE_TEST_SUITE_P(Smooth, FunctionDerivatives, testing::ValuesIn(smoothFunctions()),
                         [](const auto &info) { return info.param.name; });

TEST(RandomFunctions, haveDerivatives) {
  const char *many = std::getenv("COSTATE_RANDOM_FUNCTIONS");
  const int count = many ? std::atoi(many) : 60;
  int compared = 0;
  std::map<std::string, int> seen;
  for (int k = 0; k < count && !HasFailure(); ++k) {
    uint64_t own = seed() * 100000 + uint64_t(k);
    Random random(own);
    RandomFunction make(random);
    FunctionCase function = make();
    SCOPED_TRACE("function " + std::to_string(own) + "\n" + function.body);
    std::mt19937_64 engine(own);
    compared += checkFirstOrder(function, engine) && checkSecondOrder(function, engine);
    if (k % 10 == 0)
      checkThirdOrder(function, engine);
    for (auto &[what, often] : make.seen)
      seen[what] += often;
  }
  EXPECT_GE(compared, count * 2 / 3);
  for (const char *what : {"map", "rows", "into", "accumulate", "add", "mul", "min", "max", "scan", "iterate",
                           "if", "select", "gather", "hidden", "jvp", "vjp"})
    EXPECT_GE(seen[what], 1) << what;
}

} // namespace
