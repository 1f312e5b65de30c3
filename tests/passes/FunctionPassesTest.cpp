// Passes on functions keep values: those of files, and random functions; and they repeat no work.
//
// Sums may be taken in another order and expressions be written otherwise: entries of about 1 agree to 1e-9.
// Random functions are run at two sizes; how many operations more a pass runs must not grow with the size.
#include "passes/Passes.h"
#include "passes/Pipelines.h"
#include "tests/ops/Expectations.h"
#include "tests/passes/RandomNest.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

using namespace mlir;
using namespace costate;
using namespace costate::test;

namespace {

struct Stage {
  const char *name;
  bool lift, gather, fuse, order;
  friend void PrintTo(const Stage &stage, std::ostream *os) { *os << stage.name; }
};

constexpr Stage stages[] = {{"lift", true, false, false, false},  {"gather", false, true, false, false},
                            {"fuse", false, false, true, false},  {"both", false, true, true, false},
                            {"order", false, false, false, true}, {"all", true, true, true, true}};

std::unique_ptr<MLIRContext> makeContext() {
  DialectRegistry registry;
  registry
      .insert<CostateDialect, arith::ArithDialect, func::FuncDialect, math::MathDialect, scf::SCFDialect>();
  return std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
}

void run(ModuleOp module, const Stage &stage) {
  PassManager passes(module.getContext());
  auto simplify = [&] {
    passes.addPass(createCanonicalizerPass());
    passes.addPass(createCSEPass());
  };
  simplify();
  if (stage.lift) {
    passes.addPass(createLiftFromBranches());
    simplify();
  }
  if (stage.gather) {
    passes.addPass(createGatherAdjoints());
    simplify();
  }
  if (stage.fuse) {
    passes.addPass(createFuseMaps());
    simplify();
  }
  if (stage.order) {
    passes.addPass(createOrderLoops());
    simplify();
  }
  ASSERT_TRUE(succeeded(passes.run(module)));
}

void expectClose(ArrayRef<Tensor> actual, ArrayRef<Tensor> wanted) {
  ASSERT_EQ(actual.size(), wanted.size());
  for (size_t k = 0; k < actual.size(); ++k) {
    ASSERT_EQ(actual[k].shape, wanted[k].shape) << "result " << k;
    for (size_t i = 0; i < actual[k].entries.size(); ++i) {
      reference::Scalar a = actual[k].entries[i], b = wanted[k].entries[i];
      if (!std::holds_alternative<double>(a) || reference::real(a) == reference::real(b))
        ASSERT_TRUE(a == b) << "result " << k << ", entry " << i;
      else
        ASSERT_LE(std::abs(reference::real(a) - reference::real(b)),
                  1e-9 * (1 + std::abs(reference::real(b))))
            << "result " << k << ", entry " << i;
    }
  }
}

/// Whether some entry differs.
bool expectNear(const Tensor &actual, const Tensor &wanted, double tolerance) {
  EXPECT_EQ(actual.shape, wanted.shape);
  double scale = 1;
  bool differs = false;
  for (const reference::Scalar &entry : wanted.entries)
    if (std::holds_alternative<double>(entry))
      scale = std::max(scale, std::abs(reference::real(entry)));
  for (size_t i = 0; i < wanted.entries.size(); ++i) {
    differs |= actual.entries[i] != wanted.entries[i];
    if (std::holds_alternative<double>(wanted.entries[i]))
      EXPECT_NEAR(reference::real(actual.entries[i]), reference::real(wanted.entries[i]), tolerance * scale);
    else
      EXPECT_EQ(actual.entries[i], wanted.entries[i]);
  }
  return differs;
}

struct Outcome {
  std::vector<Tensor> results;
  double steps = 0;
};

Outcome evaluate(func::FuncOp function, ArrayRef<Tensor> args) {
  reference::Evaluator evaluator;
  auto results = evaluator.function(function, args);
  EXPECT_TRUE(succeeded(results));
  return {succeeded(results) ? *results : std::vector<Tensor>(), double(evaluator.numSteps())};
}

class FunctionPasses : public testing::TestWithParam<Stage> {};

TEST(NarrowReals, givesTheValuesOfItsFile) {
  auto context = makeContext();
  auto module =
      parseSourceFile<ModuleOp>(COSTATE_SOURCE_DIR "/tests/passes/narrow-reals.mlir", context.get());
  ASSERT_TRUE(module);
  PassManager passes(context.get());
  passes.addPass(createNarrowReals());
  ASSERT_TRUE(succeeded(passes.run(*module)));
  auto tensors = [](ArrayAttr all) {
    return llvm::map_to_vector(all, [](Attribute a) { return expected(a); });
  };
  for (auto function : module->getOps<func::FuncOp>())
    if (auto wanted = function->getAttrOfType<ArrayAttr>("costate.expect"))
      expectClose(evaluate(function, tensors(function->getAttrOfType<ArrayAttr>("costate.args"))).results,
                  tensors(wanted));
}

TEST_P(FunctionPasses, keepTheValuesOfFiles) {
  auto context = makeContext();
  std::vector<std::string> files = opFiles();
  for (const char *name : {"lift-from-branches", "gather-adjoints", "fuse-maps", "order-loops"})
    files.push_back(std::string(COSTATE_SOURCE_DIR "/tests/passes/") + name + ".mlir");
  int count = 0;
  for (auto &path : files) {
    SCOPED_TRACE(path);
    auto module = parseSourceFile<ModuleOp>(path, context.get());
    ASSERT_TRUE(module);
    if (module->getOps<func::FuncOp>().empty())
      continue;
    run(*module, GetParam());
    for (auto function : module->getOps<func::FuncOp>()) {
      auto wanted = function->getAttrOfType<ArrayAttr>("costate.expect");
      if (!wanted)
        continue;
      SCOPED_TRACE(function.getName().str());
      auto tensors = [](ArrayAttr all) {
        return llvm::map_to_vector(all, [](Attribute a) { return expected(a); });
      };
      expectClose(evaluate(function, tensors(function->getAttrOfType<ArrayAttr>("costate.args"))).results,
                  tensors(wanted));
      ++count;
    }
  }
  EXPECT_GE(count, 35);
}

/// Arguments of a random function, of n and n / 2 + 1 entries.
std::vector<Tensor> arguments(int64_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> real(-1, 1);
  auto column = [&](int64_t size) {
    std::vector<double> values(static_cast<size_t>(size));
    for (double &value : values)
      value = real(random);
    return Tensor::reals(values);
  };
  std::vector<int64_t> rows(static_cast<size_t>(n));
  for (int64_t &row : rows)
    row = int64_t(random() % 2);
  int64_t m = n / 2 + 1;
  return {column(n), column(m), column(n * m), Tensor::integers(rows)};
}

/// Floats where they may stand: values but for rounding, relative to the greatest entry.
TEST(NarrowReals, keepsTheValuesOfRandomNestsButForRounding) {
  auto context = makeContext();
  int differing = 0;
  for (unsigned seed = 1; seed <= 150; ++seed) {
    std::string text = RandomNest(seed).text("random");
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + text);
    auto module = parseSourceString<ModuleOp>(text, context.get());
    ASSERT_TRUE(module);
    auto function = *module->getOps<func::FuncOp>().begin();
    std::vector<Tensor> args = arguments(5, seed), before = evaluate(function, args).results;
    function->setAttr("costate.single", UnitAttr::get(context.get()));
    PassManager passes(context.get());
    passes.addPass(createNarrowReals());
    ASSERT_TRUE(succeeded(passes.run(*module)));
    std::vector<Tensor> after = evaluate(function, args).results;
    ASSERT_EQ(after.size(), before.size());
    for (size_t k = 0; k < after.size(); ++k)
      differing += expectNear(after[k], before[k], 1e-4);
    ASSERT_FALSE(HasFatalFailure());
  }
  EXPECT_GE(differing, 50);
}

