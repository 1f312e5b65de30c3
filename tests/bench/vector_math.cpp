// ns per element of sin and cos together, exp, log and a body of all: written into the loop, by libmvec, and
// by scalar calls of the C library; 4096 elements, least of 2000 runs; 8 lanes (this machine) and 4 (AVX2).
#include "tests/codegen/JitKernel.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>

using namespace costate;
using namespace costate::test;

namespace {

constexpr int count = 4096;

struct Case {
  const char *name, *body;
  int results;
  double (*plain)(double);
};

double both(double x) { return std::sin(x) + std::cos(x); }
double all(double x) { return std::sin(x) * std::exp(-x) + std::cos(x) * std::log(x); }
double exponential(double x) { return std::exp(x); }
double logarithm(double x) { return std::log(x); }

const Case cases[] = {{"sin and cos", "%r0 = math.sin %x : f64\n%r1 = math.cos %x : f64", 2, both},
                      {"exp", "%r0 = math.exp %x : f64", 1, exponential},
                      {"log", "%r0 = math.log %x : f64", 1, logarithm},
                      {"sin(x) exp(-x) + cos(x) log(x)",
                       "%s = math.sin %x : f64\n%c = math.cos %x : f64\n%m = arith.negf %x : f64\n"
                       "%e = math.exp %m : f64\n%l = math.log %x : f64\n%p = arith.mulf %s, %e : f64\n"
                       "%q = arith.mulf %c, %l : f64\n%r0 = arith.addf %p, %q : f64",
                       1, all}};

struct alignas(64) Arrays {
  double x[count], y[count], z[count];
};

template <class Run> double least(Run run) {
  double best = 1;
  for (int repeat = 0; repeat < 2000; ++repeat) {
    auto start = std::chrono::steady_clock::now();
    run();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best / count * 1e9;
}

double compiled(const Case &c, Arrays &a, const char *cpu, bool isInline) {
  CodegenOptions options;
  options.cpu = cpu;
  options.inline_math = isInline;
  JitKernel kernel(c.body, c.results, options);
  if (c.results == 2)
    return least([&] { kernel({a.x, a.y, a.z}, 0, count); });
  return least([&] { kernel({a.x, a.y}, 0, count); });
}

double scalar(const Case &c, Arrays &a) {
  return least([&] {
    for (int i = 0; i < count; ++i)
      a.y[i] = c.plain(a.x[i]);
  });
}

} // namespace

int main() {
  static Arrays a;
  std::mt19937_64 engine(1);
  std::uniform_real_distribution<double> uniform(0.01, 10);
  std::generate(std::begin(a.x), std::end(a.x), [&] { return uniform(engine); });
  std::printf("%-32s %8s %8s %12s %12s %8s\n", "ns per element", "inline", "libmvec", "inline AVX2",
              "libmvec AVX2", "scalar");
  for (const Case &c : cases)
    std::printf("%-32s %8.2f %8.2f %12.2f %12.2f %8.2f\n", c.name, compiled(c, a, "", true),
                compiled(c, a, "", false), compiled(c, a, "haswell", true), compiled(c, a, "haswell", false),
                scalar(c, a));
}
