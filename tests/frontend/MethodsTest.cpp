// Methods of a model from the embedding library: new parameters, warm starts, reports, interruption.
#include "costate/Session.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

using namespace costate;

namespace {

/// min sum i (x_i - a)^2 by steps along the gradient, counted by k = 1, 2, ... in the report.
constexpr const char *model = R"(
param n: int in 1.. = 4
param a = 3.0
param rate = 0.1
problem p {
  var x[1..n]
  minimize sum(i in 1..n) i*(x[i] - a)^2
}
method descend(p: problem, rate: real, steps: int = 1000) {
  iterate (x = p.start, k = 0) while k < steps and norm(gradient(p.objective)(x)) > 1e-9 {
    x = x - rate*gradient(p.objective)(x)
    k = k + 1
  } report count = k, half = k/2
  return x
}
)";

class Methods : public testing::Test {
protected:
  int run(const std::string &commands, rt::RunOptions options = {}) {
    EXPECT_TRUE(session.loadText("model.opt", model + commands)) << session.renderedDiagnostics();
    std::string error;
    program = session.program(std::move(options),
                              {[this](auto &line) { lines.push_back(line); }, [](auto &) {}}, error);
    EXPECT_TRUE(program) << error;
    return program ? program->run() : 1;
  }

  void expectAll(double value, size_t count) {
    const rt::Result &result = *program->result("p");
    EXPECT_EQ(result.status, rt::Status::optimal) << result.reason;
    ASSERT_EQ(result.x.size(), count);
    for (double x : result.x)
      EXPECT_NEAR(x, value, 1e-8);
  }

  Session session;
  std::unique_ptr<rt::Program> program;
  std::vector<std::string> lines;
};

} // namespace

TEST_F(Methods, ParametersChangeBetweenSolves) {
  ASSERT_EQ(run("solve p using descend(rate)\n"), 0);
  expectAll(3, 4);
  EXPECT_EQ(program->set("a", "-2"), "");
  EXPECT_EQ(program->set("n", "7"), "");
  EXPECT_EQ(program->set("rate", "0.05"), "");
  ASSERT_TRUE(program->solve("p"));
  expectAll(-2, 7);
}

TEST_F(Methods, AWarmStartIsAtTheLastPoint) {
  ASSERT_EQ(run("solve p using descend(rate)\n"), 0);
  EXPECT_GT(program->result("p")->iterations, 10);
  EXPECT_EQ(program->solve("p", true)->iterations, 0);
  EXPECT_GT(program->solve("p", false)->iterations, 10);
}

TEST_F(Methods, AChainIsSolvedAgain) {
  ASSERT_EQ(run("solve p using descend(rate, steps = 3) then lbfgsb(tol = 1e-12)\n"), 0);
  EXPECT_EQ(program->set("a", "5"), "");
  ASSERT_TRUE(program->solve("p"));
  expectAll(5, 4);
  EXPECT_EQ(lines.size(), 2u) << "the last method of a chain tells";
}

TEST_F(Methods, ReportsAreThinnedOut) {
  for (int steps : {1, 40, 41, 80, 81, 1000}) {
    lines.clear();
    rt::RunOptions verbose;
    verbose.verbose = true;
    run("solve p using descend(1e-6, steps = " + std::to_string(steps) + ")\n", verbose);
    ASSERT_EQ(lines[1], "    step           count            half");
    int stride = steps <= 40 ? 1 : steps <= 80 ? 2 : steps <= 160 ? 4 : 32, shown = (steps - 1) / stride + 1;
    for (int k = 0; k < shown; ++k) {
      int number = 0;
      double count = 0, half = 0;
      ASSERT_EQ(std::sscanf(lines[size_t(k) + 2].c_str(), "%d %lf %lf", &number, &count, &half), 3);
      EXPECT_EQ(number, k * stride + 1);
      EXPECT_EQ(count, number);
      EXPECT_EQ(half, number / 2.0);
    }
    EXPECT_EQ(lines[size_t(shown) + 2].substr(0, 2), "p:") << steps;
  }
}

TEST_F(Methods, TheHostCancels) {
  volatile int cancel = 0;
  costate_host host{};
  host.cancel = &cancel;
  rt::RunOptions options;
  options.host = &host;
  std::thread watch([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    cancel = 1;
  });
  EXPECT_EQ(run("solve p using descend(0.0, steps = 1_000_000_000_000)\n", options), 130);
  watch.join();
}
