// Derivatives made by the passes against central differences, and values against what the bodies mean.
//
// Differences of step h have error O(h^2) + O(eps / h): with h = 1e-5 and values of size 1 about 1e-10; 1e-7
// is asked.
#include "tests/passes/CompiledProblem.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace costate::test;
using Engine = CompiledProblem::Engine;

namespace {

constexpr double tolerance = 1e-7, step = 1e-5;

/// A program of a space of 4 rows with position tables `a`, `b` (equal in row 2) into variables x and z of 4
/// entries, data `k`; a nested space of 6 rows with parents `p`, positions `q`, data `d`; and one below it
/// with parents `pp`, positions `qq`. `body` computes %r of row %s from xa = x[a], xb = x[b], z = z[s], k =
/// k[s].
std::string program(const std::string &body, const std::string &objective = "") {
  std::string text = R"(
module { costate.program attributes {roots = []} {
  %n = costate.literal {values = dense<[0, 1, 2, 3]> : tensor<4xi32>} : () -> tensor<?xi32>
  %a = costate.literal {values = dense<[0, 1, 2, 0]> : tensor<4xi32>} : () -> tensor<?xi32>
  %b = costate.literal {values = dense<[1, 2, 2, 3]> : tensor<4xi32>} : () -> tensor<?xi32>
  %k = costate.literal {values = dense<[0.5, 1.5, -0.7, 2.0]> : tensor<4xf64>} : () -> tensor<?xf64>
  %p = costate.literal {values = dense<[0, 0, 1, 2, 3, 3]> : tensor<6xi32>} : () -> tensor<?xi32>
  %q = costate.literal {values = dense<[3, 1, 0, 2, 2, 1]> : tensor<6xi32>} : () -> tensor<?xi32>
  %d = costate.literal {values = dense<[1.0, 2.0, 0.5, -1.0, 0.3, 0.8]> : tensor<6xf64>} : () -> tensor<?xf64>
  %pp = costate.literal {values = dense<[5, 0, 1, 1, 2, 3, 4, 0]> : tensor<8xi32>} : () -> tensor<?xi32>
  %qq = costate.literal {values = dense<[0, 1, 2, 3, 3, 2, 1, 0]> : tensor<8xi32>} : () -> tensor<?xi32>
  %one = costate.literal {values = dense<0> : tensor<1xi32>} : () -> tensor<?xi32>
  %zeros = costate.fill %p {value = 0 : i32} : (tensor<?xi32>) -> tensor<?xi32>
  costate.problem "test" {
    %x = costate.variable "x" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    %z = costate.variable "z" like %n {kind = "real", roots = []} : (tensor<?xi32>) -> tensor<?xf64>
    costate.constraint "c" over %n attributes {roots = []} : (tensor<?xi32>) -> () {
    ^bb0(%s: index):
      %as = costate.at %a[%s] : tensor<?xi32> -> i32
      %ai = arith.index_cast %as : i32 to index
      %xa = costate.at %x[%ai] : tensor<?xf64> -> f64
      %bs = costate.at %b[%s] : tensor<?xi32> -> i32
      %bi = arith.index_cast %bs : i32 to index
      %xb = costate.at %x[%bi] : tensor<?xf64> -> f64
      %zs = costate.at %z[%s] : tensor<?xf64> -> f64
      %ks = costate.at %k[%s] : tensor<?xf64> -> f64
)" + body + R"(
      costate.yield %r : f64
    }
)";
  if (!objective.empty())
    text += "costate.objective \"f\" \"minimize\" {\n" + objective + "\ncostate.yield %r : f64\n}\n";
  return text + "} } }";
}

/// `%name = sum over p of (x[q] * z[row of its parent's position] style body)`; `inner` computes %t of row
/// %j.
std::string sum(const std::string &name, const std::string &inner, const std::string &parent = "p") {
  return "%" + name + " = costate.sum over %" + parent + " : tensor<?xi32> {\n^bb0(%j: index):\n" +
         "%qs = costate.at %q[%j] : tensor<?xi32> -> i32\n%qi = arith.index_cast %qs : i32 to index\n" +
         "%xq = costate.at %x[%qi] : tensor<?xf64> -> f64\n%ds = costate.at %d[%j] : tensor<?xf64> -> f64\n" +
         inner + "\ncostate.yield %t : f64\n}\n";
}

/// The same as a fold of a kind.
std::string fold(const std::string &kind, const std::string &name, const std::string &inner,
                 const std::string &parent = "p") {
  std::string text = sum(name, inner, parent), op = "costate.sum";
  return text.replace(text.find(op), op.size(), "costate.fold \"" + kind + "\"");
}

Vector start() { return {0.31, 0.47, 0.62, 0.78, 0.55, 0.36, 0.71, 0.43}; }

void expectNear(double actual, double expected, const std::string &what) {
  EXPECT_NEAR(actual, expected, tolerance * std::max(1.0, std::abs(expected))) << what;
}

/// Values, Jacobian and Hessian at the completed start.
void check(CompiledProblem &problem, Vector x = start()) {
  ASSERT_TRUE(problem.isValid());
  x = problem.complete(x);
  Vector meaning = problem.meaning(x), values = problem.values(x);
  for (size_t k = 0; k + 1 < meaning.size(); ++k)
    expectNear(values[k], meaning[k], "row " + std::to_string(k));
  Vector weights;
  for (int64_t k = 0; k <= problem.numRows(); ++k)
    weights.push_back(0.7 + 0.1 * double(k));
  Matrix jacobian = problem.jacobian(x), hessian = problem.hessian(x, weights);
  for (size_t v = 0; v < x.size(); ++v) {
    Vector up = x, down = x;
    up[v] += step, down[v] -= step;
    Vector cUp = problem.values(up), cDown = problem.values(down);
    Matrix jUp = problem.jacobian(up), jDown = problem.jacobian(down);
    for (size_t r = 0; r < cUp.size(); ++r)
      expectNear(jacobian[r][v], (cUp[r] - cDown[r]) / (2 * step),
                 "Jacobian " + std::to_string(r) + ", " + std::to_string(v));
    for (size_t w = 0; w < x.size(); ++w) {
      double difference = 0;
      for (size_t r = 0; r < cUp.size(); ++r)
        difference += weights[r] * (jUp[r][w] - jDown[r][w]) / (2 * step);
      expectNear(hessian[w][v], difference, "Hessian " + std::to_string(w) + ", " + std::to_string(v));
    }
  }
}

void checkBody(const std::string &body, Engine engine = Engine::Functions) {
  CompiledProblem problem(program(body), engine);
  check(problem);
}

// ---- every scalar operation ----------------------------------------------------------------------------

/// An operation on u = xa * z + shift, in a product and nested: r = op(u) * xb + op(op(u)^2 / 4 + shift).
class UnaryTest : public testing::TestWithParam<std::pair<const char *, const char *>> {};

TEST_P(UnaryTest, agreesWithDifferences) {
  auto [op, shift] = GetParam();
  std::string o = op, body = "%shift = arith.constant " + std::string(shift) + R"( : f64
      %quarter = arith.constant 0.25 : f64
      %m = arith.mulf %xa, %zs : f64
      %u = arith.addf %m, %shift : f64
      %f = )" + o + R"( %u : f64
      %g = arith.mulf %f, %xb : f64
      %ff = arith.mulf %f, %f : f64
      %small = arith.mulf %ff, %quarter : f64
      %v = arith.addf %small, %shift : f64
      %h = )" + o + R"( %v : f64
      %r = arith.addf %g, %h : f64)";
  checkBody(body);
}

INSTANTIATE_TEST_SUITE_P(Operations, UnaryTest,
                         testing::Values(std::pair{"math.sin", "0.0"}, std::pair{"math.cos", "0.1"},
                                         std::pair{"math.tan", "0.0"}, std::pair{"math.asin", "0.1"},
                                         std::pair{"math.acos", "-0.1"}, std::pair{"math.atan", "0.0"},
                                         std::pair{"math.sinh", "0.0"}, std::pair{"math.cosh", "0.0"},
                                         std::pair{"math.tanh", "0.0"}, std::pair{"math.asinh", "0.0"},
                                         std::pair{"math.acosh", "1.5"}, std::pair{"math.atanh", "0.0"},
                                         std::pair{"math.exp", "0.0"}, std::pair{"math.exp2", "0.0"},
                                         std::pair{"math.expm1", "0.0"}, std::pair{"math.log", "0.5"},
                                         std::pair{"math.log2", "0.5"}, std::pair{"math.log10", "0.5"},
                                         std::pair{"math.log1p", "0.5"}, std::pair{"math.sqrt", "0.5"},
                                         std::pair{"math.rsqrt", "0.5"}, std::pair{"math.cbrt", "0.5"},
                                         std::pair{"math.erf", "0.0"}, std::pair{"math.absf", "-3.0"},
                                         std::pair{"math.absf", "0.0"}, std::pair{"math.floor", "0.3"},
                                         std::pair{"math.ceil", "0.3"}, std::pair{"math.round", "0.1"},
                                         std::pair{"math.roundeven", "0.1"}, std::pair{"math.trunc", "0.3"},
                                         std::pair{"arith.negf", "0.0"}),
                         [](auto &info) {
                           std::string name = info.param.first;
                           return name.substr(name.find('.') + 1) + std::to_string(info.index);
                         });

/// r = op(u, v) * xb + op(v, w), u = xa * z + 1, v = xb + 0.5, w = u * u.
class BinaryTest : public testing::TestWithParam<const char *> {};

TEST_P(BinaryTest, agreesWithDifferences) {
  std::string o = GetParam();
  checkBody(R"(
      %1 = arith.constant 1.0 : f64
      %half = arith.constant 0.5 : f64
      %m = arith.mulf %xa, %zs : f64
      %u = arith.addf %m, %1 : f64
      %v = arith.addf %xb, %half : f64
      %w = arith.mulf %u, %u : f64
      %f = )" +
            o + R"( %u, %v : f64
      %g = arith.mulf %f, %xb : f64
      %h = )" +
            o + R"( %v, %w : f64
      %r = arith.addf %g, %h : f64)");
}

