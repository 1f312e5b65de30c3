// Differences over two indices and their gradients, compiled, beside loops by hand: few rows and many, rows
// that begin in a line of the cache and rows that do not.
#include "tests/codegen/BoundProgram.h"

#include "costate/Session.h"

#include "mlir/Parser/Parser.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

using namespace costate;
using namespace costate::test;

namespace {

using Vector = std::vector<double>;

constexpr const char *model = R"(
param n: int = {}
param m: int = {}
param x[i in 1..n, j in 1..m] = sin(i*0.7 + j*1.3)
function five(x: real[n, m]) -> real[n, m] {{
  return [if i > 1 and i < n and j > 1 and j < m
          then x[i-1, j] + 2*x[i+1, j] + 3*x[i, j-1] + 4*x[i, j+1] - 5*x[i, j] else x[i, j] for i in 1..n, j in 1..m]
}}
function total(x: real[n, m]) -> real {{
  let y = five(x)
  return sum(i in 1..n, j in 1..m) y[i, j]^2
}}
let y = five(x)
let g = gradient(total)(x)
print y, g
)";

/// Rows and columns, and the entries of five(x) and of the gradient of the sum of their squares.
struct Stencil {
  Stencil(int64_t n, int64_t m) : n(n), m(m) {
    auto size = size_t(n * m);
    x.resize(size), y.resize(size), g.assign(size, 0.0);
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < m; ++j)
        x[at(i, j)] = std::sin(double(i + 1) * 0.7 + double(j + 1) * 1.3);
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < m; ++j)
        visit(i, j);
  }

  size_t at(int64_t i, int64_t j) const { return size_t(i * m + j); }

  void visit(int64_t i, int64_t j) {
    bool isInside = i > 0 && i < n - 1 && j > 0 && j < m - 1;
    std::vector<std::pair<size_t, double>> terms{{at(i, j), 1.0}};
    if (isInside)
      terms = {{at(i - 1, j), 1}, {at(i + 1, j), 2}, {at(i, j - 1), 3}, {at(i, j + 1), 4}, {at(i, j), -5}};
    double sum = 0;
    for (auto [place, weight] : terms)
      sum += weight * x[place];
    y[at(i, j)] = sum;
    for (auto [place, weight] : terms)
      g[place] += 2 * sum * weight;
  }

  int64_t n, m;
  Vector x, y, g;
};

/// Sums of a few numbers up to about 100.
void expectNear(const rt::Column *column, const Vector &wanted) {
  ASSERT_TRUE(column);
  ASSERT_EQ(column->size(), int64_t(wanted.size()));
  for (size_t k = 0; k < wanted.size(); ++k)
    ASSERT_NEAR(column->real(int64_t(k)), wanted[k], 1e-11) << "entry " << k;
}

class Stencils : public testing::TestWithParam<std::pair<int, int>> {};

TEST_P(Stencils, agreeWithLoopsByHand) {
  auto [n, m] = GetParam();
  auto context = makeContext();
  Session session;
  std::string text, error;
  ASSERT_TRUE(session.loadText("stencil.opt", fmt::format(model, n, m))) << session.renderedDiagnostics();
  ASSERT_TRUE(session.emit("problem", text, error)) << error;
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, context.get());
  ASSERT_TRUE(module);
  BoundProgram bound(*module, CodegenOptions{});
  Stencil wanted(n, m);
  expectNear(bound.printed("y"), wanted.y);
  expectNear(bound.printed("g"), wanted.g);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Stencils,
                         testing::Values(std::pair(1, 1), std::pair(2, 7), std::pair(3, 3), std::pair(5, 4),
                                         std::pair(6, 130), std::pair(9, 133), std::pair(12, 200),
                                         std::pair(300, 3), std::pair(31, 257)));

} // namespace
