// Values of operations: what tests/ops/*.mlir expect, by the reference evaluator.
//
// An attribute `costate.expect` lists the values of an operation's results, or of the body of a constraint,
// objective or term at each row; `costate.values` gives a variable its values.
#include "ir/reference/Evaluate.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <filesystem>

using namespace mlir;
using namespace costate;
using reference::Tensor;

namespace {

Tensor expected(Attribute attribute) {
  auto dense = cast<DenseElementsAttr>(attribute);
  Tensor tensor{dense.getType().getShape().vec(), {}};
  for (Attribute entry : dense.getValues<Attribute>()) {
    if (auto real = dyn_cast<FloatAttr>(entry))
      tensor.entries.push_back(real.getValueAsDouble());
    else if (auto truth = dyn_cast<BoolAttr>(entry))
      tensor.entries.push_back(int64_t(truth.getValue()));
    else
      tensor.entries.push_back(cast<IntegerAttr>(entry).getInt());
  }
  return tensor;
}

void expectEqual(const Tensor &actual, const Tensor &wanted) {
  EXPECT_EQ(actual.shape, wanted.shape);
  EXPECT_EQ(actual.entries, wanted.entries); // numbers in these files are exact in binary
}

/// The number of rows a body is evaluated at.
int64_t rowsOf(Operation *op, reference::Evaluator &evaluator) {
  Value over;
  if (auto constraint = dyn_cast<ConstraintOp>(op))
    over = constraint.getOver();
  if (auto term = dyn_cast<TermOp>(op))
    over = term.getOver();
  auto tensor = over ? evaluator.column(over) : FailureOr<Tensor>(Tensor::integers({0}));
  return succeeded(tensor) ? tensor->size() : -1;
}

void checkBody(Operation *op, ArrayAttr wanted, reference::Evaluator &evaluator) {
  std::vector<double> values;
  for (int64_t row = 0; row < rowsOf(op, evaluator); ++row) {
    auto value = evaluator.body(op->getRegion(0), row);
    ASSERT_TRUE(succeeded(value));
    values.push_back(*value);
  }
  expectEqual(Tensor::reals(values), expected(wanted[0]));
}

void checkResults(Operation *op, ArrayAttr wanted, reference::Evaluator &evaluator) {
  ASSERT_EQ(op->getNumResults(), wanted.size());
  for (auto [value, attribute] : llvm::zip_equal(op->getResults(), wanted)) {
    auto actual = evaluator.column(value);
    ASSERT_TRUE(succeeded(actual));
    expectEqual(*actual, expected(attribute));
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
  module->walk([&](VariableOp variable) {
    if (Attribute values = variable->getAttr("costate.values"))
      evaluator.set(variable.getValues(), expected(values));
  });
  int count = 0;
  module->walk([&](Operation *op) {
    auto wanted = op->getAttrOfType<ArrayAttr>("costate.expect");
    if (!wanted)
      return;
    SCOPED_TRACE(op->getName().getStringRef().str());
    ++count;
    isa<ConstraintOp, ObjectiveOp, TermOp>(op) ? checkBody(op, wanted, evaluator)
                                               : checkResults(op, wanted, evaluator);
  });
  return count;
}

TEST(OpValues, areThoseTheFilesExpect) {
  DialectRegistry registry;
  registry.insert<CostateDialect, arith::ArithDialect, func::FuncDialect, math::MathDialect>();
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  int count = 0;
  for (auto &entry : std::filesystem::directory_iterator(COSTATE_SOURCE_DIR "/tests/ops")) {
    std::string path = entry.path().string();
    if (entry.path().extension() != ".mlir" || path.ends_with("-errors.mlir"))
      continue;
    SCOPED_TRACE(path);
    count += checkFile(path, context);
  }
  EXPECT_GE(count, 35); // a file that lost its expectations is noticed
}

} // namespace
