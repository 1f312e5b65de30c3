// sin, cos, exp and log as the compiler writes them into loops, against the C library's long double functions
// (64 bits of mantissa, so their own error is below 2^-10 ulp of a double), for AVX2 and for this machine.
//
// 2 ulp are promised; each test prints the largest error it saw.
#include "tests/codegen/JitKernel.h"

#include "llvm/TargetParser/Host.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>

using namespace costate;
using namespace costate::test;

namespace {

using Reals = std::vector<double>;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

const char *const sineAndCosine = "%r0 = math.sin %x : f64\n%r1 = math.cos %x : f64";
const char *const sineAlone = "%r0 = math.sin %x : f64";
const char *const cosineAlone = "%r0 = math.cos %x : f64";
const char *const exponential = "%r0 = math.exp %x : f64";
const char *const logarithm = "%r0 = math.log %x : f64";

uint64_t bitsOf(double x) {
  uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

double fromBits(uint64_t bits) {
  double x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

/// Distance in units of the last place of the exact value's double; 0 for the same special value.
double ulps(double value, long double exact) {
  double rounded = double(exact);
  if (std::isnan(value) || std::isnan(rounded) || std::isinf(rounded) || std::isinf(value))
    return (std::isnan(value) && std::isnan(rounded)) || value == rounded ? 0 : infinity;
  int exponent = rounded == 0 ? -1073 : std::ilogb(rounded) + 1;
  return double(std::abs(value - exact) / std::ldexp(1.0L, std::max(exponent, -1021) - 53));
}

/// Numbers of a run; the seed is printed, COSTATE_SEED repeats it.
class Random {
public:
  Random() {
    const char *given = std::getenv("COSTATE_SEED");
    uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device()();
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
    engine.seed(seed);
  }

  uint64_t bits() { return engine(); }
  double uniform(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(engine);
  }
  /// Any double between these positive ones: every exponent as likely as every other.
  double between(double low, double high) {
    return fromBits(std::uniform_int_distribution<uint64_t>(bitsOf(low), bitsOf(high))(engine));
  }
  double withSign(double x) { return bits() & 1 ? -x : x; }

private:
  std::mt19937_64 engine;
};

class InlineMath : public testing::TestWithParam<std::string> {
protected:
  CodegenOptions options() const {
    CodegenOptions result;
    result.cpu = GetParam();
    return result;
  }

  void SetUp() override {
    auto features = llvm::sys::getHostCPUFeatures();
    if (!features["fma"] || !features["avx2"])
      GTEST_SKIP() << "this processor has no AVX2";
  }

  /// Results at all x, one row per result.
  std::vector<Reals> evaluate(const char *body, int results, const Reals &x) {
    JitKernel kernel(body, results, options());
    std::vector<Reals> y(size_t(results), Reals(x.size()));
    if (results == 1)
      kernel({x.data(), y[0].data()}, 0, int64_t(x.size()));
    else
      kernel({x.data(), y[0].data(), y[1].data()}, 0, int64_t(x.size()));
    return y;
  }

  void expectClose(const char *name, const Reals &x, const Reals &y, long double (*exact)(long double)) {
    double worst = 0, where = 0;
    for (size_t i = 0; i < x.size(); ++i) {
      double error = ulps(y[i], exact(x[i]));
      if (error > worst)
        worst = error, where = x[i];
    }
    std::printf("%s: at most %.3f ulp, at %a\n", name, worst, where);
    EXPECT_LE(worst, 2) << name << " of " << where;
  }

  void expectSineAndCosine(const Reals &x) {
    auto y = evaluate(sineAndCosine, 2, x);
    expectClose("sin", x, y[0], sinl);
    expectClose("cos", x, y[1], cosl);
    expectClose("sin alone", x, evaluate(sineAlone, 1, x)[0], sinl);
    expectClose("cos alone", x, evaluate(cosineAlone, 1, x)[0], cosl);
  }

  Random random;
};

constexpr size_t many = 200000;

TEST_P(InlineMath, SineAndCosineWithinTheRangeOfTheirReduction) {
  Reals x;
  for (size_t k = 0; k < many; ++k) {
    x.push_back(random.uniform(-10, 10));
    x.push_back(random.withSign(random.between(0, 0x1p30)));
    x.push_back(random.withSign(random.between(0.5, 0x1p30)));
  }
  x.back() = std::nextafter(0x1p30, 0);
  expectSineAndCosine(x);
}

TEST_P(InlineMath, SineAndCosineNearMultiplesOfHalfPi) {
  Reals x{0x1.fc336d2536992p+25}; // a cosine that was once off by 2.006 units
  for (size_t k = 0; k < many; ++k) {
    double multiple = k < 1000 ? double(k) : std::floor(random.between(1, 0x1p30 / 1.5707963267948966));
    double close = double(multiple * 1.57079632679489661923132169163975144L);
    x.push_back(fromBits(bitsOf(close) + random.bits() % 9 - (k ? 4 : 0)));
    x.push_back(close * (1 + std::ldexp(random.uniform(-1, 1), -int(random.bits() % 52))));
  }
  // The doubles of each exponent that come closest to a multiple of pi/2 (2^-60.5 and 2^-59.0 for the first
  // of each line), from the continued fraction of 2^e / (pi/2).
  for (double scale = 1; scale <= 16; scale *= 2)
    for (double hard : {0x1.6c6cbc45dc8dep+5, 0x1.b951f1572eba5p+23})
      x.push_back(hard * scale);
  expectSineAndCosine(x);
}

TEST_P(InlineMath, SineAndCosineBeyondTheirReduction) {
  Reals x{0x1p30, -0x1p30, std::nextafter(0x1p30, infinity), 1e22, std::numeric_limits<double>::max()};
  for (size_t k = 0; k < many / 4; ++k) {
    x.push_back(random.withSign(random.between(0x1p29, std::numeric_limits<double>::max())));
    x.push_back(random.withSign(random.between(0x1p29, 0x1p32)));
  }
  expectSineAndCosine(x);
}

TEST_P(InlineMath, SineAndCosineOfSpecialValues) {
  double tiny = std::numeric_limits<double>::denorm_min();
  Reals x{0.0, -0.0, tiny, -tiny, 0x1p-1022, -0x1p-1030, infinity, -infinity, notANumber};
  auto y = evaluate(sineAndCosine, 2, x);
  y.push_back(evaluate(sineAlone, 1, x)[0]);
  y.push_back(evaluate(cosineAlone, 1, x)[0]);
  for (size_t i = 0; i < 6; ++i)
    for (size_t k : {0u, 2u}) {
      EXPECT_EQ(bitsOf(y[k][i]), bitsOf(x[i])) << x[i];
      EXPECT_EQ(y[k + 1][i], 1.0) << x[i];
    }
  for (size_t i = 6; i < x.size(); ++i)
    for (size_t k : {0u, 1u, 2u, 3u})
      EXPECT_TRUE(std::isnan(y[k][i])) << x[i];
}

// Not the place in a vector, nor an argument beside it that takes the second loop.
TEST_P(InlineMath, BitsDependOnTheArgumentOnly) {
  Reals x;
  for (size_t k = 0; k < 1003; ++k)
    x.push_back(random.uniform(-100, 100));
  JitKernel kernel(sineAndCosine, 2, options());
  Reals s(x.size()), c(x.size()), s1(x.size()), c1(x.size());
  kernel({x.data(), s.data(), c.data()}, 0, int64_t(x.size()));
  for (size_t i = 0; i < x.size(); ++i)
    kernel({x.data(), s1.data(), c1.data()}, int64_t(i), int64_t(i + 1));
  EXPECT_EQ(std::memcmp(s.data(), s1.data(), x.size() * 8), 0);
  EXPECT_EQ(std::memcmp(c.data(), c1.data(), x.size() * 8), 0);
  x[500] = 1e300;
  kernel({x.data(), s1.data(), c1.data()}, 0, int64_t(x.size()));
  s[500] = std::sin(1e300), c[500] = std::cos(1e300);
  EXPECT_EQ(std::memcmp(s.data(), s1.data(), x.size() * 8), 0);
  EXPECT_EQ(std::memcmp(c.data(), c1.data(), x.size() * 8), 0);
}

// Only instances begin..end-1 are written, also where the second loop runs.
TEST_P(InlineMath, OtherInstancesStay) {
  JitKernel kernel("%r0 = math.sin %x : f64", 1, options());
  Reals x(40, 1e10), y(40, 7.0);
  kernel({x.data(), y.data()}, 3, 30);
  for (size_t i = 0; i < x.size(); ++i)
    EXPECT_EQ(y[i], i >= 3 && i < 30 ? std::sin(1e10) : 7.0);
}

TEST_P(InlineMath, Exponential) {
  // Thresholds: log of the largest double, of the smallest normal one, of half the smallest one.
  const double thresholds[] = {
      0x1.62e42fefa39efp+9, -0x1.6232bdd7abcd2p+9, -0x1.74910d52d3052p+9, 710, -746, -700};
  Reals x{0.0, -0.0, 1, -1, infinity, -infinity, notANumber, 1e308, -1e308};
  for (size_t k = 0; k < many; ++k) {
    x.push_back(random.uniform(-760, 720));
    x.push_back(random.uniform(-746, -707)); // denormal results
    x.push_back(random.uniform(-2, 2));
    x.push_back(fromBits(random.bits()));
    double multiple = double(int64_t(random.bits() % 2000)) - 1000; // where the reduction rounds either way
    x.push_back((multiple + 0.5) * 0.6931471805599453 * (1 + random.uniform(-1e-12, 1e-12)));
    x.push_back(fromBits(bitsOf(thresholds[k % 6]) + random.bits() % 33 - 16));
  }
  expectClose("exp", x, evaluate(exponential, 1, x)[0], expl);
}

TEST_P(InlineMath, Logarithm) {
  double largest = std::numeric_limits<double>::max();
  Reals x{0.0,        -0.0,    1,        -1,        infinity,  -infinity,
          notANumber, largest, -largest, 0x1p-1022, 0x1p-1074, -0x1p-1074};
  for (size_t k = 0; k < many; ++k) {
    x.push_back(random.between(0, largest));
    x.push_back(random.between(0, 0x1p-1022)); // denormal
    x.push_back(random.uniform(0.4, 2.5));
    x.push_back(1 + std::ldexp(random.uniform(-1, 1), -int(random.bits() % 53)));
    double power = std::ldexp(1.0, int(random.bits() % 2000) - 1000); // where the exponent changes
    x.push_back(fromBits(bitsOf(power * 0.7071067811865476) + random.bits() % 33 - 16));
    x.push_back(fromBits(random.bits()));
  }
  expectClose("log", x, evaluate(logarithm, 1, x)[0], logl);
}

TEST_P(InlineMath, LoopsAreVectorsWithoutCalls) {
  for (const char *body : {sineAndCosine, sineAlone, cosineAlone, exponential, logarithm}) {
    std::string text = JitKernel::text(body, body == sineAndCosine ? 2 : 1, Stage::Llvm, options());
    bool isWide = text.find("@llvm.fma.v8f64") != std::string::npos;
    EXPECT_TRUE(isWide || text.find("@llvm.fma.v4f64") != std::string::npos) << text;
    EXPECT_EQ(text.find("_ZGV"), std::string::npos) << text;
    EXPECT_EQ(text.find("call double @exp"), std::string::npos) << text;
  }
}

// Without a fused multiply-add the code would call one for each step.
TEST(InlineMathTargets, OldProcessorsKeepTheLibrary) {
  CodegenOptions old;
  old.cpu = "x86-64-v2";
  std::string text = JitKernel::text(exponential, 1, Stage::Llvm, old);
  EXPECT_EQ(text.find("llvm.fma"), std::string::npos);
  EXPECT_NE(text.find("_ZGVbN2v_exp"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Processors, InlineMath, testing::Values("haswell", ""), [](const auto &info) {
  return info.param.empty() ? std::string("ThisOne") : info.param;
});

} // namespace
