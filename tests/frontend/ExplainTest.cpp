// What `explain` says about a small model, counted by hand.
#include "costate/Session.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace costate;

namespace {

/// 1000 instances of one term in the objective, a linear row with constant derivatives.
constexpr const char *model = R"(
param n = 1000
param a[i in 1..n] = i/2
problem p {
  var x[1..n] start 1
  minimize sum(i in 1..n) (sin(x[i])*a[i] + x[i]^2)
  subject to
    sum_of_all: sum(i in 1..n) a[i]*x[i] >= 1
}
solve p using ipm(max_iter = 1)
)";

/// exp(u) of three rows in every equation: stored in an array of its own.
constexpr const char *stencil = R"(
param n = 1000
problem p {
  var u[1..n] start 0.1
  let k[i in 1..n] = exp(u[i])
  minimize sum(i in 1..n) u[i]^2
  subject to
    flow[i in 2..n-1]: (k[i] + k[i+1])*(u[i+1] - u[i]) - (k[i-1] + k[i])*(u[i] - u[i-1]) == 0
}
solve p using ipm(max_iter = 1)
)";

std::vector<std::string> explained(const std::string &topic, const char *text = model) {
  Session session;
  EXPECT_TRUE(session.loadText("model.opt", text)) << session.renderedDiagnostics();
  rt::RunOptions options;
  options.explain = true;
  for (auto &row : rt::explainTopics())
    options.*row.wanted = row.name == topic;
  std::vector<std::string> lines;
  std::string error;
  auto program = session.program(
      options, {[&](const std::string &line) { lines.push_back(line); }, [](auto &) {}}, error);
  EXPECT_TRUE(program) << error;
  if (program)
    program->run();
  return lines;
}

bool contains(const std::vector<std::string> &lines, const std::vector<std::string> &parts) {
  return std::any_of(lines.begin(), lines.end(), [&](const std::string &line) {
    return std::all_of(parts.begin(), parts.end(),
                       [&](const std::string &part) { return line.find(part) != std::string::npos; });
  });
}

std::string all(const std::vector<std::string> &lines) {
  std::string text;
  for (auto &line : lines)
    text += line + "\n";
  return text;
}

TEST(Explain, kernels) {
  auto lines = explained("");
  EXPECT_TRUE(
      contains(lines, {"p: 1000 variables, 1 rows, 1000 Jacobian entries (1000 constant, written once)"}))
      << all(lines);
  // Both terms are over 1..n: one pattern. sin(x) a + x x and a x: 3 products, 1 sum, 1 function. It reads x
  // and a, and writes two results: 16 bytes each.
  EXPECT_TRUE(contains(lines, {": values", " 1000 ", "      4      0      1     16      16"})) << all(lines);
  // The objective by x: a cos(x) + 2 x.
  EXPECT_TRUE(
      contains(lines, {"1000 instances, each with 2 first derivatives (1 constant) and 1 second ones"}))
      << all(lines);
  EXPECT_TRUE(contains(lines, {"entry points: {f, c}"})) << all(lines);
}

/// The sum over data, not the one before it over parameters of the model.
TEST(Explain, sumThatBatchesTake) {
  auto lines = explained("", R"(
param n = 1000
param a[i in 1..n] = i/2
problem p {
  var x[1..3] start 1
  minimize sum(k in 1..3) x[k]^2 + mean(i in 1..n) (a[i] - x[2])^2
}
solve p using sgd(batch = 10, rate = 1e-3, steps = 1)
)");
  EXPECT_TRUE(contains(lines, {"  batches take some of 1000 addends: the sum at model.opt:6:36"}))
      << all(lines);
  EXPECT_FALSE(contains(explained(""), {"batches"}));
}

/// The path of a scan is read from both ends, so it is stored, and its derivative: 1000 reals each.
TEST(Explain, arraysInsideOfFunctions) {
  auto lines = explained("memory", R"(
function turned(x: real[n]) -> real {
  scan (s = 0.0) for i in 1..n { s = sin(s + x[i]) } collect path = s
  return sum(i in 1..n) path[i]*path[n + 1 - i]
}
let x = [i/1000 for i in 1..1000]
print jvp(turned)(x, x)
)");
  EXPECT_TRUE(contains(lines, {"2 arrays inside of model.opt:7:7", " 2000 ", " 16000"})) << all(lines);
}