INSTANTIATE_TEST_SUITE_P(Operations, BinaryTest,
                         testing::Values("arith.addf", "arith.subf", "arith.mulf", "arith.divf",
                                         "arith.maximumf", "arith.minimumf", "arith.remf", "math.powf",
                                         "math.atan2", "math.copysign"),
                         [](auto &info) {
                           std::string name = info.param;
                           return name.substr(name.find('.') + 1);
                         });

TEST(Operations, fma) { checkBody("%m = math.fma %xa, %zs, %xb : f64\n%r = math.fma %m, %m, %xa : f64"); }

TEST(Operations, integerPowers) {
  for (int n : {-3, -2, -1, 0, 1, 2, 3, 4, 7, 65})
    checkBody("%n2 = arith.constant " + std::to_string(n) + R"( : i32
      %u = arith.addf %xa, %zs : f64
      %f = math.fpowi %u, %n2 : f64, i32
      %r = arith.mulf %f, %xb : f64)");
}

TEST(Operations, realPowers) {
  for (const char *n : {"-1.5", "-0.5", "0.5", "1.5", "2.5", "2.0", "0.3", "0.0", "1.0"})
    checkBody("%n2 = arith.constant " + std::string(n) + R"( : f64
      %u = arith.mulf %xa, %zs : f64
      %f = math.powf %u, %n2 : f64
      %r = arith.mulf %f, %xb : f64)");
}

