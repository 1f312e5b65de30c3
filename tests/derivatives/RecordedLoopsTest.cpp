// Derivatives of loops, whose states stand on tapes: against differences, and bitwise the same from tapes
// that hold few states. States are swapped, handed on, made from outside, empty, and of nested loops.
#include "tests/codegen/BoundProgram.h"

#include "costate/Session.h"
#include "costate/rt/Functions.h"

#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <cstdlib>

using namespace costate;
using namespace costate::test;

namespace {

/// A function f of an array of n real numbers, in the language.
struct LoopCase {
  std::string name, function;
  friend void PrintTo(const LoopCase &loop, std::ostream *os) { *os << loop.name; }
};

const LoopCase cases[] = {
    {"swapped", R"(
function f(x: real[n]) -> real {
  scan (a = x, b = [cos(x[i]) for i in 1..n]) for t in 1..60 {
    let old = a
    a = b
    b = [old[i] + 0.1*sin(b[i]) for i in 1..n]
  }
  return sum(i in 1..n) a[i]*b[i]
})"},
    {"unchanged", R"(
function f(x: real[n]) -> real {
  let c = [sin(x[i]) for i in 1..n]
  scan (a = x, kept = c) for t in 1..60 {
    a = [0.9*a[i] + 0.2*kept[i]*c[i] for i in 1..n]
  }
  return sum(i in 1..n) (a[i]^2 + kept[i]*c[i])
})"},
    {"handed_on", R"(
function f(x: real[n]) -> real {
  scan (a = x, before = [1.0 for i in 1..n], older = x) for t in 1..60 {
    older = before
    before = a
    a = [0.5*a[i] + 0.4*sin(older[i]) + 0.1*x[i] for i in 1..n]
  }
  return sum(i in 1..n) (a[i]*before[i] + older[i])
})"},
    {"one_value_twice", R"(
function f(x: real[n]) -> real {
  scan (a = x, b = x) for t in 1..60 {
    b = [b[i] + 0.05*cos(a[i]) for i in 1..n]
    a = b
  }
  return sum(i in 1..n) a[i]*b[i]
})"},
    {"numbers_beside_arrays", R"(
function f(x: real[n]) -> real {
  scan (s = x[1], k = 1, a = x, r = 0.1) for t in 1..60 {
    k = if k < n then k + 1 else 1
    s = 0.9*s + 0.1*sin(a[k])
    r = r*s + 0.5
    a = [a[i] + 0.1*s*(if i == k then 1 else 0) for i in 1..n]
  }
  return s + r + sum(i in 1..n) a[i]^2
})"},
    {"collected", R"(
function f(x: real[n]) -> real {
  scan (a = x) for t in 1..60 {
    a = [a[i] - 0.1*a[i]^3 for i in 1..n]
  } collect path = a
  return sum(t in 1..60, i in 1..n) path[t, i]^2/t
})"},
    {"of_unknown_length", R"(
function f(x: real[n]) -> real {
  iterate (a = x, before = [1.0 for i in 1..n], k = 0) while k < 57 {
    before = a
    a = [a[i] - 0.2*sin(a[i])*x[i] for i in 1..n]
    k = k + 1
  }
  return sum(i in 1..n) a[i]*before[i]
})"},
    {"nested", R"(
function f(x: real[n]) -> real {
  scan (a = x) for t in 1..12 {
    iterate (b = a, k = 0) while k < 11 {
      b = [b[i] + 0.03*sin(a[i])*cos(b[i]) for i in 1..n]
      k = k + 1
    }
    a = b
  }
  return sum(i in 1..n) a[i]^2
})"},
    {"half_of_it_read", R"(
function f(x: real[n]) -> real {
  scan (a = x, w = x, k = 0.0) for t in 1..150 {
    w = [w[i] - 0.01*(a[i] + a[i]^3) for i in 1..n]
    a = [a[i] + 0.01*w[i] for i in 1..n]
    k = k + 0.01*a[1]
  }
  return k + sum(i in 1..n) a[i]^2
})"},
    {"of_few_numbers", R"(
function path(a0: real) -> real {
  scan (a = a0, r = 0.1) for t in 1..20 {
    r = 0.4*r*a + 0.3
    a = 0.9*a + 0.1*sin(a*r)
  }
  return a + r
}
function f(x: real[n]) -> real = sum(i in 1..n) path(x[i]))"},
    {"in_a_sum", R"(
function path(x: real[n], i: int) -> real {
  scan (a = x, s = x[i]) for t in 1..80 {
    s = 0.9*s + 0.1*sin(a[1]*s)
    a = [a[j] - 0.01*a[j]^3*s for j in 1..n]
  }
  return s + a[n]
}
function f(x: real[n]) -> real = sum(i in 1..n) i*path(x, i))"},
    {"of_unknown_length_in_a_map", R"(
function path(x: real[n], i: int) -> real {
  iterate (a = x, k = 0) while k < 10*i {
    a = [a[j] - 0.05*sin(a[j])*x[i] for j in 1..n]
    k = k + 1
  }
  return sum(j in 1..n) a[j]
}
function f(x: real[n]) -> real {
  let y = [path(x, i) for i in 1..n]
  return sum(i in 1..n) y[i]^2
})"},
    {"without_steps", R"(
function f(x: real[n]) -> real {
  scan (a = x) for t in 1..0 { a = [a[i]*a[i] for i in 1..n] }
  iterate (b = a) while b[1] > 1e9 { b = [b[i]*a[i] for i in 1..n] }
  return sum(i in 1..n) a[i]*b[i]^2
})"},
    {"of_empty_arrays", R"(
function f(x: real[n]) -> real {
  scan (a = [x[i] for i in 1..0], s = x[1]) for t in 1..60 {
    a = [2*a[i] for i in 1..0]
    s = 0.9*s*(1 + sum(i in 1..0) a[i]) + 0.1*sin(x[2])
  }
  return s^2
})"},
};

/// f with its gradient and Hessian products at x.
constexpr const char *derivatives = R"(
param n = 5
param x[i in 1..n] = 0.3 + 0.15*i
param v[i in 1..n] = cos(i)
function slope(x: real[n], v: real[n]) = dot(gradient(f)(x), v)
let value = f(x)
let g = gradient(f)(x)
let Hv = hvp(f)(x, v)
let Hvt = gradient(slope)(x, v)
print value, g, Hv, Hvt
)";