/// Ten operations are one pass, and so is a stencil of a stencil, which is computed again for its neighbours.
TEST(Explain, nothingIsStoredOfWhatIsCheap) {
  auto lines = explained("memory", R"(
param n = 1000
param x[i in 1..n] = i/n
function chain(x: real[n]) -> real[n] {
  let a = [2*x[i] + 1 for i in 1..n]
  let b = [a[i]*a[i] - 3 for i in 1..n]
  let c = [tanh(b[i]*0.5 + x[i]) for i in 1..n]
  return [c[i]*c[i] + 1 for i in 1..n]
}
function bent(x: real[n]) = [if i > 1 and i < n then x[i-1] - 2*x[i] + x[i+1] else 0 for i in 1..n]
function twice(x: real[n]) = bent(bent(x))
print chain(x)[1], twice(x)[3]
)");
  EXPECT_FALSE(contains(lines, {"inside of"})) << all(lines);
  // Both read 1000 entries and their number, and write 1000.
  EXPECT_TRUE(contains(lines, {"model.opt:8:10 ", " 0 ", " 16008"})) << all(lines);
  EXPECT_TRUE(contains(lines, {"model.opt:10:29 ", " 0 ", " 16008"})) << all(lines);
}

/// Of a classifier the logits, 200 x 10, and their adjoints, of which the weights' are products.
TEST(Explain, logitsAreStored) {
  const std::string model = R"(
param m = 200
param c: int = 10
param d = 30
param W[k in 1..c, j in 1..d] = sin(k + j)
param X[i in 1..m, j in 1..d] = cos(i*j)
param Z[i in 1..m, k in 1..c] = sin(i*k)
param y[i in 1..m]: int = i mod c + 1
function entropy(Z: real[m, c], y: int[m]) = mean(i in 1..m) (logsumexp(k in 1..c) Z[i, k] - Z[i, y[i]])
function loss(W: real[c, d], X: real[m, d], y: int[m]) =
  entropy([sum(j in 1..d) X[i, j]*W[k, j] for i in 1..m, k in 1..c], y)
)";
  auto lines = explained("memory", (model + "print gradient(loss)(W, X, y)\n").c_str());
  EXPECT_TRUE(contains(lines, {"2 arrays inside of", " 4000 ", " 32000"})) << all(lines);
  lines = explained("memory", (model + "print gradient(entropy)(Z, y)\n").c_str());
  EXPECT_FALSE(contains(lines, {"inside of"})) << all(lines);
}

/// Scaling of a matrix by its rows and columns keeps two vectors and what follows from them, not the costs:
/// these would be 1000 x 1000.
TEST(Explain, costsOfTransportAreComputedWhereTheyAreRead) {
  auto lines = explained("memory", R"(
param n = 1000
param x[i in 1..n] = i/n
function scaled(x: real[n], eps: real) -> real {
  iterate (f = [0.0 for i in 1..n], g = [0.0 for i in 1..n], k = 0) while k < 3 {
    f = [-eps*logsumexp(j in 1..n) (g[j] - (x[i] - x[j])^2)/eps for i in 1..n]
    g = [-eps*logsumexp(i in 1..n) (f[i] - (x[i] - x[j])^2)/eps for j in 1..n]
    k = k + 1
  }
  return sum(f) + sum(g)
}
print scaled(x, 0.1)
)");
  EXPECT_TRUE(contains(lines, {"3 arrays inside of", " 5000 ", " 40000"})) << all(lines);
}

TEST(Explain, storedExpressions) {
  auto lines = explained("", stencil);
  EXPECT_TRUE(
      contains(lines, {"stored 1: the expression at model.opt:5:22 for 1000 rows; it is read at 3 positions: "
                       "computing it once saves 2 times 0 flops, 0 roots and 1 calls a row"}))
      << all(lines);
  // It reads u and writes k; its derivatives are k again, so that there is no other kernel.
  EXPECT_TRUE(contains(lines, {"stored 1: values", " 1000 ", "      0      0      1      8       8"}))
      << all(lines);
  EXPECT_FALSE(contains(lines, {"stored 1: first"})) << all(lines);
  // k0 + k+, u+ - u0, their product, the same below, and a difference: 7 flops, no function. The entries of u
  // are three loads, that of k a fourth column; one result.
  EXPECT_TRUE(contains(lines, {"flow: values", " 998 ", "      7      0      0     32       8"}))
      << all(lines);
  // By u of three rows, whether a let reads it or the equation itself; all pairs but the outer two.
  EXPECT_TRUE(
      contains(lines, {"998 instances, each with 3 first derivatives (0 constant) and 5 second ones"}))
      << all(lines);
  EXPECT_TRUE(contains(explained("memory", stencil), {"p: stored expressions", " 1000 ", " 8000"}));
}

