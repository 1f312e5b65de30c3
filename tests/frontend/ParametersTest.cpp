// Parameters that change between solves: nothing is compiled again, results are those of a new run.
#include "costate/Session.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace costate;

namespace {

/// min sum (x_i - a_i)^2 with sum x_i = b: x_i = a_i + (b - sum a)/n. The multiplier of the sum, d f / d b,
/// is 2 (b - sum a)/n, the objective (b - sum a)^2 / n.
constexpr const char *model = R"(
param n: int in 1.. = 4
param b = 3.0
param a[i in 1..n] = i/2
problem p {
  var x[1..n]
  minimize sum(i in 1..n) (x[i] - a[i])^2
  total: sum(i in 1..n) x[i] == b
}
solve p
)";

class Parameters : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_TRUE(session.loadText("model.opt", model)) << session.renderedDiagnostics();
    std::string error;
    auto report = [this](const rt::RunFailure &failure) { reported.push_back(failure.message); };
    program = session.program({}, {[](auto &) {}, report}, error);
    ASSERT_TRUE(program) << error;
    ASSERT_EQ(program->run(), 0);
    expect({0.5, 1, 1.5, 2}, 3);
  }

  void expect(const std::vector<double> &a, double b) {
    double gap = b, n = double(a.size());
    for (double entry : a)
      gap -= entry;
    const rt::Result *result = program->result("p");
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, rt::Status::optimal) << result->reason;
    EXPECT_NEAR(result->objective, gap * gap / n, 1e-8);
    ASSERT_EQ(result->x.size(), a.size());
    for (size_t i = 0; i < a.size(); ++i)
      EXPECT_NEAR(result->x[i], a[i] + gap / n, 1e-8) << i;
    EXPECT_NEAR(result->dual[0], 2 * gap / n, 1e-8);
  }

  Session session;
  std::unique_ptr<rt::Program> program;
  std::vector<std::string> reported;
};

TEST_F(Parameters, aScalar) {
  EXPECT_EQ(program->set("b", "8.5"), "");
  EXPECT_TRUE(program->solve("p"));
  expect({0.5, 1, 1.5, 2}, 8.5);
}

TEST_F(Parameters, aFamily) {
  EXPECT_EQ(program->set("a", std::vector<double>{1, -1, 4, 0.25}), "");
  EXPECT_TRUE(program->solve("p", true));
  expect({1, -1, 4, 0.25}, 3);
}

TEST_F(Parameters, aSize) {
  EXPECT_EQ(program->set("n", "6"), "");
  EXPECT_TRUE(program->solve("p"));
  expect({0.5, 1, 1.5, 2, 2.5, 3}, 3);
}

TEST_F(Parameters, refusals) {
  EXPECT_EQ(program->set("c", "1"), "the model has no scalar parameter `c`");
  EXPECT_EQ(program->set("a", std::vector<double>{1, 2}), "parameter `a` has 4 values, 2 were given");
  EXPECT_EQ(program->set("x", std::vector<double>{1}), "the model has no parameter `x` of reals");
  EXPECT_EQ(program->solve("q"), nullptr);
  EXPECT_NE(program->set("n", "0"), ""); // outside its domain
  EXPECT_EQ(program->solve("p"), nullptr);
  EXPECT_FALSE(reported.empty());
  EXPECT_EQ(program->set("n", "2"), ""); // and back
  EXPECT_TRUE(program->solve("p"));
  expect({0.5, 1}, 3);
}

// k is computed once per row and read at two rows: k_1 = b, k_i = k_{i-1} + a_i, x_i = log(k_i / c_i) / d.
TEST(ParametersOfStoredExpressions, allKinds) {
  Session session;
  ASSERT_TRUE(session.loadText("model.opt", R"(
param n: int in 2.. = 4
param b = 3.0
param d = 2.0
param a[i in 1..n] = i/2
param c[i in 1..n] = 1.0 + i
problem p {
  var x[1..n]
  let k[i in 1..n] = c[i]*exp(d*x[i])
  minimize (k[1] - b)^2 + sum(i in 2..n) (k[i] - k[i - 1] - a[i])^2
}
solve p
)")) << session.renderedDiagnostics();
  std::string error;
  auto program = session.program({}, {[](auto &) {}, [](auto &) {}}, error);
  ASSERT_TRUE(program) << error;
  auto expect = [&](std::vector<double> c, double b, double d) {
    ASSERT_TRUE(program->solve("p"));
    ASSERT_EQ(program->result("p")->x.size(), c.size());
    double k = b;
    for (size_t i = 0; i < c.size(); ++i) {
      k += i ? double(i + 1) / 2 : 0;
      EXPECT_NEAR(program->result("p")->x[i], std::log(k / c[i]) / d, 1e-7) << i;
    }
  };
  ASSERT_EQ(program->run(), 0);
  expect({2, 3, 4, 5}, 3, 2);
  EXPECT_EQ(program->set("d", "0.5"), "");
  expect({2, 3, 4, 5}, 3, 0.5);
  EXPECT_EQ(program->set("c", std::vector<double>{1, 0.5, 7, 2}), "");
  EXPECT_EQ(program->set("b", "1.5"), "");
  expect({1, 0.5, 7, 2}, 1.5, 0.5);
  EXPECT_EQ(program->set("n", "9"), "");
  expect({2, 3, 4, 5, 6, 7, 8, 9, 10}, 1.5, 0.5);
}

} // namespace
