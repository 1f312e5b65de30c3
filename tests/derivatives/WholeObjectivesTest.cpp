// Objectives as functions of whole variables, and for some of their addends, against dense derivatives made
// by forward Taylor arithmetic. The problems are those of SparseAgainstDenseTest, with their objectives under
// a loop that changes nothing; COSTATE_TEST_SEED replaces the seed.
#include "tests/codegen/BoundProgram.h"
#include "tests/derivatives/RandomProblem.h"

#include "costate/Session.h"

#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <numeric>

using namespace costate;
using namespace costate::test;
using Eigen::VectorXd;

namespace {

constexpr double tolerance = 1e-9;
constexpr int numFiles = 3, problemsPerFile = 6;

uint64_t seed() {
  const char *given = std::getenv("COSTATE_TEST_SEED");
  return given ? std::strtoull(given, nullptr, 10) : 20260102;
}

/// Memory for kernels: aligned to 64 bytes.
class Array {
public:
  explicit Array(int64_t size) : column(rt::Type::F64, std::max<int64_t>(size, 1)), size(size) {
    view().setZero();
  }
  double *data() { return static_cast<double *>(column.data()); }
  Eigen::Map<VectorXd> view() { return {data(), size}; }

private:
  rt::Column column;
  int64_t size;
};

constexpr const char *same = R"(
function same(x: real) -> real {
  scan (s = 0.0) for t in 1..2 { s = s + x/2 }
  return s
}
)";

/// The problem by another name, its objective under a loop.
std::string underLoop(const RandomProblem &problem) {
  std::string text = problem.text, word = problem.maximize ? "  maximize " : "  minimize ";
  text.replace(text.find(problem.name), problem.name.size(), problem.name + "_by_function");
  size_t at = text.find(word) + word.size(), end = text.find("\n  subject to", at);
  return text.substr(0, at) + "same(" + text.substr(at, end - at) + ")" + text.substr(end);
}

struct File {
  std::string text;
  std::vector<RandomProblem> problems;
};

File makeFile(const World &world, int number, Random &random, Coverage &seen) {
  File file{same + world.text, {}};
  for (int k = 0; k < problemsPerFile; ++k) {
    file.problems.emplace_back(world, "p" + std::to_string(number * problemsPerFile + k), random, seen,
                               /*isSum=*/true);
    const RandomProblem &problem = file.problems.back();
    file.text += problem.text + underLoop(problem);
    file.text += "solve " + problem.name + " using adam(batch = 1, rate = 0.1, steps = 1)\n";
  }
  return file;
}

std::optional<Point> goodPoint(const RandomProblem &problem, Random &random, Taylor &objective) {
  constexpr double near = 1e-4;
  for (int attempt = 0; attempt < 5; ++attempt) {
    Point point{problem.point(random)};
    objective = problem.evaluate(point).back();
    if (std::isfinite(objective.value) && objective.g.allFinite() && objective.H.allFinite() &&
        point.margin > near)
      return point;
  }
  return std::nullopt;
}

void expectNear(double f, Eigen::Map<VectorXd> g, const Taylor &expected, const char *what) {
  EXPECT_LE(std::abs(f - expected.value), tolerance * std::max(1.0, std::abs(expected.value)))
      << what << ": " << f << ", expected " << expected.value;
  for (Eigen::Index j = 0; j < expected.g.size(); ++j)
    EXPECT_LE(std::abs(g[j] - expected.g[j]), tolerance * std::max(1.0, std::abs(expected.g[j])))
        << what << " " << j << ": " << g[j] << ", expected " << expected.g[j];
}

void compareFunction(const rt::Instance &instance, const Point &at, const Taylor &expected) {
  ASSERT_TRUE(bool(instance.smooth));
  Array x(instance.n), g(instance.n), v(instance.n), u(instance.n);
  x.view().head(at.x.size()) = at.x;
  double f = 0;
  rt::Scratch scratch;
  instance.smooth.values(x.data(), &f, nullptr, scratch); // its rows are no functions
  instance.smooth.first(x.data(), g.data(), nullptr, scratch);
  expectNear(f, g.view(), expected, "function");
  v.view().head(at.x.size()).setLinSpaced(-1, 1);
  instance.smooth.product(x.data(), 1, nullptr, v.data(), u.data());
  if (!expected.g.size())
    return;
  VectorXd Hv = expected.H * v.view().head(at.x.size());
  double size = std::max(1.0, expected.H.cwiseAbs().maxCoeff());
  EXPECT_LE((u.view().head(at.x.size()) - Hv).lpNorm<Eigen::Infinity>(), 1e-8 * size) << "product";
}