// ---- conventions and gating ----------------------------------------------------------------------------

/// x^k with k from data, at x = 0: [0, 1, 2, 3] give slopes 0, 1, 0, 0 and curvatures 0, 0, 2, 0.
TEST(Conventions, powersOfZeroWithExponentsFromData) {
  std::string text = program("%r = math.powf %zs, %ks : f64");
  text.replace(text.find("[0.5, 1.5, -0.7, 2.0]"), 21, "[0.0, 1.0, 2.0, 3.0]");
  CompiledProblem problem(text);
  ASSERT_TRUE(problem.isValid());
  Vector x(8, 0.0);
  EXPECT_EQ(problem.values(x), (Vector{1, 0, 0, 0, 0}));
  Matrix jacobian = problem.jacobian(x), hessian = problem.hessian(x, Vector(5, 1.0));
  Vector slopes{0, 1, 0, 0}, curvatures{0, 0, 2, 0};
  for (size_t k = 0; k < 4; ++k) {
    EXPECT_EQ(jacobian[k][4 + k], slopes[k]);
    EXPECT_EQ(hessian[4 + k][4 + k], curvatures[k]);
  }
}

/// f = x^(x - z) at z = x, where log f = (x - z) log x gives f = 1, f_x = log x, f_z = -log x,
/// f_xx = log(x)^2 + 2/x, f_xz = -log(x)^2 - 1/x, f_zz = log(x)^2.
TEST(Conventions, variableExponentsThatAreZero) {
  CompiledProblem problem(program("%y = arith.subf %xa, %zs : f64\n%r = math.powf %xa, %y : f64"));
  ASSERT_TRUE(problem.isValid());
  Vector x{0.5, 1, 4, 1, 0.5, 1, 4, 0.5}; // row 3 reads x[0]
  EXPECT_EQ(problem.values(x), (Vector{1, 1, 1, 1, 0}));
  for (size_t row : {0, 1, 2}) {
    Vector weights(5, 0.0);
    weights[row] = 1;
    Matrix jacobian = problem.jacobian(x), hessian = problem.hessian(x, weights);
    double log = std::log(x[row]);
    EXPECT_DOUBLE_EQ(jacobian[row][row], log);
    EXPECT_DOUBLE_EQ(jacobian[row][4 + row], -log);
    EXPECT_DOUBLE_EQ(hessian[row][row], log * log + 2 / x[row]);
    EXPECT_DOUBLE_EQ(hessian[row][4 + row], -log * log - 1 / x[row]);
    EXPECT_DOUBLE_EQ(hessian[4 + row][4 + row], log * log);
  }
}

