// Text of operators around a body, expansion, evaluation.
#include "tests/derivatives/FunctionDerivatives.h"

#include "passes/Passes.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

using namespace mlir;

namespace costate::test {
namespace {

MLIRContext &context() {
  static MLIRContext *only = [] {
    DialectRegistry registry;
    registry
        .insert<CostateDialect, arith::ArithDialect, func::FuncDialect, math::MathDialect, scf::SCFDialect>();
    registerScalarDerivatives(registry);
    return new MLIRContext(registry, MLIRContext::Threading::DISABLED);
  }();
  return *only;
}

const char *const aliases = R"(
!v = tensor<?xf64>
!m = tensor<?x?xf64>
!k = tensor<?x?x?xf64>
!s = tensor<f64>
!i = tensor<?xi64>
)";

const char *const numbers = R"(
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %i2 = arith.constant 2 : index
  %i3 = arith.constant 3 : index
  %zero = arith.constant 0.0 : f64
  %half = arith.constant 0.5 : f64
  %one = arith.constant 1.0 : f64
  %two = arith.constant 2.0 : f64
)";

/// The function after the first `level` operators, as operations that define its result; gives its name.
/// Level k is a function of `%x<k>`, or of the seed if its operator is `w`.
std::string written(const FunctionCase &function, const std::string &operators, size_t level,
                    std::string &text) {
  if (level == 0) {
    text += function.body + "\n";
    return "%y";
  }
  char op = operators[level - 1];
  std::string x = level == operators.size() ? "%x_end" : fmt::format("%x{}", level);
  if (op == 'w') { // of the operator below with the x of this one as its seed
    std::string inner;
    std::string y = written(function, operators, level - 2, inner);
    std::string at = level > 2 ? fmt::format("%x{}", level - 2) : "%x";
    text += fmt::format(R"(
  %o{0}:2 = costate.vjp at ({1}) seeds (%d{0}) : (!v, !v) -> (!v, !v) {{
  ^bb0(%seed{0}: !v):
    %p{0}:2 = costate.vjp at (%point) seeds (%seed{0}) : (!v, !v) -> (!v, !v) {{
    ^bb0({2}: !v):
      {3}
      costate.yield {4} : !v
    }}
    costate.yield %p{0}#1 : !v
  }}
)",
                        level, x, at, inner, y);
    return fmt::format("%o{}#1", level);
  }
  std::string inner, y = written(function, operators, level - 1, inner);
  std::string at = level == 1 ? "%x" : fmt::format("%x{}", level - 1);
  text += fmt::format(R"(
  %o{0}:2 = costate.{1} at ({2}) {3} (%d{0}) : (!v, !v) -> (!v, !v) {{
  ^bb0({4}: !v):
    {5}
    costate.yield {6} : !v
  }}
)",
                      level, op == 'j' ? "jvp" : "vjp", x, op == 'j' ? "tangents" : "seeds", at, inner, y);
  return fmt::format("%o{}#1", level);
}

std::string moduleText(const FunctionCase &function, const std::string &operators) {
  std::string body;
  std::string result = written(function, operators, operators.size(), body);
  std::string args = operators.empty() ? "%x: !v" : "%x_end: !v";
  for (size_t k = 1; k <= operators.size(); ++k)
    args += fmt::format(", {}: !v",
                        k < operators.size() && operators[k] == 'w' ? "%point" : fmt::format("%d{}", k));
  return fmt::format(
      "{}func.func @f({}, %data: !v, %idx: !i) -> !v attributes {{costate.function}} {{{}{}  return {} : "
      "!v\n}}\n",
      aliases, args, numbers, body, result);
}

bool run(ModuleOp module, bool simplify) {
  PassManager passes(&context());
  passes.addPass(createDifferentiate());
  auto clean = [&] {
    passes.addPass(createCanonicalizerPass());
    passes.addPass(createCSEPass());
  };
  if (simplify) {
    clean();
    passes.addPass(createGatherAdjoints());
    clean();
    passes.addPass(createFuseMaps());
  }
  return succeeded(passes.run(module));
}

reference::Tensor column(const Vector &values) {
  reference::Tensor tensor = reference::Tensor::reals(values);
  tensor.shape = {int64_t(values.size())};
  return tensor;
}

} // namespace

DerivedFunction::DerivedFunction(const FunctionCase &function, const std::string &operators)
    : text(moduleText(function, operators)), function(function) {
  ScopedDiagnosticHandler listen(&context(), [&](Diagnostic &d) { ADD_FAILURE() << d.str() << text; });
  module = parseSourceString<ModuleOp>(text, &context());
  if (!module)
    return;
  simplified = cast<ModuleOp>(module->clone());
  if (!run(*module, false) || !run(*simplified, true))
    module = nullptr;
}

DerivedFunction::~DerivedFunction() = default;

Vector DerivedFunction::evaluate(ModuleOp module, const std::vector<reference::Tensor> &args) const {
  ScopedDiagnosticHandler listen(&context(), [&](Diagnostic &d) { ADD_FAILURE() << d.str(); });
  auto results = reference::evaluateFunction(*module.getOps<func::FuncOp>().begin(), args);
  Vector y;
  if (succeeded(results))
    for (const reference::Scalar &entry : (*results)[0].entries)
      y.push_back(reference::real(entry));
  return y;
}

Vector DerivedFunction::operator()(const Vector &x, const std::vector<Vector> &directions) const {
  if (!module) {
    ADD_FAILURE() << "not expanded";
    return {};
  }
  std::vector<reference::Tensor> args{column(x)};
  for (const Vector &direction : directions)
    args.push_back(column(direction));
  args.push_back(column(function.data));
  args.push_back(reference::Tensor::integers(function.idx));
  Vector y = evaluate(module.get(), args), again = evaluate(simplified.get(), args);
  EXPECT_EQ(y.size(), again.size());
  for (size_t k = 0; k < std::min(y.size(), again.size()); ++k) // sums are reordered
    EXPECT_TRUE(y[k] == again[k] || (y[k] != y[k] && again[k] != again[k]) ||
                std::abs(y[k] - again[k]) < 1e-11 * (1 + std::abs(y[k])))
        << y[k] << " and simplified " << again[k];
  return y;
}

std::string whyNotDerived(const FunctionCase &function, const std::string &operators) {
  std::string said;
  ScopedDiagnosticHandler listen(&context(), [&](Diagnostic &d) { said += d.str(); });
  auto module = parseSourceString<ModuleOp>(moduleText(function, operators), &context());
  if (module)
    run(*module, false);
  return said;
}

} // namespace costate::test