/// Differences of sixth order of f and of its gradient.
constexpr const char *differences = R"(
function along(s: real, x: real[n], v: real[n]) -> real[n] = [x[i] + s*v[i] for i in 1..n]
function unit(k: int, n: int) -> real[n] = [if i == k then 1.0 else 0.0 for i in 1..n]
function pair(h: real, x: real[n], w: real[n]) = f(along(h, x, w)) - f(along(-h, x, w))
function slopes(h: real, x: real[n], v: real[n], w: real[n]) = slope(along(h, x, w), v) - slope(along(-h, x, w), v)
param h = 0.004
let dg = [(45*pair(h, x, unit(k, n)) - 9*pair(2*h, x, unit(k, n)) + pair(3*h, x, unit(k, n)))/(60*h) for k in 1..n]
let dH = [(45*slopes(h, x, v, unit(k, n)) - 9*slopes(2*h, x, v, unit(k, n)) + slopes(3*h, x, v, unit(k, n)))/(60*h)
          for k in 1..n]
print dg, dH
)";

using Vector = std::vector<double>;
using Columns = std::map<std::string, Vector>;

Columns printedBy(const std::string &model, std::initializer_list<const char *> names) {
  Columns columns;
  auto context = makeContext();
  Session session;
  std::string text, error;
  EXPECT_TRUE(session.loadText("loop.opt", model)) << session.renderedDiagnostics();
  EXPECT_TRUE(session.emit("problem", text, error)) << error;
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, context.get());
  if (!module)
    return columns;
  int64_t before = costate_live_bytes();
  BoundProgram bound(*module, CodegenOptions{});
  EXPECT_EQ(costate_live_bytes(), before);
  for (const char *name : names) {
    const rt::Column *column = bound.printed(name);
    EXPECT_TRUE(column) << name;
    for (int64_t k = 0; column && k < column->size(); ++k)
      columns[name].push_back(column->real(k));
  }
  return columns;
}

void expectNear(const Vector &actual, const Vector &wanted, double relative, const char *what) {
  ASSERT_EQ(actual.size(), wanted.size()) << what;
  double scale = 1;
  for (double entry : wanted)
    scale = std::max(scale, std::abs(entry));
  for (size_t k = 0; k < wanted.size(); ++k)
    EXPECT_NEAR(actual[k], wanted[k], relative * scale) << what << ", entry " << k;
}

class RecordedLoops : public testing::TestWithParam<LoopCase> {};

/// The error of the differences is near 1e-11 in slopes of about 1.
TEST_P(RecordedLoops, haveDerivatives) {
  Columns columns =
      printedBy(GetParam().function + derivatives + differences, {"g", "Hv", "Hvt", "dg", "dH"});
  ASSERT_EQ(columns["g"].size(), 5u);
  expectNear(columns["g"], columns["dg"], 1e-8, "gradient");
  expectNear(columns["Hv"], columns["dH"], 1e-8, "Hessian product");
  expectNear(columns["Hvt"], columns["Hv"], 1e-12, "gradient of a slope");
}

/// 8 states, the least number, and some more.
TEST_P(RecordedLoops, areTheSameFromFewStates) {
  auto results = [] { return printedBy(GetParam().function + derivatives, {"value", "g", "Hv", "Hvt"}); };
  Columns all = results();
  for (const char *budget : {"1", "1500"}) {
    setenv("COSTATE_TAPE_BYTES", budget, 1);
    Columns few = results();
    unsetenv("COSTATE_TAPE_BYTES");
    for (auto &[name, column] : all)
      EXPECT_EQ(few[name], column) << name << " with " << budget << " bytes";
  }
}

INSTANTIATE_TEST_SUITE_P(Loops, RecordedLoops, testing::ValuesIn(cases),
                         [](const auto &info) { return info.param.name; });

} // namespace