/// x^1.5 at 0: slope 1.5 sqrt(0) = 0; written as x sqrt(x) before it is differentiated, it would be 0 * inf.
TEST(Conventions, halfPowersOfZero) {
  CompiledProblem problem(program("%h = arith.constant 1.5 : f64\n%r = math.powf %zs, %h : f64"));
  ASSERT_TRUE(problem.isValid());
  Vector x(8, 0.0);
  EXPECT_EQ(problem.values(x)[0], 0);
  EXPECT_EQ(problem.jacobian(x)[0][4], 0);
}

TEST(Conventions, kinksAndTies) {
  CompiledProblem problem(program(R"(
      %f = math.absf %xa : f64
      %g = arith.maximumf %zs, %xb : f64
      %r = arith.addf %f, %g : f64)"));
  ASSERT_TRUE(problem.isValid());
  Matrix jacobian = problem.jacobian(Vector(8, 0.0));
  EXPECT_EQ(jacobian[0], (Vector{0, 0, 0, 0, 1, 0, 0, 0})); // |x| at 0: 0; the tie goes to the first operand
}

/// The branch not taken is not a number, infinite, or has an infinite derivative.
TEST(Gating, branchNotTakenDoesNotLeak) {
  const char *dead[] = {"math.log", "math.sqrt", "math.asin"};
  for (const char *op : dead)
    checkBody(R"(
      %five = arith.constant 5.0 : f64
      %m = arith.mulf %xa, %zs : f64
      %v = arith.subf %m, %five : f64
      %c = arith.cmpf ogt, %v, %zs : f64
      %l = )" +
              std::string(op) + R"( %v : f64
      %vl = arith.mulf %v, %l : f64
      %e = math.exp %vl : f64
      %live = arith.mulf %v, %xb : f64
      %f = arith.select %c, %e, %live : f64
      %r = arith.mulf %f, %f : f64)");
}

