// Values of operations: what tests/ops/*.mlir expect, by the reference evaluator.
#include "tests/ops/Expectations.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace costate;
using namespace costate::test;

namespace {

void checkBody(Operation *op, ArrayAttr wanted, reference::Evaluator &evaluator) {
  std::vector<double> values;
  for (int64_t row = 0; row < rowsOf(op, evaluator); ++row) {
    auto value = evaluator.body(op->getRegion(0), row);
    ASSERT_TRUE(succeeded(value));
    values.push_back(*value);
  }
  expectEqual(Tensor::reals(values), expected(wanted[0]), ulpsOf(op));
}

void checkResults(Operation *op, ArrayAttr wanted, reference::Evaluator &evaluator) {
  ASSERT_EQ(op->getNumResults(), wanted.size());
  for (auto [value, attribute] : llvm::zip_equal(op->getResults(), wanted)) {
    auto actual = evaluator.column(value);
    ASSERT_TRUE(succeeded(actual));
    expectEqual(*actual, expected(attribute), ulpsOf(op));
  }
}

/// What a function returns for its arguments, or the sentence that says why it fails.
void checkFunction(func::FuncOp function) {
  SCOPED_TRACE(function.getName().str());
  std::vector<Tensor> args;
  for (Attribute given : function->getAttrOfType<ArrayAttr>("costate.args"))
    args.push_back(expected(given));
  std::string said;
  ScopedDiagnosticHandler listen(function.getContext(),
                                 [&](Diagnostic &diagnostic) { said = diagnostic.str(); });
  auto results = reference::evaluateFunction(function, args);
  if (auto failure = function->getAttrOfType<StringAttr>("costate.failure")) {
    EXPECT_TRUE(failed(results));
    EXPECT_NE(said.find(failure.getValue().str()), std::string::npos) << said;
    return;
  }
  ASSERT_TRUE(succeeded(results)) << said;
  auto wanted = function->getAttrOfType<ArrayAttr>("costate.expect");
  ASSERT_EQ(results->size(), wanted.size());
  for (auto [k, pair] : llvm::enumerate(llvm::zip_equal(*results, wanted))) {
    SCOPED_TRACE("result " + std::to_string(k));
    expectEqual(std::get<0>(pair), expected(std::get<1>(pair)), ulpsOf(function), toleranceOf(function));
  }
}

/// Checks a file; gives the number of values it expects.
int checkFile(const std::string &path, MLIRContext &context) {
  auto module = parseSourceFile<ModuleOp>(path, &context);
  if (!module) {
    ADD_FAILURE() << "not valid";
    return 0;
  }
  reference::Evaluator evaluator;
  setVariables(*module, evaluator);
  int count = 0;
  module->walk([&](Operation *op) {
    auto function = dyn_cast<func::FuncOp>(op);
    if (function && function->hasAttr("costate.args")) {
      ++count;
      return checkFunction(function);
    }
    auto wanted = op->getAttrOfType<ArrayAttr>("costate.expect");
    if (!wanted || needsFile(op))
      return;
    SCOPED_TRACE(op->getName().getStringRef().str());
    ++count;
    isa<ConstraintOp, ObjectiveOp, ResidualOp, TermOp>(op) ? checkBody(op, wanted, evaluator)
                                                           : checkResults(op, wanted, evaluator);
  });
  return count;
}

TEST(OpValues, areThoseTheFilesExpect) {
  DialectRegistry registry;
  registry
      .insert<CostateDialect, arith::ArithDialect, func::FuncDialect, math::MathDialect, scf::SCFDialect>();
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  int count = 0;
  for (auto &path : opFiles()) {
    SCOPED_TRACE(path);
    count += checkFile(path, context);
  }
  EXPECT_GE(count, 90); // a file that lost its expectations is noticed
}

} // namespace
