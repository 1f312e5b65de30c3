// Derivatives where they are easily wrong: at kinks and ends, of what is not taken, of nothing. Gradients are
// closed forms, by vjp with the seed 1 and by jvp in every direction.
#include "tests/derivatives/FunctionDerivatives.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace costate::test;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const double none = std::nan("");

struct Convention {
  FunctionCase function;
  Vector gradient;
  std::vector<Vector> hessian = {}; // rows; not checked if empty
};

void PrintTo(const Convention &convention, std::ostream *out) { *out << convention.function.name; }

/// A function of one value: the body defines %r : f64.
Convention scalar(const std::string &name, const Vector &x, const std::string &body, const Vector &gradient,
                  const std::vector<Vector> &hessian = {}, const Vector &data = {},
                  const std::vector<int64_t> &idx = {}) {
  std::string all = "%n = costate.size %x, 0 : !v\n" + body +
                    "\n%y = costate.map (%last < %i1) -> (!v) { costate.yield %r : f64 }";
  return {{name, x, all, data, idx}, gradient, hessian};
}

/// The body defines %r of %a = x[0] and %b = x[1].
Convention ofTwo(const std::string &name, double a, double b, const std::string &body, const Vector &gradient,
                 const std::vector<Vector> &hessian = {}, const Vector &data = {}) {
  std::string loads = "%a = costate.at %x[%i0] : !v -> f64\n%b = costate.at %x[%i1] : !v -> f64\n";
  return scalar(name, {a, b}, loads + body, gradient, hessian, data);
}

/// The body defines %e of %a = x[i]; the function is their sum.
Convention summed(const std::string &name, const Vector &x, const std::string &body, const Vector &gradient,
                  const std::vector<Vector> &hessian = {}, const Vector &data = {},
                  const std::vector<int64_t> &idx = {}) {
  std::string sum = R"(
    %r = costate.reduce "add" (%i < %n) -> (f64) {
      %a = costate.at %x[%i] : !v -> f64
)" + body + "\ncostate.yield %e : f64\n}";
  return scalar(name, x, sum, gradient, hessian, data, idx);
}

std::vector<Convention> powersAndRoots() {
  return {
      summed("power_zero", {0, 2, -1}, "%e = math.powf %a, %zero : f64", {0, 0, 0},
             {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}}),
      summed("power_zero_from_data", {0, 2, 3},
             "%d = costate.at %data[%i] : !v -> f64\n%e = math.powf %a, %d : f64", {0, 0, 6},
             {{0, 0, 0}, {0, 0, 0}, {0, 0, 2}}, {0, 0, 2}),
      summed("square_at_zero", {0, -3}, "%e = math.powf %a, %two : f64", {0, -6}, {{2, 0}, {0, 2}}),
      ofTwo("root_of_zero_times_zero", 0, 0,
            "%d = costate.at %data[%i0] : !v -> f64\n%s = math.sqrt %a : f64\n"
            "%r = arith.mulf %d, %s : f64",
            {0, 0}, {}, {0}),
      ofTwo("root_of_zero", 0, 1, "%r = math.sqrt %a : f64", {infinity, 0}),
      ofTwo("entropy", 0, 1, "%l = math.log %b : f64\n%r = arith.mulf %b, %l : f64", {0, 1}),
      scalar("norm_at_zero", {0, 0, 0}, R"(
    %s = costate.reduce "add" (%i < %n) -> (f64) {
      %a = costate.at %x[%i] : !v -> f64
      %p = arith.mulf %a, %a : f64
      costate.yield %p : f64
    }
    %r = math.sqrt %s : f64)",
             {0, 0, 0}),
      scalar("norm", {3, 4}, R"(
    %s = costate.reduce "add" (%i < %n) -> (f64) {
      %a = costate.at %x[%i] : !v -> f64
      %p = arith.mulf %a, %a : f64
      costate.yield %p : f64
    }
    %r = math.sqrt %s : f64)",
             {0.6, 0.8}, {{16.0 / 125, -12.0 / 125}, {-12.0 / 125, 9.0 / 125}}),
      ofTwo("magnitude_at_zero", 0, -2,
            "%c = math.absf %a : f64\n%d = math.absf %b : f64\n%r = arith.addf %c, %d : f64", {0, -1}),
      summed("steps", {0.5, 1, -2.5}, "%e = math.floor %a : f64", {0, 0, 0}),
      ofTwo("saddle_at_zero", 0, 0, "%r = arith.mulf %a, %b : f64", {0, 0}, {{0, 1}, {1, 0}}),
  };
}