template <typename Op> int countOf(ModuleOp module) {
  int count = 0;
  module->walk([&](Op) { ++count; });
  return count;
}

TEST_P(FunctionPasses, keepTheValuesOfRandomNests) {
  auto context = makeContext();
  int accumulations[2] = {0, 0}, maps[2] = {0, 0};
  const char *stress = std::getenv("COSTATE_STRESS");
  unsigned last = stress ? unsigned(std::atoi(stress)) : 150;
  for (unsigned seed = 1; seed <= last; ++seed) {
    std::string text = RandomNest(seed).text("random");
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + text);
    auto module = parseSourceString<ModuleOp>(text, context.get());
    ASSERT_TRUE(module);
    OwningOpRef<ModuleOp> passed = module->clone();
    run(*passed, GetParam());
    double growth[2];
    for (int k = 0; k < 2; ++k) {
      std::vector<Tensor> args = arguments(k ? 8 : 4, seed);
      Outcome before = evaluate(*module->getOps<func::FuncOp>().begin(), args);
      Outcome after = evaluate(*passed->getOps<func::FuncOp>().begin(), args);
      expectClose(after.results, before.results);
      growth[k] = after.steps / before.steps;
    }
    ASSERT_FALSE(HasFatalFailure());
    EXPECT_LE(growth[1], std::max(1.0, 1.5 * growth[0]));
    EXPECT_LE(growth[1], 4);
    accumulations[0] += countOf<AccumulateOp>(*module), accumulations[1] += countOf<AccumulateOp>(*passed);
    maps[0] += countOf<MapOp>(*module), maps[1] += countOf<MapOp>(*passed);
  }
  if (GetParam().gather)
    EXPECT_LE(accumulations[1], accumulations[0] * 0.8); // some invert, others must not
  if (GetParam().fuse)
    EXPECT_LE(maps[1], maps[0] * 0.8);
}

/// Running a pass again changes nothing.
TEST_P(FunctionPasses, areDone) {
  if (GetParam().gather && GetParam().fuse)
    GTEST_SKIP() << "fused maps may be gathered further";
  auto context = makeContext();
  for (unsigned seed = 200; seed < 240; ++seed) {
    auto module = parseSourceString<ModuleOp>(RandomNest(seed).text("random"), context.get());
    ASSERT_TRUE(module);
    run(*module, GetParam());
    std::string once, twice;
    llvm::raw_string_ostream(once) << *module;
    run(*module, GetParam());
    llvm::raw_string_ostream(twice) << *module;
    EXPECT_EQ(once, twice) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Stages, FunctionPasses, testing::ValuesIn(stages),
                         [](auto &info) { return info.param.name; });

} // namespace
