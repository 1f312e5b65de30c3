// Results do not depend on how the work is divided: bit for bit.
#include "costate/Session.h"

#include <gtest/gtest.h>

using namespace costate;

namespace {

/// Kernels that store, add to ranges, scatter and sum: chained terms, a nested sum, an objective; an
/// expression that is stored.
constexpr const char *model = R"(
param n = 60_000
problem p {
  var x[i in 1..n] in [-2, 3] start 0.5 + sin(i)/3
  var s[1..40]
  let k[i in 1..n] = exp(x[i])*sin(x[i])
  minimize sum(i in 2..n) (k[i] - k[i - 1])^2/100 + sum(i in 2..n) (exp(x[i] - x[i - 1]) + (x[i]*x[i - 1] - 1)^2) + sum(k in 1..40) s[k]^2
  subject to
    total[k in 1..40]: sum(i in 1..n where i mod 40 + 1 == k) sin(x[i])*x[i] - n/100*s[k] == 0
    pair[i in 1..n - 2 where i mod 5 == 0]: sin(x[i])*exp(x[i + 1]) - x[i + 2] <= 1
}
solve p using ipm(max_iter = 2)
)";

std::vector<double> solution(const costate_host *host, int threads) {
  Session session;
  EXPECT_TRUE(session.loadText("model.opt", model)) << session.renderedDiagnostics();
  rt::RunOptions options;
  options.threads = threads;
  options.host = host;
  std::string error;
  auto program = session.program(options, {[](auto &) {}, [](auto &) {}}, error);
  EXPECT_TRUE(program) << error;
  if (!program)
    return {};
  program->run();
  std::vector<double> x = program->value("p", "x"), s = program->value("p", "s");
  x.insert(x.end(), s.begin(), s.end());
  x.push_back(program->result("p")->objective);
  return x;
}

/// Gives the blocks to nobody in particular, last ones first.
int calls = 0;
void backwards(void *, int64_t begin, int64_t end, int64_t grain, void (*work)(void *, int64_t, int64_t),
               void *arg) {
  ++calls;
  int64_t last = begin + (end - begin - 1) / grain * grain;
  for (int64_t b = last; b >= begin; b -= grain)
    work(arg, b, std::min(b + grain, end));
}

TEST(Threads, resultsAreTheSameBits) {
  std::vector<double> one = solution(nullptr, 1);
  ASSERT_EQ(one.size(), 60'041u);
  for (int threads : {2, 3, 7})
    EXPECT_EQ(one, solution(nullptr, threads)) << threads << " threads";
}

TEST(Threads, anEmbeddersParallelForIsUsed) {
  costate_host host{};
  host.parallel_for = backwards;
  calls = 0;
  std::vector<double> other = solution(&host, 0);
  EXPECT_GT(calls, 10);
  EXPECT_EQ(solution(nullptr, 1), other);
}

} // namespace