std::vector<Convention> choices() {
  const char *guardedLog = R"(
      %c = arith.cmpf ogt, %a, %zero : f64
      %l = math.log %a : f64
      %e = arith.select %c, %l, %zero : f64)";
  return {
      ofTwo("tie_of_max", 1, 1, "%r = arith.maximumf %a, %b : f64", {1, 0}),
      ofTwo("tie_of_min", 1, 1, "%r = arith.minimumf %a, %b : f64", {1, 0}),
      scalar("tie_of_greatest", {1, 3, 3, 2}, R"(
    %r = costate.reduce "max" (%i < %n) -> (f64) {
      %a = costate.at %x[%i] : !v -> f64
      costate.yield %a : f64
    })",
             {0, 1, 0, 0}),
      scalar("tie_of_least_in_a_plane", {1, 3, 0.5, 2}, R"(
    %r = costate.reduce "min" (%i < %n, %j < %n) -> (f64) {
      %a = costate.at %x[%i] : !v -> f64
      %b = costate.at %x[%j] : !v -> f64
      %c = arith.mulf %a, %b : f64
      costate.yield %c : f64
    })",
             {0, 0, 1, 0}, {{0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 2, 0}, {0, 0, 0, 0}}),
      summed("hidden_log", {0, 2, -1}, guardedLog, {0, 0.5, 0}, {{0, 0, 0}, {0, -0.25, 0}, {0, 0, 0}}),
      scalar("hidden_log_of_another_map", {0, 2, -1}, R"(
    %m = costate.map (%i < %n) -> (!v) {
      %a = costate.at %x[%i] : !v -> f64
      %l = math.log %a : f64
      %p = arith.mulf %a, %l : f64
      costate.yield %p : f64
    }
    %r = costate.reduce "add" (%i < %n) -> (f64) {
      %a = costate.at %x[%i] : !v -> f64
      %l = costate.at %m[%i] : !v -> f64
      %c = arith.cmpf ogt, %a, %zero : f64
      %e = arith.select %c, %l, %zero : f64
      costate.yield %e : f64
    })",
             {0, std::log(2.0) + 1, 0}),
      // of a map that gives numbers to a sum, through a root, a quotient and a number from outside
      scalar("hidden_chain_of_another_map", {0, 2, -1},
             R"(
    %b = costate.at %x[%i1] : !v -> f64
    %m = costate.map (%i < %n) -> (!v) {
      %a = costate.at %x[%i] : !v -> f64
      %l = math.sqrt %a : f64
      %p = arith.divf %b, %l : f64
      %q = arith.mulf %p, %p : f64
      costate.yield %q : f64
    }
    %r = costate.reduce "add" (%i < %n) -> (f64) {
      %a = costate.at %x[%i] : !v -> f64
      %l = costate.at %m[%i] : !v -> f64
      %c = arith.cmpf ogt, %a, %zero : f64
      %e = arith.select %c, %l, %zero : f64
      costate.yield %e : f64
    })",
             {0, 1, 0}, {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}}), // b^2 / x[1] with b = x[1]
      scalar("hidden_sum", {0, 2}, R"(
    %a = costate.at %x[%i0] : !v -> f64
    %b = costate.at %x[%i1] : !v -> f64
    %s = costate.reduce "add" (%i < %n) -> (f64) {
      %d = costate.at %x[%i] : !v -> f64
      %l = math.log %d : f64
      %p = arith.divf %l, %a : f64
      costate.yield %p : f64
    }
    %c = arith.cmpf ogt, %a, %zero : f64
    %r = arith.select %c, %s, %b : f64)",
             {0, 1}),
      summed("missing_data", {1, 2, 3}, R"(
      %d = costate.at %data[%i] : !v -> f64
      %known = arith.cmpf oeq, %d, %d : f64
      %p = arith.mulf %d, %a : f64
      %q = arith.mulf %p, %a : f64
      %e = arith.select %known, %q, %zero : f64)",
             {10, 0, 42}, {{10, 0, 0}, {0, 0, 0}, {0, 0, 14}}, {5, none, 7}),
      summed("branch_not_taken", {0, 2}, R"(
      %c = arith.cmpf ogt, %a, %zero : f64
      %e = scf.if %c -> (f64) {
        %l = math.log %a : f64
        scf.yield %l : f64
      } else {
        scf.yield %a : f64
      })",
             {1, 0.5}),
      ofTwo("stopped", 3, 5,
            "%s = costate.stop %a : f64\n%p = arith.mulf %s, %a : f64\n%r = arith.addf %p, %b : f64", {3, 1},
            {{0, 0}, {0, 0}}),
  };
}