TEST(Gating, valueUsedInBothBranchesAndNestedSelects) {
  checkBody(R"(
      %half = arith.constant 0.5 : f64
      %zero = arith.constant 0.0 : f64
      %v = arith.subf %xa, %half : f64
      %c = arith.cmpf ogt, %v, %zero : f64
      %root = math.sqrt %v : f64
      %square = arith.mulf %v, %v : f64
      %inner = arith.cmpf ogt, %zs, %half : f64
      %lz = arith.mulf %root, %zs : f64
      %deep = arith.select %inner, %lz, %root : f64
      %both = arith.mulf %square, %xb : f64
      %f = arith.select %c, %deep, %both : f64
      %r = arith.addf %f, %square : f64)");
}

/// log 0 = -inf below a maximum, and with a slope of 1/0.
TEST(Gating, operandNotTakenByMaximumDoesNotLeak) {
  checkBody(R"(
      %v = arith.subf %xa, %xa : f64
      %m = arith.mulf %v, %zs : f64
      %l = math.log %m : f64
      %zx = arith.mulf %zs, %xb : f64
      %f = arith.maximumf %l, %zx : f64
      %r = arith.mulf %f, %zs : f64)");
}

// ---- structure -----------------------------------------------------------------------------------------

TEST(Structure, loadsThatMeetCountTwice) { // a and b are equal in row 2
  checkBody("%m = arith.mulf %xa, %xb : f64\n%e = math.exp %m : f64\n%r = arith.mulf %e, %xa : f64");
}

TEST(Structure, loopsComputeTheSame) {
  std::string body = sum("u", "%m = arith.mulf %xq, %ds : f64\n%t = math.sin %m : f64") +
                     "%m = arith.mulf %u, %xa : f64\n%e = math.exp %zs : f64\n%r = arith.addf %m, %e : f64";
  checkBody(body, Engine::Loops);
}

TEST(Structure, affineSumsAreSplitOff) {
  std::string body = sum("u", "%t = arith.mulf %xq, %xq : f64") + sum("v", "%t = math.exp %xq : f64") + R"(
      %au = arith.mulf %u, %xa : f64
      %bv = arith.divf %v, %zs : f64
      %w = arith.subf %au, %bv : f64
      %y = arith.addf %w, %xb : f64
      %n1 = arith.negf %y : f64
      %n2 = arith.mulf %n1, %ks : f64
      %r = arith.addf %n2, %u : f64)";
  CompiledProblem problem(program(body));
  EXPECT_EQ(problem.numHidden(), 0);
  EXPECT_EQ(problem.numTerms(), 3); // xb, u with its factor from two uses, v
  check(problem);
}

TEST(Structure, bodyOfASumUsesTheRowAround) {
  std::string body =
      sum("u", "%m = arith.mulf %xq, %xa : f64\n%t0 = math.exp %m : f64\n%t = arith.mulf %t0, %ks : f64");
  CompiledProblem problem(program(body + "%r = arith.mulf %u, %zs : f64"));
  EXPECT_EQ(problem.numHidden(), 0);
  check(problem);
}

TEST(Structure, nestedSums) {
  std::string inner = R"(%w = costate.sum over %pp : tensor<?xi32> {
      ^bb0(%i: index):
        %qqs = costate.at %qq[%i] : tensor<?xi32> -> i32
        %qqi = arith.index_cast %qqs : i32 to index
        %xi = costate.at %x[%qqi] : tensor<?xf64> -> f64
        %m1 = arith.mulf %xi, %xq : f64
        %m2 = arith.mulf %m1, %xa : f64
        costate.yield %m2 : f64
      }
      %g = arith.mulf %w, %xq : f64
      %t = arith.addf %g, %ds : f64
)";
  CompiledProblem problem(program(sum("u", inner) + "%r = arith.mulf %u, %zs : f64"));
  EXPECT_EQ(problem.numHidden(), 0);
  check(problem);
}

