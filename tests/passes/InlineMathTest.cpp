// What the pass writes, evaluated operation by operation: values with and without the second loop. Accuracy
// is measured on compiled code (tests/codegen/InlineMathTest.cpp).
#include "ir/reference/Evaluate.h"
#include "passes/Passes.h"
#include "passes/Pipelines.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace mlir;
using namespace costate;

namespace {

using Reals = std::vector<double>;

const char *const kernel = R"(
func.func @k(%n: index, %x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>)
    attributes {costate.kernel} {
  %s, %c, %e, %l = costate.map (%i < %n) -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) {
    %v = costate.at %x[%i] : tensor<?xf64> -> f64
    %0 = math.sin %v : f64
    %1 = math.cos %v : f64
    %2 = math.exp %v : f64
    %3 = math.log %v : f64
    costate.yield %0, %1, %2, %3 : f64, f64, f64, f64
  }
  return %s, %c, %e, %l : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>
})";

void expectMeaning(const Reals &x) {
  DialectRegistry registry;
  registry.insert<CostateDialect, arith::ArithDialect, func::FuncDialect, math::MathDialect>();
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  auto module = parseSourceString<ModuleOp>(kernel, &context);
  PassManager pm(&context);
  buildLoopPipeline(pm);
  ASSERT_TRUE(succeeded(pm.run(*module)));
  std::vector<reference::Tensor> memory(5, reference::Tensor::reals(x));
  auto function = module->lookupSymbol<func::FuncOp>("k");
  ASSERT_TRUE(succeeded(reference::runLoops(function, 0, int64_t(x.size()), memory)));
  double (*const exact[])(double) = {std::sin, std::cos, std::exp, std::log};
  for (size_t k = 0; k < 4; ++k)
    for (size_t i = 0; i < x.size(); ++i) // 4 units: 2 of each side
      EXPECT_DOUBLE_EQ(reference::real(memory[k + 1].entries[i]), exact[k](x[i]))
          << "function " << k << " of " << x[i];
}

TEST(InlineMath, OneLoop) { expectMeaning({0.5, 1.0, 3.0, 100.25, 1e-300, 700}); }
TEST(InlineMath, SecondLoop) { expectMeaning({0.5, 1e10, 3.0, 1.5e9}); }

} // namespace