std::vector<Convention> spacesAndLoops() {
  return {
      scalar("repeated_gather", {1, 2, 3}, R"(
    %m = costate.size %idx, 0 : !i
    %r = costate.reduce "add" (%j < %m) -> (f64) {
      %k = costate.at %idx[%j] : !i -> i64
      %p = arith.index_cast %k : i64 to index
      %a = costate.at %x[%p] : !v -> f64
      %b = arith.mulf %a, %a : f64
      costate.yield %b : f64
    })",
             {2, 12, 0}, {{2, 0, 0}, {0, 6, 0}, {0, 0, 0}}, {}, {1, 0, 1, 1}),
      scalar("product_with_a_zero", {0, 2, 3}, R"(
    %r = costate.reduce "mul" (%i < %n) -> (f64) {
      %a = costate.at %x[%i] : !v -> f64
      costate.yield %a : f64
    })",
             {6, 0, 0}, {{0, 3, 2}, {3, 0, 0}, {2, 0, 0}}),
      scalar("product_with_two_zeros", {0, 2, 0}, R"(
    %r = costate.reduce "mul" (%i < %n) -> (f64) {
      %a = costate.at %x[%i] : !v -> f64
      costate.yield %a : f64
    })",
             {0, 0, 0}, {{0, 0, 2}, {0, 0, 0}, {2, 0, 0}}),
      scalar("nothing", {}, R"(
    %g = costate.reduce "max" (%i < %n) -> (f64) {
      %a = costate.at %x[%i] : !v -> f64
      costate.yield %a : f64
    }
    %r = math.exp %g : f64)",
             {}),
      scalar("extremes_over_nothing", {1, 2}, R"(
    %a = costate.at %x[%i0] : !v -> f64
    %g = costate.reduce "max" (%i < %i0) -> (f64) { costate.yield %a : f64 }
    %l = costate.reduce "min" (%i < %i0, %j < %n) -> (f64) { costate.yield %a : f64 }
    %c = arith.maximumf %a, %g : f64
    %r = arith.minimumf %c, %l : f64)",
             {1, 0}, {{0, 0}, {0, 0}}),
      scalar("loop_without_steps", {1, 2}, R"(
    %a = costate.at %x[%i0] : !v -> f64
    %r = costate.iterate carry (%s = %a : f64) while {
      %c = arith.cmpf ogt, %s, %two : f64
      costate.yield %c : i1
    } do (%t) {
      %h = arith.mulf %t, %half : f64
      costate.yield %h : f64
    })",
             {1, 0}),
      // x^16 by squaring four times; the loop ends at 1e4 or later
      scalar("squares", {2}, R"(
    %a = costate.at %x[%i0] : !v -> f64
    %large = arith.constant 1.0e4 : f64
    %r = costate.iterate carry (%s = %a : f64) while {
      %c = arith.cmpf olt, %s, %large : f64
      costate.yield %c : i1
    } do (%t) {
      %h = arith.mulf %t, %t : f64
      costate.yield %h : f64
    })",
             {16 * 32768.0}, {{16 * 15 * 16384.0}}),
      // sum over t of (t + 1) x[t]^2, accumulated in a loop
      scalar("accumulated_in_a_loop", {1, 2, 3}, R"(
    %z = costate.map (%i < %i1) -> (!v) { costate.yield %zero : f64 }
    %f, %s = costate.scan (%t < %n) carry (%k = %one : f64) into (%acc = %z : !v) {
      %a = costate.at %x[%t] : !v -> f64
      %b = arith.mulf %a, %a : f64
      %c = arith.mulf %b, %k : f64
      costate.accumulate %c into %acc[%i0] "add" : f64, !v
      %l = arith.addf %k, %one : f64
      costate.yield %l : f64
    }
    %r = costate.at %s[%i0] : !v -> f64)",
             {2, 8, 18}, {{2, 0, 0}, {0, 4, 0}, {0, 0, 6}}),
  };
}

