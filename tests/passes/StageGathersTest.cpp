// Strips compute the same bits as one loop: sizes around the ends of strips, a loop that carries a value.
#include "ir/reference/Evaluate.h"
#include "passes/Passes.h"
#include "passes/Pipelines.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace costate;

namespace {

/// Sine and cosine by arithmetic, so that the loop carries what finds arguments that are too large.
const char *const kernel = R"(
func.func @k(%n: index, %x: tensor<?xf64>, %t: tensor<?xi32>) -> (tensor<?xf64>, tensor<?xf64>)
    attributes {costate.kernel} {
  %y, %z = costate.map (%i < %n) -> (tensor<?xf64>, tensor<?xf64>) {
    %0 = costate.at %t[%i] : tensor<?xi32> -> i32
    %1 = arith.index_cast %0 : i32 to index
    %a = costate.at %x[%1] : tensor<?xf64> -> f64
    %b = costate.at %x[%i] : tensor<?xf64> -> f64
    %d = arith.subf %a, %b : f64
    %s = math.sin %d : f64
    %c = math.cos %d : f64
    %p = arith.mulf %s, %a : f64
    costate.yield %p, %c : f64, f64
  }
  return %y, %z : tensor<?xf64>, tensor<?xf64>
})";

std::vector<reference::Tensor> run(int64_t n, double largest, bool stageGathers, int64_t &strips) {
  DialectRegistry registry;
  registry.insert<CostateDialect, arith::ArithDialect, func::FuncDialect, math::MathDialect>();
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  auto module = parseSourceString<ModuleOp>(kernel, &context);
  PassManager pm(&context);
  LoopOptions options;
  options.stageGathers = stageGathers;
  buildLoopPipeline(pm, options);
  EXPECT_TRUE(succeeded(pm.run(*module)));
  std::vector<double> x;
  std::vector<int64_t> t;
  for (int64_t i = 0; i < n; ++i)
    x.push_back(largest * double(i * i % 31) / 30), t.push_back((7 * i + 3) % n);
  auto reals = reference::Tensor::reals(x);
  std::vector<reference::Tensor> memory{reals, reference::Tensor::integers(t), reals, reals};
  auto function = module->lookupSymbol<func::FuncOp>("k");
  strips = 0;
  function.walk([&](memref::AllocaOp) { ++strips; });
  EXPECT_TRUE(succeeded(reference::runLoops(function, 0, n, memory)));
  return memory;
}

void expectSameBits(int64_t n, double largest) {
  int64_t none = 0, one = 0;
  auto whole = run(n, largest, false, none), strips = run(n, largest, true, one);
  EXPECT_EQ(none, 0);
  EXPECT_EQ(one, 1) << "one buffer";
  for (size_t k : {2u, 3u})
    for (int64_t i = 0; i < n; ++i)
      EXPECT_EQ(reference::real(whole[k].entries[size_t(i)]), reference::real(strips[k].entries[size_t(i)]))
          << "result " << k << ", instance " << i << " of " << n;
}

TEST(StageGathers, SameBits) {
  for (int64_t n : {1, 255, 256, 257, 600})
    expectSameBits(n, 10);
}
TEST(StageGathers, SecondLoop) { expectSameBits(300, 1e10); }

} // namespace
