// What files of tests/ops expect, and how results are compared with it.
#include "tests/ops/Expectations.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <filesystem>

using namespace mlir;

namespace costate::test {
namespace {

/// Steps between neighbouring doubles; 0 only for equal bits, and for any two that are not numbers.
uint64_t distance(double a, double b) {
  if (std::isnan(a) && std::isnan(b))
    return 0;
  if (std::isnan(a) || std::isnan(b))
    return UINT64_MAX;
  auto ordered = [](double x) { // as integers, negative ones mirrored
    auto bits = std::bit_cast<int64_t>(x);
    return bits < 0 ? INT64_MIN - bits - 1 : bits;
  };
  int64_t left = ordered(a), right = ordered(b);
  return left < right ? uint64_t(right) - uint64_t(left) : uint64_t(left) - uint64_t(right);
}

} // namespace

std::vector<std::string> opFiles() {
  std::vector<std::string> files;
  for (auto &entry : std::filesystem::directory_iterator(COSTATE_SOURCE_DIR "/tests/ops"))
    if (std::string path = entry.path().string(); path.ends_with(".mlir") && !path.ends_with("-errors.mlir"))
      files.push_back(path);
  std::sort(files.begin(), files.end());
  return files;
}

const char *const dataFolder = COSTATE_SOURCE_DIR "/tests/ops/data";

bool needsFile(Operation *op) {
  if (auto label = dyn_cast<LabelOp>(op)) // its root may be declared by a file
    return llvm::any_of(op->getParentOfType<ProgramOp>().getOps<KeysOp>(),
                        [&](KeysOp keys) { return keys.getRoot() == label.getRoot(); });
  return llvm::any_of(op->getOperands(), [](Value operand) {
    Operation *source = operand.getDefiningOp();
    return source && (isa<TableOp>(source) || needsFile(source));
  });
}

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

int64_t ulpsOf(Operation *op) {
  auto given = op->getAttrOfType<IntegerAttr>("costate.ulps");
  return given ? given.getInt() : 0;
}

double toleranceOf(Operation *op) {
  auto given = op->getAttrOfType<FloatAttr>("costate.tolerance");
  return given ? given.getValueAsDouble() : 0;
}

void expectEqual(const Tensor &actual, const Tensor &wanted, int64_t ulps, double tolerance) {
  ASSERT_EQ(actual.shape, wanted.shape);
  for (auto [k, pair] : llvm::enumerate(llvm::zip_equal(actual.entries, wanted.entries))) {
    auto &[a, w] = pair;
    ASSERT_EQ(a.index(), w.index());
    if (std::holds_alternative<double>(a) && std::abs(reference::real(a) - reference::real(w)) <= tolerance)
      continue;
    if (std::holds_alternative<double>(a))
      EXPECT_LE(distance(reference::real(a), reference::real(w)), uint64_t(ulps))
          << "entry " << k << ": " << testing::PrintToString(reference::real(a)) << ", expected "
          << testing::PrintToString(reference::real(w));
    else
      EXPECT_EQ(reference::integer(a), reference::integer(w)) << "entry " << k;
  }
}

void setVariables(ModuleOp module, reference::Evaluator &evaluator) {
  module->walk([&](VariableOp variable) {
    if (Attribute values = variable->getAttr("costate.values"))
      evaluator.set(variable.getValues(), expected(values));
  });
}

int64_t rowsOf(Operation *op, reference::Evaluator &evaluator) {
  Value over;
  if (auto constraint = dyn_cast<ConstraintOp>(op))
    over = constraint.getOver();
  if (auto residual = dyn_cast<ResidualOp>(op))
    over = residual.getOver();
  if (auto term = dyn_cast<TermOp>(op))
    over = term.getOver();
  auto tensor = over ? evaluator.column(over) : FailureOr<Tensor>(Tensor::integers({0}));
  return succeeded(tensor) ? tensor->size() : -1;
}

} // namespace costate::test