std::vector<Convention> all() {
  std::vector<Convention> list;
  for (auto part : {powersAndRoots(), choices(), spacesAndLoops()})
    list.insert(list.end(), part.begin(), part.end());
  return list;
}

Vector unit(size_t n, size_t k) {
  Vector v(n, 0.0);
  v[k] = 1;
  return v;
}

void expectEntry(double actual, double wanted) {
  if (std::isfinite(wanted))
    EXPECT_NEAR(actual, wanted, 1e-14 * (1 + std::abs(wanted))); // a few roundings
  else
    EXPECT_EQ(actual, wanted);
}

class FunctionConventions : public testing::TestWithParam<Convention> {};

TEST_P(FunctionConventions, gradient) {
  auto &[function, gradient, hessian] = GetParam();
  Vector reverse = DerivedFunction(function, "v")(function.x, {{1.0}});
  ASSERT_EQ(reverse.size(), gradient.size());
  DerivedFunction forward(function, "j");
  for (size_t k = 0; k < gradient.size(); ++k) {
    SCOPED_TRACE("entry " + std::to_string(k));
    expectEntry(reverse[k], gradient[k]);
    Vector tangent = forward(function.x, {unit(gradient.size(), k)});
    ASSERT_EQ(tangent.size(), 1u);
    expectEntry(tangent[0], gradient[k]);
  }
}

TEST_P(FunctionConventions, hessian) {
  auto &[function, gradient, hessian] = GetParam();
  for (const char *operators : {"vj", "vv", "jv", "jj"}) {
    SCOPED_TRACE(operators);
    bool isScalar = std::string(operators) == "jj", isSeedLast = std::string(operators) == "jv";
    DerivedFunction product(function, operators);
    for (size_t k = 0; k < hessian.size(); ++k) {
      Vector v = unit(hessian.size(), k), seed{1.0};
      for (size_t l = 0; l < (isScalar ? hessian.size() : 1); ++l) {
        Vector u = unit(hessian.size(), l);
        Vector row = product(function.x, isScalar     ? std::vector<Vector>{u, v}
                                         : isSeedLast ? std::vector<Vector>{v, seed}
                                                      : std::vector<Vector>{seed, v});
        ASSERT_EQ(row.size(), isScalar ? 1 : hessian.size());
        for (size_t i = 0; i < row.size(); ++i)
          expectEntry(row[i], hessian[k][isScalar ? l : i]);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, FunctionConventions, testing::ValuesIn(all()),
                         [](const auto &info) { return info.param.function.name; });

TEST(FunctionsWithoutDerivative, sayWhy) {
  FunctionCase product{"accumulated_product", {1, 2}, R"(
    %y = costate.map (%i < %i2) into (%acc = %x : !v) {
      %a = costate.at %x[%i] : !v -> f64
      costate.accumulate %a into %acc[%i0] "mul" : f64, !v
      costate.yield
    })"};
  FunctionCase loop{"loop", {1, 2}, R"(
    %a = costate.at %x[%i0] : !v -> f64
    %r = scf.for %t = %i0 to %i3 step %i1 iter_args(%s = %a) -> (f64) {
      %b = arith.mulf %s, %a : f64
      scf.yield %b : f64
    }
    %y = costate.map (%i < %i2) -> (!v) { costate.yield %r : f64 })"};
  for (const char *operators : {"j", "v"}) {
    EXPECT_EQ(whyNotDerived(product, operators),
              "'costate.accumulate' op of kind `mul` has no derivative, only `add` has one");
    EXPECT_EQ(whyNotDerived(loop, operators), "'scf.for' op has no derivative");
  }
}

} // namespace