TEST(Structure, sumsUnderFunctionsAreLifted) {
  std::string body = sum("u", "%t = arith.mulf %xq, %xq : f64") + R"(
      %e = math.exp %u : f64
      %l = math.log %u : f64
      %m = arith.mulf %e, %xa : f64
      %r = arith.subf %m, %l : f64)";
  CompiledProblem problem(program(body));
  EXPECT_EQ(problem.numHidden(), 1); // shared by both functions
  check(problem);
}

TEST(Structure, productsAndQuotientsOfSumsAreLifted) {
  std::string body = sum("u", "%t = arith.mulf %xq, %xq : f64") + sum("v", "%t = math.exp %xq : f64") + R"(
      %m = arith.mulf %u, %v : f64
      %q1 = arith.divf %xa, %v : f64
      %r = arith.addf %m, %q1 : f64)";
  CompiledProblem problem(program(body));
  EXPECT_EQ(problem.numHidden(), 2);
  check(problem);
}

TEST(Structure, sumsInsideFunctionsInsideSumsAreLifted) {
  std::string inner = R"(%w = costate.sum over %pp : tensor<?xi32> {
      ^bb0(%i: index):
        %qqs = costate.at %qq[%i] : tensor<?xi32> -> i32
        %qqi = arith.index_cast %qqs : i32 to index
        %xi = costate.at %x[%qqi] : tensor<?xf64> -> f64
        %m1 = arith.mulf %xi, %xa : f64
        costate.yield %m1 : f64
      }
      %th = math.tanh %w : f64
      %t = arith.mulf %th, %xq : f64
)";
  CompiledProblem problem(program(sum("u", inner) + "%e = math.exp %u : f64\n%r = arith.mulf %e, %zs : f64"));
  EXPECT_EQ(problem.numHidden(), 2);
  check(problem);
}

TEST(Structure, equalSumsShareAHiddenVariable) {
  std::string body = sum("u", "%t = arith.mulf %xq, %xq : f64") + "%r = math.exp %u : f64";
  std::string text = program(body);
  size_t at = text.find("costate.constraint \"c\""), end = text.rfind("} } }");
  std::string second = text.substr(at, end - at);
  second.replace(second.find("\"c\""), 3, "\"e\"");
  second.replace(second.find("math.exp"), 8, "math.cos");
  text.insert(end, second);
  CompiledProblem problem(text);
  EXPECT_EQ(problem.numHidden(), 1);
  check(problem);
}

TEST(Folds, productsRunOverTheRowsOfTheirGroup) { // six factors and a start for each of four rows
  std::string body = fold("mul", "u", "%m = arith.mulf %xq, %ds : f64\n%t = arith.addf %m, %zs : f64");
  CompiledProblem problem(program(body + "%e = math.sin %u : f64\n%r = arith.mulf %e, %xa : f64"));
  EXPECT_EQ(problem.numHidden(), 1);
  EXPECT_EQ(problem.numVariables(), 8 + 10);
  check(problem);
}

TEST(Folds, aProductOverNothingIsOne) {
  std::string none = R"(%none = costate.literal {values = dense<[1, 1]> : tensor<2xi32>} : () -> tensor<?xi32>
  )";
  std::string text =
      program(fold("mul", "u", "%t = math.exp %xq : f64", "none") + "%r = arith.mulf %u, %zs : f64");
  CompiledProblem problem(text.insert(text.find("costate.problem"), none));
  check(problem);
  Vector x = problem.complete(start());
  EXPECT_DOUBLE_EQ(problem.values(x)[0], x[4]);
}

TEST(Folds, leastAndGreatestValues) {
  checkBody(fold("min", "u", "%t = arith.mulf %xq, %ds : f64") +
            fold("max", "v", "%t = arith.mulf %xq, %xq : f64") + "%r = arith.mulf %u, %v : f64");
}