/// All addends, one by one and together.
void compareSampled(const rt::Instance &instance, const Point &at, const Taylor &expected, Coverage &seen) {
  if (!instance.sampled || instance.sampled.addends() == 0)
    return;
  ++seen["sampled"];
  std::vector<int64_t> all(size_t(instance.sampled.addends()));
  std::iota(all.begin(), all.end(), 0);
  Array x(instance.n), g(instance.n), mean(instance.n);
  x.view().head(at.x.size()) = at.x;
  double f = instance.sampled.first(x.data(), all.data(), int64_t(all.size()), g.data()), total = 0;
  expectNear(f, g.view(), expected, "all addends");
  for (int64_t k : all)
    total += instance.sampled.first(x.data(), &k, 1, mean.data());
  mean.view() /= double(all.size());
  expectNear(total / double(all.size()), mean.view(), expected, "mean of the addends");
}

void checkFile(const File &file, mlir::MLIRContext &context, Random &random, Coverage &seen) {
  Session session;
  std::string text, error;
  ASSERT_TRUE(session.loadText("random.opt", file.text)) << session.renderedDiagnostics() << file.text;
  ASSERT_TRUE(session.emit("problem", text, error)) << error;
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  ASSERT_TRUE(module);
  CodegenOptions options;
  options.opt_level = 1, options.cache = false;
  BoundProgram bound(*module, options);
  ASSERT_TRUE(bound.isValid());
  for (auto &failure : bound.failures())
    ADD_FAILURE() << failure.message;
  for (const RandomProblem &problem : file.problems) {
    SCOPED_TRACE(file.text.substr(0, file.text.find("problem ")) + problem.text);
    Taylor expected;
    auto point = goodPoint(problem, random, expected);
    if (!point)
      continue;
    ++seen["compared"];
    const rt::Instance *whole = bound.problem(problem.name + "_by_function"),
                       *some = bound.problem(problem.name);
    ASSERT_TRUE(whole && some);
    if (whole->smooth) // not of data alone
      compareFunction(*whole, *point, expected);
    compareSampled(*some, *point, expected, seen);
  }
}

TEST(WholeObjectives, randomProblems) {
  RecordProperty("seed", std::to_string(seed()));
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed()));
  auto context = makeContext();
  Random random(seed());
  Coverage seen;
  for (int number = 0; number < numFiles; ++number) {
    World world(random, 4);
    checkFile(makeFile(world, number, random, seen), *context, random, seen);
    if (testing::Test::HasFailure())
      return;
  }
  EXPECT_GE(seen["compared"], numFiles * problemsPerFile * 3 / 4);
  EXPECT_GE(seen["sampled"], numFiles * problemsPerFile / 2);
}

/// One addend and the rest of the objective: 5 (c_k - x)^2 + 3 x^2, for the mean over five rows, times 5/5.
TEST(WholeObjectives, oneAddendByItsClosedForm) {
  constexpr const char *model = R"(
set Row = {"a", "b", "c", "d", "e"}
param c[i in Row] = ord(i)
problem p {
  var x
  let gap[i in Row] = c[i] - x
  minimize 5*mean(i in Row) gap[i]^2 + 3*x^2
}
solve p using adam(batch = 1, rate = 0.1, steps = 1)
)";
  auto context = makeContext();
  Session session;
  std::string text, error;
  ASSERT_TRUE(session.loadText("addends.opt", model)) << session.renderedDiagnostics();
  ASSERT_TRUE(session.emit("problem", text, error)) << error;
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, context.get());
  ASSERT_TRUE(module);
  BoundProgram bound(*module, CodegenOptions{});
  const rt::Instance *instance = bound.problem("p");
  ASSERT_TRUE(instance && instance->sampled);
  EXPECT_EQ(instance->sampled.addends(), 5);
  for (int64_t k = 0; k < 5; ++k) {
    Array x(1), g(1);
    x.view()[0] = 0.5;
    double gap = double(k + 1) - 0.5;
    EXPECT_DOUBLE_EQ(instance->sampled.first(x.data(), &k, 1, g.data()), 5 * gap * gap + 0.75);
    EXPECT_DOUBLE_EQ(g.view()[0], -10 * gap + 3);
  }
}

} // namespace
