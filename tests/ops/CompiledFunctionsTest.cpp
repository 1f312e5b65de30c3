// Functions of tests/ops/*.mlir by machine code: the same files at several levels and vector widths, compared
// with what they expect; in single precision with what the evaluator computes. Nothing that they allocate is
// left.
#include "costate/rt/Functions.h"
#include "passes/Passes.h"
#include "tests/codegen/BoundProgram.h"
#include "tests/ops/Expectations.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace costate;
using namespace costate::test;

namespace {

struct Engine {
  const char *name;
  int level, width;
  double tolerance = 1e-13; // sums may be taken in another order
  bool isSingle = false;
  friend void PrintTo(const Engine &engine, std::ostream *os) { *os << engine.name; }
};

/// A result that a call must give; by the label under which it is printed.
using Claims = std::map<std::string, Tensor>;

Value literal(OpBuilder &b, Location loc, Attribute values) {
  auto dense = cast<DenseElementsAttr>(values);
  auto flat = dense.reshape(RankedTensorType::get({dense.getNumElements()}, dense.getElementType()));
  return b.create<LiteralOp>(loc, columnOf(dense.getElementType()), flat);
}

void printResult(OpBuilder &b, Value column, const std::string &label) {
  auto item = b.getDictionaryAttr(
      {b.getNamedAttr("label", b.getStringAttr(label)), b.getNamedAttr("column", b.getI32IntegerAttr(0))});
  b.create<PrintOp>(column.getLoc(), ValueRange{column}, b.getArrayAttr({item}));
}

/// A call of the function with its arguments, printed.
void call(OpBuilder &b, func::FuncOp function, Claims &claims) {
  SmallVector<Value> inputs, like;
  for (Attribute argument : function->getAttrOfType<ArrayAttr>("costate.args"))
    inputs.push_back(literal(b, function.getLoc(), argument));
  auto wanted = function->getAttrOfType<ArrayAttr>("costate.expect");
  for (Attribute result : wanted)
    like.push_back(literal(b, function.getLoc(), result));
  auto called = b.create<CallOp>(function.getLoc(), function.getResultTypes(), function.getSymName(), inputs,
                                 like, b.getArrayAttr({}));
  for (auto [k, result] : llvm::enumerate(called.getResults())) {
    std::string label = (function.getSymName() + "." + Twine(k)).str();
    claims[label] = expected(wanted[k]);
    claims[label].shape = {claims[label].size()};
    printResult(b, result, label);
  }
}

/// A module of the file's functions with values, and a program that calls each.
OwningOpRef<ModuleOp> callsOf(ModuleOp file, Claims &claims) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(file.getLoc());
  OpBuilder b = OpBuilder::atBlockEnd(module->getBody());
  for (auto function : file.getOps<func::FuncOp>())
    if (function->hasAttr("costate.expect"))
      b.clone(*function);
  OperationState state(file.getLoc(), "costate.program");
  state.addAttribute("roots", b.getArrayAttr({}));
  state.addRegion()->push_back(new Block);
  auto program = cast<ProgramOp>(b.create(state));
  OpBuilder inside = OpBuilder::atBlockEnd(&program.getRegion().front());
  for (auto function : module->getOps<func::FuncOp>())
    call(inside, function, claims);
  return module;
}

/// The functions in single precision, and what they are without compilation. Those that the evaluator refuses
/// go, with their claims.
void narrow(ModuleOp module, Claims &claims) {
  for (auto function : module.getOps<func::FuncOp>())
    function->setAttr("costate.single", UnitAttr::get(module.getContext()));
  OwningOpRef<ModuleOp> narrowed = module.clone();
  PassManager passes(module.getContext());
  passes.addPass(createDifferentiate());
  passes.addPass(createNarrowReals());
  ASSERT_TRUE(succeeded(passes.run(*narrowed)));
  for (auto function : narrowed->getOps<func::FuncOp>()) {
    auto args = llvm::map_to_vector(function->getAttrOfType<ArrayAttr>("costate.args"),
                                    [](Attribute a) { return expected(a); });
    auto results = reference::evaluateFunction(function, args);
    ASSERT_TRUE(succeeded(results)) << function.getName().str();
    for (auto [k, result] : llvm::enumerate(*results)) {
      Tensor &claim = claims[(function.getSymName() + "." + Twine(k)).str()];
      claim.entries = result.entries;
    }
  }
}

void expectNear(const rt::Column &column, const Tensor &wanted, double tolerance) {
  ASSERT_EQ(column.size(), wanted.size());
  for (int64_t k = 0; k < wanted.size(); ++k) {
    const auto &entry = wanted.entries[size_t(k)];
    if (column.type() != rt::Type::F64) {
      EXPECT_EQ(column.integer(k), reference::integer(entry)) << "entry " << k;
      continue;
    }
    double actual = column.real(k), exact = reference::real(entry);
    bool isSame = actual == exact || (std::isnan(actual) && std::isnan(exact)) ||
                  std::abs(actual - exact) <= tolerance * std::max(1.0, std::abs(exact));
    EXPECT_TRUE(isSame) << "entry " << k << " is " << actual << ", expected " << exact;
  }
}

class CompiledFunctions : public testing::TestWithParam<Engine> {};

TEST_P(CompiledFunctions, giveWhatTheFilesExpect) {
  int count = 0;
  for (const std::string &path : opFiles()) {
    SCOPED_TRACE(path);
    auto context = makeContext();
    auto file = parseSourceFile<ModuleOp>(path, context.get());
    ASSERT_TRUE(bool(file));
    Claims claims;
    auto module = callsOf(*file, claims);
    if (claims.empty())
      continue;
    if (GetParam().isSingle)
      narrow(*module, claims);
    CodegenOptions options;
    options.opt_level = GetParam().level, options.vector_width = GetParam().width;
    options.cache = false;
    int64_t before = costate_live_bytes();
    BoundProgram program(*module, options);
    ASSERT_TRUE(program.isValid());
    for (auto &failure : program.failures())
      ADD_FAILURE() << failure.message;
    EXPECT_EQ(costate_live_bytes(), before);
    for (auto &[label, wanted] : claims) {
      SCOPED_TRACE(label);
      const rt::Column *column = program.printed(label);
      ASSERT_TRUE(column);
      expectNear(*column, wanted, GetParam().tolerance);
      ++count;
    }
  }
  EXPECT_GE(count, 20);
}

INSTANTIATE_TEST_SUITE_P(Engines, CompiledFunctions,
                         testing::Values(Engine{"level0", 0, 8}, Engine{"width2", 3, 2},
                                         Engine{"width8", 3, 8}, Engine{"floats", 3, 8, 1e-4, true}),
                         testing::PrintToStringParamName());

} // namespace