TEST(Folds, nestedInSumsAndFunctions) {
  std::string inner = R"(%w = costate.fold "mul" over %pp : tensor<?xi32> {
      ^bb0(%i: index):
        %qqs = costate.at %qq[%i] : tensor<?xi32> -> i32
        %qqi = arith.index_cast %qqs : i32 to index
        %xi = costate.at %x[%qqi] : tensor<?xf64> -> f64
        %m1 = arith.addf %xi, %xa : f64
        costate.yield %m1 : f64
      }
      %th = math.tanh %w : f64
      %t = arith.mulf %th, %xq : f64
)";
  checkBody(sum("u", inner) + "%r = arith.mulf %u, %zs : f64");
  checkBody(fold("mul", "u", inner) + "%r = arith.mulf %u, %zs : f64", Engine::Loops);
}

TEST(Folds, equalFoldsShareTheirRunningValues) {
  std::string one = "%t = arith.addf %xq, %ds : f64";
  CompiledProblem problem(program(fold("mul", "u", one) + fold("mul", "v", one) +
                                  "%e = math.exp %u : f64\n%r = arith.addf %e, %v : f64"));
  EXPECT_EQ(problem.numHidden(), 1);
  check(problem);
}

TEST(Choices, functionsMoveIntoTheBranches) { // rows 1 and 3, else rows 0 and 2
  std::string columns =
      R"(%mask = costate.literal {values = dense<[false, true, false, true]> : tensor<4xi1>} : () -> tensor<?xi1>
  %yes = costate.filter %mask : (tensor<?xi1>) -> tensor<?xi32>
  %no = costate.filter %mask {negated} : (tensor<?xi1>) -> tensor<?xi32>
  %far = costate.literal {values = dense<[3, 2]> : tensor<2xi32>} : () -> tensor<?xi32>
  )";
  std::string body = R"(%u = costate.sum over %yes : tensor<?xi32> {
      ^bb0(%j: index):
        %fs = costate.at %far[%j] : tensor<?xi32> -> i32
        %fi = arith.index_cast %fs : i32 to index
        %xf = costate.at %x[%fi] : tensor<?xf64> -> f64
        %t = arith.mulf %xf, %zs : f64
        costate.yield %t : f64
      }
      %v = costate.sum over %no : tensor<?xi32> {
      ^bb0(%j: index):
        costate.yield %ks : f64
      }
      %all = arith.addf %u, %v : f64
      %e = math.exp %all : f64
      %c = arith.cmpf ogt, %all, %xb : f64
      %s1 = arith.select %c, %e, %xa : f64
      %r = arith.mulf %s1, %all : f64)";
  std::string text = program(body);
  CompiledProblem problem(text.insert(text.find("costate.problem"), columns));
  EXPECT_EQ(problem.numHidden(), 0);
  check(problem);
  // x[2] and x[3] are read in rows 3 and 1: row 0 has no entry there but for its own loads.
  EXPECT_EQ(problem.jacobian(start())[0][3], 0.0);
}

TEST(Structure, objective) {
  std::string loads = "%zero = arith.constant 0 : index\n%z0 = costate.at %z[%zero] : tensor<?xf64> -> f64\n";
  std::string squares = sum("u", "%m = arith.mulf %xq, %ds : f64\n%t = arith.mulf %m, %m : f64", "zeros");
  CompiledProblem affine(
      program("%r = arith.mulf %xa, %zs : f64", loads + squares + "%r = arith.mulf %u, %z0 : f64"));
  EXPECT_EQ(affine.numHidden(), 0);
  check(affine);
  CompiledProblem lifted(program("%r = arith.mulf %xa, %zs : f64",
                                 loads + squares + "%l = math.log %u : f64\n%r = arith.mulf %l, %z0 : f64"));
  EXPECT_EQ(lifted.numHidden(), 1);
  check(lifted);
}

TEST(Structure, linearTermsHaveNoHessian) {
  CompiledProblem problem(program("%m = arith.mulf %xa, %ks : f64\n%r = arith.subf %m, %zs : f64"));
  ASSERT_TRUE(problem.isValid());
  check(problem);
  for (auto &row : problem.hessian(start(), Vector(5, 1.0)))
    EXPECT_EQ(row, Vector(8, 0.0));
}

} // namespace
