// Stored expressions: the values and derivatives of the expression written out.
//
// A program of a space of 4 rows with variables u, v and data k, which terms over 4 rows read at rows a, b
// (equal in row 2). Expected values are the formulas written out here; derivatives also agree with central
// differences of the values: with step h = 1e-5 their error is about 1e-10, 1e-7 is asked.
#include "tests/passes/CompiledProblem.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

using namespace costate::test;
using Engine = CompiledProblem::Engine;

namespace {

constexpr int size = 4;
constexpr int a[size] = {0, 1, 2, 0}, b[size] = {1, 2, 2, 3};
constexpr double k[size] = {0.5, 1.5, -0.7, 2.0};

/// `expression` computes %e@ from %u@, %v@, %k@ of one row, @ stands for the row; row s of the constraint is
/// e(a[s]) z - 2 e(b[s]) z with z = z[s].
std::string at(const std::string &row, const std::string &expression) {
  std::string text = R"(
      %s@ = costate.at %@[%s] : tensor<?xi32> -> i32
      %i@ = arith.index_cast %s@ : i32 to index
      %u@ = costate.at %us[%i@] : tensor<?xf64> -> f64
      %v@ = costate.at %vs[%i@] : tensor<?xf64> -> f64
      %k@ = costate.at %ks[%i@] : tensor<?xf64> -> f64
)" + expression;
  for (size_t p = 0; (p = text.find('@', p)) != std::string::npos;)
    text.replace(p, 1, row);
  return text;
}

std::string program(const std::string &expression) {
  return R"(
module { costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1, 2, 3]> : tensor<4xi32>} : () -> tensor<?xi32>
  %a = costate.literal {values = dense<[0, 1, 2, 0]> : tensor<4xi32>} : () -> tensor<?xi32>
  %b = costate.literal {values = dense<[1, 2, 2, 3]> : tensor<4xi32>} : () -> tensor<?xi32>
  %given = costate.literal {values = dense<[0.5, 1.5, -0.7, 2.0]> : tensor<4xf64>} : () -> tensor<?xf64>
  %length = costate.length %n : (tensor<?xi32>) -> index
  %ks = costate.map (%i < %length) -> (tensor<?xf64>) {
    %entry = costate.at %given[%i] : tensor<?xf64> -> f64
    costate.yield %entry : f64
  }
  costate.problem "test" {
    %us = costate.variable "u" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    %vs = costate.variable "v" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    %zs = costate.variable "z" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %two = arith.constant 2.0 : f64
)" + at("a", expression) +
         at("b", expression) + R"(
      %z = costate.at %zs[%s] : tensor<?xf64> -> f64
      %m = arith.mulf %ea, %z : f64
      %m1 = arith.mulf %eb, %two : f64
      %m2 = arith.mulf %m1, %z : f64
      %r = arith.subf %m, %m2 : f64
      costate.yield %r : f64
    }
  } } })";
}

Vector start() { return {0.31, 0.47, 0.62, 0.78, 0.55, 0.36, 0.71, 0.43, 1.2, 0.9, -0.4, 1.6}; }

using Formula = std::function<double(double u, double v, double k)>;

void check(const std::string &expression, const Formula &e, Engine engine = Engine::Functions) {
  CompiledProblem problem(program(expression), engine);
  ASSERT_TRUE(problem.isValid());
  EXPECT_EQ(problem.numStored(), 1);
  constexpr double step = 1e-5;
  Vector x = start(), values = problem.values(x), weights{0.7, 0.8, -0.9, 1.0, 0.0};
  for (int s = 0; s < size; ++s) {
    auto at = [&](int row) { return e(x[size_t(row)], x[size_t(size + row)], k[row]); };
    double z = x[size_t(2 * size + s)], wanted = (at(a[s]) - 2 * at(b[s])) * z;
    EXPECT_NEAR(values[size_t(s)], wanted, 1e-14 * std::max(1.0, std::abs(wanted))) << "row " << s;
  }
  Matrix jacobian = problem.jacobian(x), hessian = problem.hessian(x, weights);
  for (size_t n = 0; n < x.size(); ++n) {
    Vector up = x, down = x;
    up[n] += step, down[n] -= step;
    Vector cUp = problem.values(up), cDown = problem.values(down);
    Matrix jUp = problem.jacobian(up), jDown = problem.jacobian(down);
    for (size_t r = 0; r < size; ++r)
      EXPECT_NEAR(jacobian[r][n], (cUp[r] - cDown[r]) / (2 * step), 1e-7) << r << ", " << n;
    for (size_t w = 0; w < x.size(); ++w) {
      double difference = 0;
      for (size_t r = 0; r < size; ++r)
        difference += weights[r] * (jUp[r][w] - jDown[r][w]) / (2 * step);
      EXPECT_NEAR(hessian[w][n], difference, 1e-7) << w << ", " << n;
    }
  }
}