TEST(Explain, memory) {
  auto lines = explained("memory");
  EXPECT_TRUE(contains(lines, {"column a", " 1000 ", " 8000"})) << all(lines);
  EXPECT_TRUE(contains(lines, {"p: Jacobian entries", " 1000 ", " 16000"})) << all(lines); // 8 + 4 + 4 bytes
  EXPECT_TRUE(contains(lines, {"p: bounds and start", " 3002 ", " 24016"})) << all(lines);
  EXPECT_TRUE(contains(lines, {"altogether"})) << all(lines);
}

/// min (x - 1)^2 + (y - 2)^2 at (1, 1): y <= 1 is active and worth 2 (1 - 2), `weak` is active and worth
/// nothing, `near` is 0.01 away.
constexpr const char *corner = R"(
problem p {
  var x start 3
  var y <= 1
  minimize (x - 1)^2 + (y - 2)^2
  subject to
    weak: x + 0*y >= 1
    near: x + y <= 2.01
    far: 1000000*x - y >= -500
}
solve p
)";

TEST(Explain, solution) {
  auto lines = explained("solution", corner);
  auto next = [&](const std::string &head) {
    auto found = std::find(lines.begin(), lines.end(), head);
    return found == lines.end() || found + 1 == lines.end() ? "" : found[1];
  };
  EXPECT_TRUE(next("  active: 1").starts_with("    `y` <= 1, reduced cost -2")) << all(lines);
  EXPECT_TRUE(next("  largest multipliers: 1").starts_with("    `y` <= 1, reduced cost -2")) << all(lines);
  EXPECT_TRUE(
      next("  nearly degenerate, active with a multiplier near zero: 1").starts_with("    `weak` >= 1 is "))
      << all(lines);
  EXPECT_TRUE(next("  nearly active: 1").starts_with("    `near` <= 2.01 is ")) << all(lines);
  EXPECT_TRUE(contains(lines, {"`y` <= 1", "(model.opt:4:7)"})) << all(lines);
}

TEST(Explain, scaling) {
  auto lines = explained("scaling", corner);
  EXPECT_TRUE(contains(lines, {"p: optimal"})) << all(lines);
  EXPECT_TRUE(contains(lines, {"largest derivative of each row: from 1 (", "to 1e+06 (`far`)"}))
      << all(lines);
  EXPECT_TRUE(contains(lines, {"`far` has derivatives up to 1e+06: divide the row by 1e+06 (model.opt:9:5)"}))
      << all(lines);
  // 2 (1 - 2) by y; y is in `near` as large as x.
  EXPECT_TRUE(contains(lines, {"derivatives of the objective: from ", "to 2 (`y`)"})) << all(lines);
}

/// Which solver `explain` names for a problem with these declarations.
std::string chosen(const std::string &declarations) {
  std::string model = "param w[i in 1..2] = i - 2\nproblem p {\n" + declarations + "\n}\nsolve p\n";
  for (const std::string &line : explained("", model.c_str()))
    if (line.find("without `using` its solver is ") != std::string::npos)
      return line.substr(line.find(" is ") + 4);
  return "";
}

TEST(Explain, theSolverChosenByStructure) {
  EXPECT_EQ(chosen("var x\nminimize (x - 1)^2"), "lm: a sum of squares without constraints");
  EXPECT_EQ(chosen("var x in [0, 1]\nminimize exp(x) - x"), "newton: no constraints but bounds");
  EXPECT_EQ(chosen("var x[1..2] in [0, 1]\nminimize sum(i in 1..2) w[i]*x[i]^2"), // w[1] < 0
            "newton: no constraints but bounds");
  EXPECT_EQ(chosen("var x\nminimize (x - 1)^2\nsubject to least: x >= 2"), "ipm: it has constraints");
  EXPECT_EQ(chosen("var x in [0, 1]\nminimize 2*x"), "ipm: it has no second derivatives");
  // Twenty running products, each of which reads the one before it.
  EXPECT_EQ(chosen("var x[1..20] in [1, 2]\nminimize prod(i in 1..20) x[i]"),
            "ipm: its hidden variables form long chains");
}

} // namespace
