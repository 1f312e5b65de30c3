// The time per step of methods written in the language, on problems with ten variables:
//
//   method_steps          a line per method; the least of several runs; exit status 1 beyond 5 microseconds
//
// The clock is that of the call from start to point; data is bound, and judging the point does not count.
#include "costate/Session.h"
#include "costate/rt/Program.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

using namespace costate;

namespace {

constexpr double mostMicroseconds = 5;

/// The least time per step of a method, by its own clock: a function that goes from start to point.
double secondsPerStep(const std::string &text, const std::string &problem) {
  Session session((CompileOptions()));
  std::string error;
  auto program = session.loadText("bench.opt", text)
                     ? session.program({}, {[](auto &) {}, [](auto &) {}}, error)
                     : nullptr;
  if (!program || program->run() == 1) {
    fmt::print(stderr, "{}{}\n", session.renderedDiagnostics(), error);
    std::exit(1);
  }
  double least = 1e30;
  for (int repeat = 0; repeat < 7; ++repeat) {
    const rt::Result &result = *program->solve(problem);
    least = std::min(least, result.solve_seconds / result.iterations);
  }
  return least;
}

/// Steps of methods on problems with ten variables, as in examples/own-methods.
bool run() {
  bool isGood = true;
  auto show = [&](const char *name, double seconds) {
    fmt::print("{:<24} {:>8.3f} us a step\n", name, seconds * 1e6);
    isGood = isGood && seconds * 1e6 < mostMicroseconds;
  };
  const std::string ridge = R"(
param X[i in 1..40, j in 1..10] = sin(i*j + j)
param y[i in 1..40] = cos(i)
problem ridge {
  var w[1..10]
  minimize mean(i in 1..40) (sum(j in 1..10) X[i, j]*w[j] - y[i])^2 + 1e-2*sum(j in 1..10) w[j]^2
}
)",
                    valley = R"(
problem valley {
  var x[i in 1..10] start if i mod 2 == 1 then -1.2 else 1
  minimize sum(i in 1..5) (100*(x[2*i] - x[2*i - 1]^2)^2 + (1 - x[2*i - 1])^2)
}
)",
                    descend = R"(
method descend(p: problem, rate: real, steps: int) {
  scan (x = p.start) for t in 1..steps { x = x - rate*gradient(p.objective)(x) }
  return x
}
)",
                    nesterov = R"(
method nesterov(p: problem, rate: real, steps: int) {
  iterate (x = p.start, y = p.start, t = 1.0, k = 0) while k < steps {
    let next = y - rate*gradient(p.objective)(y)
    let growth = (1 + sqrt(1 + 4*t^2))/2
    y = next + (t - 1)/growth*(next - x)
    x = next
    t = growth
    k = k + 1
  } report objective = p.objective(x)
  return x
}
)",
                    bfgs = R"(
method bfgs(p: problem, steps: int) {
  let identity = [if i == j then 1.0 else 0.0 for i in 1..p.size, j in 1..p.size]
  iterate (x = p.start, g = gradient(p.objective)(p.start), H = identity, k = 0) while k < steps and norm(g) > 1e-8 {
    let d = -(H*g)
    let limit = 1e-4*dot(g, d)
    iterate (a = 1.0) while p.objective(x + a*d) > p.objective(x) + a*limit and a > 1e-12 { a = a/2 }
    let s = a*d
    let next_g = gradient(p.objective)(x + s)
    let y = next_g - g
    let r = dot(s, y)
    let Hy = H*y
    H = if r > 1e-12 then H + (1 + dot(y, Hy)/r)/r*outer(s, s) - outer(Hy, s)/r - outer(s, Hy)/r else H
    x = x + s
    g = next_g
    k = k + 1
  }
  return x
}
)";
  show("descent, ridge",
       secondsPerStep(ridge + descend + "solve ridge using descend(0.1, 100_000)", "ridge"));
  show("nesterov, ridge",
       secondsPerStep(ridge + nesterov + "solve ridge using nesterov(0.1, 100_000)", "ridge"));
  show("descent, valley",
       secondsPerStep(valley + descend + "solve valley using descend(1e-4, 100_000)", "valley"));
  show("bfgs, valley", secondsPerStep(valley + bfgs + "solve valley using bfgs(1000)", "valley"));
  return isGood;
}

} // namespace

int main() { return run() ? 0 : 1; }