TEST(Stored, functionOfAVariableAndData) {
  auto e = [](double u, double, double k) { return std::exp(std::sin(k * u)); };
  const char *text = "%m@ = arith.mulf %k@, %u@ : f64\n%w@ = math.sin %m@ : f64\n%e@ = math.exp %w@ : f64\n";
  check(text, e);
  check(text, e, Engine::Loops);
}

TEST(Stored, functionOfTwoVariables) {
  check(R"(
      %m@ = arith.mulf %v@, %u@ : f64
      %f@ = math.sin %m@ : f64
      %w@ = math.exp %u@ : f64
      %g@ = math.exp %w@ : f64
      %e@ = arith.mulf %f@, %g@ : f64
)",
        [](double u, double v, double) { return std::sin(v * u) * std::exp(std::exp(u)); });
}

/// Derivatives that are constant or zero are no arrays: e_v = 2, e_uv = e_vv = 0.
TEST(Stored, constantDerivatives) {
  check(R"(
      %f@ = math.exp %u@ : f64
      %m@ = math.exp %f@ : f64
      %w@ = arith.mulf %v@, %two : f64
      %e@ = arith.addf %m@, %w@ : f64
)",
        [](double u, double v, double) { return std::exp(std::exp(u)) + 2 * v; });
}

/// log(k u) of row 2 (k = -0.7) is not a number, and so are its derivatives: the branch taken is the other
/// one.
TEST(Stored, branchesThatAreNotTakenStayAway) {
  check(R"(
      %zero@ = arith.constant 0.0 : f64
      %m@ = arith.mulf %k@, %u@ : f64
      %l@ = math.log %m@ : f64
      %c@ = arith.cmpf ogt, %k@, %zero@ : f64
      %w@ = arith.select %c@, %l@, %m@ : f64
      %e@ = math.exp %w@ : f64
)",
        [](double u, double, double k) { return std::exp(k > 0 ? std::log(k * u) : k * u); });
}

/// The same where the choice is made outside of what is stored: log(sin(k u)) of row 2 is computed, not read.
TEST(Stored, whatIsNotANumberIsNotRead) {
  std::string text = program(R"(
      %m@ = arith.mulf %k@, %u@ : f64
      %w@ = math.sin %m@ : f64
      %l@ = math.log %w@ : f64
      %zero@ = arith.constant 0.0 : f64
      %c@ = arith.cmpf ogt, %z0, %zero@ : f64
      %d@ = arith.cmpf ogt, %k@, %zero@ : f64
      %b@ = arith.andi %c@, %d@ : i1
      %e@ = arith.select %b@, %l@, %zero@ : f64
)");
  text.insert(text.find("%two = "), "%z0 = costate.at %zs[%s] : tensor<?xf64> -> f64\n      ");
  CompiledProblem problem(text);
  ASSERT_TRUE(problem.isValid());
  EXPECT_EQ(problem.numStored(), 1);
  Vector x = start(), values = problem.values(x);
  // Row 2 reads row 2 twice, where k < 0: it is 0. Row 1: z (log(sin(1.5 * 0.47)) - 0), as b[1] = 2.
  EXPECT_EQ(values[2], 0);
  EXPECT_NEAR(values[1], 0.9 * std::log(std::sin(1.5 * 0.47)), 1e-14);
  auto expectFinite = [](const Matrix &matrix) {
    for (auto &row : matrix)
      for (double entry : row)
        EXPECT_TRUE(std::isfinite(entry));
  };
  expectFinite({values});
  expectFinite(problem.jacobian(x));
  expectFinite(problem.hessian(x, Vector(5, 1.0)));
}

} // namespace
